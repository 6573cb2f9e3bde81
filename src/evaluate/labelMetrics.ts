import { atOnce, type Steps } from "../base/steps";
import { crossEntropy } from "../math/logistic";
import { checkLabels } from "../model/cost";
import { checkModel, checkSameSize, type Model } from "../model/model";
import { isPosterior, type Predictor } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { predictions } from "./errors";

/**
 * Log loss: the mean cross-entropy of the labels under the predicted probabilities g(z), z = W_j·X_i + b_j + mu_i, in
 * nats: 1/n Σ −y log g(z) − (1 − y) log(1 − g(z)). Guessing a half everywhere gives log 2 = 0.693.
 *
 * @throws RangeError when the model and the labels differ in size or ids, or for a label that is not 0 or 1; TypeError
 *   for a posterior, which predicts stars.
 */
export function logLoss(model: Model, labels: Ratings): number {
  return atOnce(logLossSteps(model, labels));
}

/** `logLoss`, in steps. */
export function* logLossSteps(model: Predictor, labels: Ratings): Steps<number> {
  checkLabelled(model, labels);
  let sum = 0;
  for (const { from, predicted } of predictions(model, labels)) {
    for (let k = 0; k < predicted.length; k++) sum += crossEntropy(predicted[k], labels.values[from + k]);
    yield;
  }
  return sum / labels.values.length;
}

/**
 * The area under the ROC curve: the chance that of a cell labelled 1 and one labelled 0, drawn at random, the first
 * has the higher predicted probability; half where they are the same. Guessing gives ½. All cells together, whoever's
 * they are: that of each person's own list is the `aucByUser` of `ranking`.
 *
 * Computed from ranks, as Mann and Whitney's U: AUC = (Σ ranks of the 1s − n₁(n₁ + 1)/2) / (n₁ n₀). O(n log n).
 *
 * @throws RangeError as `logLoss` does, and when all labels are the same.
 */
export function auc(model: Model, labels: Ratings): number {
  const area = atOnce(aucSteps(model, labels));
  if (!Number.isNaN(area)) return area;
  throw new RangeError(`labels must hold both 0 and 1 for an AUC, got only ${labels.values[0]}`);
}

/** `auc`, in steps; NaN where all labels are the same. */
export function* aucSteps(model: Predictor, labels: Ratings): Steps<number> {
  checkLabelled(model, labels);
  const z = new Float64Array(labels.values.length);
  for (const { from, predicted } of predictions(model, labels)) {
    z.set(predicted, from);
    yield;
  }
  return areaUnderCurve(z, labels.values);
}

/** The area under the ROC curve of scores and labels; NaN where all labels are the same. */
function areaUnderCurve(z: Float64Array, labels: Float64Array): number {
  // Equal scores share the mean of their ranks, so that only the values of each class are to be sorted.
  const [ones, zeros] = [1, 0].map((label) => z.filter((_, k) => labels[k] === label).sort());
  let below = 0;
  let least = 0;
  let past = 0;
  for (const score of ones) {
    while (least < zeros.length && zeros[least] < score) least++;
    past = Math.max(past, least);
    while (past < zeros.length && zeros[past] === score) past++;
    below += (least + past) / 2;
  }
  return below / (ones.length * zeros.length);
}

/** The model and the labels go together, and are a model and labels. */
export function checkLabelled(model: Predictor, labels: Ratings): asserts model is Model {
  if (isPosterior(model)) throw new TypeError("model must give probabilities of labels, got a posterior");
  checkModel(model);
  checkSameSize(model, labels);
  checkLabels(labels);
}
