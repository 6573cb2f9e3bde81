/** Weights of ratings: how many times each counts in what is learned. */
import { checkFinite, checkLength, outOfRange } from "../base/check";
import type { Ratings } from "./ratings";

/**
 * The same ratings, each with a weight: in what is learned a rating of weight w counts as if it stood there w times.
 * Of weight 1 are all ratings that have none. Every trainer takes them, what folds in, and what is tried first; errors
 * and lists are measured without.
 *
 * @param weights One for each rating, in their order, > 0: what is to count nothing is left out of the ratings.
 * @throws RangeError for another number of weights, and for one that is not finite or not > 0.
 */
export function withWeights(ratings: Ratings, weights: ArrayLike<number>): Ratings {
  const weighted: Ratings = { ...ratings, weights: Float64Array.from(weights) };
  checkWeights(weighted);
  return weighted;
}

/** The weights, where ratings have any, are one for each, finite and > 0. @throws RangeError when they are not. */
export function checkWeights({ weights, values }: Pick<Ratings, "weights" | "values">): void {
  if (weights === undefined) return;
  checkLength("weights", weights, values.length);
  for (let k = 0; k < weights.length; k++) {
    checkFinite("weight", weights[k], `rating ${k}`);
    if (!(weights[k] > 0)) throw outOfRange("weight", "> 0", weights[k], `rating ${k}`);
  }
}

/** Σ w over the ratings of each item, or of each user; without weights how many there are. */
export function weightBy(
  kind: "item" | "user",
  { items, users, numItems, numUsers, values, weights }: Ratings,
): Float64Array {
  const [keys, length] = kind === "item" ? [items, numItems] : [users, numUsers];
  const sums = new Float64Array(length);
  for (let k = 0; k < values.length; k++) sums[keys[k]] += weights === undefined ? 1 : weights[k];
  return sums;
}
