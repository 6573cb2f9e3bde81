/** The product of two rows of numbers, in the order of additions that the SIMD kernels have. */

/** A block of numbers, such as the parameters of a model, in the precision of the work. */
export type Block = Float64Array | Float32Array;

/**
 * a · b over n numbers, from a[i] and b[j] on, in eight sums that do not wait for one another: number f goes to sum
 * f mod 8, as the lanes of the SIMD kernels have it, so that both give the same digits.
 */
export function dot(a: Block, i: number, b: Block, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let f = 0;
  for (; f + 8 <= n; f += 8, i += 8, j += 8) {
    s0 += a[i] * b[j];
    s1 += a[i + 1] * b[j + 1];
    s2 += a[i + 2] * b[j + 2];
    s3 += a[i + 3] * b[j + 3];
    s4 += a[i + 4] * b[j + 4];
    s5 += a[i + 5] * b[j + 5];
    s6 += a[i + 6] * b[j + 6];
    s7 += a[i + 7] * b[j + 7];
  }
  if (f < n) s0 += a[i] * b[j];
  if (f + 1 < n) s1 += a[i + 1] * b[j + 1];
  if (f + 2 < n) s2 += a[i + 2] * b[j + 2];
  if (f + 3 < n) s3 += a[i + 3] * b[j + 3];
  if (f + 4 < n) s4 += a[i + 4] * b[j + 4];
  if (f + 5 < n) s5 += a[i + 5] * b[j + 5];
  if (f + 6 < n) s6 += a[i + 6] * b[j + 6];
  return s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
}
