import type { Ratings } from "../ratings/ratings";

/** A data set of films: who rated what, what the films are called and of which kinds they are. */
export interface Films {
  ratings: Ratings;
  /** When each rating was given, in seconds since 1970, in the order of the ratings; NaN where the publisher does not say. */
  times: Float64Array;
  /** The title of each item, by index, with the year: "Toy Story (1995)". */
  titles: string[];
  /** The genres of each item, by index. */
  genres: string[][];
  /** Whether this was made by `generateFilms`, for want of the real one. */
  generated: boolean;
}

/** The year in a title, 0 where there is none. */
export function yearOf(title: string): number {
  return Number(/\((\d{4})\)\s*$/.exec(title)?.[1] ?? 0);
}
