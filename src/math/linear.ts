/** Dense symmetric matrices: Cholesky's decomposition and what it solves, eigenvalues, rank. */

/**
 * Cholesky's decomposition A = L Lᵀ of a symmetric positive definite A (n × n, row-major), in place: the lower
 * triangle of A becomes L; what is above is neither read nor written. False when A is not positive definite, as far
 * as its digits tell.
 */
export function factor(A: Float64Array, n: number): boolean {
  for (let column = 0; column < n; column++) {
    for (let row = column; row < n; row++) {
      const given = A[row * n + column];
      let sum = given;
      for (let k = 0; k < column; k++) sum -= A[row * n + k] * A[column * n + k];
      if (row === column) {
        // What is left of a pivot that should be zero is its rounding error, of the size of the digits it lost.
        if (!(sum > 1e-13 * Math.abs(given))) return false;
        A[row * n + row] = Math.sqrt(sum);
      } else {
        A[row * n + column] = sum / A[column * n + column];
      }
    }
  }
  return true;
}

/** Solves L z = r for a lower triangular L, in place: the n numbers of `z` from `start` on, r before, are z after. */
export function solveLower(L: Float64Array, z: Float64Array, n: number, start = 0): void {
  for (let row = 0; row < n; row++) {
    let sum = z[start + row];
    for (let k = 0; k < row; k++) sum -= L[row * n + k] * z[start + k];
    z[start + row] = sum / L[row * n + row];
  }
}

/** Solves Lᵀ z = r for a lower triangular L, in place as `solveLower` does. */
export function solveUpper(L: Float64Array, z: Float64Array, n: number, start = 0): void {
  for (let row = n - 1; row >= 0; row--) {
    let sum = z[start + row];
    for (let k = row + 1; k < n; k++) sum -= L[k * n + row] * z[start + k];
    z[start + row] = sum / L[row * n + row];
  }
}

/**
 * Solves A z = r for a symmetric positive definite A (n × n, row-major), by Cholesky's decomposition. Undefined when
 * A is not positive definite, as far as its digits tell.
 */
export function solve(A: ArrayLike<number>, r: ArrayLike<number>): Float64Array | undefined {
  const L = Float64Array.from(A);
  if (!factor(L, r.length)) return undefined;
  const z = Float64Array.from(r);
  solveLower(L, z, r.length);
  solveUpper(L, z, r.length);
  return z;
}

/** The inverse of a symmetric positive definite A (n × n, row-major). Undefined when A is none, as in `solve`. */
export function inverse(A: ArrayLike<number>, n: number): Float64Array | undefined {
  const L = Float64Array.from(A);
  if (!factor(L, n)) return undefined;
  const inverted = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    inverted[row * n + row] = 1;
    solveLower(L, inverted, n, row * n);
    solveUpper(L, inverted, n, row * n);
  }
  return inverted;
}

/**
 * The eigenvalues of a symmetric A (n × n, row-major) and its eigenvectors, the columns of V, in the same order:
 * A = V diag(values) Vᵀ. By Jacobi's rotations, each of which turns two axes so that their common entry becomes 0.
 *
 * @param sweeps How often over all entries at most. After few it is so only about, but V is at right angles always.
 */
export function eigen(
  A: ArrayLike<number>,
  n: number,
  sweeps = 30,
): { values: Float64Array; V: Float64Array } {
  const D = Float64Array.from(A);
  const V = Float64Array.from({ length: n * n }, (_, cell) => (cell % (n + 1) === 0 ? 1 : 0));
  const turn = (block: Float64Array, from: number, to: number, step: number, c: number, s: number) => {
    for (let k = 0; k < n; k++) {
      const [a, b] = [block[from + k * step], block[to + k * step]];
      block[from + k * step] = c * a - s * b;
      block[to + k * step] = s * a + c * b;
    }
  };
  const size = D.reduce((sum, value) => sum + value * value, 0);
  const outside = () => D.reduce((sum, value, cell) => (cell % (n + 1) === 0 ? sum : sum + value * value), 0);
  // Each sweep squares what is left outside the diagonal: ten are plenty.
  for (let sweep = 0; sweep < sweeps && outside() > 1e-28 * size; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (D[p * n + q] === 0) continue;
        const theta = (D[q * n + q] - D[p * n + p]) / (2 * D[p * n + q]);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(tangent, 1);
        turn(D, p, q, n, c, tangent * c);
        turn(D, p * n, q * n, 1, c, tangent * c);
        turn(V, p, q, n, c, tangent * c);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, k) => D[k * n + k]), V };
}

/**
 * How many of the rows (each of n numbers) are independent of one another, by Gauss's elimination with the largest
 * pivots; what is smaller than 1e-10 of the largest number counts as zero.
 */
export function rankOf(rows: readonly ArrayLike<number>[], n: number): number {
  const left = rows.map((row) => Float64Array.from(row));
  let largest = 0;
  for (const row of left) for (const value of row) largest = Math.max(largest, Math.abs(value));
  let rank = 0;
  for (let column = 0; column < n && rank < left.length; column++) {
    let pivot = rank;
    for (let k = rank; k < left.length; k++) {
      if (Math.abs(left[k][column]) > Math.abs(left[pivot][column])) pivot = k;
    }
    if (Math.abs(left[pivot][column]) <= 1e-10 * largest) continue;
    [left[rank], left[pivot]] = [left[pivot], left[rank]];
    for (let k = rank + 1; k < left.length; k++) {
      const factor = left[k][column] / left[rank][column];
      for (let f = column; f < n; f++) left[k][f] -= factor * left[rank][f];
    }
    rank++;
  }
  return rank;
}
