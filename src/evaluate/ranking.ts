import {
  checkAllFinite,
  checkCount,
  checkFinite,
  checkOptions,
  optionNames,
  outOfRange,
} from "../base/check";
import { pauser } from "../base/pause";
import { atOnce, type Steps, withPauses } from "../base/steps";
import { type MeanInterval, mean } from "../math/statistics";
import { checkSameSize } from "../model/model";
import { checkPredictor, type Predictor } from "../model/posterior";
import { countByItem } from "../ratings/counts";
import { byUser, type Ratings } from "../ratings/ratings";
import { checkNoneSeen, originOf } from "../ratings/split";
import { bootstrapMeans, meanOfKnown } from "./bootstrap";
import { judgeList } from "./list";
import {
  type ItemFacts,
  type ListFigures,
  type ListMetricName,
  listMetricNames,
  listMetrics,
} from "./listMetrics";
import { openScorer, usersTogether } from "./scores";

export interface RankingOptions {
  /** What each user had rated before: these items are not recommended again. */
  train: Ratings;
  /** What each user rated afterwards; none of it is in `train`. */
  test: Ratings;
  /** k, how many items are recommended to each user. @default 10 */
  count?: number;
  /** The least rating in `test` that makes an item relevant to its user. @default the mean of all test ratings */
  relevant?: number;
  /** What is known of the items, such as `genreFeatures` gives: lists are then judged by `diversity` too. @default none */
  features?: { X: ArrayLike<number> };
  /** The probability of the intervals over people, such as 0.95. @default none, no intervals */
  interval?: number;
  /** How many times people are drawn for the intervals. @default 1000 */
  resamples?: number;
  /** Of these draws. @default 0 */
  seed?: number;
}

export interface RankingAsyncOptions extends RankingOptions {
  /** Called after some users, and awaited; false, or a promise of it, stops, and judges by those that were done. */
  onUser?: (step: { done: number; total: number }) => unknown;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
}

const names = optionNames<RankingOptions>({
  train: true,
  test: true,
  count: true,
  relevant: true,
  features: true,
  interval: true,
  resamples: true,
  seed: true,
});

/**
 * How good the first k recommendations are: each a mean over the users who have something relevant in the test, and of
 * equal scores over all their orders.
 */
export interface Ranking extends Omit<ListFigures, "diversity"> {
  /** The mean of 1 − cosine of the features over the pairs of a list; only where there are features. */
  diversity?: number;
  /** The part of all items that are recommended to at least one of these users. */
  coverage: number;
  /** Of each that is a mean over people, the interval by the bootstrap; only where it was asked for. */
  intervals?: Partial<Record<ListMetricName, MeanInterval>>;
  /** What the numbers were measured by, so that only like is compared with like. */
  protocol: {
    held: string;
    count: number;
    relevant: number;
    users: number;
    candidates: "all items not in train";
  };
}

/**
 * Judges the first `count` recommendations, each user's own training items left out, all others being candidates. Users
 * without a relevant item in the test take no part.
 *
 * Of items with the same score none comes first by its number: every figure is the expected one over all orders of
 * equals, whichever of them `recommend` would show. (scikit-learn's `ndcg_score` does the same; `trec_eval` and
 * `ir_measures` order equals by name, and this is the mean over all names.)
 *
 * O(users × items × features). It holds the thread until it is done: `rankingAsync` gives the same with pauses.
 *
 * Sources: Herlocker et al. (2004), "Evaluating collaborative filtering recommender systems", for precision, recall
 * and coverage; Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", for NDCG with gains
 * of 0 and 1; Rendle et al. (2009), "BPR", for the area by user; Castells, Hurley and Vargas (2015), "Novelty and
 * diversity in recommender systems", for novelty and diversity; McSherry and Najork (2008) for equal scores.
 *
 * @throws RangeError when model and ratings differ in size or ids, when no user has anything relevant, for a cell that is in
 *   `train` and `test`, and a model whose prediction is not finite.
 */
export function ranking(model: Predictor, options: RankingOptions): Ranking {
  checkOptions(options, names);
  return atOnce(rankingSteps(model, options));
}

/** What `ranking` gives, with pauses for other work, progress and a signal: for many users, many items, a posterior. */
export async function rankingAsync(model: Predictor, options: RankingAsyncOptions): Promise<Ranking> {
  checkOptions(options, [...names, "onUser", "signal"]);
  const { onUser, signal, ...others } = options;
  let last = { done: 0, total: 0 };
  let told = 0;
  let stopped = false;
  const progress = {
    onUsers(done: number, total: number) {
      last = { done, total };
    },
    isStopped: () => stopped,
  };
  const pause = pauser(signal);
  return withPauses(rankingSteps(model, others, progress), async () => {
    await pause();
    if (last.done === told || !onUser) return;
    told = last.done;
    if ((await onUser(last)) === false) stopped = true;
  });
}

/** `ranking`, in steps: how far it is, and whether it is to stop, passes by `progress`. */
export function* rankingSteps(
  model: Predictor,
  options: RankingOptions,
  progress?: { onUsers(done: number, total: number): void; isStopped(): boolean },
): Steps<Ranking> {
  const { train, test, count = 10, relevant = mean(options.test.values) } = options;
  const { interval, resamples = 1000, seed = 0 } = options;
  checkPredictor(model);
  checkSameSize(model, train, "train");
  checkSameSize(model, test, "test");
  checkCount("count", count);
  checkCount("resamples", resamples);
  if (interval !== undefined && !(interval > 0 && interval < 1))
    throw outOfRange("interval", "between 0 and 1", interval);
  checkFinite("seed", seed);
  checkFinite("relevant", relevant);
  const facts = factsOf(train, options.features);
  const wanted = relevantItems(test, relevant);
  const people = Int32Array.from(wanted.keys());
  if (people.length === 0) throw new RangeError(`test must hold a rating of ${relevant} or more, got none`);
  checkNoneSeen({ train, test });

  const judged = listMetricNames.filter((name) => name !== "diversity" || facts.directions);
  const figures = new Map(judged.map((name) => [name, new Float64Array(people.length)]));
  const seen = byUser(train);
  const { numItems } = model;
  const { scores, score } = openScorer(model, people.length);
  const isRelevant = new Uint8Array(numItems);
  /** Of each item, the probability that it is in no list. */
  const missed = new Float64Array(numItems).fill(1);
  let done = 0;
  while (done < people.length && !progress?.isStopped()) {
    const together = people.subarray(done, done + usersTogether);
    yield* score(together);
    for (const [row, user] of together.entries()) {
      const own = scores.subarray(row * numItems, (row + 1) * numItems);
      const before = seen.order.subarray(seen.start[user], seen.start[user + 1]);
      checkScores(own, user);
      for (const k of before) own[train.items[k]] = -Infinity;
      const items = wanted.get(user)!;
      for (const item of items) isRelevant[item] = 1;
      const list = judgeList(own, (item) => isRelevant[item] === 1, items, numItems - before.length, count);
      for (const item of items) isRelevant[item] = 0;
      for (const name of judged) figures.get(name)![done] = listMetrics[name].compute(list, facts);
      for (const item of list.sure) missed[item] = 0;
      for (const item of list.tied) missed[item] *= 1 - list.places / list.tied.length;
      done++;
    }
    progress?.onUsers(done, people.length);
    yield;
  }
  const measures = Object.fromEntries(judged.map((name) => [name, figures.get(name)!.subarray(0, done)]));
  const everybody = Int32Array.from({ length: done }, (_, k) => k);
  const means = Object.fromEntries(judged.map((name) => [name, meanOfKnown(measures[name], everybody)]));
  return {
    ...(means as ListFigures),
    coverage: missed.reduce((sum, chance) => sum + 1 - chance, 0) / numItems,
    ...(interval !== undefined && {
      intervals: yield* bootstrapMeans(measures, { level: interval, resamples, seed }),
    }),
    protocol: { held: originOf(test), count, relevant, users: done, candidates: "all items not in train" },
  };
}

/** The items that each user rated so high, of those users that have any. */
function relevantItems({ items, users, values }: Ratings, least: number): Map<number, number[]> {
  const wanted = new Map<number, number[]>();
  for (let k = 0; k < values.length; k++) {
    if (values[k] < least) continue;
    const own = wanted.get(users[k]);
    if (own) own.push(items[k]);
    else wanted.set(users[k], [items[k]]);
  }
  return new Map([...wanted].sort(([a], [b]) => a - b));
}

function factsOf(train: Ratings, features: RankingOptions["features"]): ItemFacts {
  const counts = countByItem(train);
  const surprise = Float64Array.from(counts, (count) => -Math.log2((count + 1) / (train.numUsers + 1)));
  return { counts, surprise, ...(features && { directions: directionsOf(features.X, train.numItems) }) };
}

/** Rows of features at length 1; those of length 0 as they are. */
function directionsOf(X: ArrayLike<number>, numItems: number): { rows: Float64Array; width: number } {
  const width = X.length / numItems;
  if (!Number.isInteger(width) || width === 0) {
    throw new RangeError(
      `features.X must be rows of one length, one for each of ${numItems} items, got ${X.length} numbers`,
    );
  }
  checkAllFinite("features.X", X);
  const rows = Float64Array.from(X);
  for (let from = 0; from < rows.length; from += width) {
    const row = rows.subarray(from, from + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let f = 0; f < width; f++) row[f] /= length;
  }
  return { rows, width };
}

/** A user's scores are finite. @throws RangeError naming the first that is not, as `recommend` does. */
function checkScores(scores: Float64Array, user: number): void {
  const item = scores.findIndex((score) => !Number.isFinite(score));
  if (item < 0) return;
  throw outOfRange("the model's prediction", "finite", scores[item], `item ${item}, user ${user}`);
}
