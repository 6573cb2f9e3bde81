import { inParts } from "../../base/pause";
import { random, shuffled } from "../../math/random";
import { standardizationInParts } from "../../math/statistics";
import type { Ratings } from "../../ratings/ratings";
import type { Store } from "../../wasm/arena";

/** The most items of a block column: their places in it are numbers of 16 bits. */
const mostItems = 65536;

/** Ratings from which twice as many block rows are worth it, that is twice as many threads may work. */
const ratingsForMore = 50_000_000;

/**
 * Ratings cut into a grid of count × count blocks: users into block rows of about as many ratings each, and items into
 * block columns likewise. Blocks that share neither row nor column may be worked on at the same time; `count` such
 * blocks, which together meet every row and every column, are a stratum: block row r meets block column r + s in
 * stratum s.
 *
 * Source: Gemulla et al., "Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent" (2011).
 */
export interface RatingBlocks {
  /** Block rows, block columns, and strata. */
  count: number;
  /** Block row r holds the users [userBounds[r], userBounds[r + 1]), a block column the items at such places. */
  userBounds: Int32Array;
  itemBounds: Int32Array;
  /** The place of each item: at random, so that the popular ones spread over all block columns. */
  placeOf: Int32Array;
  /**
   * The ratings in block column c by user j are those from starts[c × numUsers + j] to the next start, in the order of
   * their items' places: the item's place in its column, and the value less `mean`, in units of `unit`. All of it is the
   * same for the same ratings in any order.
   */
  starts: Int32Array;
  items: Uint16Array;
  values: Float32Array;
  /** The ratings' weights in units of their mean; empty where they have none. */
  weights: Float32Array;
  meanWeight: number;
  mean: number;
  unit: number;
  /** Whether all ratings are the same, and there is nothing to learn beside their mean. */
  isConstant: boolean;
}

/**
 * The spread of ratings that the defaults of `factorize` are chosen for, MovieLens 100K's: others are brought to it, so
 * that the same settings do for any scale.
 */
export const usualSpread = 1.1257;

/** What decides into how many blocks ratings are cut. */
export interface BlockSize {
  numItems: number;
  numUsers: number;
  numRatings: number;
}

/** The most block rows that a number of ratings asks for: 25 billion and more, of a cluster. */
const mostBlocks = 4096;

/**
 * How many block rows and columns ratings are cut into: 8, and more for very many ratings or items; never more than
 * there are users or items. It depends on the ratings alone, and so do the digits: not on the number of threads.
 */
export function blockCountFor({ numItems, numUsers, numRatings }: BlockSize): number {
  let wanted = 8;
  for (let ratings = ratingsForMore; numRatings > ratings && wanted < mostBlocks; ratings *= 2) wanted *= 2;
  return Math.max(Math.min(wanted, numItems, numUsers), Math.ceil(numItems / mostItems));
}

/** The place of each item: at random. */
export function placesDrawn(numItems: number, seed: number): Int32Array {
  const placeOf = new Int32Array(numItems);
  shuffled(numItems, random(seed)).forEach((item, place) => {
    placeOf[item] = place;
  });
  return placeOf;
}

/** Cuts the ratings into so many block rows and columns. */
export async function cutIntoBlocks(
  ratings: Ratings,
  options: { count: number; seed: number; store: Store },
  pause: () => Promise<void>,
): Promise<RatingBlocks> {
  const { numItems, numUsers, items, users, values, weights } = ratings;
  const { count, seed, store } = options;
  const placeOf = placesDrawn(numItems, seed);
  const { center, scale } = await standardizationInParts(values, weights, pause);
  const isConstant = scale === 0;
  const unit = isConstant ? 1 : scale / usualSpread;
  const inUnits = isConstant ? 0 : 1 / unit;
  const ofItem = new Int32Array(numItems);
  const ofUser = new Int32Array(numUsers);
  await inParts(values.length, pause, (k) => {
    ofItem[placeOf[items[k]]]++;
    ofUser[users[k]]++;
  });
  const userBounds = cut(store, ofUser, count, numUsers);
  const itemBounds = cut(store, ofItem, count, mostItems);
  const columnOf = new Int32Array(numItems);
  for (let column = 0; column < count; column++)
    columnOf.fill(column, itemBounds[column], itemBounds[column + 1]);

  const starts = store.int32(count * numUsers + 1);
  await inParts(values.length, pause, (k) => {
    starts[columnOf[placeOf[items[k]]] * numUsers + users[k] + 1]++;
  });
  for (let run = 0; run < count * numUsers; run++) starts[run + 1] += starts[run];
  const places = store.uint16(values.length);
  const centred = store.float32(values.length);
  const weighted = store.float32(weights ? values.length : 0);
  const meanWeight = weights ? (await standardizationInParts(weights, undefined, pause)).center : 1;
  // Each run's start moves to its end as it is filled: the next run's start, so that all move back by one at last.
  await inParts(values.length, pause, (k) => {
    const place = placeOf[items[k]];
    const column = columnOf[place];
    const at = starts[column * numUsers + users[k]]++;
    places[at] = place - itemBounds[column];
    centred[at] = (values[k] - center) * inUnits;
    if (weights) weighted[at] = weights[k] / meanWeight;
  });
  starts.copyWithin(1, 0, count * numUsers);
  starts[0] = 0;
  const sortRun = runSorter(places, centred, weighted);
  await inParts(count * numUsers, pause, (run) => sortRun(starts[run], starts[run + 1]));
  return {
    count,
    userBounds,
    itemBounds,
    placeOf,
    starts,
    items: places,
    values: centred,
    weights: weighted,
    meanWeight,
    mean: center,
    unit,
    isConstant,
  };
}

/** Puts the ratings [start, end), all of one user and one column, into the order of their items' places. */
function runSorter(places: Uint16Array, values: Float32Array, weights: Float32Array) {
  const move = (from: number, place: number, value: number, weight: number, start: number) => {
    let to = from;
    for (; to > start && places[to - 1] > place; to--) {
      places[to] = places[to - 1];
      values[to] = values[to - 1];
      if (weights.length > 0) weights[to] = weights[to - 1];
    }
    places[to] = place;
    values[to] = value;
    if (weights.length > 0) weights[to] = weight;
  };
  return (start: number, end: number) => {
    if (end - start <= shortRun) {
      for (let k = start + 1; k < end; k++)
        if (places[k] < places[k - 1]) move(k, places[k], values[k], weights[k], start);
      return;
    }
    // No run is longer than a column has places: its item and its rank both fit into 16 bits.
    const keys = Uint32Array.from(
      { length: end - start },
      (_, k) => places[start + k] * mostItems + k,
    ).sort();
    const [ownValues, ownWeights] = [values.slice(start, end), weights.slice(start, end)];
    for (const [k, key] of keys.entries()) {
      places[start + k] = key / mostItems;
      values[start + k] = ownValues[key % mostItems];
      if (weights.length > 0) weights[start + k] = ownWeights[key % mostItems];
    }
  };
}

/** Runs up to this length are sorted by insertion. */
const shortRun = 48;

/** Bounds of `count` ranges with about equal sums of `weights`, none of them longer than `longest`. */
function cut(store: Store, weights: Int32Array, count: number, longest: number): Int32Array {
  const bounds = store.int32(count + 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let at = 0;
  for (let range = 0; range < count; range++) {
    const left = count - range - 1;
    const least = Math.max(at, weights.length - left * longest);
    const most = Math.min(at + longest, weights.length);
    const wanted = (total * (range + 1)) / count;
    while (at < most && (at < least || sum + weights[at] / 2 < wanted)) sum += weights[at++];
    if (left === 0) at = weights.length;
    bounds[range + 1] = at;
  }
  return bounds;
}
