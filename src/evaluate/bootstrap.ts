import type { Steps } from "../base/steps";
import { random } from "../math/random";
import { type MeanInterval, quantile } from "../math/statistics";

/**
 * Means over people of several measures, with intervals by the bootstrap: people are drawn with replacement, as many
 * as there are, the same for all measures, and the means of many such draws lie between the ends with the level's
 * probability, as many below as above. Somebody without a number (NaN) takes no part in that measure's mean.
 *
 * Source: Efron (1979), "Bootstrap methods: another look at the jackknife"; for lists of items, Sakai (2006),
 * "Evaluating evaluation metrics based on the bootstrap".
 *
 * @param measures For each measure a number for each person.
 * @param options.level The probability of the intervals, between 0 and 1.
 */
export function* bootstrapMeans<Name extends string>(
  measures: Readonly<Record<Name, Float64Array>>,
  options: { level: number; resamples: number; seed: number },
): Steps<Record<Name, MeanInterval>> {
  const { level, resamples, seed } = options;
  const names = Object.keys(measures) as Name[];
  const people = measures[names[0]].length;
  const source = random(seed);
  const drawn = new Int32Array(people);
  const means = new Map(names.map((name) => [name, new Float64Array(resamples)]));
  for (let k = 0; k < resamples; k++) {
    for (let place = 0; place < people; place++) drawn[place] = source.below(people);
    for (const name of names) means.get(name)![k] = meanOfKnown(measures[name], drawn);
    yield;
  }
  const everybody = Int32Array.from({ length: people }, (_, k) => k);
  const intervals = names.map((name) => {
    const sorted = means
      .get(name)!
      .filter((mean) => !Number.isNaN(mean))
      .sort();
    const [low, high] = [(1 - level) / 2, (1 + level) / 2].map((p) =>
      sorted.length === 0 ? Number.NaN : quantile(sorted, p),
    );
    return [name, { mean: meanOfKnown(measures[name], everybody), low, high }] as const;
  });
  return Object.fromEntries(intervals) as Record<Name, MeanInterval>;
}

/** The mean of the numbers at some places, of those that are numbers; NaN where none is. */
export function meanOfKnown(values: Float64Array, places: ArrayLike<number>): number {
  let sum = 0;
  let known = 0;
  for (let k = 0; k < places.length; k++) {
    const value = values[places[k]];
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return sum / known;
}
