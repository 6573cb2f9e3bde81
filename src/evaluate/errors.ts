import { checkFinite, checkOptions } from "../base/check";
import { checkSameSize } from "../model/model";
import { checkPredictor, type Predictor, predictAt } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";

export interface ErrorOptions {
  /** The scale of the ratings: predictions beyond it count as its ends. @default none, as predicted */
  range?: readonly [min: number, max: number];
}

/**
 * Root mean squared error, in stars: √(1/n Σ (prediction − y)²) over the given ratings (n of them).
 *
 * @throws RangeError when the model and the ratings differ in size, or for a range that is not one.
 */
export function rmse(model: Predictor, ratings: Ratings, options: ErrorOptions = {}): number {
  return Math.sqrt(meanError(model, ratings, options, (error) => error * error));
}

/**
 * Mean absolute error, in stars: 1/n Σ |prediction − y| over the given ratings (n of them).
 *
 * @throws RangeError as `rmse` does.
 */
export function mae(model: Predictor, ratings: Ratings, options: ErrorOptions = {}): number {
  return meanError(model, ratings, options, Math.abs);
}

function meanError(
  model: Predictor,
  ratings: Ratings,
  options: ErrorOptions,
  costOf: (error: number) => number,
): number {
  checkOptions(options, ["range"]);
  checkPredictor(model);
  checkSameSize(model, ratings);
  const [min, max] = options.range ?? [-Infinity, Infinity];
  if (options.range) {
    checkFinite("range[0]", min);
    checkFinite("range[1]", max);
    if (min > max) throw new RangeError(`range must go up, got [${min}, ${max}]`);
  }
  const { items, users, values } = ratings;
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const predicted = predictAt(model, items[k], users[k]);
    sum += costOf(Math.min(max, Math.max(min, predicted)) - values[k]);
  }
  return sum / values.length;
}
