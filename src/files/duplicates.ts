import { pick, type Ratings, withValues } from "../ratings/ratings";
import { firstPlaces, firstRepeat } from "../ratings/repeats";

/** What to make of a cell rated more than once: refuse it, keep the last rating, or their mean. */
export type Duplicates = "error" | "last" | "mean";

export const duplicatePolicies: readonly Duplicates[] = ["error", "last", "mean"];

/**
 * One rating a cell, in the place of the cell's first, by the policy for repeats.
 *
 * @param times When each rating was given: the last is then the latest, and of equals the one further down.
 * @param source How the place of the first repeat is told, should there be none: the number of the first row, and
 *   the error for a row.
 */
export async function settleRepeats(
  ratings: Ratings,
  policy: Duplicates,
  times: Float64Array | undefined,
  source: { firstRow: number; fault(place: number, message: string): Error | Promise<Error> },
): Promise<Ratings> {
  const repeat = firstRepeat(ratings);
  if (repeat === undefined) return ratings;
  if (policy === "error") {
    const { first, again } = repeat;
    const cell = `user ${ratings.userIds[ratings.users[again]]}, item ${ratings.itemIds[ratings.items[again]]}`;
    const remedy = 'pass duplicates: "last" or "mean" to allow it';
    throw await source.fault(
      again,
      `a cell must be rated once, got ${cell} again (row ${first + source.firstRow}): ${remedy}`,
    );
  }
  const first = firstPlaces(ratings);
  const values = ratings.values.slice();
  const latest = times?.slice();
  const settle = policy === "mean" ? mean(values, first) : last(values, first, latest);
  for (let k = 0; k < values.length; k++) {
    if (first[k] === k) continue;
    settle(k);
    if (latest !== undefined) latest[first[k]] = Math.max(latest[first[k]], latest[k]);
  }
  return pick(
    { ...withValues(ratings, values), ...(ratings.times && latest && { times: latest }) },
    Int32Array.from(first.keys()).filter((k) => first[k] === k),
  );
}

function mean(values: Float64Array, first: Int32Array): (again: number) => void {
  const counts = new Int32Array(values.length).fill(1);
  return (again) => {
    const place = first[again];
    values[place] += (values[again] - values[place]) / ++counts[place];
  };
}

function last(values: Float64Array, first: Int32Array, latest?: Float64Array): (again: number) => void {
  return (again) => {
    const place = first[again];
    if (latest !== undefined && latest[again] < latest[place]) return;
    values[place] = values[again];
  };
}
