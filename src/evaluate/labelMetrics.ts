import { crossEntropy } from "../math/logistic";
import { checkLabels } from "../model/cost";
import { checkModel, checkSameSize, type Model } from "../model/model";
import { predictAt } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";

/**
 * Log loss: the mean cross-entropy of the labels under the predicted probabilities g(z), z = W_j·X_i + b_j + mu_i, in
 * nats: 1/n Σ −y log g(z) − (1 − y) log(1 − g(z)). Guessing a half everywhere gives log 2 = 0.693.
 *
 * @throws RangeError when the model and the labels differ in size, or for a label that is not 0 or 1.
 */
export function logLoss(model: Model, labels: Ratings): number {
  const z = scores(model, labels);
  const sum = labels.values.reduce((total, y, k) => total + crossEntropy(z[k], y), 0);
  return sum / labels.values.length;
}

/**
 * The area under the ROC curve: the chance that of a cell labelled 1 and one labelled 0, drawn at random, the first
 * has the higher predicted probability; half where they are the same. Guessing gives ½.
 *
 * Computed from ranks, as Mann and Whitney's U: AUC = (Σ ranks of the 1s − n₁(n₁ + 1)/2) / (n₁ n₀). O(n log n).
 *
 * @throws RangeError as `logLoss` does, and when all labels are the same.
 */
export function auc(model: Model, labels: Ratings): number {
  const z = scores(model, labels);
  const order = Int32Array.from(z.keys()).sort((a, b) => z[a] - z[b]);
  let liked = 0;
  let rankSum = 0;
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && z[order[last + 1]] === z[order[first]]) last++;
    // Those with the same score share the mean of their ranks, which count from 1.
    const rank = (first + last) / 2 + 1;
    for (let k = first; k <= last; k++) {
      if (labels.values[order[k]] === 1) {
        liked++;
        rankSum += rank;
      }
    }
    first = last + 1;
  }
  const others = order.length - liked;
  if (liked === 0 || others === 0) {
    throw new RangeError(`labels must hold both 0 and 1 for an AUC, got only ${liked === 0 ? 0 : 1}`);
  }
  return (rankSum - (liked * (liked + 1)) / 2) / (liked * others);
}

/** z of every labelled cell. */
function scores(model: Model, labels: Ratings): Float64Array {
  checkModel(model);
  checkSameSize(model, labels);
  checkLabels(labels);
  return labels.values.map((_, k) => predictAt(model, labels.items[k], labels.users[k]));
}
