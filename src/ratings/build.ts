/** Ratings made and checked: from triples, from columns, from a table. */
import {
  checkCount,
  checkFinite,
  checkIndex,
  checkLength,
  checkOptions,
  checkSome,
  outOfRange,
} from "../base/check";
import { clipper, type Range } from "../math/statistics";
import { indexIds } from "./ids";
import type { Cell, Id, Ratings } from "./ratings";
import { firstRepeat } from "./repeats";

/** The shape and the names of a set of ratings; what is left out follows from the ratings themselves. */
export interface RatingsSize {
  numItems?: number;
  numUsers?: number;
  itemIds?: readonly Id[];
  userIds?: readonly Id[];
}

/**
 * The highest index, and one more, where nothing says how many items or users there are: each of those below it takes
 * room, and an id in the place of an index would take all that there is.
 */
const mostUncounted = 2 ** 27;

/**
 * Ratings from triples, in the order given.
 *
 * @param size.numItems Number of items. @default the number of `itemIds`, else the highest item + 1
 * @param size.numUsers Number of users. @default the number of `userIds`, else the highest user + 1
 * @param size.itemIds Names of the items. @default their indices
 * @param size.userIds Names of the users. @default their indices
 * @throws RangeError for a value that is not finite, an index that is negative, fractional or out of range,
 *   a cell given twice, or no triples at all; the message gives the triple's place, from 0.
 */
export function ratingsFrom(triples: Iterable<Cell & { value: number }>, size: RatingsSize = {}): Ratings {
  const limitItems = size.numItems ?? size.itemIds?.length;
  const limitUsers = size.numUsers ?? size.userIds?.length;
  if (limitItems !== undefined) checkCount("numItems", limitItems);
  if (limitUsers !== undefined) checkCount("numUsers", limitUsers);
  const items: number[] = [];
  const users: number[] = [];
  const values: number[] = [];
  for (const { item, user, value } of triples) {
    const place = `triple ${values.length}`;
    checkIndex("item", item, limitItems, place);
    checkIndex("user", user, limitUsers, place);
    if (limitItems === undefined) checkUncounted("item", "numItems", item, place);
    if (limitUsers === undefined) checkUncounted("user", "numUsers", user, place);
    checkFinite("value", value, place);
    items.push(item);
    users.push(user);
    values.push(value);
  }
  return ratingsFromColumns(
    { items: Int32Array.from(items), users: Int32Array.from(users), values: Float64Array.from(values) },
    size,
  );
}

/**
 * Ratings from three columns whose indices and values are known to be good: the way in for the readers of
 * files. Still checked here: that there are any, that no cell is given twice, that the ids fit.
 */
export function ratingsFromColumns(
  columns: Pick<Ratings, "items" | "users" | "values" | "weights">,
  size: RatingsSize = {},
): Ratings {
  const { items, users, values } = columns;
  checkSome("ratings", "rating", values);
  const numItems = size.numItems ?? size.itemIds?.length ?? highest(items) + 1;
  const numUsers = size.numUsers ?? size.userIds?.length ?? highest(users) + 1;
  const ratings = assemble(columns, { ...size, numItems, numUsers });
  checkCellsDiffer(ratings);
  return ratings;
}

/** Columns and size put together, with ids that fit; cells may still repeat. */
export function assemble(
  columns: Pick<Ratings, "items" | "users" | "values" | "weights">,
  size: RatingsSize & { numItems: number; numUsers: number },
): Ratings {
  const { numItems, numUsers } = size;
  return {
    ...columns,
    numItems,
    numUsers,
    itemIds: idsOrIndices("itemIds", size.itemIds, numItems),
    userIds: idsOrIndices("userIds", size.userIds, numUsers),
  };
}

/**
 * Ratings from a table as the lecture draws it: a row an item, a column a user, `"?"` or null where unrated.
 *
 * @throws RangeError for rows of unequal length, a cell that is neither a finite number, `"?"` nor null, or a table
 *   without any rating.
 */
export function ratingsFromTable(
  rows: readonly (readonly (number | "?" | null)[])[],
  ids: { itemIds?: readonly string[]; userIds?: readonly string[] } = {},
): Ratings {
  const numUsers = rows[0]?.length ?? 0;
  const items: number[] = [];
  const users: number[] = [];
  const values: number[] = [];
  rows.forEach((row, item) => {
    if (row.length !== numUsers) {
      throw new RangeError(
        `row must have ${numUsers} cells as the first has, got ${row.length} (row ${item})`,
      );
    }
    row.forEach((value, user) => {
      if (value === "?" || value === null) return;
      if (!Number.isFinite(value)) {
        throw outOfRange("value", 'a finite number, "?" or null', value, `row ${item}, column ${user}`);
      }
      items.push(item);
      users.push(user);
      values.push(value);
    });
  });
  return ratingsFromColumns(
    { items: Int32Array.from(items), users: Int32Array.from(users), values: Float64Array.from(values) },
    { numItems: rows.length, numUsers, ...ids },
  );
}

/**
 * The ratings with one more user, in the last column: a visitor who has just rated a few items.
 *
 * @param mine The visitor's ratings.
 * @param id The visitor's id. @default "you"
 * @param options.range The lowest and the highest rating that may be given. @default any number
 * @throws RangeError for an item that there is not, one rated twice, and a rating out of range, with its place.
 */
export function withRatingsOf(
  ratings: Ratings,
  mine: readonly { item: number; value: number }[],
  id: Id = "you",
  options: { range?: Range } = {},
): Ratings {
  checkOptions(options, ["range"]);
  const { range = [-Infinity, Infinity] } = options;
  const clip = clipper(range);
  const user = ratings.numUsers;
  mine.forEach(({ item, value }, k) => {
    checkIndex("item", item, ratings.numItems, `rating ${k}`);
    checkFinite("value", value, `rating ${k}`);
    if (clip(value) !== value)
      throw outOfRange("value", `from ${range[0]} to ${range[1]}`, value, `rating ${k}`);
  });
  const { weights } = ratings;
  return ratingsFromColumns(
    {
      items: Int32Array.from([...ratings.items, ...mine.map(({ item }) => item)]),
      users: Int32Array.from([...ratings.users, ...mine.map(() => user)]),
      values: Float64Array.from([...ratings.values, ...mine.map(({ value }) => value)]),
      // A visitor's ratings count once each.
      ...(weights && { weights: Float64Array.from([...weights, ...mine.map(() => 1)]) }),
    },
    { numItems: ratings.numItems, itemIds: ratings.itemIds, userIds: [...ratings.userIds, id] },
  );
}

function checkUncounted(name: string, count: string, index: number, place: string): void {
  if (index < mostUncounted) return;
  const rule = `below ${mostUncounted} unless ${count} says how many there are, as an index from 0`;
  throw outOfRange(name, rule, index, place);
}

function highest(indices: Int32Array): number {
  let most = 0;
  for (const index of indices) if (index > most) most = index;
  return most;
}

function idsOrIndices(name: string, ids: readonly Id[] | undefined, length: number): readonly Id[] {
  if (ids === undefined) return indexIds(length);
  checkLength(name, ids, length);
  if (new Set(ids).size !== length) {
    const seen = new Set<Id>();
    const twice = ids.find((id) => seen.size === seen.add(id).size);
    throw new RangeError(`${name} must differ from one another, got ${JSON.stringify(twice)} twice`);
  }
  return ids;
}

function checkCellsDiffer(ratings: Ratings): void {
  const repeat = firstRepeat(ratings);
  if (repeat === undefined) return;
  const { first, again } = repeat;
  const cell = `item ${ratings.items[again]}, user ${ratings.users[again]}`;
  throw new RangeError(`a cell must be rated once, got ${cell} twice (triples ${first} and ${again})`);
}
