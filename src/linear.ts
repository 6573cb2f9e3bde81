/**
 * Solves A z = r for a symmetric positive definite A (n × n, row-major), by Cholesky's decomposition A = L Lᵀ.
 * Undefined when A is not positive definite, as far as its digits tell.
 */
export function solve(A: ArrayLike<number>, r: ArrayLike<number>): Float64Array | undefined {
  const n = r.length;
  const L = Float64Array.from(A);
  for (let column = 0; column < n; column++) {
    for (let row = column; row < n; row++) {
      let sum = L[row * n + column];
      for (let k = 0; k < column; k++) sum -= L[row * n + k] * L[column * n + k];
      if (row === column) {
        // What is left of a pivot that should be zero is its rounding error, of the size of the digits it lost.
        if (!(sum > 1e-13 * Math.abs(A[row * n + row]))) return undefined;
        L[row * n + column] = Math.sqrt(sum);
      } else {
        L[row * n + column] = sum / L[column * n + column];
      }
    }
  }
  const z = Float64Array.from(r);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) z[row] -= L[row * n + k] * z[k];
    z[row] /= L[row * n + row];
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) z[row] -= L[k * n + row] * z[k];
    z[row] /= L[row * n + row];
  }
  return z;
}

/**
 * How many of the rows (each of n numbers) are independent of one another, by Gauss's elimination with the largest
 * pivots; what is smaller than 1e-10 of the largest number counts as zero.
 */
export function rankOf(rows: readonly ArrayLike<number>[], n: number): number {
  const left = rows.map((row) => Float64Array.from(row));
  const largest = Math.max(0, ...left.map((row) => Math.max(...row.map(Math.abs))));
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

/**
 * The eigenvectors of a symmetric matrix (n × n, row-major), one in each row, those of the largest eigenvalues first: by
 * Jacobi's rotations.
 */
export function eigenvectors(A: ArrayLike<number>, n: number): Float64Array {
  const M = Float64Array.from(A);
  const V = new Float64Array(n * n);
  for (let k = 0; k < n; k++) V[k * n + k] = 1;
  const size = M.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) off += 2 * M[p * n + q] ** 2;
    if (off <= 1e-20 * size) break;
    for (let p = 1; p < n; p++) {
      for (let q = 0; q < p; q++) {
        if (M[p * n + q] === 0) continue;
        const angle = Math.atan2(2 * M[p * n + q], M[q * n + q] - M[p * n + p]) / 2;
        turn(M, V, n, p, q, Math.cos(angle), Math.sin(angle));
      }
    }
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((a, b) => M[b * n + b] - M[a * n + a]);
  return Float64Array.from({ length: n * n }, (_, k) => V[order[Math.floor(k / n)] * n + (k % n)]);
}

/** M ← G M Gᵀ and V ← G V, where G turns q toward p. */
function turn(M: Float64Array, V: Float64Array, n: number, p: number, q: number, cos: number, sin: number): void {
  for (const rows of [M, V]) {
    for (let k = 0; k < n; k++) {
      const [a, b] = [rows[q * n + k], rows[p * n + k]];
      rows[q * n + k] = cos * a + sin * b;
      rows[p * n + k] = cos * b - sin * a;
    }
  }
  for (let k = 0; k < n; k++) {
    const [a, b] = [M[k * n + q], M[k * n + p]];
    M[k * n + q] = cos * a + sin * b;
    M[k * n + p] = cos * b - sin * a;
  }
}
