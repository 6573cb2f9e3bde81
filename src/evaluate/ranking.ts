import { checkCount, checkFinite, checkOptions } from "../base/check";
import { checkSameSize } from "../model/model";
import { checkPredictor, type Predictor } from "../model/posterior";
import { recommend } from "../predict/predict";
import { byUser, type Ratings } from "../ratings/ratings";
import { originOf } from "../ratings/split";

export interface RankingOptions {
  /** What each user had rated before: these items are not recommended again. */
  train: Ratings;
  /** What each user rated afterwards. */
  test: Ratings;
  /** k, how many items are recommended to each user. @default 10 */
  count?: number;
  /** The least rating in `test` that makes an item relevant to its user. @default the mean of all test ratings */
  relevant?: number;
}

/** How good the first k recommendations are: each a mean over the users who have something relevant in the test. */
export interface Ranking {
  /** Of the k places, the part that holds a relevant item: hits / k. */
  precision: number;
  /** Of the relevant items, the part among the k: hits / relevant. */
  recall: number;
  /** Normalized discounted cumulative gain: Σ_hits 1 / log₂(place + 1), over what the best order would give. */
  ndcg: number;
  /** The part of the users with at least one hit. */
  hitRate: number;
  /** The part of all items that are recommended to at least one of these users. */
  coverage: number;
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
 * Precision, recall, NDCG, hit rate and coverage of the first `count` recommendations, each user's own training
 * items left out, all others being candidates. Users without a relevant item in the test take no part.
 *
 * Sources: Herlocker et al. (2004), "Evaluating collaborative filtering recommender systems", for precision, recall
 * and coverage; Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", for NDCG with gains
 * of 0 and 1.
 *
 * @throws RangeError when model and ratings differ in size, and when no user has anything relevant.
 */
export function ranking(model: Predictor, options: RankingOptions): Ranking {
  checkOptions(options, ["train", "test", "count", "relevant"]);
  const { train, test, count = 10 } = options;
  const { relevant = test.values.reduce((sum, value) => sum + value, 0) / test.values.length } = options;
  checkPredictor(model);
  checkSameSize(model, train);
  checkSameSize(model, test);
  checkCount("count", count);
  checkFinite("relevant", relevant);
  const { start, order } = byUser(test);
  const recommended = new Set<number>();
  const totals = { precision: 0, recall: 0, ndcg: 0, hitRate: 0 };
  let users = 0;
  for (let user = 0; user < model.numUsers; user++) {
    const wanted = new Set<number>();
    for (const k of order.subarray(start[user], start[user + 1])) {
      if (test.values[k] >= relevant) wanted.add(test.items[k]);
    }
    if (wanted.size === 0) continue;
    users++;
    let hits = 0;
    let gain = 0;
    recommend(model, { user, exclude: train, count }).forEach(({ item }, place) => {
      recommended.add(item);
      if (!wanted.has(item)) return;
      hits++;
      gain += 1 / Math.log2(place + 2);
    });
    totals.precision += hits / count;
    totals.recall += hits / wanted.size;
    totals.ndcg += gain / bestGain(Math.min(count, wanted.size));
    totals.hitRate += hits > 0 ? 1 : 0;
  }
  if (users === 0) throw new RangeError(`test must hold a rating of ${relevant} or more, got none`);
  return {
    precision: totals.precision / users,
    recall: totals.recall / users,
    ndcg: totals.ndcg / users,
    hitRate: totals.hitRate / users,
    coverage: recommended.size / model.numItems,
    protocol: { held: originOf(test), count, relevant, users, candidates: "all items not in train" },
  };
}

/** The gain of `hits` relevant items in the first places. */
function bestGain(hits: number): number {
  let gain = 0;
  for (let place = 0; place < hits; place++) gain += 1 / Math.log2(place + 2);
  return gain;
}
