import { gamma } from "../../math/distributions";
import { dot } from "../../math/dot";
import { factor, solveLower, solveUpper } from "../../math/linear";
import type { Random } from "../../math/random";
import type { Factors } from "./factors";

/**
 * Samples the rows from `from` to before `to` from their conditional distribution, given the other factors; of all
 * arrays only these rows are written, so that blocks of rows may be sampled in any order, or at once.
 *
 * Row v explains each of its ratings, y = v·z + the other's bias + noise, where z is the other's features and a 1.
 * With the noise of precision t, times the rating's weight, it is normal with precision matrix A = Λ + Σ t z zᵀ and mean A⁻¹ (Λ m + Σ t z (y − the
 * other's bias)), m being its prior mean. With A = L Lᵀ a sample is L⁻ᵀ (L⁻¹ r + e), e standard normal.
 *
 * O(ratings × width² + rows × width³).
 *
 * @param noisePrecision α.
 * @param noise e, a row for each row.
 */
export function sampleRows(
  own: Factors,
  other: Pick<Factors, "V" | "rowPrecision">,
  noisePrecision: number,
  noise: Float64Array,
  from: number,
  to: number,
): void {
  const { width: n, start, others, values, weights, V, residual, precision, rowPrecision } = own;
  const bias = n - 1;
  const A = new Float64Array(n * n);
  const r = new Float64Array(n);
  const m = new Float64Array(n);
  for (let row = from; row < to; row++) {
    A.set(precision);
    for (let i = 0; i < n; i++) m[i] = V[row * n + i] - residual[row * n + i];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += precision[i * n + j] * m[j];
      r[i] = sum;
    }
    for (let k = start[row]; k < start[row + 1]; k++) {
      const z = others[k] * n;
      let t = noisePrecision * rowPrecision[row] * other.rowPrecision[others[k]];
      if (weights) t *= weights[k];
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
      residual[row * n + i] = r[i] - m[i];
    }
  }
}

/**
 * For each row from `from` to before `to` the sum of its squared errors, times the ratings' weights, and the same with each error weighted by the
 * precision of the other's row: `into` takes the two side by side.
 */
export function squaredErrors(
  { width: n, start, others, values, weights, V }: Factors,
  other: Pick<Factors, "V" | "rowPrecision">,
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
      let square = error * error;
      if (weights) square *= weights[k];
      plain += square;
      weighted += square * other.rowPrecision[others[k]];
    }
    into[2 * row] = plain;
    into[2 * row + 1] = weighted;
  }
}

/** α given all errors, `squaredErrors` of either factors. A priori exponential with mean 1. */
export function sampleNoisePrecision(factors: Factors, errors: Float64Array, source: Random): number {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < factors.size; row++) {
    sum += factors.rowPrecision[row] * errors[2 * row + 1];
    count += factors.counts[row];
  }
  return gamma(source, 1 + count / 2) / (1 + sum / 2);
}

/** How surely a row's ratings are as precise as others', before they are seen: the shape of the gamma prior. */
const precisionShape = 5;

/**
 * Samples the precision of each row's ratings, given its errors: heteroskedastic noise. A priori gamma with mean 1 and
 * shape 5, so that after 10 ratings a row is judged by its own errors as much as by what is usual.
 */
export function sampleRowPrecision(
  factors: Factors,
  noisePrecision: number,
  errors: Float64Array,
  source: Random,
): void {
  const { size, counts, rowPrecision } = factors;
  for (let row = 0; row < size; row++) {
    const shape = precisionShape + counts[row] / 2;
    rowPrecision[row] = gamma(source, shape) / (precisionShape + (noisePrecision * errors[2 * row + 1]) / 2);
  }
}
