import { rankOf } from "../math/linear";
import { byItem, type Ratings } from "../ratings/ratings";
import { checkModel, checkSameSize, type Model } from "./model";

/** An item whose features its raters leave open. */
export interface Undetermined {
  item: number;
  /** How many people rated it. */
  raters: number;
  /** In how many independent directions their weights point: fewer than there are features. */
  rank: number;
}

/**
 * The items whose features cannot be learned from the users' weights alone: each rater j gives one equation
 * w_j·x = y − b_j, and it takes as many independent ones as there are features. For an item listed here infinitely
 * many x fit equally well, and it is lambda that picks one.
 *
 * @throws RangeError when the model and the ratings differ in size.
 */
export function undetermined(model: Model, ratings: Ratings): Undetermined[] {
  checkModel(model);
  checkSameSize(model, ratings);
  const { W, numFeatures: n } = model;
  const { start, order } = byItem(ratings);
  const found: Undetermined[] = [];
  for (let item = 0; item < ratings.numItems; item++) {
    const raters = order.subarray(start[item], start[item + 1]);
    const rows = Array.from(raters, (k) => W.subarray(ratings.users[k] * n, (ratings.users[k] + 1) * n));
    const rank = rankOf(rows, n);
    if (rank < n) found.push({ item, raters: raters.length, rank });
  }
  return found;
}
