import { checkCount, checkOptions } from "../base/check";
import { breather } from "../base/pause";
import { dot } from "../math/dot";
import type { Model } from "../model/model";
import { predictAt } from "../model/posterior";
import { byUser, type Ratings } from "../ratings/ratings";
import { defaultThreads } from "../wasm/backend";
import { kernelModule } from "../wasm/kernels";
import { recommend, similarItems, squaredDistance } from "./predict";
import { type Candidates, candidates, type Query } from "./topItems";

/**
 * Lists of items, one for each user (or each item), one after the other: that of row j is items[start[j]] …
 * items[start[j + 1] − 1], best first, with the scores (or distances) beside.
 */
export interface Lists {
  start: Int32Array;
  items: Int32Array;
  scores: Float64Array;
}

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

/**
 * What `recommend` gives, for every user: the same items in the same order with the same scores, found without
 * computing all of every score.
 *
 * @throws RangeError for options out of range, or `exclude` of another size.
 */
export async function recommendAll(model: Model, options: RecommendAllOptions = {}): Promise<Lists> {
  checkOptions(options, ["exclude", "count", "threads", "signal"]);
  const { exclude, count = 10 } = options;
  checkCount("count", count, 0);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  if (exclude) {
    for (const name of ["numItems", "numUsers"] as const)
      if (exclude[name] !== model[name])
        throw new RangeError(
          `exclude must have the model's ${model[name]} ${name === "numItems" ? "items" : "users"}, got ${exclude[name]}`,
        );
  }
  const { X, W, mu, numFeatures, numUsers } = model;
  const seen = exclude && byUser(exclude);
  const query: Query = {
    ...{ W, X, mu, numFeatures, count },
    leaveStart: seen?.start ?? new Int32Array(numUsers + 1),
    leave: exclude && seen ? seen.order.map((k) => exclude.items[k]) : new Int32Array(0),
  };
  return search(query, options, {
    score: (user, item) => predictAt(model, item, user),
    one: (user) => recommend(model, { user, exclude, count }),
  });
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
  checkOptions(options, ["count", "threads", "signal"]);
  const { count = 10 } = options;
  checkCount("count", count, 0);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  const { X, numFeatures, numItems } = model;
  // The nearest to x is the y with the least ‖y‖² − 2 x·y, which is the highest product of 2x and y, less ‖y‖².
  const query: Query = {
    ...{ W: X.map((value) => 2 * value), X, numFeatures, count },
    mu: Float64Array.from({ length: numItems }, (_, item) => {
      const row = item * numFeatures;
      return -dot(X, row, X, row, numFeatures);
    }),
    leaveStart: Int32Array.from({ length: numItems + 1 }, (_, item) => item),
    leave: Int32Array.from({ length: numItems }, (_, item) => item),
  };
  const lists = await search(query, options, {
    score: (item, other) => -squaredDistance(X, item, other, numFeatures),
    one: (item) =>
      similarItems(model, { item, count }).map((near) => ({ item: near.item, score: -near.distance })),
  });
  return { ...lists, scores: lists.scores.map((score) => (score === 0 ? 0 : -score)) };
}

/** How a row is scored exactly: one of its cells, or all of it. */
interface Scoring {
  score(row: number, item: number): number;
  one(row: number): { item: number; score: number }[];
}

async function search(query: Query, options: RecommendAllOptions, scoring: Scoring): Promise<Lists> {
  const { W, mu, numFeatures, count } = query;
  const rows = W.length / numFeatures;
  const breathe = breather(options.signal);
  const threads = options.threads ?? defaultThreads(rows * mu.length * numFeatures);
  const module = count > 0 ? kernelModule() : undefined;
  const found = module && (await candidates(module, query, { threads, breathe }));
  const lists: Lists = {
    start: new Int32Array(rows + 1),
    items: new Int32Array(rows * Math.min(count, mu.length)),
    scores: new Float64Array(rows * Math.min(count, mu.length)),
  };
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const best =
      found === undefined || found.found[row] < 0 ? scoring.one(row) : bestOf(found, row, count, scoring);
    for (const { item, score } of best) {
      lists.items[end] = item;
      lists.scores[end++] = score;
    }
    lists.start[row + 1] = end;
    if (row % 64 === 0) await breathe();
  }
  return { ...lists, items: lists.items.slice(0, end), scores: lists.scores.slice(0, end) };
}

/** The candidates of a row with their exact scores, in the order of `recommend`. */
function bestOf({ found, at, width }: Candidates, row: number, count: number, { score }: Scoring) {
  return Array.from(at.subarray(row * width, row * width + found[row]), (item) => ({
    item,
    score: score(row, item),
  }))
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count);
}
