/** Mean normalization: ratings less the mean of their item or user, with damping where few are known. */
import { checkNotNegative, checkOneOf, checkOptions } from "../base/check";
import { centredAs, markCentred } from "./centred";
import { type Ratings, withValues } from "./ratings";
import { checkWeights } from "./weights";

/** Ratings less their means, and the means that make them stars again. */
export interface Normalized {
  ratings: Ratings;
  /** One mean an item (numItems of them), or one a user where `by` is "user". */
  means: Float64Array;
  by: "item" | "user";
}

/**
 * Mean normalization: subtracts from each rating the mean of its item (or of its user), taken over the rated
 * cells only: mean = (sum + d × g) / (count + d), where g is the mean of all ratings.
 *
 * With damping d the mean of an item that few rated is drawn towards g: one five-star rating no longer makes
 * the best film of all. An item (or user) without any rating gets g.
 *
 * Source: the lecture, "Mean normalization"; damping as in Funk (2006), "Netflix update: try this at home".
 *
 * @param options.by Whose mean is subtracted. By item helps users who rated nothing, by user items that nobody
 *   rated. @default "item"
 * @param options.damping d, in ratings: how many ratings of g are added to each. @default 0
 */
export function normalize(
  ratings: Ratings,
  options: { by?: "item" | "user"; damping?: number } = {},
): Normalized {
  checkOptions(options, ["by", "damping"]);
  const { by = "item", damping = 0 } = options;
  checkOneOf("by", by, ["item", "user"]);
  checkNotNegative("damping", damping);
  checkWeights(ratings);
  const { values, weights } = ratings;
  const [keys, length] =
    by === "item" ? [ratings.items, ratings.numItems] : [ratings.users, ratings.numUsers];
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  let total = 0;
  let all = 0;
  for (let k = 0; k < values.length; k++) {
    const weight = weights === undefined ? 1 : weights[k];
    sums[keys[k]] += weight * values[k];
    counts[keys[k]] += weight;
    total += weight * values[k];
    all += weight;
  }
  const globalMean = total / all;
  const means = sums.map((sum, key) => {
    const weight = counts[key] + damping;
    return weight === 0 ? globalMean : (sum + damping * globalMean) / weight;
  });
  const centred = markCentred(values.map((value, k) => value - means[keys[k]]));
  // Of ratings less their means the means are such, too.
  return { ratings: withValues(ratings, centred), means: centredAs(means, values), by };
}
