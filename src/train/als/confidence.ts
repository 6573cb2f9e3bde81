/** What counts (plays, clicks, purchases) say: how sure it is that a user likes an item. */

import { checkFinite, checkNotNegative, outOfRange } from "../../base/check";
import { inParts } from "../../base/pause";
import type { Ratings } from "../../ratings/ratings";

/** α in c = 1 + α × count, or a function of the count that gives c. */
export type Confidence = number | ((count: number) => number);

export interface ConfidenceOptions {
  /**
   * How sure a count makes that its user likes its item, where a cell without a count has confidence 1: α in
   * c = 1 + α × count; or a function of the count that gives c, which is at least 1, such as
   * `(count) => 1 + 5 * Math.log1p(count)`.
   *
   * @default what makes all counts together a fifteenth as sure as all cells: numItems × numUsers / (15 × their sum)
   */
  confidence?: Confidence;
  /** Weight of the penalty on features and weights. @default 0.015 */
  lambda?: number;
  /**
   * ν: by what power of the sum of its cells' confidences a row's penalty grows. 1 penalizes the row of whoever played
   * much more, 0 all rows alike, as Hu et al. do (with a lambda some thousands of times as large). @default 1
   */
  penaltyExponent?: number;
}

/** How rows are penalized. */
export type Penalty = Required<Pick<ConfidenceOptions, "lambda" | "penaltyExponent">>;

export function checkConfidence(confidence: Confidence): void {
  if (typeof confidence !== "function") checkNotNegative("confidence", confidence);
}

/** The options of the penalty with their defaults, checked. */
export function penaltySettings({ lambda = 0.015, penaltyExponent = 1 }: ConfidenceOptions): Penalty {
  checkNotNegative("lambda", lambda);
  checkFinite("penaltyExponent", penaltyExponent);
  return { lambda, penaltyExponent };
}

/** How many times as sure as all counts together all cells are, by default. */
const cellsToCounts = 15;

/**
 * The default of α: the same for counts in any unit, and fitting to few counts as to many. With it and the default of
 * lambda NDCG is about 2 % below the best that a search over both finds on MovieLens's likes.
 */
export async function defaultConfidence(
  { numItems, numUsers, values, weights }: Ratings,
  pause: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  await inParts(values.length, pause, (k) => {
    sum += (weights ? weights[k] : 1) * values[k];
  });
  checkFinite("the sum of the counts", sum);
  return (numItems * numUsers) / (cellsToCounts * sum);
}

/** Each count is a number, and not negative. */
export async function checkCounts(counts: Float64Array, pause: () => Promise<void>): Promise<void> {
  await inParts(counts.length, pause, (k) => checkCountAt(counts[k], k));
}

/** A count is a number, and not negative. */
export function checkCountAt(count: number, place: number): void {
  if (count >= 0 && count < Infinity) return;
  checkFinite("a count", count, `rating ${place}`);
  throw outOfRange("a count", ">= 0", count, `rating ${place}`);
}

/** c − 1 of a count, times its weight: by how much its confidence exceeds that of a cell without a count. */
export function extraConfidence(confidence: Confidence): (count: number, weight?: number) => number {
  if (typeof confidence === "number") return (count, weight = 1) => weight * (confidence * count);
  return (count, weight = 1) => {
    if (count === 0) return 0;
    const c = confidence(count);
    checkFinite("confidence", c, `of count ${count}`);
    if (c < 1) throw outOfRange("confidence", ">= 1", c, `of count ${count}`);
    return weight * (c - 1);
  };
}

/** λ (Σ c)^ν: the weight of the penalty on a row whose cells have such confidences in all. */
export function rowPenalty(confidences: number, { lambda, penaltyExponent }: Penalty): number {
  return lambda * confidences ** penaltyExponent;
}
