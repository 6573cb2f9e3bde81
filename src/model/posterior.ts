import { checkFinite, outOfRange } from "../base/check";
import { normalBelow } from "../math/distributions";
import type { Block } from "../math/dot";
import { extent } from "../math/statistics";
import type { Id } from "../ratings/ratings";
import { checkModel, type Model, type ModelSize } from "./model";

/**
 * One draw from the posterior: a model, W_j·X_i + b_j + mu_i, and the noise around it. A rating of item i by user j
 * is normal with standard deviation userSpread[j] × itemSpread[i], in stars.
 */
export interface Sample {
  readonly X: Float32Array;
  readonly W: Float32Array;
  readonly b: Float32Array;
  /** In 64 bits, for the level of the ratings is in it. */
  readonly mu: Float64Array;
  readonly userSpread: Float32Array;
  readonly itemSpread: Float32Array;
}

/** What the sampler did, sweep by sweep, all in stars. A curve that has levelled out says that it has settled. */
export interface Trace {
  /** The root mean squared error of each sweep's own model on the ratings that it learns from. */
  readonly rmse: Float64Array;
  /** The standard deviation of the noise, root mean square over the ratings. */
  readonly noise: Float64Array;
  /** The standard deviation of the users' biases. */
  readonly userBias: Float64Array;
  /** The standard deviation of the items' biases. */
  readonly itemBias: Float64Array;
  /** How many sweeps came before the first sample. */
  readonly warmUp: number;
}

/** Models drawn from the posterior distribution, each as probable as it explains the ratings. */
export interface Posterior extends ModelSize {
  readonly samples: readonly Sample[];
  readonly trace: Trace;
  /** The ids of the items and users that it was learned from, where those had any. */
  readonly itemIds?: readonly Id[];
  readonly userIds?: readonly Id[];
}

/** What gives a number for an item and a user: one model, or the mean over many. */
export type Predictor = Model | Posterior;

/** A predicted rating, and between what two values the rating itself will lie. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

export function isPosterior(model: Predictor): model is Posterior {
  return "samples" in model;
}

/**
 * What a prediction is computed from: those of a model, or of one sample of a posterior. This is all that whatever
 * predicts, recommends, compares or explains needs to know: a predictor is a list of these, and its prediction the mean
 * of theirs, W_j·X_i + b_j + mu_i each.
 */
export interface Parameters {
  readonly X: Block;
  readonly W: Block;
  readonly b: Block;
  readonly mu: Block;
}

/** A model as the only one of its kind, or a posterior's samples. */
export const samplesOf = (model: Predictor): readonly Parameters[] =>
  isPosterior(model) ? model.samples : [model];

/**
 * The rows of X, W, b or mu of all samples side by side: row i is that of the first sample, that of the second, … The
 * product of two such rows is the sum of the samples' products.
 */
export async function sideBySide(
  model: Predictor,
  name: keyof Parameters,
  pause: () => Promise<void>,
): Promise<Block> {
  if (!isPosterior(model)) return model[name];
  const { samples } = model;
  const n = name === "X" || name === "W" ? model.numFeatures : 1;
  const width = samples.length * n;
  const make = samples[0][name].constructor as Float64ArrayConstructor | Float32ArrayConstructor;
  const rows = new make(samples.length * samples[0][name].length);
  for (const [s, sample] of samples.entries()) {
    const block = sample[name];
    for (let from = 0, to = s * n; from < block.length; from += n, to += width) {
      for (let f = 0; f < n; f++) rows[to + f] = block[from + f];
      if (from % 10_000 === 0) await pause();
    }
  }
  return rows;
}

/** The arrays of a single model have the lengths that its sizes say. @throws RangeError when one has not. */
export function checkPredictor(model: Predictor): void {
  if (!isPosterior(model)) checkModel(model);
}

/** W_j·X_i + b_j + mu_i, of a posterior its mean over the samples; no checks, for loops over cells known to be good. */
export function predictAt(model: Predictor, item: number, user: number): number {
  if (isPosterior(model)) return meanAt(model, item, user);
  const { X, W, b, mu, numFeatures } = model;
  const x = item * numFeatures;
  const w = user * numFeatures;
  let sum = b[user] + mu[item];
  for (let f = 0; f < numFeatures; f++) sum += W[w + f] * X[x + f];
  return sum;
}

/** The prediction of each sample. */
export function drawsAt(posterior: Posterior, item: number, user: number): Float64Array {
  const n = posterior.numFeatures;
  return Float64Array.from(posterior.samples, ({ X, W, b, mu }) => {
    let sum = b[user] + mu[item];
    for (let f = 0; f < n; f++) sum += W[user * n + f] * X[item * n + f];
    return sum;
  });
}

/** The posterior mean of W_j·X_i + b_j + mu_i. */
function meanAt({ samples, numFeatures: n }: Posterior, item: number, user: number): number {
  let total = 0;
  for (const { X, W, b, mu } of samples) {
    let sum = b[user] + mu[item];
    for (let f = 0; f < n; f++) sum += W[user * n + f] * X[item * n + f];
    total += sum;
  }
  return total / samples.length;
}

/**
 * The mean prediction, and the values below and above which a rating falls with equal probability, (1 − interval) / 2
 * each: quantiles of the mixture of the samples' normal distributions.
 */
export function intervalAt(posterior: Posterior, item: number, user: number, interval: number): Interval {
  checkFinite("interval", interval);
  if (!(interval > 0 && interval < 1)) throw outOfRange("interval", "between 0 and 1", interval);
  const draws = drawsAt(posterior, item, user);
  const spreads = posterior.samples.map(({ userSpread, itemSpread }) => userSpread[user] * itemSpread[item]);
  const quantile = (p: number) => mixtureQuantile(draws, spreads, p);
  return {
    mean: draws.reduce((sum, draw) => sum + draw, 0) / draws.length,
    low: quantile((1 - interval) / 2),
    high: quantile((1 + interval) / 2),
  };
}

/** The value below which the mixture of normal distributions, all of the same weight, has probability p. */
function mixtureQuantile(means: Float64Array, spreads: readonly number[], p: number): number {
  const below = (value: number) =>
    means.reduce((sum, mean, k) => sum + normalBelow((value - mean) / spreads[k]), 0) / means.length;
  const widest = extent(spreads)[1];
  const [least, most] = extent(means);
  // Φ(−9) is below every p that doubles tell from 0 through 1 − interval.
  let [low, high] = [least - 9 * widest, most + 9 * widest];
  // Each step halves the bracket: after so many, doubles tell its ends apart no more, whatever the numbers.
  for (let step = 0; step < 60 && high - low > 1e-6 * widest; step++) {
    const middle = (low + high) / 2;
    if (below(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
