/** The table of the lecture, five films by four people. */
import { assetText } from "../platform/assets";
import { ratingsFromTable } from "../ratings/build";
import type { Ratings } from "../ratings/ratings";

/**
 * The lecture's table: the stars (0 to 5) that Alice, Bob, Carol and Dave gave to five films, with five of the
 * twenty cells unrated, and the two features of each film, romance and action.
 *
 * @returns `ratings`, 5 items × 4 users, and `features`, X of 5 × 2, row-major.
 */
export function lecture(): { ratings: Ratings; features: Float64Array } {
  const table: {
    items: string[];
    users: string[];
    Y: (number | "?")[][];
    X: number[][];
  } = JSON.parse(assetText("data/lecture.json"));
  return {
    ratings: ratingsFromTable(table.Y, { itemIds: table.items, userIds: table.users }),
    features: Float64Array.from(table.X.flat()),
  };
}
