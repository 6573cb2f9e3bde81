import { gamma, wishart } from "../../math/distributions";
import { factor, solveUpper } from "../../math/linear";
import type { Random } from "../../math/random";
import type { Groups, Ratings } from "../../ratings/ratings";
import { heap } from "../../wasm/arena";

/**
 * The latent factors of the users, or of the items, with all that is sampled about them. A row of `V` is a user's
 * weights and bias, or an item's features and bias: `width` numbers, of which the bias is the last.
 *
 * A priori a row is normal with mean μ + Bᵀ f and precision matrix Λ. The side features f are implicit feedback, a
 * number for each row of the other factors: 1/√n where it is one of the n that this row has ratings with, else 0. So B
 * says what having rated an item, at whatever value, tells of a user; and having been rated by a user of an item.
 */
export interface Factors {
  /** How many rows there are, and how many numbers in each. */
  readonly size: number;
  readonly width: number;
  /** The ratings of row r are number start[r] … start[r + 1] − 1 of the two lists that follow. */
  readonly start: Int32Array;
  /** The row of the other factors that each rating belongs to. */
  readonly others: Int32Array;
  readonly values: Float64Array;
  /** How often each rating counts; undefined where all count once. */
  readonly weights: Float64Array | undefined;
  /** Of each row how many ratings it has, each counted so often. */
  readonly counts: Float64Array;
  /** The numbers 1/√n. */
  readonly share: Float64Array;

  /** The rows, size × width. */
  readonly V: Float64Array;
  /** The residual: the rows less their prior means μ + Bᵀ f, size × width. */
  readonly residual: Float64Array;
  /** μ, width. */
  readonly mean: Float64Array;
  /** Λ, width × width. */
  readonly precision: Float64Array;
  /** B, the weights of the side features, a row for each of them. A priori normal with mean 0 and precision λΛ. */
  readonly sideWeights: Float64Array;
  /** λ. */
  sideWeightPrecision: number;
  /** Of each row the precision of its ratings, beside the usual 1: a rating's noise has precision α × its two rows'. */
  readonly rowPrecision: Float64Array;
}

/** Factors of small random rows, and nothing known of them yet. */
export function makeFactors(
  { start, order }: Groups,
  others: Int32Array,
  { values, weights }: Pick<Ratings, "values" | "weights">,
  size: { size: number; otherSize: number; width: number },
  source: Random,
  store = heap,
): Factors {
  const { size: rows, otherSize, width } = size;
  const filled = (length: number, value: (k: number) => number) => {
    const block = store.float64(length);
    for (let k = 0; k < length; k++) block[k] = value(k);
    return block;
  };
  const copied = (block: Int32Array, value: (k: number) => number) => {
    const copy = store.int32(block.length);
    for (let k = 0; k < block.length; k++) copy[k] = value(k);
    return copy;
  };
  const V = filled(rows * width, () => 0.1 * source.normal());
  const ownWeights = weights && filled(order.length, (k) => weights[order[k]]);
  const countOf = (row: number) =>
    ownWeights
      ? ownWeights.subarray(start[row], start[row + 1]).reduce((sum, weight) => sum + weight, 0)
      : start[row + 1] - start[row];
  return {
    size: rows,
    width,
    start: copied(start, (k) => start[k]),
    others: copied(order, (k) => others[order[k]]),
    values: filled(order.length, (k) => values[order[k]]),
    weights: ownWeights,
    counts: Float64Array.from({ length: rows }, (_, row) => countOf(row)),
    share: filled(rows, (r) => 1 / Math.sqrt(Math.max(1, start[r + 1] - start[r]))),
    V,
    residual: filled(rows * width, (k) => V[k]),
    mean: store.float64(width),
    precision: filled(width * width, (k) => (k % (width + 1) === 0 ? width : 0)),
    sideWeights: store.float64(otherSize * width),
    sideWeightPrecision: 1,
    rowPrecision: filled(rows, () => 1),
  };
}

/** Standard normal numbers for every row of a block. */
export function drawNoise(noise: Float64Array, source: Random): void {
  for (let k = 0; k < noise.length; k++) noise[k] = source.normal();
}

/** Makes rows of standard normal numbers into rows with precision matrix Λ. */
export function shapeNoise({ precision, width }: Factors, noise: Float64Array): void {
  const L = precision.slice();
  factor(L, width);
  for (let at = 0; at < noise.length; at += width) solveUpper(L, noise, width, at);
}

/**
 * Samples the weights of the side features, one row of B after another, each given all else, and keeps `residual` up
 * with them; of the columns those from `from` to before `to`, which no other column has a part in.
 *
 * What a side feature adds to the rows that have it is, given the rest of their prior means, a regression on the one
 * number f; all columns share its precision h = λ + Σ f².
 *
 * O(ratings × columns).
 *
 * @param other The other factors, of which only the ratings' places are read.
 * @param noise Rows with precision matrix Λ, one for each row of B.
 */
export function sampleSideWeights(
  { width, share, residual, sideWeights, sideWeightPrecision }: Factors,
  { size, start, others }: Pick<Factors, "size" | "start" | "others">,
  noise: Float64Array,
  from: number,
  to: number,
): void {
  const change = new Float64Array(width);
  for (let k = 0; k < size; k++) {
    let squares = 0;
    change.fill(0);
    for (let p = start[k]; p < start[k + 1]; p++) {
      const row = others[p] * width;
      const f = share[others[p]];
      squares += f * f;
      for (let c = from; c < to; c++) change[c] += f * residual[row + c];
    }
    const h = sideWeightPrecision + squares;
    const root = Math.sqrt(h);
    for (let c = from; c < to; c++) {
      const e = k * width + c;
      const sampled = (change[c] + squares * sideWeights[e]) / h + noise[e] / root;
      change[c] = sampled - sideWeights[e];
      sideWeights[e] = sampled;
    }
    for (let p = start[k]; p < start[k + 1]; p++) {
      const row = others[p] * width;
      const f = share[others[p]];
      for (let c = from; c < to; c++) residual[row + c] -= f * change[c];
    }
  }
}

/** How many rows' worth the prior knowledge of μ counts. */
const meanWeight = 2;

/**
 * Samples Λ, μ and λ, given the rows and B, and keeps `residual` up with them. Their priors are those of
 * Salakhutdinov and Mnih (2008): Λ is Wishart with scale I and `width` degrees of freedom, μ normal with mean 0 and
 * precision 2Λ; and λ is exponential with mean 1.
 */
export function samplePrior(factors: Factors, source: Random): void {
  const { size, width, residual, mean, precision, sideWeights } = factors;
  const ownMean = new Float64Array(width);
  for (let k = 0; k < residual.length; k++) ownMean[k % width] += residual[k] / size;
  for (let c = 0; c < width; c++) ownMean[c] += mean[c];

  const S = new Float64Array(width * width);
  const own = new Float64Array(width);
  for (let at = 0; at < residual.length; at += width) {
    for (let c = 0; c < width; c++) own[c] = residual[at + c] + mean[c] - ownMean[c];
    addSquare(S, own, 0, width);
  }
  const sideWeightSquares = new Float64Array(width * width);
  for (let at = 0; at < sideWeights.length; at += width) addSquare(sideWeightSquares, sideWeights, at, width);
  const weight = size + meanWeight;
  for (let c = 0; c < width; c++) {
    for (let d = 0; d <= c; d++) {
      const k = c * width + d;
      S[k] += factors.sideWeightPrecision * sideWeightSquares[k];
      S[k] += ((size * meanWeight) / weight) * ownMean[c] * ownMean[d] + (c === d ? 1 : 0);
    }
  }
  const numSideWeights = sideWeights.length / width;
  precision.set(wishart(source, S, width + size + numSideWeights, width));

  const shift = Float64Array.from({ length: width }, () => source.normal());
  shapeNoise(factors, shift);
  for (let c = 0; c < width; c++) {
    shift[c] = (size * ownMean[c]) / weight + shift[c] / Math.sqrt(weight) - mean[c];
    mean[c] += shift[c];
  }
  for (let k = 0; k < residual.length; k++) residual[k] -= shift[k % width];

  let spread = 0;
  for (let c = 0; c < width; c++) {
    for (let d = 0; d <= c; d++)
      spread += (c === d ? 1 : 2) * precision[c * width + d] * sideWeightSquares[c * width + d];
  }
  factors.sideWeightPrecision = gamma(source, 1 + (numSideWeights * width) / 2) / (1 + spread / 2);
}

/** Adds x xᵀ to the lower triangle of S, x being the n numbers from `at` on. */
function addSquare(S: Float64Array, x: Float64Array, at: number, n: number): void {
  for (let c = 0; c < n; c++) {
    const factor = x[at + c];
    for (let d = 0; d <= c; d++) S[c * n + d] += factor * x[at + d];
  }
}
