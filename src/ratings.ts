import { checkCount, checkFinite, checkIndex, checkLength, checkSome, outOfRange } from "./check";

/** An item's or a user's own name: a MovieLens movieId, a film's title. */
export type Id = string | number;

/**
 * Who rated what: entry k says that user `users[k]` gave item `items[k]` the value `values[k]`.
 *
 * In the lecture's letters, r(i,j) = 1 for the cells listed here and y(i,j) is their value. A cell that is not
 * listed is unrated: absent, which is not the same as zero.
 */
export interface Ratings {
  /** nm, the number of items (films). */
  readonly numItems: number;
  /** nu, the number of users. */
  readonly numUsers: number;
  /** The item of each rating, from 0. */
  readonly items: Int32Array;
  /** The user of each rating, from 0. */
  readonly users: Int32Array;
  /** The rating itself, in stars, or 0 and 1 for labels. */
  readonly values: Float64Array;
  /** The id of each item, by index. */
  readonly itemIds: readonly Id[];
  /** The id of each user, by index. */
  readonly userIds: readonly Id[];
}

/** Where one cell of the rating matrix is. An item and a user are never two bare numbers side by side. */
export interface Cell {
  item: number;
  user: number;
}

/** The shape and the names of a set of ratings; what is left out follows from the ratings themselves. */
export interface RatingsSize {
  numItems?: number;
  numUsers?: number;
  itemIds?: readonly Id[];
  userIds?: readonly Id[];
}

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
  columns: Pick<Ratings, "items" | "users" | "values">,
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
  columns: Pick<Ratings, "items" | "users" | "values">,
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
 * The matrices of the lecture, numItems × numUsers, row-major: Y holds the ratings, R is 1 where rated.
 * Y is 0 where R is 0, for want of a better number: only R tells an unrated cell from a rating of zero.
 */
export function toMatrices(ratings: Ratings): { Y: Float64Array; R: Float64Array } {
  const { numItems, numUsers, items, users, values } = ratings;
  const Y = new Float64Array(numItems * numUsers);
  const R = new Float64Array(numItems * numUsers);
  for (let k = 0; k < values.length; k++) {
    const cell = items[k] * numUsers + users[k];
    Y[cell] = values[k];
    R[cell] = 1;
  }
  return { Y, R };
}

/** The same cells with other values: labels for stars, ratings less their means. */
export function withValues(ratings: Ratings, values: Float64Array): Ratings {
  return { ...ratings, values };
}

/** Some of the ratings, by their places in the list, in the shape of the whole. */
export function pick(ratings: Ratings, places: Int32Array): Ratings {
  return {
    ...ratings,
    items: Int32Array.from(places, (k) => ratings.items[k]),
    users: Int32Array.from(places, (k) => ratings.users[k]),
    values: Float64Array.from(places, (k) => ratings.values[k]),
  };
}

/**
 * The ratings with one more user, in the last column: a visitor who has just rated a few items.
 *
 * @param mine The visitor's ratings.
 * @param id The visitor's id. @default "you"
 */
export function withRatingsOf(
  ratings: Ratings,
  mine: readonly { item: number; value: number }[],
  id: Id = "you",
): Ratings {
  const user = ratings.numUsers;
  mine.forEach(({ item, value }, k) => {
    checkIndex("item", item, ratings.numItems, `rating ${k}`);
    checkFinite("value", value, `rating ${k}`);
  });
  return ratingsFromColumns(
    {
      items: Int32Array.from([...ratings.items, ...mine.map(({ item }) => item)]),
      users: Int32Array.from([...ratings.users, ...mine.map(() => user)]),
      values: Float64Array.from([...ratings.values, ...mine.map(({ value }) => value)]),
    },
    { numItems: ratings.numItems, itemIds: ratings.itemIds, userIds: [...ratings.userIds, id] },
  );
}

/** y(i,j), the rating in a cell, or undefined where the cell is unrated. */
export function ratingAt(ratings: Ratings, at: Cell): number | undefined {
  checkIndex("item", at.item, ratings.numItems);
  checkIndex("user", at.user, ratings.numUsers);
  const { start, order } = byUser(ratings);
  for (let k = start[at.user]; k < start[at.user + 1]; k++) {
    if (ratings.items[order[k]] === at.item) return ratings.values[order[k]];
  }
  return undefined;
}

/** The index of the item with this id. @throws RangeError when there is none, naming the id. */
export function indexOfItem(ratings: Ratings, id: Id): number {
  return indexOf("item", ratings.itemIds, id);
}

/** The index of the user with this id. @throws RangeError when there is none, naming the id. */
export function indexOfUser(ratings: Ratings, id: Id): number {
  return indexOf("user", ratings.userIds, id);
}

/** Places in the list of ratings, grouped: those of group g are order[start[g]] … order[start[g + 1] − 1]. */
export interface Groups {
  start: Int32Array;
  order: Int32Array;
}

/** The places of each user's ratings, in the order of the list. Made once for each set of ratings. */
export const byUser = (ratings: Ratings): Groups =>
  remembered(usersGroups, ratings, () => group(ratings.users, ratings.numUsers));

/** The places of each item's ratings, in the order of the list. Made once for each set of ratings. */
export const byItem = (ratings: Ratings): Groups =>
  remembered(itemsGroups, ratings, () => group(ratings.items, ratings.numItems));

/** For each rating the place of the first one of its cell: its own, unless the cell was rated before. */
export function firstPlaces(ratings: Ratings): Int32Array {
  const { items, users } = ratings;
  const { start, order } = byUser(ratings);
  const first = new Int32Array(items.length);
  const placeOf = new Int32Array(ratings.numItems).fill(-1);
  for (let user = 0; user < ratings.numUsers; user++) {
    for (let k = start[user]; k < start[user + 1]; k++) {
      const place = order[k];
      const earlier = placeOf[items[place]];
      // What another user left behind is no repeat.
      if (earlier < 0 || users[earlier] !== user) placeOf[items[place]] = place;
      first[place] = placeOf[items[place]];
    }
  }
  return first;
}

/** The first rating whose cell was rated before, and where; undefined when all cells differ. */
export function firstRepeat(ratings: Ratings): { first: number; again: number } | undefined {
  const { start, order } = byUser(ratings);
  const placeOf = new Int32Array(ratings.numItems).fill(-1);
  let found: { first: number; again: number } | undefined;
  for (let user = 0; user < ratings.numUsers; user++) {
    for (let k = start[user]; k < start[user + 1]; k++) {
      const again = order[k];
      const first = placeOf[ratings.items[again]];
      if (first < 0 || ratings.users[first] !== user) placeOf[ratings.items[again]] = again;
      else if (found === undefined || again < found.again) found = { first, again };
    }
  }
  return found;
}

const usersGroups = new WeakMap<object, Groups>();
const itemsGroups = new WeakMap<object, Groups>();
const indexes = new WeakMap<object, Map<Id, number>>();

function remembered<T>(memory: WeakMap<object, T>, key: object, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** The places of each key, in their own order. */
export function group(keys: Int32Array, numGroups: number): Groups {
  const start = new Int32Array(numGroups + 1);
  for (const key of keys) start[key + 1]++;
  for (let g = 0; g < numGroups; g++) start[g + 1] += start[g];
  const next = start.slice();
  const order = new Int32Array(keys.length);
  for (let k = 0; k < keys.length; k++) order[next[keys[k]]++] = k;
  return { start, order };
}

function highest(indices: Int32Array): number {
  let most = 0;
  for (const index of indices) if (index > most) most = index;
  return most;
}

function idsOrIndices(name: string, ids: readonly Id[] | undefined, length: number): readonly Id[] {
  if (ids === undefined) return Array.from({ length }, (_, k) => k);
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

function indexOf(kind: string, ids: readonly Id[], id: Id): number {
  const index = remembered(indexes, ids, () => new Map(ids.map((known, k) => [known, k])));
  const found = index.get(id);
  if (found !== undefined) return found;
  const otherKind = typeof id === "number" ? String(id) : Number(id);
  const hint = index.has(otherKind) ? `; ${JSON.stringify(otherKind)}, a ${typeof otherKind}, is` : "";
  throw new RangeError(`${kind} id must be one of the ${ids.length} known, got ${JSON.stringify(id)}${hint}`);
}
