import { checkCount, checkOptions } from "../base/check";
import { byItem, byUser, type Groups, type Ratings } from "./ratings";

/** How many ratings each item has, by index; 0 for one that nobody rated. */
export const countByItem = (ratings: Ratings): Int32Array => sizes(byItem(ratings));

/** How many ratings each user gave, by index. */
export const countByUser = (ratings: Ratings): Int32Array => sizes(byUser(ratings));

const sizes = ({ start }: Groups): Int32Array => start.subarray(1).map((end, k) => end - start[k]);

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
