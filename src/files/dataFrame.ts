/** Ratings to and from data frames. */
import { checkOneOf, checkOptions, outOfRange } from "../base/check";
import { tf } from "../base/tensorflow";
import { type DataFrame, loadDanfo } from "../platform/frames";
import { assemble } from "../ratings/build";
import type { Id, Ratings } from "../ratings/ratings";
import { choosePlaces, likelyPlaces } from "./columns";
import { duplicatePolicies, settleRepeats } from "./duplicates";
import { IdIndex } from "./idIndex";
import type { ReadOptions } from "./readRatings";

/** What is needed of a data frame: danfo's has it. */
export interface Frame {
  readonly columns: string[];
  column(name: string): { readonly values: ArrayLike<unknown> };
}

export type FrameOptions = Pick<ReadOptions, "columns" | "duplicates">;

/**
 * Ratings from a data frame, whose columns are found, and whose repeats are settled, as `readRatings` does it. Ids
 * stay what they are, numbers or text; all of a column become text if any is. A rating may be a number in text, as
 * danfo leaves it in a column where one cell was "NA". Rows, plain objects such as `sql` gives, do as well.
 *
 * @throws RangeError with the row, from 0, for a rating that is not a finite number, an id that is missing, or a
 *   cell rated twice.
 */
export async function ratingsFromFrame(
  frame: Frame | readonly Readonly<Record<string, unknown>>[],
  options: FrameOptions = {},
): Promise<Ratings> {
  if (isRows(frame)) return ratingsFromFrame(frameOf(frame), options);
  checkOptions(options, ["columns", "duplicates"]);
  const { duplicates = "error" } = options;
  checkOneOf("duplicates", duplicates, duplicatePolicies);
  const names = frame.columns;
  const places = choosePlaces("frame", names, likelyPlaces(names), options.columns);
  const cells = (place: number) => Array.from(frame.column(names[place]).values);
  const values = cells(places.value).map((cell, k) => numberIn(names[places.value], cell, k));
  if (values.length === 0) throw new RangeError("frame: ratings must hold at least one rating, got none");
  const users = numbered(names[places.user], cells(places.user));
  const items = numbered(names[places.item], cells(places.item));
  const withTimes = duplicates === "last" && places.time !== undefined;
  const times = withTimes
    ? cells(places.time!).map((c, k) => secondsIn(names[places.time!], c, k))
    : undefined;
  const ratings = assemble(
    { users: users.indices, items: items.indices, values: Float64Array.from(values) },
    { numUsers: users.ids.length, numItems: items.ids.length, userIds: users.ids, itemIds: items.ids },
  );
  return settleRepeats(ratings, duplicates, times && Float64Array.from(times), {
    firstRow: 0,
    fault: (row, message) => new RangeError(`frame, row ${row}: ${message}`),
  });
}

/**
 * A danfo data frame of the ratings, one a row: user, item (their ids) and rating.
 *
 * danfo is loaded with the first frame, which takes a second or two.
 */
export async function toFrame(ratings: Ratings): Promise<DataFrame> {
  // danfo loads tfjs-node by itself: the one that works on this machine has to be there before.
  tf.getBackend();
  const { DataFrame } = await loadDanfo();
  const { users, items, values, userIds, itemIds } = ratings;
  const columns = {
    user: Array.from(users, (user) => userIds[user]),
    item: Array.from(items, (item) => itemIds[item]),
    rating: Array.from(values),
  };
  // danfo would judge a column by its first 20 rows.
  const dtypes = [typeOf(userIds), typeOf(itemIds), "float32"];
  return new DataFrame(columns, { dtypes });
}

/** danfo's names for what a column holds; numbers keep all their digits under any. */
function typeOf(ids: readonly Id[]): string {
  if (!ids.every((id) => typeof id === "number")) return "string";
  return ids.every(Number.isInteger) ? "int32" : "float32";
}

/** Ids numbered in the order in which they first appear. */
function numbered(name: string, cells: readonly unknown[]): { indices: Int32Array; ids: Id[] } {
  const isText = cells.some((cell) => typeof cell !== "number");
  const index = new IdIndex();
  const indices = Int32Array.from(cells, (cell, k) => {
    if (cell === null || cell === undefined || cell === "" || Number.isNaN(cell))
      throw outOfRange(name, "an id", cell, `row ${k}`);
    return index.of(isText ? String(cell) : (cell as number));
  });
  return { indices, ids: index.asGiven() };
}

function numberIn(name: string, cell: unknown, row: number): number {
  const number = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  if (typeof cell === "boolean") return Number(cell);
  throw outOfRange(name, "a finite number", cell, `row ${row}`);
}

const isRows = (
  frame: Frame | readonly Readonly<Record<string, unknown>>[],
): frame is readonly Record<string, unknown>[] => Array.isArray(frame);

/** Rows as columns, by the names of the first. */
const frameOf = (rows: readonly Record<string, unknown>[]): Frame => ({
  columns: rows.length === 0 ? ["user", "item", "rating"] : Object.keys(rows[0]),
  column: (name) => ({ values: rows.map((row) => row[name]) }),
});

/** Dates that say which number is the day: 2020-01-31, with a time or without. */
const plainDate = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** A time in seconds since 1970: a date, or a number of seconds or milliseconds; a small number as it is. */
function secondsIn(name: string, cell: unknown, row: number): number {
  const asNumber = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  if (typeof asNumber === "number" && Number.isFinite(asNumber))
    return Math.abs(asNumber) < 1e11 ? asNumber : asNumber / 1000;
  const text = String(cell).trim();
  const asDate = cell instanceof Date ? cell.getTime() : plainDate.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(asDate)) return asDate / 1000;
  throw outOfRange(name, "a number or a date", cell, `row ${row}`);
}
