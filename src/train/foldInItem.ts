/** A new item, folded into a model as a user is: its features and its mean, without training again. */
import { checkFinite } from "../base/check";
import { mean } from "../math/statistics";
import type { Model } from "../model/model";
import { isPosterior, type Posterior, type Predictor } from "../model/posterior";
import type { Id } from "../ratings/ratings";
import { sampledRows } from "./foldIn";
import { type FoldInSamplesOptions, foldItemIn, type SampledItem, withRow } from "./foldInSamples";
import {
  appended,
  checkEachOnce,
  checkRow,
  type FoldInOptions,
  foldedIn,
  settingsOf,
  type Weighted,
} from "./ridge";

/**
 * A new item's features and mean, without training again: the linear regression of its ratings on the learned weights of
 * its raters, in closed form. It minimizes
 *
 * ½ Σ_j v_j (W_j·x + b_j + mu − y_j)² + λ/2 ‖x‖²  over the users j who have rated the item, with weights v; mu carries no penalty.
 *
 * Since mu is free, it takes up the means: with W and y − b less their means over the raters (w̄, ȳ),
 * x = (WᵀW + λI)⁻¹ Wᵀ(y − b) and mu = ȳ − w̄·x. What nobody has rated gets x = 0 and the mean of the model's mu.
 *
 * Under loss "logistic" the values are labels, and in the place of half the squared error stands the cross-entropy, as in
 * `foldIn`; and so in a posterior, where an item has a row in each sample.
 *
 * O(ratings × features² + features³).
 *
 * @param theirs The item's ratings, in stars, or its labels.
 * @param options.lambda Weight of the penalty on x. @default 1
 * @param options.loss What an error costs. @default the model's own: "logistic" where it was learned from labels
 * @throws RangeError for a user out of range or given twice, a value that is not finite, a label that is not 0 or 1
 *   under "logistic", a negative lambda, and for a lambda of 0 where the ratings do not determine the features.
 */
export function foldInItem(
  model: Model,
  theirs: readonly ({ user: number; value: number } & Weighted)[],
  options?: FoldInOptions,
): { x: Float64Array; mu: number };
export function foldInItem(
  posterior: Posterior,
  theirs: readonly ({ user: number; value: number } & Weighted)[],
  options?: FoldInSamplesOptions,
): SampledItem;
export function foldInItem(
  model: Predictor,
  theirs: readonly ({ user: number; value: number } & Weighted)[],
  options: FoldInOptions & FoldInSamplesOptions = {},
): { x: Float64Array; mu: number } | SampledItem {
  if (isPosterior(model)) return foldItemIn(model, theirs, options);
  const settings = settingsOf(model, options);
  checkEachOnce("user", theirs, model.numUsers);
  const { W, b, mu, numFeatures: n } = model;
  if (theirs.length === 0) return { x: new Float64Array(n), mu: mean(mu) };
  const rows = theirs.map(({ user }) => W.subarray(user * n, (user + 1) * n));
  const offsets = theirs.map(({ user }) => b[user]);
  const found = foldedIn(rows, theirs, offsets, settings, `${n} features and a mean`);
  return { x: found.slope, mu: found.constant };
}

/**
 * The model, or posterior, with one more item, as the last row. The model given is left as it was.
 *
 * @param item.id The item's id, in a model that has ids. @default "new"
 * @throws RangeError when there is not one x for each feature, or one is not finite.
 */
export function withItem(model: Model, item: { x: ArrayLike<number>; mu: number; id?: Id }): Model;
export function withItem(posterior: Posterior, item: SampledItem & { id?: Id }): Posterior;
export function withItem(
  model: Predictor,
  item: ({ x: ArrayLike<number>; mu: number } | SampledItem) & { id?: Id },
): Predictor {
  const { id = "new" } = item;
  if (isPosterior(model)) {
    const rows = sampledRows(item, ({ x, mu, spread }) => ({ row: x, constant: mu, spread }));
    return { ...withRow(model, "item", rows), ...(model.itemIds && { itemIds: [...model.itemIds, id] }) };
  }
  if (!("x" in item)) throw new TypeError("item must have x and mu for a single model, got samples");
  const { x, mu } = item;
  checkRow("x", x, model.numFeatures);
  checkFinite("mu", mu);
  const itemIds = model.itemIds && { itemIds: [...model.itemIds, id] };
  return {
    ...model,
    numItems: model.numItems + 1,
    X: appended(model.X, x),
    mu: appended(model.mu, [mu]),
    ...itemIds,
  };
}
