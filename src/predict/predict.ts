import { checkCount, checkIndex, checkOptions, optionNames, outOfRange } from "../base/check";
import { clipper, type Range } from "../math/statistics";
import { checkSameIds, type ModelSize } from "../model/model";
import {
  type Interval,
  intervalAt,
  isPosterior,
  type Posterior,
  type Predictor,
  predictAt,
  samplesOf,
} from "../model/posterior";
import { byUser, type Cell, type Ratings } from "../ratings/ratings";

/**
 * The rating that user j is predicted to give item i: W_j·X_i + b_j + mu_i; of a posterior, the mean over its samples.
 *
 * Under binary labels this is z, and `sigmoid` of it the probability.
 *
 * @param options.range The lowest rating and the highest: what lies beyond counts as these. @default none
 * @param options.interval Of a posterior: the probability, between 0 and 1, with which the rating itself, noise and
 *   all, is to lie between `low` and `high`; it falls below and above with equal probability. @default none: the
 *   number alone
 * @throws RangeError for an item or a user that the model does not have, an interval out of range, and a model whose
 *   prediction is not finite.
 */
export function predict(model: Predictor, at: Cell, options?: { range?: Range }): number;
export function predict(
  posterior: Posterior,
  at: Cell,
  options: { interval: number; range?: Range },
): Interval;
export function predict(
  model: Predictor,
  at: Cell,
  options: { interval?: number; range?: Range } = {},
): number | Interval {
  checkIndex("item", at.item, model.numItems);
  checkIndex("user", at.user, model.numUsers);
  checkOptions(options, ["interval", "range"]);
  const { interval } = options;
  const clip = clipper(options.range);
  if (interval === undefined) return clip(finite(predictAt(model, at.item, at.user), at));
  if (!isPosterior(model))
    throw new TypeError("model must be a posterior for an interval, got a single model");
  const { mean, low, high } = intervalAt(model, at.item, at.user, interval);
  return { mean: clip(mean), low: clip(low), high: clip(high) };
}

/** The prediction, unless the model has a NaN or an infinity in it. */
export function finite(prediction: number, { item, user }: Cell): number {
  if (Number.isFinite(prediction)) return prediction;
  throw outOfRange("the model's prediction", "finite", prediction, `item ${item}, user ${user}`);
}

/** An item and its score. */
export interface Scored {
  item: number;
  score: number;
}

export interface RecommendOptions {
  /** Whom to recommend to. */
  user: number;
  /** Ratings whose items, where this user rated them, are left out: what was seen already. @default none */
  exclude?: Ratings;
  /** Whether what was seen already may be recommended all the same. @default false */
  rated?: boolean;
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
  rated: true,
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
export function recommend(model: Predictor, options: RecommendOptions): Scored[] {
  checkOptions(options, recommendNames);
  const { user, exclude, rated = false, among, range, count = 10 } = options;
  checkIndex("user", user, model.numUsers);
  checkCount("count", count, 0);
  clipper(range);
  const seen = new Set<number>();
  if (exclude) addRatedBy(user, exclude, model, seen);
  if (rated) seen.clear();
  const scores = among === undefined ? scoresFor(model, user) : undefined;
  const scored: Scored[] = [];
  for (const item of candidatesOf(model, among)) {
    if (seen.has(item)) continue;
    const score = scores ? scores[item] : predictAt(model, item, user);
    scored.push({ item, score: finite(score, { item, user }) });
  }
  return bestOf(scored, count, range);
}

/** The scores of all items for a user, as `predictAt` has them, sample after sample, each of which lies together. */
export function scoresFor(model: Predictor, user: number): Float64Array {
  const samples = samplesOf(model);
  const { numFeatures: n, numItems } = model;
  const totals = new Float64Array(numItems);
  const w = new Float64Array(n);
  for (const { X, W, b, mu } of samples) {
    w.set(W.subarray(user * n, (user + 1) * n));
    for (let item = 0, x = 0; item < numItems; item++, x += n) {
      let sum = b[user] + mu[item];
      for (let f = 0; f < n; f++) sum += w[f] * X[x + f];
      totals[item] += sum;
    }
  }
  return isPosterior(model) ? totals.map((total) => total / samples.length) : totals;
}

/** Adds the items that a user has rated. */
export function addRatedBy(user: number, exclude: Ratings, model: Predictor, seen: Set<number>): void {
  checkRatedBy(exclude, model, user);
  const { start, order } = byUser(exclude);
  for (let k = start[user]; k < start[user + 1]; k++) seen.add(exclude.items[order[k]]);
}

/** The items to choose from, each once. @throws RangeError for one that the model does not have. */
export function candidatesOf({ numItems }: ModelSize, among: Iterable<number> | undefined): Iterable<number> {
  if (among === undefined) return new Int32Array(numItems).keys();
  return checkedEach("item", among, numItems);
}

/** Some items, or users, each once. @throws RangeError for one that there is not. */
export function checkedEach(kind: "item" | "user", among: Iterable<number>, length: number): Set<number> {
  const each = new Set(among);
  for (const one of each) checkIndex(kind, one, length, "in among");
  return each;
}

/** The best of the items, of those with the same score the lower index first, and their scores within the range. */
export function bestOf(scored: { item: number; score: number }[], count: number, range?: Range): Scored[] {
  const clip = clipper(range);
  return scored
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count)
    .map(({ item, score }) => ({ item, score: clip(score) }));
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
