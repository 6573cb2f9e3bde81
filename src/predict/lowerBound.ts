import { checkCount, checkFinite, checkOptions, outOfRange } from "../base/check";
import { normalQuantile } from "../math/distributions";
import { clipper } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";
import { recommend } from "./predict";
import { type Uncertainty, variancesFor } from "./uncertainty";

/**
 * What to recommend to a user: the items with the highest lower bounds, so that neither a film with a single
 * enthusiastic rating nor one far from all that the user has rated tops the list. (The means are to be damped for that:
 * of thousands of films with two ratings some have two fives by luck, which no bound makes up for.) Each has
 *
 * - score: what `predict` says;
 * - sure = score − z σ √variance: what the expected rating exceeds with probability (1 + interval)/2; the list's order;
 * - low, high: the interval of `predictInterval`, in which the rating itself will lie.
 *
 * With novelty ν the order is that of sure + ν σ (1 − p), p being the popularity: the part of the other candidates that
 * have fewer ratings, plus half of those with as many. A film that nobody knows is then worth ν σ stars more beside the
 * best known. ν = 0 leaves the order as it was. Of equals the lower item comes first.
 *
 * At most `count`, and fewer where there are fewer.
 *
 * @param options.exclude Ratings whose items, where this user rated them, are left out. @default none
 * @param options.count How many at most. @default 10
 * @param options.interval Probability between 0 and 1: of the interval, and for z. @default 0.8
 * @param options.novelty ν, in [0, 1]. @default 0
 * @param options.range The lowest rating and the highest: of score, sure, low and high what lies beyond counts as
 *   these, after the order is made. @default none
 * @throws RangeError for a user that the model does not have, and options out of range.
 */
export function recommendSurely(
  uncertainty: Uncertainty,
  options: {
    user: number;
    exclude?: Ratings;
    count?: number;
    interval?: number;
    novelty?: number;
    range?: readonly [number, number];
  },
): { item: number; score: number; sure: number; low: number; high: number }[] {
  checkOptions(options, ["user", "exclude", "count", "interval", "novelty", "range"]);
  const { user, exclude, count = 10, novelty = 0 } = options;
  const { model, noise } = uncertainty;
  checkCount("count", count, 0);
  checkFinite("novelty", novelty);
  if (novelty < 0 || novelty > 1) throw outOfRange("novelty", "in [0, 1]", novelty);
  const z = normalQuantile(options.interval);
  const clip = clipper(options.range);
  const candidates = recommend(model, { user, exclude, count: model.numItems });
  const variance = variancesFor(uncertainty, user);
  const sure = candidates
    .map(({ item, score }) => {
      const open = variance(item);
      const half = z * Math.sqrt(noise * (1 + open));
      return {
        item,
        score,
        sure: score - z * Math.sqrt(noise * open),
        low: score - half,
        high: score + half,
      };
    })
    .sort((a, b) => b.sure - a.sure || a.item - b.item);
  return withNovelty(sure, uncertainty.counts, novelty * Math.sqrt(noise))
    .slice(0, count)
    .map(({ item, ...stars }) => ({
      ...{ item, score: clip(stars.score), sure: clip(stars.sure) },
      ...{ low: clip(stars.low), high: clip(stars.high) },
    }));
}

/** The list in the order of sure + weight × (1 − popularity). */
function withNovelty<T extends { item: number; sure: number }>(
  list: readonly T[],
  counts: Int32Array,
  weight: number,
): T[] {
  const others = Math.max(1, list.length - 1);
  const sorted = Int32Array.from(list, ({ item }) => counts[item]).sort();
  const keys = new Map(
    list.map(({ item, sure }) => {
      const fewer = firstNotBelow(sorted, counts[item]);
      const asMany = firstNotBelow(sorted, counts[item] + 1) - fewer - 1;
      return [item, sure + weight * (1 - (fewer + asMany / 2) / others)];
    }),
  );
  return [...list].sort((a, b) => keys.get(b.item)! - keys.get(a.item)! || a.item - b.item);
}

/** The first place in a sorted list whose number is not below `mark`. */
function firstNotBelow(sorted: Int32Array, mark: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < mark) low = middle + 1;
    else high = middle;
  }
  return low;
}
