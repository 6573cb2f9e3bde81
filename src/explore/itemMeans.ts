import { checkLength, checkOptions, checkSome } from "../base/check";
import { mean as meanOf } from "../math/statistics";
import { countByItem } from "../ratings/counts";
import type { Id, Ratings } from "../ratings/ratings";
import { width95 } from "./average";

/** How far ratings lie apart: from one another within an item, and the items' true means from one another. */
export interface ItemSpread {
  /** The mean of all ratings, in stars. */
  mean: number;
  /** σ, the standard deviation of an item's ratings around its mean, in stars. */
  within: number;
  /** τ, the standard deviation of the items' true means, in stars; 0 where chance alone explains the differences. */
  between: number;
  /** d = σ² / τ², the damping of `normalize` with which the means err least; Infinity where τ is 0. */
  damping: number;
}

/**
 * How much of the differences between items is real, by the analysis of variance of N ratings of K items, n_i of
 * item i with mean m_i, around the mean m of all:
 *
 * σ² = Σ (y − m_i)² / (N − K),  τ² = (Σ n_i (m_i − m)² − (K − 1) σ²) / (N − Σ n_i² / N).
 *
 * Source: Searle, Casella and McCulloch (1992), "Variance Components", chapter 3.6.
 *
 * @throws RangeError for no ratings at all, or no item rated twice: then nothing tells chance from difference.
 */
export function itemSpread(ratings: Ratings): ItemSpread {
  return spreadOf(ratings, itemSums(ratings));
}

/** What an item's ratings say of it. */
export interface ItemMean {
  /** The item's label, or its id. */
  item: Id;
  ratings: number;
  /** The mean of its ratings, in stars. */
  mean: number;
  /** The ends of the 95 % interval mean ± 1.96 σ / √ratings, σ being that of `itemSpread`. */
  low: number;
  high: number;
  /** The mean drawn towards that of all, (sum + d m) / (ratings + d), with the damping d of `itemSpread`. */
  shrunk: number;
}

/**
 * The mean of each item with its uncertainty, and what is left of it once chance is allowed for: the rows of a table,
 * in the order of the items, those that nobody rated left out.
 *
 * @param options.labels What the items are called. @default their ids
 * @throws RangeError as `itemSpread` does, or for labels that are not one an item.
 */
export function itemMeans(ratings: Ratings, options: { labels?: readonly string[] } = {}): ItemMean[] {
  checkOptions(options, ["labels"]);
  const { labels = ratings.itemIds } = options;
  checkLength("labels", labels, ratings.numItems);
  const sums = itemSums(ratings);
  const { mean: overall, within, damping } = spreadOf(ratings, sums);
  return Array.from(sums.counts.keys())
    .filter((item) => sums.counts[item] > 0)
    .map((item) => {
      const count = sums.counts[item];
      const mean = sums.totals[item] / count;
      const reach = (width95 * within) / Math.sqrt(count);
      // The same as (sum + d m) / (count + d), and m itself where d is Infinity.
      const shrunk = overall + (mean - overall) / (1 + damping / count);
      return { item: labels[item], ratings: count, mean, low: mean - reach, high: mean + reach, shrunk };
    });
}

interface ItemSums {
  counts: Int32Array;
  totals: Float64Array;
}

function itemSums(ratings: Ratings): ItemSums {
  checkSome("ratings", "rating", ratings.values);
  const totals = new Float64Array(ratings.numItems);
  ratings.values.forEach((value, k) => {
    totals[ratings.items[k]] += value;
  });
  return { counts: countByItem(ratings), totals };
}

function spreadOf({ items, values }: Ratings, { counts, totals }: ItemSums): ItemSpread {
  const total = values.length;
  const rated = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (rated === total) throw new RangeError("ratings must hold an item rated twice, got none");
  const mean = meanOf(values);
  let squaresWithin = 0;
  for (let k = 0; k < total; k++) squaresWithin += (values[k] - totals[items[k]] / counts[items[k]]) ** 2;
  let squaresBetween = 0;
  let squaredCounts = 0;
  for (let item = 0; item < counts.length; item++) {
    if (counts[item] === 0) continue;
    squaresBetween += counts[item] * (totals[item] / counts[item] - mean) ** 2;
    squaredCounts += counts[item] ** 2;
  }
  const within = squaresWithin / (total - rated);
  const between =
    rated < 2 ? 0 : Math.max(0, (squaresBetween - (rated - 1) * within) / (total - squaredCounts / total));
  return {
    mean,
    within: Math.sqrt(within),
    between: Math.sqrt(between),
    damping: between > 0 ? within / between : Infinity,
  };
}
