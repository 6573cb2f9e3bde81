/** Ratings in the order in which they were given. */
import { checkFinite, checkLength } from "../base/check";
import { byUser, type Ratings } from "./ratings";

/**
 * The times to go by: those given, or else the ratings' own.
 *
 * @throws RangeError where there are none, one for each rating and finite.
 */
export function timesOf(ratings: Ratings, given: ArrayLike<number> | undefined): Float64Array {
  const times = given ?? ratings.times;
  if (times === undefined) throw new RangeError("times must be given, for the ratings have none");
  checkLength("times", times, ratings.values.length);
  for (let k = 0; k < times.length; k++) checkFinite("time", times[k], `rating ${k}`);
  return Float64Array.from(times);
}

/**
 * For each rating the block of time that it falls in, from 0. Blocks are cut at the moments that the ratings at the
 * given places have, in the order of time: whatever is of that moment or later falls in the later block. A cut that
 * would part nothing moves on to the next moment.
 *
 * @throws RangeError where no moment is left to cut at.
 */
export function blocksByTime(times: Float64Array, places: readonly number[]): Int32Array {
  const sorted = times.slice().sort();
  const cuts: number[] = [];
  let before = sorted[0];
  for (const place of places) {
    const cut = sorted[place] > before ? sorted[place] : sorted.find((time) => time > before);
    if (cut === undefined) {
      throw new RangeError(
        `times must tell ${places.length + 1} parts from one another, got none after ${before} where one is to begin`,
      );
    }
    cuts.push(cut);
    before = cut;
  }
  return Int32Array.from(times, (time) => {
    let block = 0;
    while (block < cuts.length && time >= cuts[block]) block++;
    return block;
  });
}

/** For each rating how many later ones its user gave; of the same moment those later in the list are the later. */
export function placesFromLast(ratings: Ratings, times: Float64Array): Int32Array {
  const { start, order } = byUser(ratings);
  const from = new Int32Array(times.length);
  for (let user = 0; user < ratings.numUsers; user++) {
    const own = order.slice(start[user], start[user + 1]).sort((a, b) => times[b] - times[a] || b - a);
    for (const [place, k] of own.entries()) from[k] = place;
  }
  return from;
}
