/** The number of ratings of each item and each user. */
import { checkCount, checkOptions } from "../base/check";
import type { Ratings } from "./ratings";

/** How many ratings each item has, by index; 0 for one that nobody rated. */
export const countByItem = ({ items, numItems }: Ratings): Int32Array => countOf(items, numItems);

/** How many ratings each user gave, by index. */
export const countByUser = ({ users, numUsers }: Ratings): Int32Array => countOf(users, numUsers);

function countOf(keys: Int32Array, length: number): Int32Array {
  const counts = new Int32Array(length);
  for (let k = 0; k < keys.length; k++) counts[keys[k]]++;
  return counts;
}

/**
 * The items that enough users have rated, in their order.
 *
 * @param options.atLeast How many ratings are enough. @default 1
 */
export function itemsRated(ratings: Ratings, options: { atLeast?: number } = {}): Int32Array {
  checkOptions(options, ["atLeast"]);
  const { atLeast = 1 } = options;
  checkCount("atLeast", atLeast, 0);
  const counts = countByItem(ratings);
  return Int32Array.from(counts.keys()).filter((item) => counts[item] >= atLeast);
}
