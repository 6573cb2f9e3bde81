import { mostBlocks } from "./schedule";

/** Blocks in a step: enough that no thread waits long for the last, few enough that taking them costs nothing. */
const wanted = 64;

/** The largest block, in ratings: some milliseconds' work, after which other work may have its turn. */
const largest = 200_000;

/**
 * Cuts rows into blocks of about equal work, where row k has start[k + 1] − start[k] ratings and costs as much as
 * `rowCost` ratings besides. Block k is the rows [bounds[k], bounds[k + 1]); the cut depends on the ratings alone.
 */
export function evenBounds(start: Int32Array, rowCost: number): Int32Array {
  const rows = start.length - 1;
  const work = (row: number) => start[row] - start[0] + rowCost * row;
  const blocks = Math.min(rows, mostBlocks, Math.max(wanted, Math.ceil(work(rows) / largest)));
  const bounds = [0];
  for (let block = 1, row = 0; block <= blocks; block++) {
    while (row < rows && work(row) < (work(rows) * block) / blocks) row++;
    if (row > bounds[bounds.length - 1]) bounds.push(row);
  }
  return Int32Array.from(bounds);
}

/** The size of the blocks that `length` rows are cut into: `size`, or more where there would be too many blocks. */
export function blockSizeFor(length: number, size: number): number {
  return Math.max(size, Math.ceil(length / mostBlocks));
}

/** Cuts rows into blocks of the same size, but for the last; bounds as those of `evenBounds`. */
export function equalBounds(length: number, blockSize: number): Int32Array {
  return Int32Array.from({ length: Math.ceil(length / blockSize) + 1 }, (_, k) =>
    Math.min(k * blockSize, length),
  );
}
