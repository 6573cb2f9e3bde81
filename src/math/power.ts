/**
 * base to the power of a whole n ≥ 0, by squaring: the same digits on every machine, which `**` does not promise.
 */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
