import { checkFinite, checkOptions } from "./check";
import { type Cell, type Ratings, type RatingsSize, ratingsFrom, withValues } from "./ratings";

/**
 * Stars as labels: 1 where the rating is at least `threshold`, else 0; unrated stays unrated.
 *
 * Source: the lecture, "Binary labels: favs, likes and clicks".
 */
export function toLabels(ratings: Ratings, options: { threshold: number }): Ratings {
  checkOptions(options, ["threshold"]);
  const { threshold } = options;
  checkFinite("threshold", threshold);
  return withValues(
    ratings,
    ratings.values.map((value) => (value >= threshold ? 1 : 0)),
  );
}

/** An item was shown to a user, who did something with it or did not. */
export interface Showing extends Cell {
  engaged: boolean;
}

/**
 * Labels from what people did with what they were shown: 1 where a user engaged with an item at any showing, 0 where
 * it was shown and they never did, and no label where it was not shown.
 *
 * @throws RangeError as `ratingsFrom` does; the place in its message is that of the cell's first showing.
 */
export function labelsFromShowings(showings: Iterable<Showing>, size: RatingsSize = {}): Ratings {
  const labels = new Map<string, Cell & { value: number }>();
  for (const { item, user, engaged } of showings) {
    const cell = `${item} ${user}`;
    const value = engaged || labels.get(cell)?.value === 1 ? 1 : 0;
    labels.set(cell, { item, user, value });
  }
  return ratingsFrom(labels.values(), size);
}
