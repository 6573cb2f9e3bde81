import { checkOptions } from "../base/check";
import type { Ratings } from "../ratings/ratings";
import { type Figure, figure } from "./figure";
import { bars, type Trace } from "./traces";

/** More bars than this, or narrower ones, could not be told apart. */
const mostBars = 100;

/** About how many steps a scale is parted into that has too many levels. */
const steps = 40;

/**
 * How many ratings there are of each value. Where the values are too many, or lie too close for a bar each, they are
 * counted in steps of 1, 2 or 5 times a power of ten.
 */
export function ratingHistogram(ratings: Ratings, options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
  const { values } = ratings;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const levels = [...counts.keys()].sort((a, b) => a - b);
  const width = stepOf(levels);
  return figure([width === undefined ? levelBars(levels, counts) : stepBars(levels, counts, width)], {
    title: options.title ?? `How the ${values.length.toLocaleString("en")} ratings are spread`,
    x: { title: "rating, in stars", ...(levels.length <= 11 && width === undefined && { tickvals: levels }) },
    y: { title: "number of ratings" },
    bargap: width === undefined ? 0.15 : 0,
  });
}

function levelBars(levels: number[], counts: Map<number, number>): Trace {
  return bars({
    name: "ratings",
    x: levels,
    y: levels.map((value) => counts.get(value)!),
    hover: "%{x} stars: %{y} ratings<extra></extra>",
  });
}

/** A bar for each step of the scale, over its middle. */
function stepBars(levels: number[], counts: Map<number, number>, width: number): Trace {
  // So much over what a quotient of doubles may be short of the whole number that it is.
  const stepAt = (value: number) => Math.floor(value / width + 1e-9);
  const first = stepAt(levels[0]);
  const sums = new Array<number>(stepAt(levels[levels.length - 1]) - first + 1).fill(0);
  for (const value of levels) sums[stepAt(value) - first] += counts.get(value)!;
  const from = (k: number) => Number(((first + k) * width).toPrecision(12));
  return bars({
    name: "ratings",
    x: sums.map((_, k) => Number(((first + k + 0.5) * width).toPrecision(12))),
    y: sums,
    customdata: sums.map((_, k) => [from(k), from(k + 1)]),
    hover: "from %{customdata[0]} to below %{customdata[1]}: %{y} ratings<extra></extra>",
  });
}

/** The width of the steps; undefined where each level may have a bar of its own. */
function stepOf(levels: readonly number[]): number | undefined {
  const span = levels[levels.length - 1] - levels[0];
  const gap = levels.slice(1).reduce((least, value, k) => Math.min(least, value - levels[k]), span);
  if (levels.length === 1 || span / gap < mostBars) return undefined;
  const power = 10 ** Math.floor(Math.log10(span / steps));
  return power * [1, 2, 5, 10].find((factor) => factor * power * steps >= span)!;
}
