import { inParts } from "../../base/pause";
import type { Random } from "../../math/random";
import type { Groups } from "../../ratings/ratings";
import { heap, paddedWidth } from "../../wasm/arena";
import { type Penalty, rowPenalty } from "./confidence";

/** The latent factors of the users, or of the items, with the cells that they explain; all in numbers of 32 bits. */
export interface Factors {
  /** How many rows there are, and how many numbers in each: the features, filled up with zeros to a multiple of four. */
  readonly size: number;
  readonly width: number;
  /** The cells of row r are number start[r] … start[r + 1] − 1 of the two lists that follow. */
  readonly start: Int32Array;
  /** The row of the other factors that each cell belongs to. */
  readonly others: Int32Array;
  /** c − 1: by how much each cell's confidence exceeds that of a cell without a count. */
  readonly extra: Float32Array;
  /** The weight of each row's penalty. */
  readonly penalty: Float32Array;

  /** The rows, size × width. */
  readonly V: Float32Array;
  /** VᵀV, width × width; and the parts that it is the sum of, of which only the lower triangles count. */
  readonly gram: Float32Array;
  readonly gramParts: Float64Array;
  /** The loss over each row's cells, those without a count too, its penalty included; and its penalty λ‖v‖². */
  readonly losses: Float64Array;
  readonly penalties: Float64Array;
}

/** How many parts a Gram matrix is summed in, side by side. */
export const partCount = 32;

/** So many rows of a part are added up in numbers of 32 bits; these sums are added in numbers of 64. */
export const chunk = 256;

/** How wide the rows are, how sure each cell makes, and how they are penalized. */
export interface FactorsSettings extends Penalty {
  numFeatures: number;
  /** c − 1 of each cell, in the order of the list. */
  extra: Float64Array;
}

/**
 * Factors whose rows are zero.
 *
 * @param others The other's row of each cell, in the order of the list.
 * @param otherSize How many cells a row has, with a count or without.
 */
export async function makeFactors(
  { start, order }: Groups,
  others: Int32Array,
  otherSize: number,
  settings: FactorsSettings,
  pause: () => Promise<void>,
  store = heap,
): Promise<Factors> {
  const { numFeatures, extra } = settings;
  const size = start.length - 1;
  const width = paddedWidth(numFeatures);
  const factors: Factors = {
    size,
    width,
    start: store.int32(start.length),
    others: store.int32(order.length),
    extra: store.float32(order.length),
    penalty: store.float32(size),
    V: store.float32(size * width),
    gram: store.float32(width * width),
    gramParts: store.float64(partCount * width * width),
    losses: store.float64(size),
    penalties: store.float64(size),
  };
  factors.start.set(start);
  await inParts(order.length, pause, (k) => {
    factors.others[k] = others[order[k]];
    factors.extra[k] = extra[order[k]];
  });
  for (let row = 0; row < size; row++) {
    let confidences = otherSize;
    for (let k = start[row]; k < start[row + 1]; k++) confidences += extra[order[k]];
    factors.penalty[row] = rowPenalty(confidences, settings);
    await pause();
  }
  return factors;
}

/** Gives the rows that have cells small random numbers; the others stay zero. */
export async function randomizeRows(
  { V, start, size, width }: Factors,
  numFeatures: number,
  source: Random,
  pause: () => Promise<void>,
): Promise<void> {
  const scale = 0.1 / Math.sqrt(numFeatures);
  for (let row = 0; row < size; row++) {
    if (start[row] === start[row + 1]) continue;
    for (let f = 0; f < numFeatures; f++) V[row * width + f] = scale * source.normal();
    if (row % 1000 === 0) await pause();
  }
}

/** The rows of a part: from `from` to before `to`. */
export function partBounds(size: number, part: number): { from: number; to: number } {
  return { from: Math.floor((size * part) / partCount), to: Math.floor((size * (part + 1)) / partCount) };
}

/** VᵀV from its parts, in their order. */
export function sumGram({ width, gram, gramParts }: Factors): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let at = i * width + j; at < gramParts.length; at += width * width) sum += gramParts[at];
      gram[i * width + j] = gram[j * width + i] = sum;
    }
  }
}

/** The rows without what they are filled up with, in numbers of 64 bits. */
export function unpadded({ V, size, width }: Factors, numFeatures: number): Float64Array {
  const rows = new Float64Array(size * numFeatures);
  for (let row = 0; row < size; row++)
    rows.set(V.subarray(row * width, row * width + numFeatures), row * numFeatures);
  return rows;
}
