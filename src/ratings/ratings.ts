import { checkIndex } from "../base/check";
import type { Source } from "./source";

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
  /** When each was given, in any unit, where that is known; of use for splitting by time. */
  readonly times?: Float64Array;
  /** The id of each item, by index. */
  readonly itemIds: readonly Id[];
  /** The id of each user, by index. */
  readonly userIds: readonly Id[];
  /** What each item is called, by index, where that is known. */
  readonly titles?: readonly (string | undefined)[];
  /** Where they were read from, and what of it was taken. */
  readonly source?: Source;
}

/** Where one cell of the rating matrix is. An item and a user are never two bare numbers side by side. */
export interface Cell {
  item: number;
  user: number;
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
  const { times } = ratings;
  return {
    ...ratings,
    items: Int32Array.from(places, (k) => ratings.items[k]),
    users: Int32Array.from(places, (k) => ratings.users[k]),
    values: Float64Array.from(places, (k) => ratings.values[k]),
    ...(times && { times: Float64Array.from(places, (k) => times[k]) }),
  };
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

function indexOf(kind: string, ids: readonly Id[], id: Id): number {
  const index = remembered(indexes, ids, () => new Map(ids.map((known, k) => [known, k])));
  const found = index.get(id);
  if (found !== undefined) return found;
  const otherKind = typeof id === "number" ? String(id) : Number(id);
  const hint = index.has(otherKind) ? `; ${JSON.stringify(otherKind)}, a ${typeof otherKind}, is` : "";
  throw new RangeError(`${kind} id must be one of the ${ids.length} known, got ${JSON.stringify(id)}${hint}`);
}
