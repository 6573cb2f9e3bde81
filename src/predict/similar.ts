/** What is similar: items by their features, people by their weights. */
import { checkCount, checkIndex, checkOneOf, checkOptions } from "../base/check";
import { type Block, dot } from "../math/dot";
import { type Predictor, samplesOf } from "../model/posterior";
import { checkedEach } from "./predict";

/**
 * How far apart two rows of features are: "distance", ‖x − y‖²; or "cosine", 1 − x·y / (‖x‖ ‖y‖), which looks at their
 * directions alone, and is 1 where one of them is zero.
 */
export type Measure = "distance" | "cosine";

export const measures: readonly Measure[] = ["distance", "cosine"];

export interface SimilarOptions {
  /** How many at most. @default 10 */
  count?: number;
  /** Those to choose from. @default all */
  among?: Iterable<number>;
  /** @default "distance" */
  measure?: Measure;
}

/**
 * The items nearest to one in feature space, nearest first: those with the smallest ‖x(k) − x(i)‖², or by cosine. The
 * item itself is left out. Of a posterior each sample has its own features, and what counts is the mean of the distances.
 *
 * The features of an item that few have rated stay small, which brings all such items together and near to any that is
 * no extreme: `among: itemsRated(ratings, { atLeast: 50 })` leaves them out, and so does the cosine.
 *
 * Source: the lecture, "Finding related items".
 *
 * @throws RangeError for an item that the model does not have, and options out of range.
 */
export function similarItems(
  model: Predictor,
  options: SimilarOptions & { item: number },
): { item: number; distance: number }[] {
  const { item, ...others } = options;
  return nearest(model, { kind: "item", of: item }, others).map(({ row, distance }) => ({
    item: row,
    distance,
  }));
}

/**
 * The people whose taste is nearest to one's, nearest first: by their weights, as `similarItems` has items by their
 * features. Their biases take no part: whether somebody gives many stars or few is not what they like.
 *
 * @throws RangeError for a user that the model does not have, and options out of range.
 */
export function similarUsers(
  model: Predictor,
  options: SimilarOptions & { user: number },
): { user: number; distance: number }[] {
  const { user, ...others } = options;
  return nearest(model, { kind: "user", of: user }, others).map(({ row, distance }) => ({
    user: row,
    distance,
  }));
}

function nearest(
  model: Predictor,
  { kind, of }: { kind: "item" | "user"; of: number },
  options: SimilarOptions,
): { row: number; distance: number }[] {
  checkOptions(options, ["count", "among", "measure"]);
  const { count = 10, measure = "distance" } = options;
  const length = kind === "item" ? model.numItems : model.numUsers;
  checkIndex(kind, of, length);
  checkCount("count", count, 0);
  checkOneOf("measure", measure, measures);
  const { among = new Int32Array(length).keys() } = options;
  const distance = distanceBetween(model, kind === "item" ? "X" : "W", measure);
  const near: { row: number; distance: number }[] = [];
  for (const row of checkedEach(kind, among, length))
    if (row !== of) near.push({ row, distance: distance(row, of) });
  return near.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, count);
}

/** A function that gives the distance of two rows, of a posterior its mean over the samples. */
export function distanceBetween(
  model: Predictor,
  name: "X" | "W",
  measure: Measure,
): (row: number, other: number) => number {
  const samples = samplesOf(model);
  const n = model.numFeatures;
  const between = measure === "distance" ? squaredDistance : cosineDistance;
  return (row, other) => {
    let sum = 0;
    for (const sample of samples) sum += between(sample[name], row, other, n);
    return sum / samples.length;
  };
}

/** ‖X_i − X_k‖². */
function squaredDistance(X: Block, i: number, k: number, numFeatures: number): number {
  let sum = 0;
  for (let f = 0; f < numFeatures; f++) sum += (X[i * numFeatures + f] - X[k * numFeatures + f]) ** 2;
  return sum;
}

function cosineDistance(X: Block, i: number, k: number, n: number): number {
  const lengths = Math.sqrt(dot(X, i * n, X, i * n, n)) * Math.sqrt(dot(X, k * n, X, k * n, n));
  return lengths === 0 ? 1 : 1 - dot(X, i * n, X, k * n, n) / lengths;
}

/** The rows of a block at length 1, or 0 where they are zero. */
export function directions(block: Block, n: number): Block {
  const rows = block.slice();
  for (let row = 0; row < rows.length; row += n) {
    const length = Math.sqrt(dot(block, row, block, row, n));
    if (length > 0) for (let f = 0; f < n; f++) rows[row + f] /= length;
  }
  return rows;
}
