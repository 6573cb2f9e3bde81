/** A new user, folded into a model of counts, without training again. */
import { checkOptions, optionNames } from "../base/check";
import { solve } from "../math/linear";
import { checkModel, type Model } from "../model/model";
import {
  type Confidence,
  type ConfidenceOptions,
  checkConfidence,
  checkCountAt,
  extraConfidence,
  penaltySettings,
  rowPenalty,
} from "./als/confidence";
import { checkEachOnce, undecided, type Weighted } from "./ridge";

/** The settings that the model was learned with, of which the confidence is among what `factorizeImplicit` gives. */
export interface FoldInImplicitOptions extends ConfidenceOptions {
  confidence: Confidence;
}

const names = optionNames<FoldInImplicitOptions>({ confidence: true, lambda: true, penaltyExponent: true });

/**
 * A new user's weights in a model of `factorizeImplicit`, from their counts: where `foldIn` looks at what was rated alone,
 * this is the minimum over all items, those without a count too, of
 *
 * Σ_i c_i (p_i − w·X_i)² + λ (Σ_i c_i)^ν ‖w‖²
 *
 * with c and p as there: w = (XᵀX + Σ (c − 1) X_i X_iᵀ + λ (Σ c)^ν I)⁻¹ Σ c X_i, the sums over the items with a count.
 * There is no bias. Someone without a count gets w = 0.
 *
 * O((items + counts) × features² + features³).
 *
 * @param mine The user's counts. A count of zero is as none.
 * @param options.confidence That of `factorizeImplicit`'s result.
 * @param options.lambda, options.penaltyExponent Those that the model was learned with. @default as there
 * @throws RangeError for an item out of range or given twice, a negative count, options out of range, and for a lambda of
 *   0 where the features do not determine the weights.
 */
export function foldInImplicit(
  model: Model,
  mine: readonly ({ item: number; value: number } & Weighted)[],
  options: FoldInImplicitOptions,
): { w: Float64Array; b: number } {
  checkOptions(options, names);
  const { confidence } = options;
  const penalty = penaltySettings(options);
  checkConfidence(confidence);
  checkModel(model);
  checkEachOnce("item", mine, model.numItems);
  for (const [k, { value }] of mine.entries()) checkCountAt(value, k);
  const extraOf = extraConfidence(confidence);
  const extra = mine.map(({ value, weight }) => extraOf(value, weight));
  const { X, numItems, numFeatures: n } = model;
  const A = gramOf(model);
  const r = new Float64Array(n);
  mine.forEach(({ item, value }, k) => {
    if (value === 0) return;
    const x = X.subarray(item * n, (item + 1) * n);
    for (let f = 0; f < n; f++) {
      r[f] += (1 + extra[k]) * x[f];
      for (let g = 0; g <= f; g++) A[f * n + g] += extra[k] * x[f] * x[g];
    }
  });
  if (r.every((value) => value === 0)) return { w: r, b: 0 };
  const confidences = extra.reduce((sum, value) => sum + value, numItems);
  for (let f = 0; f < n; f++) A[f * n + f] += rowPenalty(confidences, penalty);
  const w = solve(A, r);
  if (w === undefined) throw undecided(mine.length, `${n} weights`, penalty.lambda);
  return { w, b: 0 };
}

/** The lower triangle of XᵀX, which is all that is read of it. */
function gramOf({ X, numFeatures: n }: Model): Float64Array {
  const G = new Float64Array(n * n);
  for (let at = 0; at < X.length; at += n)
    for (let f = 0; f < n; f++) for (let g = 0; g <= f; g++) G[f * n + g] += X[at + f] * X[at + g];
  return G;
}
