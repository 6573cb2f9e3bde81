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
