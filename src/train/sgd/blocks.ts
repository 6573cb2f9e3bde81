import { random, shuffled } from "../../math/random";
import type { Ratings } from "../../ratings/ratings";
import type { Store } from "../../wasm/store";

/** The most items that a stratum holds: their places in it are numbers of 16 bits. */
const mostItems = 65536;

/**
 * Ratings cut into strata × strata blocks: users into strata of about as many ratings each, and items likewise.
 * Blocks that share neither their users nor their items may be worked on at the same time.
 */
export interface Strata {
  count: number;
  /** Stratum s holds the users [userBounds[s], userBounds[s + 1]), and the items at the places of itemBounds. */
  userBounds: Int32Array;
  itemBounds: Int32Array;
  /** The place of each item: at random, so that the popular ones spread over all strata. */
  placeOf: Int32Array;
  /**
   * The ratings of stratum t of the items by user j are those from starts[t × numUsers + j] to the next start: the
   * item's place in its stratum, and the value less `mean`.
   */
  starts: Int32Array;
  items: Uint16Array;
  values: Float32Array;
  mean: number;
}

/** Cuts the ratings into at least so many strata, as long as there are enough users and items for them. */
export function cutIntoStrata(
  ratings: Ratings,
  options: { atLeast: number; seed: number; store: Store },
): Strata {
  const { numItems, numUsers, items, users, values } = ratings;
  const { seed, store } = options;
  const count = Math.max(Math.min(options.atLeast, numItems, numUsers), Math.ceil(numItems / mostItems));
  const order = shuffled(numItems, random(seed));
  const placeOf = new Int32Array(numItems);
  order.forEach((item, place) => {
    placeOf[item] = place;
  });
  const ofItem = new Int32Array(numItems);
  const ofUser = new Int32Array(numUsers);
  let mean = 0;
  for (let k = 0; k < values.length; k++) {
    ofItem[placeOf[items[k]]]++;
    ofUser[users[k]]++;
    mean += values[k];
  }
  mean /= values.length;
  const userBounds = cut(store, ofUser, count, numUsers);
  const itemBounds = cut(store, ofItem, count, mostItems);
  const stratumOf = new Int32Array(numItems);
  for (let stratum = 0; stratum < count; stratum++)
    stratumOf.fill(stratum, itemBounds[stratum], itemBounds[stratum + 1]);

  const starts = store.int32(count * numUsers + 1);
  for (let k = 0; k < values.length; k++) starts[stratumOf[placeOf[items[k]]] * numUsers + users[k] + 1]++;
  for (let run = 0; run < count * numUsers; run++) starts[run + 1] += starts[run];
  const places = store.uint16(values.length);
  const centred = store.float32(values.length);
  // Each run's start moves to its end as it is filled: the next run's start, so that all move back by one at last.
  for (let k = 0; k < values.length; k++) {
    const place = placeOf[items[k]];
    const stratum = stratumOf[place];
    const at = starts[stratum * numUsers + users[k]]++;
    places[at] = place - itemBounds[stratum];
    centred[at] = values[k] - mean;
  }
  starts.copyWithin(1, 0, count * numUsers);
  starts[0] = 0;
  return { count, userBounds, itemBounds, placeOf, starts, items: places, values: centred, mean };
}

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
