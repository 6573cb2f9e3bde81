import { checkFinite, checkOptions, outOfRange } from "./check";
import { random, shuffled } from "./random";
import { pick, type Ratings } from "./ratings";

/**
 * Holds some ratings back, drawn at random, to measure predictions on ratings that training has not seen. Both
 * parts keep the shape and the ids of the whole, and the order of its list.
 *
 * @param options.test The part held back, between 0 and 1; at least one rating stays on either side. @default 0.2
 * @param options.seed The same seed gives the same parts. @default 0
 * @throws RangeError for a part that is not between 0 and 1, or when there is only one rating.
 */
export function split(
  ratings: Ratings,
  options: { test?: number; seed?: number } = {},
): { train: Ratings; test: Ratings } {
  checkOptions(options, ["test", "seed"]);
  const { test = 0.2, seed = 0 } = options;
  checkFinite("test", test);
  checkFinite("seed", seed);
  if (!(test > 0 && test < 1)) throw outOfRange("test", "between 0 and 1", test);
  const total = ratings.values.length;
  if (total < 2) throw outOfRange("ratings", "at least 2 to be split", total);
  const order = shuffled(total, random(seed));
  const held = Math.min(total - 1, Math.max(1, Math.round(total * test)));
  return { train: pick(ratings, order.slice(held).sort()), test: pick(ratings, order.slice(0, held).sort()) };
}
