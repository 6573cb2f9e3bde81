/** Sums that come out the same in whatever order, and in however many parts, they are added. */

/** Numbers rounded to multiples of one unit, so coarse that all sums of so many of them are exact. */
export interface Grid {
  /** A power of two. */
  unit: number;
  /** The nearest multiple of the unit; of two as near the even one. */
  round(value: number): number;
}

/**
 * The grid for sums of `count` numbers between −most and most: its unit is so large that 52 bits hold the greatest sum
 * there may be, and small enough that the mean of them is right to within most × count / 2⁵¹.
 *
 * Source: Demmel and Nguyen, "Fast Reproducible Floating-Point Summation" (2013), with a single bin.
 */
export function gridFor(most: number, count: number): Grid {
  const unit = (powerOfTwoFrom(most) * powerOfTwoFrom(count)) / 2 ** 51;
  // Beyond this number the doubles are one unit apart: adding it rounds.
  const shift = 1.5 * 2 ** 52 * unit;
  return { unit, round: (value) => value + shift - shift };
}

/** The least power of two that is not below a number; 1 for zero. */
function powerOfTwoFrom(value: number): number {
  if (value === 0) return 1;
  let power = 1;
  while (power < value) power *= 2;
  while (power / 2 >= value) power /= 2;
  return power;
}
