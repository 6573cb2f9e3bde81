/** Random arguments of the tasks: sizes, matrices, ratings with blanks. */
import type { Random } from "../math/random";

/** Numbers with two decimals, from a normal distribution. */
export const drawnRow = (source: Random, n: number): number[] =>
  Array.from({ length: n }, () => Math.round(100 * source.normal()) / 100);

export const drawnMatrix = (source: Random, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => drawnRow(source, columns));

/** A whole number from `least` to `most`. */
export const drawnSize = (source: Random, least: number, most: number): number =>
  least + source.below(most - least + 1);

/**
 * A table of ratings with blanks, zeros where R is 0: every row and every column has a rated cell. A rating may be zero.
 *
 * @param rate Draws a rating. @default stars from 0 to 5, in halves
 */
export function drawnRatings(
  source: Random,
  rows: number,
  columns: number,
  rate = (): number => source.below(11) / 2,
): { Y: number[][]; R: number[][] } {
  const R = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Number(source.uniform() < 0.6)),
  );
  R.forEach((row, i) => {
    row[i % columns] = 1;
  });
  for (let j = 0; j < columns; j++) R[j % rows][j] = 1;
  return { Y: R.map((row) => row.map((rated) => (rated === 1 ? rate() : 0))), R };
}
