/** A new user, or item, folded into a posterior: in each sample a row that is drawn given its ratings. */
import { checkFinite, checkOptions, checkPositive, optionNames } from "../base/check";
import { factor, inverse, solveLower, solveUpper } from "../math/linear";
import { type Random, random } from "../math/random";
import type { Posterior, Sample } from "../model/posterior";
import { appended, checkEachOnce, checkRow, type Weighted } from "./ridge";

/** A row that was folded into each sample: features or weights, the bias or mean, and the spread of its ratings' noise. */
export interface SampledRow {
  readonly row: Float64Array;
  readonly constant: number;
  readonly spread: number;
}

/** A user in each of a posterior's samples. */
export interface SampledUser {
  readonly samples: readonly { w: Float64Array; b: number; spread: number }[];
}

/** An item in each of a posterior's samples. */
export interface SampledItem {
  readonly samples: readonly { x: Float64Array; mu: number; spread: number }[];
}

export interface FoldInSamplesOptions {
  /** Of the random numbers. @default 0 */
  seed?: number;
}

const names = optionNames<FoldInSamplesOptions>({ seed: true });

/** Which rows are drawn, and which they meet. */
const sides = {
  user: {
    own: "W",
    ownBias: "b",
    ownSpread: "userSpread",
    other: "X",
    otherBias: "mu",
    otherSpread: "itemSpread",
  },
  item: {
    own: "X",
    ownBias: "mu",
    ownSpread: "itemSpread",
    other: "W",
    otherBias: "b",
    otherSpread: "userSpread",
  },
} as const;

export type Side = keyof typeof sides;

/** What is known of a sample's rows before any rating: they are normal with this mean and precision matrix. */
interface Prior {
  mean: Float64Array;
  /** Λ; undefined where all rows are the same, and a new one is too. */
  precision: Float64Array | undefined;
  /** The usual spread of a row's noise. */
  spread: number;
}

/** So many rows, evenly spread, tell the prior well enough. */
const enough = 5000;

const priors = new WeakMap<Sample, Partial<Record<Side, Prior>>>();

/**
 * The prior of a sample's rows as its own rows tell it: their mean and their covariance, as if as many rows of the usual
 * variance, all its directions alike, were there besides as a row has numbers.
 */
function priorOf(sample: Sample, side: Side, n: number): Prior {
  const known = priors.get(sample) ?? {};
  priors.set(sample, known);
  known[side] ??= makePrior(sample, side, n);
  return known[side];
}

function makePrior(sample: Sample, side: Side, n: number): Prior {
  const { own, ownBias, ownSpread } = sides[side];
  const [rows, biases, spreads] = [sample[own], sample[ownBias], sample[ownSpread]];
  const step = Math.max(1, Math.floor(biases.length / enough));
  const width = n + 1;
  const at = (row: number, f: number) => (f < n ? rows[row * n + f] : biases[row]);
  const mean = new Float64Array(width);
  let count = 0;
  let precisions = 0;
  for (let row = 0; row < biases.length; row += step, count++) {
    for (let f = 0; f < width; f++) mean[f] += at(row, f);
    precisions += 1 / spreads[row] ** 2;
  }
  for (let f = 0; f < width; f++) mean[f] /= count;
  const S = new Float64Array(width * width);
  const less = new Float64Array(width);
  for (let row = 0; row < biases.length; row += step) {
    for (let f = 0; f < width; f++) less[f] = at(row, f) - mean[f];
    for (let f = 0; f < width; f++) for (let g = 0; g <= f; g++) S[f * width + g] += less[f] * less[g];
  }
  let trace = 0;
  for (let f = 0; f < width; f++) trace += S[f * width + f];
  for (let f = 0; f < width; f++) {
    S[f * width + f] += trace / count;
    for (let g = 0; g < f; g++) S[g * width + f] = S[f * width + g];
  }
  const inverted = trace > 0 ? inverse(S, width) : undefined;
  return {
    mean,
    precision: inverted?.map((value) => value * (count + width)),
    spread: Math.sqrt(count / precisions),
  };
}

/** A rating as a row meets it: the other's row, the value, and how often it counts. */
type Given = readonly ({ at: number; value: number } & Weighted)[];

/**
 * What a row's ratings make of it in one sample. With z the other's features and a 1, and noise of precision
 * t = v / (spread² × the other's spread²), it is normal with precision matrix A = Λ + Σ t z zᵀ and mean
 * m + A⁻¹ Σ t z (y − the other's bias − z·m).
 */
export function conditional(sample: Sample, side: Side, n: number, given: Given) {
  const { other, otherBias, otherSpread } = sides[side];
  const prior = priorOf(sample, side, n);
  const { mean, precision, spread } = prior;
  const width = n + 1;
  const rows = given.map(({ at, value, weight = 1 }) => {
    const z = new Float64Array(width).fill(1);
    for (let f = 0; f < n; f++) z[f] = sample[other][at * n + f];
    const usual = z.reduce((sum, number, f) => sum + number * mean[f], 0);
    const t = weight / (spread * sample[otherSpread][at]) ** 2;
    return { z, t, off: value - sample[otherBias][at] - usual };
  });
  const A = precision?.slice();
  if (A)
    for (const { z, t } of rows)
      for (let f = 0; f < width; f++) for (let g = 0; g <= f; g++) A[f * width + g] += t * z[f] * z[g];
  const L = A && factor(A, width) ? A : undefined;
  return { mean, spread, rows, L };
}

/** A row drawn from its conditional distribution in each sample. */
export function drawRows(posterior: Posterior, side: Side, given: Given, source: Random): SampledRow[] {
  const n = posterior.numFeatures;
  const width = n + 1;
  return posterior.samples.map((sample) => {
    const { mean, spread, rows, L } = conditional(sample, side, n, given);
    const v = new Float64Array(width);
    if (L) {
      for (const { z, t, off } of rows) for (let f = 0; f < width; f++) v[f] += t * z[f] * off;
      solveLower(L, v, width);
      for (let f = 0; f < width; f++) v[f] += source.normal();
      solveUpper(L, v, width);
    }
    for (let f = 0; f < width; f++) v[f] += mean[f];
    return { row: v.slice(0, n), constant: v[n], spread };
  });
}

export function foldUserIn(
  posterior: Posterior,
  mine: readonly ({ item: number; value: number } & Weighted)[],
  options: FoldInSamplesOptions,
): SampledUser {
  checkEachOnce("item", mine, posterior.numItems);
  const given = mine.map(({ item, ...rating }) => ({ ...rating, at: item }));
  const drawn = drawRows(posterior, "user", given, random(seedOf(options)));
  return { samples: drawn.map(({ row, constant, spread }) => ({ w: row, b: constant, spread })) };
}

export function foldItemIn(
  posterior: Posterior,
  theirs: readonly ({ user: number; value: number } & Weighted)[],
  options: FoldInSamplesOptions,
): SampledItem {
  checkEachOnce("user", theirs, posterior.numUsers);
  const given = theirs.map(({ user, ...rating }) => ({ ...rating, at: user }));
  const drawn = drawRows(posterior, "item", given, random(seedOf(options)));
  return { samples: drawn.map(({ row, constant, spread }) => ({ x: row, mu: constant, spread })) };
}

function seedOf(options: FoldInSamplesOptions): number {
  checkOptions(options, names);
  const { seed = 0 } = options;
  checkFinite("seed", seed);
  return seed;
}

/** The posterior with one more user, or item, in each sample, as the last. */
export function withRow(posterior: Posterior, side: Side, given: readonly SampledRow[]): Posterior {
  const { own, ownBias, ownSpread } = sides[side];
  const { samples, numFeatures } = posterior;
  if (given.length !== samples.length)
    throw new RangeError(`samples must be the posterior's ${samples.length}, got ${given.length}`);
  const count = side === "user" ? "numUsers" : "numItems";
  return {
    ...posterior,
    [count]: posterior[count] + 1,
    samples: samples.map((sample, s) => {
      const { row, constant, spread } = given[s];
      checkRow(side === "user" ? "w" : "x", row, numFeatures);
      checkFinite(ownBias, constant, `sample ${s}`);
      checkPositive("spread", spread, `sample ${s}`);
      return {
        ...sample,
        [own]: appended(sample[own], row),
        [ownBias]: appended(sample[ownBias], [constant]),
        [ownSpread]: appended(sample[ownSpread], [spread]),
      };
    }),
  };
}
