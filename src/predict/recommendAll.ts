import { checkCount, checkOptions, optionNames } from "../base/check";
import { dot } from "../math/dot";
import { checkSameSize, type Model } from "../model/model";
import { predictAt } from "../model/posterior";
import { byUser, type Ratings } from "../ratings/ratings";
import { recommend, similarItems, squaredDistance } from "./predict";
import { type Lists, type Query, topItems } from "./topItems";

export interface RecommendAllOptions {
  /** Ratings whose items are left out for whoever rated them. @default none */
  exclude?: Ratings;
  /** How many items for each at most. @default 10 */
  count?: number;
  /** Threads to work on. @default the cores, for work that is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
}

const names = optionNames<RecommendAllOptions>({ exclude: true, count: true, threads: true, signal: true });

/**
 * What `recommend` gives, for every user: the same items in the same order with the same scores, found without
 * computing all of every score.
 *
 * @throws RangeError for options out of range, or `exclude` of another size.
 */
export async function recommendAll(model: Model, options: RecommendAllOptions = {}): Promise<Lists> {
  checkOptions(options, names);
  const { exclude, count = 10 } = options;
  checkCounts(options);
  if (exclude) checkSameSize(model, exclude, "exclude");
  return topItems(userQuery(model, count, exclude), options);
}

/** The items with the highest scores, for each user. */
export function userQuery(model: Model, count: number, exclude?: Ratings): Query {
  const { X, W, mu, numFeatures, numUsers } = model;
  const seen = exclude && byUser(exclude);
  return {
    W,
    X,
    mu,
    numFeatures,
    count,
    leaveStart: seen?.start ?? new Int32Array(numUsers + 1),
    leave: exclude && seen ? seen.order.map((k) => exclude.items[k]) : new Int32Array(0),
    scoreOf: (user, item) => predictAt(model, item, user),
    bestOf: (user) => recommend(model, { user, exclude, count }),
  };
}

/**
 * What `similarItems` gives, for every item: `scores` are the distances ‖x(k) − x(i)‖², the nearest first.
 *
 * @throws RangeError for options out of range.
 */
export async function similarItemsAll(
  model: Model,
  options: Omit<RecommendAllOptions, "exclude"> = {},
): Promise<Lists> {
  checkOptions(
    options,
    names.filter((name) => name !== "exclude"),
  );
  const { count = 10 } = options;
  checkCounts(options);
  const lists = await topItems(itemQuery(model, count), options);
  return { ...lists, scores: lists.scores.map((score) => (score === 0 ? 0 : -score)) };
}

/**
 * The items that are nearest, for each item: nearest to x is the y with the least ‖y‖² − 2 x·y, which is the highest
 * product of 2x and y, less ‖y‖². The scores are the distances with a minus.
 */
export function itemQuery(model: Model, count: number): Query {
  const { X, numFeatures, numItems } = model;
  return {
    W: X.map((value) => 2 * value),
    X,
    numFeatures,
    count,
    mu: Float64Array.from({ length: numItems }, (_, item) => {
      const row = item * numFeatures;
      return -dot(X, row, X, row, numFeatures);
    }),
    leaveStart: Int32Array.from({ length: numItems + 1 }, (_, item) => item),
    leave: Int32Array.from({ length: numItems }, (_, item) => item),
    scoreOf: (item, other) => -squaredDistance(X, item, other, numFeatures),
    bestOf: (item) =>
      similarItems(model, { item, count }).map((near) => ({ item: near.item, score: -near.distance })),
  };
}

function checkCounts({ count, threads }: RecommendAllOptions): void {
  if (count !== undefined) checkCount("count", count, 0);
  if (threads !== undefined) checkCount("threads", threads);
}
