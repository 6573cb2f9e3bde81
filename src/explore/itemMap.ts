/** Items as points of a map: where they lie in feature space, what is known of each, and one of them lit up. */
import { checkCount, checkIndex, checkLength, checkOptions, optionNames } from "../base/check";
import { eigen } from "../math/linear";
import { extent } from "../math/statistics";
import type { Model } from "../model/model";
import { similarItems } from "../predict/similar";
import { countByItem } from "../ratings/counts";
import type { Ratings } from "../ratings/ratings";
import { colours, escaped, type Figure, figure } from "../show/figure";
import { labelPlaces } from "../show/labelPlaces";
import { shortened } from "../show/text";
import { dots, type Trace } from "../show/traces";

export interface ItemMapOptions {
  /** @default what is lit up, or "The items in feature space" */
  title?: string;
  /** What the items are called. @default their ids */
  labels?: readonly string[];
  /** What else is said of each item, such as its genres. @default nothing */
  notes?: readonly string[];
  /** Items with fewer ratings are left out, since little is known of where they belong. @default 1 */
  atLeast?: number;
  /** Items to mark, such as those that you have rated. @default none */
  own?: Iterable<number>;
  /** The item to light up, with those nearest to it. @default none */
  lit?: number;
  /** How many of the nearest are lit up. @default 5 */
  neighbours?: number;
}

const names = optionNames<ItemMapOptions>({
  title: true,
  labels: true,
  notes: true,
  atLeast: true,
  own: true,
  lit: true,
  neighbours: true,
});

/**
 * The items of a model in the plane in which their features spread the most (their first two principal components),
 * each the larger the more ratings it has; beside the pointer stand its label, its note, the mean of its ratings and
 * their number. The nearest to an item are those by all features, as `similarItems` has them: of a model with more than
 * two, near on the map need not be near.
 *
 * @throws RangeError for fewer than two features, ratings of other items than the model's, an item that is not one of
 * them, or labels and notes that are not one an item.
 */
export function itemMap(model: Model, ratings: Ratings, options: ItemMapOptions = {}): Figure {
  checkOptions(options, names);
  const { notes, own = [], lit, atLeast = 1, neighbours = 5 } = options;
  const { numItems, numFeatures, X } = model;
  const labels = (options.labels ?? ratings.itemIds).map(String);
  checkCount("model.numFeatures", numFeatures, 2);
  checkCount("atLeast", atLeast, 0);
  checkCount("neighbours", neighbours, 0);
  if (ratings.numItems !== numItems)
    throw new RangeError(`ratings must be of the model's ${numItems} items, got ${ratings.numItems}`);
  checkLength("labels", labels, numItems);
  if (notes) checkLength("notes", notes, numItems);
  if (lit !== undefined) checkIndex("lit", lit, numItems);
  const marked = [...own];
  for (const [k, item] of marked.entries()) checkIndex(`own[${k}]`, item, numItems);

  const counts = countByItem(ratings);
  const means = meansOf(ratings, counts);
  const shown = [...counts.keys()].filter((item) => counts[item] >= atLeast);
  const near = lit === undefined ? [] : similarItems(model, { item: lit, count: neighbours, among: shown });
  const [, most] = extent(shown.map((item) => counts[item]));
  const sizeOf = (item: number) => 4 + 18 * Math.sqrt(counts[item] / Math.max(1, most));
  const said = (item: number) =>
    [labels[item], ...(notes ? [notes[item]] : []), `${means[item]}, ratings: ${counts[item]}`]
      .map(escaped)
      .join("<br>");
  const of = (name: string, items: readonly number[], style: Trace): Trace =>
    dots({
      name,
      x: items.map((item) => x[item]),
      y: items.map((item) => y[item]),
      customdata: items.map(said),
      hover: "%{customdata}<extra></extra>",
      style: { line: { width: 0 }, ...style, size: items.map(sizeOf) },
    });
  const [x, y] = principal(X, numFeatures, shown);
  const nearest = near.map(({ item }) => item);
  const named = lit === undefined ? [] : [lit, ...nearest];
  const bounds = [x, y].map((axis) => padded([...shown, ...marked, ...named].map((item) => axis[item])));
  const places = textPlaces(
    named.map((item) => [x[item], y[item]]),
    named.map((item) => shortened(labels[item], longest)),
    bounds,
  );
  const withNames = (trace: Trace, items: readonly number[], from: number): Trace => ({
    ...trace,
    mode: "markers+text",
    text: items.map((item) => escaped(shortened(labels[item], longest))),
    textfont: { color: colours.vermilion },
    textposition: places.slice(from, from + items.length),
  });
  return figure(
    [
      of("items", shown, { color: colours.grey, opacity: 0.25 }),
      ...(marked.length > 0 ? [of("your own", marked, { color: colours.blue, symbol: "diamond" })] : []),
      ...(lit === undefined
        ? []
        : [
            withNames(of("the nearest", nearest, { color: colours.orange }), nearest, 1),
            withNames(of("lit up", [lit], { color: colours.vermilion }), [lit], 0),
          ]),
    ],
    {
      title: options.title ?? (lit === undefined ? "The items in feature space" : `Near ${labels[lit]}`),
      x: { title: "first component", range: bounds[0] },
      y: { title: "second component", range: bounds[1] },
      height: 560,
      showlegend: marked.length > 0 || lit !== undefined,
    },
  );
}

/** The longest label that is drawn whole, in letters. */
const longest = 28;

/** The size of the drawing without its margins, in pixels: about. */
const drawing = { width: 620, height: 410 };

/**
 * Where all items lie along the two directions in which the features of some of them vary the most, counted from their
 * mean; each direction turned so that its greatest entry is positive.
 */
function principal(X: ArrayLike<number>, n: number, some: readonly number[]): [Float64Array, Float64Array] {
  const centre = new Float64Array(n);
  for (const item of some) for (let f = 0; f < n; f++) centre[f] += X[item * n + f] / some.length;
  const spread = new Float64Array(n * n);
  for (const item of some)
    for (let f = 0; f < n; f++)
      for (let g = 0; g < n; g++)
        spread[f * n + g] += (X[item * n + f] - centre[f]) * (X[item * n + g] - centre[g]);
  const { values, V } = eigen(spread, n);
  const largest = [...values.keys()].sort((a, b) => values[b] - values[a]);
  const directions = largest.slice(0, 2).map((column) => {
    const entries = Float64Array.from({ length: n }, (_, f) => V[f * n + column]);
    const greatest = entries.reduce((most, entry) => (Math.abs(entry) > Math.abs(most) ? entry : most));
    return entries.map((entry) => entry * (greatest < 0 ? -1 : 1));
  });
  const along = (direction: Float64Array) =>
    Float64Array.from({ length: X.length / n }, (_, item) =>
      direction.reduce((sum, part, f) => sum + part * (X[item * n + f] - centre[f]), 0),
    );
  return [along(directions[0]), along(directions[1])];
}

function padded(values: readonly number[]): [number, number] {
  const [low, high] = values.length > 0 ? extent(values) : [0, 0];
  const pad = (high - low || 1) * 0.06;
  return [low - pad, high + pad];
}

/** Where the names go beside their points, so that none covers another. */
function textPlaces(points: number[][], texts: string[], [across, down]: number[][]): string[] {
  const part = (value: number, [low, high]: number[]) => (value - low) / (high - low);
  const x = points.map(([first]) => part(first, across) * drawing.width);
  const y = points.map(([, second]) => (1 - part(second, down)) * drawing.height);
  return labelPlaces(x, y, texts, drawing);
}

/** The mean of each item's ratings, in words. */
function meansOf({ items, values, numItems }: Ratings, counts: ArrayLike<number>): string[] {
  const totals = new Float64Array(numItems);
  values.forEach((value, k) => {
    totals[items[k]] += value;
  });
  return Array.from(totals, (total, item) =>
    counts[item] === 0 ? "not rated" : `mean ${(total / counts[item]).toFixed(2)}`,
  );
}
