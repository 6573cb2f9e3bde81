import { checkSome } from "../base/check";
import { mean as meanOf } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";

/** A mean of ratings, in stars, with the 95 % interval in which it would lie for other users and other items. */
export interface Average {
  ratings: number;
  mean: number;
  /** The ends of the interval; not there when the ratings are of one user or of one item alone. */
  low?: number;
  high?: number;
}

/** Standard errors to either side of a mean that hold 95 % of a normal distribution. */
export const width95 = 1.959964;

/**
 * The mean of the ratings at some places of the list, with a 95 % interval that takes users and items for drawn at
 * random. A thousand ratings are not a thousand witnesses: those of one strict user are low together, those of one
 * good film high together. So with e = y − mean, summed within each of G users (and likewise of the items),
 *
 * V(users) = G / (G − 1) Σ_users (Σ e)² / n²,  V = V(users) + V(items) − V(each rating alone),
 *
 * and the interval is mean ± 1.96 √V. V is taken no smaller than either of its parts. With only a few users or
 * items the interval is too narrow.
 *
 * Source: Cameron, Gelbach and Miller (2011), "Robust Inference with Multiway Clustering", JBES 29(2): 238–249.
 *
 * @throws RangeError for no places at all.
 */
export function averageOf(ratings: Ratings, places: Int32Array): Average {
  checkSome("places", "place", places);
  const { items, users, values } = ratings;
  const count = places.length;
  const given = Float64Array.from(places, (k) => values[k]);
  const mean = meanOf(given);
  const ofUsers = variance(users, ratings.numUsers, values, places, mean);
  const ofItems = variance(items, ratings.numItems, values, places, mean);
  if (ofUsers === undefined || ofItems === undefined) return { ratings: count, mean };
  const alone = meanOf(given.map((value) => (value - mean) ** 2)) / (count - 1);
  const reach = width95 * Math.sqrt(Math.max(ofUsers, ofItems, ofUsers + ofItems - alone));
  return { ratings: count, mean, low: mean - reach, high: mean + reach };
}

/** The variance of the mean when whole groups of ratings are drawn; undefined for one group, which tells nothing. */
function variance(
  keys: Int32Array,
  numKeys: number,
  values: Float64Array,
  places: Int32Array,
  mean: number,
): number | undefined {
  const sums = new Float64Array(numKeys);
  const met = new Uint8Array(numKeys);
  let groups = 0;
  for (const k of places) {
    sums[keys[k]] += values[k] - mean;
    if (met[keys[k]] === 0) groups++;
    met[keys[k]] = 1;
  }
  if (groups < 2) return undefined;
  const squares = sums.reduce((sum, value) => sum + value * value, 0);
  return ((groups / (groups - 1)) * squares) / places.length ** 2;
}
