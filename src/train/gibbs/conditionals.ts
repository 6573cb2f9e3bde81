import { gamma } from "../../math/distributions";
import { dot } from "../../math/dot";
import { factor, solveLower, solveUpper } from "../../math/linear";
import type { Random } from "../../math/random";
import type { Side } from "./factors";

/**
 * Samples the rows from `from` to before `to`, given the other side; of all arrays only these rows are written, so
 * that blocks of rows may be sampled in any order, or at once.
 *
 * Row v explains each of its ratings, y = v·z + the other's bias + noise, where z is the other's features and a 1.
 * With the noise of precision t it is normal with precision matrix A = Λ + Σ t z zᵀ and mean A⁻¹ (Λ m + Σ t z (y − the
 * other's bias)), m being its prior mean. With A = L Lᵀ a sample is L⁻ᵀ (L⁻¹ r + e), e standard normal.
 *
 * O(ratings × width² + rows × width³).
 *
 * @param noisePrecision α.
 * @param noise e, a row for each row.
 */
export function sampleRows(
  side: Side,
  other: Pick<Side, "V" | "trust">,
  noisePrecision: number,
  noise: Float64Array,
  from: number,
  to: number,
): void {
  const { width: n, start, others, values, V, rest, precision, trust } = side;
  const bias = n - 1;
  const A = new Float64Array(n * n);
  const r = new Float64Array(n);
  const m = new Float64Array(n);
  for (let row = from; row < to; row++) {
    A.set(precision);
    for (let i = 0; i < n; i++) m[i] = V[row * n + i] - rest[row * n + i];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += precision[i * n + j] * m[j];
      r[i] = sum;
    }
    for (let k = start[row]; k < start[row + 1]; k++) {
      const z = others[k] * n;
      const t = noisePrecision * trust[row] * other.trust[others[k]];
      const y = t * (values[k] - other.V[z + bias]);
      for (let i = 0; i < bias; i++) {
        const zi = other.V[z + i];
        const tz = t * zi;
        for (let j = 0; j <= i; j++) A[i * n + j] += tz * other.V[z + j];
        A[bias * n + i] += tz;
        r[i] += y * zi;
      }
      A[bias * n + bias] += t;
      r[bias] += y;
    }
    factor(A, n);
    solveLower(A, r, n);
    for (let i = 0; i < n; i++) r[i] += noise[row * n + i];
    solveUpper(A, r, n);
    for (let i = 0; i < n; i++) {
      V[row * n + i] = r[i];
      rest[row * n + i] = r[i] - m[i];
    }
  }
}

/**
 * For each row from `from` to before `to` the sum of its squared errors, and the same with each error weighted by the
 * other's trust: `into` takes the two side by side.
 */
export function squaredErrors(
  { width: n, start, others, values, V }: Side,
  other: Pick<Side, "V" | "trust">,
  into: Float64Array,
  from: number,
  to: number,
): void {
  const bias = n - 1;
  const v = new Float64Array(n);
  for (let row = from; row < to; row++) {
    // With a 1 for its bias, the row meets the other's bias in the product.
    v.set(V.subarray(row * n, row * n + bias));
    v[bias] = 1;
    let plain = 0;
    let weighted = 0;
    for (let k = start[row]; k < start[row + 1]; k++) {
      const error = values[k] - V[row * n + bias] - dot(v, 0, other.V, others[k] * n, n);
      plain += error * error;
      weighted += error * error * other.trust[others[k]];
    }
    into[2 * row] = plain;
    into[2 * row + 1] = weighted;
  }
}

/** α given all errors, `squaredErrors` of either side. A priori exponential with mean 1. */
export function sampleNoisePrecision(side: Side, errors: Float64Array, source: Random): number {
  let sum = 0;
  for (let row = 0; row < side.size; row++) sum += side.trust[row] * errors[2 * row + 1];
  return gamma(source, 1 + side.values.length / 2) / (1 + sum / 2);
}

/** How surely a row is as trustworthy as others, before its ratings are seen: the shape of the gamma prior. */
const sameness = 5;

/**
 * Samples how far the ratings of each row can be trusted, given its errors. A priori gamma with mean 1 and shape 5:
 * after 10 ratings a row is judged by its own errors as much as by what is usual.
 */
export function sampleTrust(side: Side, noisePrecision: number, errors: Float64Array, source: Random): void {
  const { size, start, trust } = side;
  for (let row = 0; row < size; row++) {
    const shape = sameness + (start[row + 1] - start[row]) / 2;
    trust[row] = gamma(source, shape) / (sameness + (noisePrecision * errors[2 * row + 1]) / 2);
  }
}
