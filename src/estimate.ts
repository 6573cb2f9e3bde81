import { checkCount, outOfRange } from "./check";

/** A mean over several measurements, and the interval in which it is to be believed. */
export interface Estimate {
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
export function estimate(values: ArrayLike<number>, options: { level?: number } = {}): Estimate {
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw outOfRange("level", "between 0 and 1", level);
  const all = Array.from(values);
  const n = all.length;
  if (n === 0) throw new RangeError("values must be at least one, got none");
  const mean = all.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: Number.NaN, high: Number.NaN };
  const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentT(level, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * The t between whose negative and itself Student's distribution has the probability `level`, for a whole number of
 * degrees of freedom.
 *
 * Found by halving, from the probability as a finite sum: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
 */
export function studentT(level: number, freedom: number): number {
  checkCount("freedom", freedom);
  let [low, high] = [0, 1];
  while (within(high, freedom) < level) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability that Student's t is between −t and t. */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const odd = freedom % 2 === 1;
  const square = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = odd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= (square * (k - 1)) / k;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
