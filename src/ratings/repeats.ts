/** Cells that are rated more than once. */
import { byUser, type Ratings } from "./ratings";

/** For each rating the place of the first one of its cell: its own, unless the cell was rated before. */
export function firstPlaces(ratings: Ratings): Int32Array {
  const first = new Int32Array(ratings.values.length);
  walkCells(ratings, (place, earlier) => {
    first[place] = earlier;
  });
  return first;
}

/** The first rating whose cell was rated before, and where; undefined when all cells differ. */
export function firstRepeat(ratings: Ratings): { first: number; again: number } | undefined {
  let found: { first: number; again: number } | undefined;
  walkCells(ratings, (again, first) => {
    if (first !== again && (found === undefined || again < found.again)) found = { first, again };
  });
  return found;
}

/** Goes over all ratings, user by user, with the place of each and that of the first of its cell. */
function walkCells(ratings: Ratings, visit: (place: number, first: number) => void): void {
  const { items, users } = ratings;
  const { start, order } = byUser(ratings);
  const placeOf = new Int32Array(ratings.numItems).fill(-1);
  for (let user = 0; user < ratings.numUsers; user++) {
    for (let k = start[user]; k < start[user + 1]; k++) {
      const place = order[k];
      const earlier = placeOf[items[place]];
      // What another user left behind is no repeat.
      if (earlier < 0 || users[earlier] !== user) placeOf[items[place]] = place;
      visit(place, placeOf[items[place]]);
    }
  }
}
