import { checkCount, checkIndex, checkOptions, optionNames, outOfRange } from "../base/check";
import { clipper, type Range } from "../math/statistics";
import { checkSameIds, type Model } from "../model/model";
import {
  type Interval,
  intervalAt,
  isPosterior,
  type Posterior,
  type Predictor,
  predictAt,
} from "../model/posterior";
import { byUser, type Cell, type Ratings } from "../ratings/ratings";

/**
 * The rating that user j is predicted to give item i: W_j·X_i + b_j + mu_i; of a posterior, the mean over its samples.
 *
 * Under binary labels this is z, and `sigmoid` of it the probability.
 *
 * @param options.interval Of a posterior: the probability, between 0 and 1, with which the rating itself, noise and
 *   all, is to lie between `low` and `high`; it falls below and above with equal probability. @default none: the
 *   number alone
 * @throws RangeError for an item or a user that the model does not have, an interval out of range, and a model whose
 *   prediction is not finite.
 */
export function predict(model: Predictor, at: Cell): number;
export function predict(posterior: Posterior, at: Cell, options: { interval: number }): Interval;
export function predict(model: Predictor, at: Cell, options?: { interval: number }): number | Interval {
  checkIndex("item", at.item, model.numItems);
  checkIndex("user", at.user, model.numUsers);
  if (options === undefined) return finite(predictAt(model, at.item, at.user), at);
  checkOptions(options, ["interval"]);
  if (!isPosterior(model))
    throw new TypeError("model must be a posterior for an interval, got a single model");
  return intervalAt(model, at.item, at.user, options.interval);
}

/** The prediction, unless the model has a NaN or an infinity in it. */
function finite(prediction: number, { item, user }: Cell): number {
  if (Number.isFinite(prediction)) return prediction;
  throw outOfRange("the model's prediction", "finite", prediction, `item ${item}, user ${user}`);
}

export interface RecommendOptions {
  /** Whom to recommend to. */
  user: number;
  /** Ratings whose items, where this user rated them, are left out: what was seen already. @default none */
  exclude?: Ratings;
  /** The items to choose from. @default all */
  among?: Iterable<number>;
  /** The lowest rating and the highest: of the scores what lies beyond counts as these, after the order is made. @default none */
  range?: Range;
  /** How many at most. @default 10 */
  count?: number;
}

const recommendNames = optionNames<RecommendOptions>({
  user: true,
  exclude: true,
  among: true,
  range: true,
  count: true,
});

/**
 * The items that a user is predicted to rate highest, best first; of two with the same score the one with the
 * lower index first. At most `count`, and fewer where there are fewer.
 *
 * @throws RangeError for a user or an item that the model does not have, options out of range, `exclude` of other items
 *   or users, and a model whose prediction is not finite.
 */
export function recommend(model: Predictor, options: RecommendOptions): { item: number; score: number }[] {
  checkOptions(options, recommendNames);
  const { user, exclude, among, count = 10 } = options;
  checkIndex("user", user, model.numUsers);
  checkCount("count", count, 0);
  const clip = clipper(options.range);
  const seen = new Set<number>();
  if (exclude) {
    checkRatedBy(exclude, model, user);
    const { start, order } = byUser(exclude);
    for (let k = start[user]; k < start[user + 1]; k++) seen.add(exclude.items[order[k]]);
  }
  const scored: { item: number; score: number }[] = [];
  const consider = (item: number) => {
    if (!seen.has(item)) scored.push({ item, score: finite(predictAt(model, item, user), { item, user }) });
  };
  if (among === undefined) for (let item = 0; item < model.numItems; item++) consider(item);
  else for (const item of checkedItems(model, among)) consider(item);
  return scored
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count)
    .map(({ item, score }) => ({ item, score: clip(score) }));
}

/** Some of the model's items, each once. @throws RangeError for one that it does not have. */
function checkedItems(model: Predictor, among: Iterable<number>): Set<number> {
  const items = new Set(among);
  for (const item of items) checkIndex("item", item, model.numItems, "in among");
  return items;
}

/**
 * The items nearest to one in feature space, nearest first: those with the smallest ‖x(k) − x(i)‖². The item
 * itself is left out.
 *
 * The features of an item that few have rated stay small, which brings all such items together and near to any that is
 * no extreme: `among: itemsRated(ratings, { atLeast: 50 })` leaves them out.
 *
 * Source: the lecture, "Finding related items".
 *
 * @param options.count How many at most. @default 10
 * @param options.among The items to choose from. @default all
 * @throws RangeError for an item that the model does not have.
 */
export function similarItems(
  model: Model,
  options: { item: number; count?: number; among?: Iterable<number> },
): { item: number; distance: number }[] {
  checkOptions(options, ["item", "count", "among"]);
  const { item: i, count = 10, among = Array.from({ length: model.numItems }, (_, item) => item) } = options;
  checkIndex("item", i, model.numItems);
  checkCount("count", count, 0);
  const { X, numFeatures } = model;
  const near: { item: number; distance: number }[] = [];
  for (const item of checkedItems(model, among))
    if (item !== i) near.push({ item, distance: squaredDistance(X, item, i, numFeatures) });
  return near.sort((a, b) => a.distance - b.distance || a.item - b.item).slice(0, count);
}

/** ‖X_i − X_k‖². */
export function squaredDistance(X: Float64Array, i: number, k: number, numFeatures: number): number {
  let sum = 0;
  for (let f = 0; f < numFeatures; f++) sum += (X[i * numFeatures + f] - X[k * numFeatures + f]) ** 2;
  return sum;
}

function checkRatedBy(exclude: Ratings, model: Predictor, user: number): void {
  if (exclude.numItems !== model.numItems) {
    throw new RangeError(`exclude must have the model's ${model.numItems} items, got ${exclude.numItems}`);
  }
  // A user folded into the model has no column in the ratings it was trained on, hence nothing to leave out there;
  // but then their own ratings, which hold that column, are what should be given.
  checkIndex("user", user, exclude.numUsers, "in exclude");
  checkSameIds(model, exclude, "exclude");
}
