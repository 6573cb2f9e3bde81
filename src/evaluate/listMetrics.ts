import type { JudgedList } from "./list";

/** What is known of the items of a list, for what is more than being right. */
export interface ItemFacts {
  /** How many ratings each item has in the training part. */
  counts: Int32Array;
  /** −log₂ of the part of people who have rated it: see `novelty`. */
  surprise: Float64Array;
  /** Each item's features at length 1, or 0 where it has none: see `diversity`. */
  directions?: { rows: Float64Array; width: number };
}

/** One way to judge a person's list: a number of it, whether less is better, and what a chart calls it. */
export interface ListMetric {
  title: string;
  isError: boolean;
  /** Whether a table of models shows it without being asked. */
  isUsual: boolean;
  /** NaN where the list does not have it: such people take no part in the mean. */
  compute(list: JudgedList, items: ItemFacts): number;
}

/**
 * The ways to judge a person's list; a further one is an entry, which `ranking`, cross-validation, searches, tables and
 * charts then have. Each is an expectation over the orders of equal
 * scores, all as probable, so that it does not depend on how items are numbered: a place in a group of m, h of them
 * relevant, holds a relevant one with probability h/m. `trec_eval`, and with it `ir_measures`, orders equal scores by
 * name; over all names the mean of what it says is what is computed here.
 *
 * Source: McSherry and Najork (2008), "Computing information retrieval performance measures efficiently in the presence of tied
 * scores", ECIR 2008.
 */
export const listMetrics = {
  /** Normalized discounted cumulative gain: Σ_hits 1 / log₂(place + 1), over what the best order would give. */
  ndcg: {
    title: "NDCG",
    isError: false,
    isUsual: true,
    compute: (list) => {
      let gain = 0;
      for (const { place, hit } of places(list)) gain += hit / Math.log2(place + 1);
      return gain / bestGain(Math.min(list.count, list.relevant));
    },
  },
  /** Of the k places, the part that holds a relevant item: hits / k. */
  precision: {
    title: "precision",
    isError: false,
    isUsual: true,
    compute: (list) => expectedHits(list) / list.count,
  },
  /** Of the relevant items, the part among the k: hits / relevant. */
  recall: {
    title: "recall",
    isError: false,
    isUsual: true,
    compute: (list) => expectedHits(list) / list.relevant,
  },
  /** The part of the users with at least one hit. */
  hitRate: {
    title: "hit rate",
    isError: false,
    isUsual: false,
    compute: (list) => {
      let none = 1;
      for (const { size, hits, at } of places(list)) none *= 1 - firstHit(size, hits, at);
      return 1 - none;
    },
  },
  /** Mean average precision: Σ_hits (hits up to the place) / place, over the number of relevant items. */
  map: {
    title: "mean average precision",
    isError: false,
    isUsual: false,
    compute: (list) => {
      let sum = 0;
      for (const { place, hit, size, hits, at, before } of places(list)) {
        // The others of the group that stand before a hit share its remaining hits.
        const others = size > 1 ? (at * (hits - 1)) / (size - 1) : 0;
        sum += (hit * (before + others + 1)) / place;
      }
      return sum / list.relevant;
    },
  },
  /** Mean reciprocal rank: 1 / place of the first hit, 0 without one. */
  mrr: {
    title: "mean reciprocal rank",
    isError: false,
    isUsual: false,
    compute: (list) => {
      let none = 1;
      let sum = 0;
      for (const { place, size, hits, at } of places(list)) {
        const first = firstHit(size, hits, at);
        sum += (none * first) / place;
        none *= 1 - first;
      }
      return sum;
    },
  },
  /**
   * The area under the ROC curve of each user's candidates, in the first k or not: the chance that a relevant one scores
   * more than another; ½ where even. NaN where nobody has a candidate that is not relevant.
   */
  aucByUser: {
    title: "area under the ROC curve, by person",
    isError: false,
    isUsual: false,
    compute: ({ area }) => area,
  },
  /**
   * How little known the recommended items are: the mean of −log₂ p in bits, p being the part of people who have rated
   * the item in `train`, one more of each counted so that there is a number for those that nobody has.
   */
  novelty: {
    title: "novelty, in bits",
    isError: false,
    isUsual: false,
    compute: (list, { surprise }) => meanOf(list, surprise),
  },
  /** How many ratings the recommended items have in `train`, on average. */
  popularity: {
    title: "ratings of what is recommended",
    isError: true,
    isUsual: false,
    compute: (list, { counts }) => meanOf(list, counts),
  },
  /** The mean of 1 − cosine of the features over the pairs of a list; only where there are features. */
  diversity: {
    title: "diversity within a list",
    isError: false,
    isUsual: false,
    compute: (list, { directions }) => (directions ? distance(list, directions) : Number.NaN),
  },
} satisfies Record<string, ListMetric>;

export type ListMetricName = keyof typeof listMetrics;

/** A number for each of them. */
export type ListFigures = { [Name in keyof typeof listMetrics]: number };

export const listMetricNames = Object.keys(listMetrics) as ListMetricName[];

/** A place in a list, from 1, and the group of equal scores that fills it. */
interface Place {
  place: number;
  /** The probability that the item there is relevant. */
  hit: number;
  size: number;
  hits: number;
  /** Which of the group's places it is, from 0. */
  at: number;
  /** How many relevant items stand in the groups before. */
  before: number;
}

function* places({ groups, length }: JudgedList): Generator<Place> {
  let place = 0;
  let before = 0;
  for (const { size, hits } of groups) {
    for (let at = 0; at < size && place < length; at++)
      yield { place: ++place, hit: hits / size, size, hits, at, before };
    before += hits;
  }
}

function expectedHits(list: JudgedList): number {
  let sum = 0;
  for (const { hit } of places(list)) sum += hit;
  return sum;
}

/** The probability of a hit at a place of a group, from 0, where none of its places before had one. */
function firstHit(size: number, hits: number, at: number): number {
  return Math.min(1, hits / (size - at));
}

/** The gain of `hits` relevant items in the first places. */
function bestGain(hits: number): number {
  let gain = 0;
  for (let place = 1; place <= hits; place++) gain += 1 / Math.log2(place + 1);
  return gain;
}

/** The expected mean over the list of a number that each item has. */
function meanOf({ sure, tied, places, length }: JudgedList, of: ArrayLike<number>): number {
  const sum = (items: readonly number[]) => items.reduce((total, item) => total + of[item], 0);
  return (sum(sure) + (places / tied.length) * sum(tied)) / length;
}

/**
 * The expected mean over the pairs of a list of 1 − cosine of their features. Pairs are summed by the square of a sum:
 * Σ_pairs u·v = (‖Σu‖² − Σ‖u‖²)/2. NaN for a single item.
 */
function distance(
  { sure, tied, places, length }: JudgedList,
  { rows, width }: { rows: Float64Array; width: number },
): number {
  const totalOf = (items: readonly number[]) => {
    const sum = new Float64Array(width);
    let squares = 0;
    for (const item of items) {
      for (let f = 0; f < width; f++) {
        const value = rows[item * width + f];
        sum[f] += value;
        squares += value * value;
      }
    }
    return { sum, squares };
  };
  const product = (a: Float64Array, b: Float64Array) =>
    a.reduce((total, value, f) => total + value * b[f], 0);
  const [own, others] = [totalOf(sure), totalOf(tied)];
  const pairs = ({ sum, squares }: typeof own) => (product(sum, sum) - squares) / 2;
  const m = tied.length;
  const both = m > 1 ? (places * (places - 1)) / (m * (m - 1)) : 0;
  const similar = pairs(own) + (places / m) * product(own.sum, others.sum) + both * pairs(others);
  return 1 - similar / ((length * (length - 1)) / 2);
}
