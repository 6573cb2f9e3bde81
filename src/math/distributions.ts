/** The gamma and Wishart distributions, to draw from; the normal's and Student's t, to read off probabilities and quantiles. */
import { checkCount, checkFinite, outOfRange } from "../base/check";
import { onCircle } from "./circle";
import { factor, solveUpper } from "./linear";
import type { Random } from "./random";

/**
 * A draw from the gamma distribution with the given shape, at least 1, and rate 1: its mean and its variance are the
 * shape.
 *
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
 */
export function gamma(source: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = source.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - source.uniform()) < x * x * 0.5 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/**
 * A draw from the Wishart distribution of n × n matrices with scale S⁻¹ and the given degrees of freedom, at least
 * n + 1: its mean is degrees × S⁻¹. S, of which the lower triangle is read, is overwritten with its Cholesky factor.
 *
 * With S = M Mᵀ and Bartlett's lower triangular T, the draw is Q Qᵀ for Q = M⁻ᵀ T. Source: Bartlett, "On the theory
 * of statistical regression", 1933.
 */
export function wishart(source: Random, S: Float64Array, degrees: number, n: number): Float64Array {
  factor(S, n);
  // Row j is column j of Q.
  const Q = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    Q[j * n + j] = Math.sqrt(2 * gamma(source, (degrees - j) / 2));
    for (let i = j + 1; i < n; i++) Q[j * n + i] = source.normal();
    solveUpper(S, Q, n, j * n);
  }
  const draw = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) draw[i * n + k] += Q[j * n + i] * Q[j * n + k];
    }
  }
  return draw;
}

/**
 * Φ(z), the probability that a standard normal variable is below z, to 1e-7.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.17.
 */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z < 0 ? tail : 1 - tail;
}

/**
 * The z for which a standard normal number lies between −z and z with the given probability, by Newton's method on
 * 2 φ(z) (z + z³/3 + z⁵/(3·5) + …), which from 0 climbs to it without ever overshooting.
 */
export function normalQuantile(interval = 0.8): number {
  checkFinite("interval", interval);
  if (!(interval > 0 && interval < 1)) throw outOfRange("interval", "between 0 and 1", interval);
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const density = (2 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    let sum = z;
    for (let k = 3, term = z; term > 1e-17 * sum; k += 2) sum += term *= (z * z) / k;
    const next = z + (interval - density * sum) / density;
    if (!(next > z)) break;
    z = next;
  }
  return z;
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
  const point = new Float64Array(2);
  onCircle(angle, point);
  const [cosine, sine] = point;
  const square = cosine * cosine;
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let k = odd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= (square * (k - 1)) / k;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
