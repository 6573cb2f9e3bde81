/** Means and their intervals, standardization, quantiles, ranges. */
import { outOfRange } from "../base/check";
import { inParts } from "../base/pause";
import { studentT } from "./distributions";
import { gridFor } from "./orderless";

/** A mean over several measurements, and the interval in which it is to be believed. */
export interface MeanInterval {
  mean: number;
  /** The ends of the interval; NaN for a single measurement, which says nothing about its spread. */
  low: number;
  high: number;
}

/**
 * The mean of n measurements with its confidence interval by Student's t: mean ± t · s / √n, s being their standard
 * deviation (over n − 1) and t the quantile of Student's distribution with n − 1 degrees of freedom.
 *
 * Folds share most of their training ratings, so that their errors are not independent and the interval is somewhat
 * too narrow (Bengio and Grandvalet 2004, JMLR 5: 1089–1105); it shows the spread from fold to fold.
 *
 * @param options.level How sure, between 0 and 1. @default 0.95
 * @throws RangeError for no measurements, and for a level that is not between 0 and 1.
 */
export function meanInterval(values: ArrayLike<number>, options: { level?: number } = {}): MeanInterval {
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw outOfRange("level", "between 0 and 1", level);
  const all = Array.from(values);
  const n = all.length;
  if (n === 0) throw new RangeError("values must be at least one, got none");
  const center = mean(all);
  if (n === 1) return { mean: center, low: Number.NaN, high: Number.NaN };
  const variance = all.reduce((sum, value) => sum + (value - center) ** 2, 0) / (n - 1);
  const half = studentT(level, n - 1) * Math.sqrt(variance / n);
  return { mean: center, low: center - half, high: center + half };
}

/** The arithmetic mean of some numbers, each counted as often as its weight says; NaN of none. */
export function mean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < values.length; k++) {
    const weight = weights ? weights[k] : 1;
    sum += weight * values[k];
    count += weight;
  }
  return sum / count;
}

/** Where some numbers lie, and how far apart. */
export interface Standardization {
  /** Their mean. */
  center: number;
  /** Their standard deviation, √(Σ w (v − mean)² / Σ w), all w being 1 without weights; 0 where they differ by no more than their last digits. */
  scale: number;
}

/**
 * The same, with pauses for other work, and to the same digits in whatever order the numbers come: for very many.
 */
export async function standardizationInParts(
  values: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  pause: () => Promise<void>,
): Promise<Standardization> {
  let [low, high, heaviest] = [Infinity, -Infinity, 1];
  await inParts(values.length, pause, (k) => {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
    if (weights && weights[k] > heaviest) heaviest = weights[k];
  });
  const weightOf = (k: number) => (weights ? weights[k] : 1);
  const total = async (most: number, term: (k: number) => number) => {
    const grid = gridFor(most, values.length);
    let sum = 0;
    await inParts(values.length, pause, (k) => {
      sum += grid.round(term(k));
    });
    return sum;
  };
  const count = weights ? await total(heaviest, weightOf) : values.length;
  // From the lowest, so that numbers all the same have exactly that as their mean.
  const center = low + (await total(heaviest * (high - low), (k) => weightOf(k) * (values[k] - low))) / count;
  const squares = await total(heaviest * (high - low) ** 2, (k) => weightOf(k) * (values[k] - center) ** 2);
  const scale = Math.sqrt(squares / count);
  return { center, scale: scale <= 1e-13 * Math.max(Math.abs(low), Math.abs(high)) ? 0 : scale };
}

/** The mean and the standard deviation of some numbers, by which others make them numbers of the usual size. */
export function standardization(values: ArrayLike<number>, weights?: ArrayLike<number>): Standardization {
  const center = mean(values, weights);
  let squares = 0;
  let count = 0;
  let most = 0;
  for (let k = 0; k < values.length; k++) {
    const weight = weights ? weights[k] : 1;
    squares += weight * (values[k] - center) ** 2;
    count += weight;
    most = Math.max(most, Math.abs(values[k]));
  }
  const scale = Math.sqrt(squares / count);
  return { center, scale: scale <= 1e-13 * most ? 0 : scale };
}

/**
 * The quantile p of sorted numbers, n of them: the one at place p (n − 1), from 0, between two places in proportion.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const low = Math.floor(place);
  const next = sorted[Math.min(low + 1, sorted.length - 1)];
  return sorted[low] + (place - low) * (next - sorted[low]);
}

/** The lowest and the highest of some numbers, however many; Infinity and −Infinity of none. */
export function extent(values: Iterable<number>): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** A scale: the lowest value and the highest. */
export type Range = readonly [min: number, max: number];

/** A function that takes what lies beyond a range for its ends. @throws RangeError for one that does not go up. */
export function clipper(range: Range = [-Infinity, Infinity]): (value: number) => number {
  const [min, max] = range;
  if (!(min <= max)) throw new RangeError(`range must go up, got [${min}, ${max}]`);
  return (value) => Math.min(max, Math.max(min, value));
}
