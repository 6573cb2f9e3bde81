import { checkSome } from "../base/check";
import { mean as meanOf, quantile } from "../math/statistics";
import { countByItem, countByUser } from "../ratings/counts";
import type { Ratings } from "../ratings/ratings";
import type { Source } from "../ratings/source";

/** How the numbers of one kind are spread. */
export interface Description {
  of: "stars of a rating" | "ratings of a user" | "ratings of an item";
  /** How many numbers there are: of ratings, of users, of items. */
  count: number;
  /** The share of the cells that are rated, in percent; with the ratings only. */
  "% rated"?: number;
  mean: number;
  /** The standard deviation of all of them, Σ (y − mean)² / count under the root. */
  sd: number;
  min: number;
  "10 %": number;
  "25 %": number;
  median: number;
  "75 %": number;
  "90 %": number;
  max: number;
}

/**
 * Ratings in short, as the three rows of a table: the stars, the ratings of a user and the ratings of an item, each
 * with mean, standard deviation and quantiles. Items that nobody rated count, with 0 ratings; so do users.
 *
 * Of ratings that were read from a file the table carries their `source`, and shows it in a line below itself.
 *
 * A quantile p of n sorted numbers is the one at place p (n − 1), from 0, between two places in proportion.
 *
 * @throws RangeError for no ratings at all.
 */
export function describe(ratings: Ratings): Description[] & { readonly source?: Source } {
  const { numItems, numUsers, values } = ratings;
  checkSome("ratings", "rating", values);
  const rated = (100 * values.length) / (numItems * numUsers);
  const rows = [
    spread("stars of a rating", values, rated),
    spread("ratings of a user", countByUser(ratings)),
    spread("ratings of an item", countByItem(ratings)),
  ];
  // Beside the rows, not one of them: it is no part of what is compared or printed.
  return ratings.source ? Object.defineProperty(rows, "source", { value: ratings.source }) : rows;
}

function spread(of: Description["of"], numbers: Float64Array | Int32Array, rated?: number): Description {
  const sorted = Float64Array.from(numbers).sort();
  const mean = meanOf(sorted);
  return {
    of,
    count: sorted.length,
    ...(rated !== undefined && { "% rated": rated }),
    mean,
    sd: Math.sqrt(meanOf(sorted.map((value) => (value - mean) ** 2))),
    min: sorted[0],
    "10 %": quantile(sorted, 0.1),
    "25 %": quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    "75 %": quantile(sorted, 0.75),
    "90 %": quantile(sorted, 0.9),
    max: sorted[sorted.length - 1],
  };
}
