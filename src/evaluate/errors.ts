import { checkFinite, checkOptions, checkSome, optionNames, outOfRange } from "../base/check";
import { atOnce, type Steps, stepProducts } from "../base/steps";
import { sigmoid } from "../math/logistic";
import { clipper, type Range } from "../math/statistics";
import { checkLabels } from "../model/cost";
import { checkUnits } from "../model/means";
import { checkSameSize } from "../model/model";
import { checkPredictor, isPosterior, type Predictor, predictAt } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";

export interface ErrorOptions {
  /** The scale of the ratings: predictions beyond it count as its ends. @default none, as predicted */
  range?: Range;
}

const names = optionNames<ErrorOptions>({ range: true });

/**
 * Root mean squared error, in stars: √(1/n Σ (prediction − y)²) over the given ratings (n of them).
 *
 * Of a model learned from labels the prediction is the probability g(z), and its square the Brier score.
 *
 * @throws RangeError when the model and the ratings differ in size or ids, for normalized ratings and a model that has
 *   its means, for a range that is not one, a prediction
 *   that is not finite, and where the model is of labels for a rating that is none.
 */
export function rmse(model: Predictor, ratings: Ratings, options: ErrorOptions = {}): number {
  return atOnce(errorSteps(model, ratings, options)).rmse;
}

/**
 * Mean absolute error, in stars: 1/n Σ |prediction − y| over the given ratings (n of them).
 *
 * @throws RangeError as `rmse` does.
 */
export function mae(model: Predictor, ratings: Ratings, options: ErrorOptions = {}): number {
  return atOnce(errorSteps(model, ratings, options)).mae;
}

/** Whether the model was learned from labels, so that its W_j·X_i + b_j + mu_i is the z of a probability. */
export function isOfLabels(model: Predictor): boolean {
  return !isPosterior(model) && model.loss === "logistic";
}

/**
 * `rmse` and `mae` together, in steps.
 *
 * @param onRatings Told how many ratings were done.
 */
export function* errorSteps(
  model: Predictor,
  ratings: Ratings,
  options: ErrorOptions = {},
  onRatings?: (done: number) => void,
): Steps<{ rmse: number; mae: number }> {
  checkOptions(options, names);
  checkPredictor(model);
  checkSameSize(model, ratings);
  checkUnits(model, ratings);
  checkSome("ratings", "rating", ratings.values);
  for (const [k, end] of (options.range ?? []).entries()) checkFinite(`range[${k}]`, end);
  const clip = clipper(options.range);
  const ofLabels = isOfLabels(model);
  if (ofLabels) checkLabels(ratings);
  let [squares, sum] = [0, 0];
  for (const { from, predicted } of predictions(model, ratings)) {
    for (let k = 0; k < predicted.length; k++) {
      const prediction = ofLabels ? sigmoid(predicted[k]) : predicted[k];
      const error = clip(prediction) - ratings.values[from + k];
      squares += error * error;
      sum += Math.abs(error);
    }
    onRatings?.(from + predicted.length);
    yield;
  }
  const n = ratings.values.length;
  return { rmse: Math.sqrt(squares / n), mae: sum / n };
}

/**
 * The predictions for the cells of a list, some at a time.
 *
 * @throws RangeError for one that is not finite, naming its cell.
 */
export function* predictions(
  model: Predictor,
  { items, users }: Ratings,
): Generator<{ from: number; predicted: Float64Array }> {
  const terms = (isPosterior(model) ? model.samples.length : 1) * (model.numFeatures + 1);
  const atOnce = Math.ceil(stepProducts / terms);
  for (let from = 0; from < items.length; from += atOnce) {
    const predicted = new Float64Array(Math.min(atOnce, items.length - from));
    for (let k = 0; k < predicted.length; k++) {
      const [item, user] = [items[from + k], users[from + k]];
      predicted[k] = predictAt(model, item, user);
      if (!Number.isFinite(predicted[k])) {
        throw outOfRange("the model's prediction", "finite", predicted[k], `item ${item}, user ${user}`);
      }
    }
    yield { from, predicted };
  }
}
