import { checkCount, checkFinite, checkOptions, outOfRange } from "../base/check";
import { random, shuffled } from "../math/random";
import { pick, type Ratings } from "./ratings";

/** Ratings in two parts: what is learned from, and what was held back to measure on. */
export interface Fold {
  train: Ratings;
  test: Ratings;
}

/**
 * Holds some ratings back, drawn at random, to measure predictions on ratings that training has not seen. Both
 * parts keep the shape and the ids of the whole, and the order of its list.
 *
 * @param options.test The part held back, between 0 and 1; at least one rating stays on either side. @default 0.2
 * @param options.seed The same seed gives the same parts. @default 0
 * @throws RangeError for a part that is not between 0 and 1, or when there is only one rating.
 */
export function split(ratings: Ratings, options: { test?: number; seed?: number } = {}): Fold {
  checkOptions(options, ["test", "seed"]);
  const { test = 0.2, seed = 0 } = options;
  checkFinite("test", test);
  checkFinite("seed", seed);
  if (!(test > 0 && test < 1)) throw outOfRange("test", "between 0 and 1", test);
  const total = ratings.values.length;
  if (total < 2) throw outOfRange("ratings", "at least 2 to be split", total);
  const order = shuffled(total, random(seed));
  const held = Math.min(total - 1, Math.max(1, Math.round(total * test)));
  const back = pick(ratings, order.slice(0, held).sort());
  return {
    train: pick(ratings, order.slice(held).sort()),
    test: heldBack(back, `split: ${test} of ${total}, seed ${seed}`),
  };
}

/**
 * Parts the ratings at random into `count` folds of equal size (to within one): each is the test once, and the others
 * are the training then. All keep the shape and the ids of the whole, and the order of its list.
 *
 * @param options.count How many folds. @default 5
 * @param options.seed The same seed gives the same folds. @default 0
 * @throws RangeError for fewer than 2 folds, or fewer ratings than folds.
 */
export function folds(ratings: Ratings, options: { count?: number; seed?: number } = {}): Fold[] {
  checkOptions(options, ["count", "seed"]);
  const { count = 5, seed = 0 } = options;
  checkCount("count", count, 2);
  checkFinite("seed", seed);
  const total = ratings.values.length;
  if (total < count) throw outOfRange("ratings", `at least ${count} for ${count} folds`, total);
  const order = shuffled(total, random(seed));
  return Array.from({ length: count }, (_, fold) => {
    const [from, to] = [Math.floor((fold * total) / count), Math.floor(((fold + 1) * total) / count)];
    const others = Int32Array.from([...order.subarray(0, from), ...order.subarray(to)]);
    const back = pick(ratings, order.slice(from, to).sort());
    return {
      train: pick(ratings, others.sort()),
      test: heldBack(back, `fold ${fold + 1} of ${count} of ${total}, seed ${seed}`),
    };
  });
}

/** How the parts held back came to be, for the protocol of what is measured on them. */
const origins = new WeakMap<Ratings, string>();

/** The ratings, remembered to have been held back in this way. */
export function heldBack(ratings: Ratings, origin: string): Ratings {
  origins.set(ratings, origin);
  return ratings;
}

/** How ratings were held back: "split: 0.2 of 100000, seed 1", "fold 1 of 5 …"; "as given" where nobody said. */
export function originOf(ratings: Ratings): string {
  return origins.get(ratings) ?? "as given";
}
