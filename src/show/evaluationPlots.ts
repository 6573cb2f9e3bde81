import { checkFinite, checkOptions, outOfRange } from "../base/check";
import { sigmoid } from "../math/logistic";
import { extent, quantile } from "../math/statistics";
import { checkSameSize } from "../model/model";
import type { Predictor } from "../model/posterior";
import { predictAt } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { colours, escaped, type Figure, figure } from "./figure";
import { dots, line, type Trace } from "./traces";

/** More different ratings than this are drawn as points, not as boxes. */
const mostBoxes = 11;

/** More points than this are a stain, and a burden to the page: of more, so many are drawn. */
const mostPoints = 4000;

/**
 * What was predicted beside what was given: for each rating given a box of the predictions (the middle half of them
 * with their median, and whiskers around nine tenths), and the line on which all would lie if every prediction were right.
 * Of ratings with many different values, points; of more than 4,000 of them, so many taken evenly.
 *
 * @throws RangeError when the model and the ratings differ in size.
 */
export function predictedVersusActual(
  model: Predictor,
  ratings: Ratings,
  options: { title?: string } = {},
): Figure {
  checkOptions(options, ["title"]);
  checkSameSize(model, ratings);
  const { items, users, values } = ratings;
  const predicted = values.map((_, k) => predictAt(model, items[k], users[k]));
  const levels = [...new Set(values)].sort((a, b) => a - b);
  const boxes = levels.length <= mostBoxes && values.length > 4 * levels.length;
  const ends = [levels[0], levels[levels.length - 1]];
  return figure(
    [
      boxes ? boxesOf(levels, values, predicted) : pointsOf(values, predicted),
      line({
        name: "if every prediction were right",
        x: ends,
        y: ends,
        style: { color: colours.vermilion, dash: "dash" },
        hover: false,
      }),
    ],
    {
      title: options.title ?? "Predicted against given",
      x: { title: "rating given, in stars", ...(boxes ? { tickvals: levels } : {}) },
      y: { title: "rating predicted, in stars" },
    },
  );
}

function pointsOf(given: Float64Array, predicted: Float64Array): Trace {
  const drawn = evenly(Array.from(given.keys()), mostPoints);
  return dots({
    name: drawn.length < given.length ? `predictions${partOf(drawn, given)}` : "predictions",
    x: drawn.map((k) => given[k]),
    y: drawn.map((k) => predicted[k]),
    style: { color: colours.blue, size: 9, opacity: 0.7 },
  });
}

/** A box for each level, drawn from five numbers and not from all predictions, of which there may be millions. */
function boxesOf(levels: readonly number[], given: Float64Array, predicted: Float64Array): Trace {
  const sorted = levels.map((level) => predicted.filter((_, k) => given[k] === level).sort());
  const at = (p: number) => sorted.map((values) => quantile(values, p));
  return {
    type: "box",
    name: "predictions",
    x: levels,
    marker: { color: colours.blue },
    q1: at(0.25),
    median: at(0.5),
    q3: at(0.75),
    lowerfence: at(0.05),
    upperfence: at(0.95),
  };
}

/**
 * The logistic function g(z) = 1 / (1 + e⁻ᶻ), with labels of 1 at the top and of 0 at the bottom over their z. Of more
 * than 4,000 points of a label so many are drawn, taken evenly from the lowest z to the highest.
 *
 * @param points Labels and the z = w·x + b of their cells. @default none
 * @throws RangeError for a z that is not finite, and a label that is not 0 or 1.
 */
export function logisticCurve(
  points: readonly { z: number; label: number; name?: string }[] = [],
  options: { title?: string } = {},
): Figure {
  checkOptions(options, ["title"]);
  points.forEach(({ z, label }, k) => {
    checkFinite("z", z, `point ${k}`);
    if (label !== 0 && label !== 1) throw outOfRange("label", "0 or 1", label, `point ${k}`);
  });
  const [lowest, highest] = extent(points.map(({ z }) => z));
  const reach = Math.max(6, -lowest, highest);
  const z = Array.from({ length: 121 }, (_, k) => (reach * (k - 60)) / 60);
  const ofLabel = (label: number, name: string, color: string, symbol: string) => {
    const all = points.filter((point) => point.label === label);
    const drawn =
      all.length > mostPoints
        ? evenly(
            all.sort((a, b) => a.z - b.z),
            mostPoints,
          )
        : all;
    return dots({
      name: drawn.length < all.length ? `${name}${partOf(drawn, all)}` : name,
      x: drawn.map((point) => point.z),
      y: drawn.map(() => label),
      text: drawn.map((point) => escaped(point.name ?? "")),
      style: { color, symbol, size: 11, opacity: 0.75 },
      hover: "%{text}<br>z = %{x:.2f}<extra></extra>",
    });
  };
  const curve = line({ name: "g(z)", x: z, y: z.map(sigmoid), style: { color: colours.grey } });
  const labels =
    points.length > 0
      ? [ofLabel(1, "liked (1)", colours.blue, "circle"), ofLabel(0, "not liked (0)", colours.vermilion, "x")]
      : [];
  return figure([curve, ...labels], {
    title: options.title ?? "The logistic function: from any number to a probability",
    x: { title: "z = w·x + b" },
    y: { title: "g(z), a probability", range: [-0.08, 1.08] },
    showlegend: points.length > 0,
  });
}

/** At most so many entries of a list, the first and the last among them, in its order. */
function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, k) => list[Math.round((k * (list.length - 1)) / (most - 1))]);
}

const partOf = (drawn: ArrayLike<unknown>, all: ArrayLike<unknown>): string =>
  `, ${drawn.length.toLocaleString("en")} of ${all.length.toLocaleString("en")}`;
