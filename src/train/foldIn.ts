import { checkFinite, checkIndex, checkOptions, checkPositive } from "../base/check";
import { inverse, solve } from "../math/linear";
import { checkModel, type Model } from "../model/model";
import { isPosterior, type Posterior, type Predictor } from "../model/posterior";
import { byUser, type Id, type Ratings } from "../ratings/ratings";
import {
  type FoldInSamplesOptions,
  foldUserIn,
  type SampledRow,
  type SampledUser,
  withRow,
} from "./foldInSamples";
import {
  appended,
  checkEachOnce,
  checkRow,
  type FoldInOptions,
  foldedIn,
  normalEquations,
  settingsOf,
  undecided,
  type Weighted,
  weightsOf,
} from "./ridge";

/**
 * A new user's weights and bias, without training again: the lecture's linear regression for one user on the learned
 * features, in closed form. It minimizes
 *
 * ½ Σ_i v_i (w·X_i + b + mu_i − y_i)² + λ/2 ‖w‖²  over the items i that the user has rated, v being the ratings'
 * weights, 1 where there is none; b carries no penalty.
 *
 * Since b is free, it takes up the means: with X and y less their means over the rated items (x̄, ȳ),
 * w = (XᵀVX + λI)⁻¹ XᵀVy and b = ȳ − w·x̄. Someone who has rated nothing gets w = 0 and b = 0.
 *
 * Under loss "logistic" the values are labels, and in the place of half the squared error stands the cross-entropy: the
 * minimum is found by Newton's method. Where all labels are the same no finite b would be the best; it is then penalized
 * too, as if it were normal with variance 1.
 *
 * In a posterior a user has a row in each sample: it is drawn from its distribution given the ratings, that sample's
 * items, and how the sample's other users are spread, which takes the penalty's place. Their predictions are then as sure,
 * or unsure, as those of the users that it was learned from; and who has rated nothing is like any of them.
 *
 * O(ratings × features² + features³), of a posterior for each sample.
 *
 * @param mine The user's ratings, in the units of the model's predictions (in stars, where the model has its means), or
 *   their labels.
 * @param options.lambda Weight of the penalty on w. @default 1
 * @param options.loss What an error costs. @default the model's own: "logistic" where it was learned from labels
 * @param options.seed Of a posterior, in the place of the other two: of the random numbers. @default 0
 * @throws RangeError for an item out of range or rated twice, a value that is not finite, a label that is not 0 or 1
 *   under "logistic", a negative lambda, and for a lambda of 0 where the ratings do not determine the weights.
 */
export function foldIn(
  model: Model,
  mine: readonly ({ item: number; value: number } & Weighted)[],
  options?: FoldInOptions,
): { w: Float64Array; b: number };
export function foldIn(
  posterior: Posterior,
  mine: readonly ({ item: number; value: number } & Weighted)[],
  options?: FoldInSamplesOptions,
): SampledUser;
export function foldIn(
  model: Predictor,
  mine: readonly ({ item: number; value: number } & Weighted)[],
  options: FoldInOptions & FoldInSamplesOptions = {},
): { w: Float64Array; b: number } | SampledUser {
  if (isPosterior(model)) return foldUserIn(model, mine, options);
  const settings = settingsOf(model, options);
  checkEachOnce("item", mine, model.numItems);
  const { mu, numFeatures: n } = model;
  if (mine.length === 0) return { w: new Float64Array(n), b: 0 };
  const offsets = mine.map(({ item }) => mu[item]);
  const found = foldedIn(featuresOf(model, mine), mine, offsets, settings, `${n} weights and a bias`);
  return { w: found.slope, b: found.constant };
}

/** The features of the items rated, a row a rating. */
const featuresOf = ({ X, numFeatures: n }: Model, mine: readonly { item: number }[]) =>
  mine.map(({ item }) => X.subarray(item * n, (item + 1) * n));

/** Folds one of the ratings' own users in, and writes their weights and bias into the model. */
export function foldInRow(model: Model, ratings: Ratings, user: number, lambda?: number): void {
  const { start, order } = byUser(ratings);
  const { items, values, weights } = ratings;
  const places = order.subarray(start[user], start[user + 1]);
  const mine = Array.from(places, (k) => ({ item: items[k], value: values[k], weight: weights?.[k] }));
  const { w, b } = foldIn(model, mine, { lambda });
  model.W.set(w, user * model.numFeatures);
  model.b[user] = b;
}

/**
 * How far the weights and the bias of `foldIn` may be off: the covariance of (w, b) given the ratings,
 * (numFeatures + 1)², row-major, the bias last. With ratings that scatter about w·X_i + b + mu_i with variance σ²,
 * weights that are normal with variance σ²/λ, and any bias,
 *
 * Cov(w, b) = σ² (X̃ᵀVX̃ + diag(λ, …, λ, 0))⁻¹,  the rows of X̃ being (X_i, 1) of the rated items,
 *
 * and a prediction for features x has the variance (x, 1) Cov (x, 1)ᵀ, to which a rating adds σ² of its own. The bias of
 * someone who has rated nothing counts as known from one rating: its variance is σ².
 *
 * O(ratings × features² + features³).
 *
 * @param options.lambda The lambda of `foldIn`, > 0. @default 1
 * @param options.noise σ², in stars². @default 1
 * @throws RangeError for an item out of range, a lambda or a noise that is not positive.
 */
export function foldInCovariance(
  model: Model,
  mine: readonly ({ item: number } & Weighted)[],
  options: { lambda?: number; noise?: number } = {},
): Float64Array {
  checkOptions(options, ["lambda", "noise"]);
  const { lambda = 1, noise = 1 } = options;
  checkModel(model);
  checkPositive("lambda", lambda);
  checkPositive("noise", noise);
  mine.forEach(({ item }, k) => {
    checkIndex("item", item, model.numItems, `rating ${k}`);
  });
  const { X, numFeatures: F } = model;
  const n = F + 1;
  const A = new Float64Array(n * n);
  for (const { item, weight = 1 } of mine) {
    for (let f = 0; f < n; f++) {
      const x = weight * (f < F ? X[item * F + f] : 1);
      for (let g = 0; g < F; g++) A[f * n + g] += x * X[item * F + g];
      A[f * n + F] += x;
    }
  }
  for (let f = 0; f < F; f++) A[f * n + f] += lambda;
  if (mine.length === 0) A[n * n - 1] = 1;
  const inverted = inverse(A, n);
  if (inverted === undefined) throw undecided(mine.length, `${F} weights and a bias`, lambda);
  return inverted.map((value) => noise * value);
}

/**
 * With what factor each of a user's ratings, less its item's mean, enters their prediction for an item:
 * v_k (1/Σv + (X_i − x̄)ᵀ (XᵀVX + λI)⁻¹ (X_k − x̄)), v being the weights, in the order of `mine`.
 */
export function influences(
  model: Model,
  mine: readonly ({ item: number } & Weighted)[],
  item: number,
  lambda: number,
): Float64Array {
  const { X, numFeatures: n } = model;
  const { A, centred, meanX, total } = normalEquations(featuresOf(model, mine), lambda, weightsOf(mine));
  const z = solve(
    A,
    meanX.map((mean, f) => X[item * n + f] - mean),
  );
  if (z === undefined) throw undecided(mine.length, `${n} weights and a bias`, lambda);
  return Float64Array.from(
    mine,
    ({ weight = 1 }, k) => weight * z.reduce((sum, value, f) => sum + value * centred[k * n + f], 1 / total),
  );
}

/** What was folded in, sample by sample. @throws TypeError where it was folded into a single model. */
export function sampledRows<Row>(
  folded: { samples: readonly Row[] } | object,
  rowOf: (sample: Row) => SampledRow,
): SampledRow[] {
  if (!("samples" in folded))
    throw new TypeError(
      "what is folded into a posterior must have samples, as foldIn of one gives, got none",
    );
  return folded.samples.map(rowOf);
}

/**
 * The model, or posterior, with one more user, as the last column. The model given is left as it was.
 *
 * @param user.id The user's id, in a model that has ids. @default "you", as in `withRatingsOf`
 *
 * @throws RangeError when the weights are not one for each feature, or not finite.
 */
export function withUser(model: Model, user: { w: ArrayLike<number>; b: number; id?: Id }): Model;
export function withUser(posterior: Posterior, user: SampledUser & { id?: Id }): Posterior;
export function withUser(
  model: Predictor,
  user: ({ w: ArrayLike<number>; b: number } | SampledUser) & { id?: Id },
): Predictor {
  const { id = "you" } = user;
  if (isPosterior(model)) {
    const rows = sampledRows(user, ({ w, b, spread }) => ({ row: w, constant: b, spread }));
    return { ...withRow(model, "user", rows), ...(model.userIds && { userIds: [...model.userIds, id] }) };
  }
  if (!("w" in user)) throw new TypeError("user must have w and b for a single model, got samples");
  const { w, b } = user;
  checkRow("w", w, model.numFeatures);
  checkFinite("b", b);
  const userIds = model.userIds && { userIds: [...model.userIds, id] };
  return {
    ...model,
    numUsers: model.numUsers + 1,
    W: appended(model.W, w),
    b: appended(model.b, [b]),
    ...userIds,
  };
}
