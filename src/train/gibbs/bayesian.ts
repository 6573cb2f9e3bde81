import { checkCount, checkFinite, checkOptions, outOfRange } from "../../base/check";
import { breather } from "../../base/pause";
import { type Random, random } from "../../math/random";
import type { Posterior, Sample, Trace } from "../../model/posterior";
import { type Ratings, withValues } from "../../ratings/ratings";
import { defaultThreads } from "../../wasm/backend";
import { kernelModule } from "../../wasm/kernels";
import type { WasmModule } from "../../wasm/webassembly";
import type { Side } from "./factors";
import { type Chain, type Hands, plainHands, startChain, sweep } from "./sampler";
import { simdChain } from "./simd";

export interface BayesianOptions {
  /** How many features an item has, and weights a user. @default 15 */
  numFeatures?: number;
  /** How many sweeps over all users and items follow the warm-up, which takes a quarter as many more. @default 200 */
  samples?: number;
  /** The same seed gives the same samples. @default 0 */
  seed?: number;
  /** How many threads work; the samples are the same for any number. @default all cores, where the work is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /**
   * Called after each sweep, those of the warm-up included (of `sweeps` in all), with the error on the ratings learned
   * from and the noise, both in stars; returning false stops, and keeps what there is.
   */
  onSample?: (step: { sweep: number; sweeps: number; rmse: number; noise: number }) => unknown;
}

const optionNames: readonly (keyof BayesianOptions)[] = [
  ...(["numFeatures", "samples", "seed", "threads", "signal", "onSample"] as const),
];

/** At most so many samples are kept, and at most so many bytes of them; of more, evenly spaced ones. */
const mostSamples = 100;
const mostBytes = 2 ** 29;

/**
 * Bayesian matrix factorization with implicit feedback. There is nothing to tune: how much to trust the data, and
 * what, is learned along with the rest, and each prediction comes with its uncertainty.
 *
 * Rating y of item i by user j is normal with mean W_j·X_i + b_j + mu_i; (W_j, b_j) and (X_i, mu_i) are normal with
 * means that depend on which items the user has rated and which users have rated the item, at whatever value
 * (SVD++, both ways); means, covariances, the noise, and how much noisier some users and items are than others, have
 * weak priors of their own. All are sampled in turn, each given the rest (Gibbs sampling).
 *
 * `predict(posterior, at)` is the mean over the samples, `predict(posterior, at, { interval: 0.8 })` an interval too.
 * An item or user without ratings is predicted as the usual one.
 *
 * Memory: at most 100 samples of 4 × (items + users) × (numFeatures + 2) bytes, 512 MB in all. Time: O(sweeps ×
 * (ratings × numFeatures² + (items + users) × numFeatures³)).
 *
 * Sources: Salakhutdinov and Mnih, "Bayesian probabilistic matrix factorization using Markov chain Monte Carlo", 2008;
 * Koren, "Factorization meets the neighborhood", 2008; Rendle, Zhang and Koren, "On the difficulty of evaluating
 * baselines", 2019.
 *
 * @throws RangeError for options out of range, and for ratings too large to square.
 */
export async function bayesian(ratings: Ratings, options: BayesianOptions = {}): Promise<Posterior> {
  checkOptions(options, optionNames);
  const { numFeatures = 15, samples = 200, seed = 0 } = options;
  checkCount("numFeatures", numFeatures);
  checkCount("samples", samples);
  checkFinite("seed", seed);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  const work = samples * ratings.values.length * (numFeatures + 1) ** 2;
  const module = work < worthKernels ? undefined : kernelModule();
  const threads = options.threads ?? defaultThreads(work);
  return bayesianOn(module ? { module, threads } : "plain", ratings, options);
}

/** From so many products on, loading the kernels takes less time than they save. */
const worthKernels = 3e6;

/** `bayesian`, on the hands of one's choice. */
export async function bayesianOn(
  handsName: "plain" | { module: WasmModule; threads: number },
  ratings: Ratings,
  options: BayesianOptions = {},
): Promise<Posterior> {
  const { numFeatures = 15, samples = 200, seed = 0, onSample } = options;
  const { numItems, numUsers } = ratings;
  const stars = standardized(ratings.values);
  const breathe = breather(options.signal);
  const { chain, hands } = makeChain(handsName, withValues(ratings, stars.values), numFeatures + 1, {
    ...{ source: random(seed), breathe },
  });
  const warmUp = Math.ceil(samples / 4);
  const sweeps = warmUp + samples;
  const every = thinning(ratings, numFeatures, samples);
  const kept: Sample[] = [];
  const history: Moment[] = [];
  try {
    for (let number = 0; number < sweeps; number++) {
      await sweep(chain, hands);
      const moment = momentOf(chain, stars.scale);
      history.push(moment);
      const stop = onSample?.({ sweep: number, sweeps, rmse: moment.rmse, noise: moment.noise }) === false;
      // The last of each stretch is kept, so that what is kept begins well after the warm-up.
      const due = number >= warmUp && (number - warmUp + 1) % every === 0;
      if (due || (stop && kept.length === 0)) kept.push(inStars(chain, stars));
      if (stop) break;
    }
    await breathe();
  } finally {
    await hands.close();
  }
  const curve = (name: keyof Moment) => Float64Array.from(history, (moment) => moment[name]);
  return {
    ...{ numItems, numUsers, numFeatures, samples: kept },
    trace: {
      ...{ rmse: curve("rmse"), noise: curve("noise") },
      ...{ userBias: curve("userBias"), itemBias: curve("itemBias"), warmUp },
    },
  };
}

function makeChain(
  handsName: "plain" | { module: WasmModule; threads: number },
  ratings: Ratings,
  width: number,
  { source, breathe }: { source: Random; breathe: () => Promise<void> },
): { chain: Chain; hands: Hands } {
  if (handsName !== "plain") {
    return simdChain(handsName.module, ratings, width, source, { ...handsName, breathe });
  }
  const chain = startChain(ratings, width, source);
  return { chain, hands: plainHands(chain, breathe) };
}

/** Of how many samples one is kept. */
function thinning({ numItems, numUsers }: Ratings, numFeatures: number, samples: number): number {
  const bytes = 4 * (numItems + numUsers) * (numFeatures + 2);
  return Math.ceil(samples / Math.max(1, Math.min(mostSamples, Math.floor(mostBytes / bytes))));
}

interface Stars {
  values: Float64Array;
  center: number;
  scale: number;
}

/** The values less their mean, in units of their standard deviation, so that the priors fit any scale of ratings. */
function standardized(values: Float64Array): Stars {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length;
  if (!Number.isFinite(variance)) throw outOfRange("the ratings' variance", "finite", variance);
  const scale = Math.sqrt(variance) || 1;
  return { values: values.map((value) => (value - center) / scale), center, scale };
}

/** The state of the sampler as a model whose predictions are in stars. */
function inStars({ users, items, noisePrecision }: Chain, { center, scale }: Stars): Sample {
  const n = users.width - 1;
  const features = ({ V, size }: Side, factor: number) =>
    Float32Array.from({ length: size * n }, (_, k) => factor * V[Math.floor(k / n) * (n + 1) + (k % n)]);
  const biases = ({ V, size }: Side, shift: number) =>
    Float32Array.from({ length: size }, (_, k) => shift + scale * V[k * (n + 1) + n]);
  const spread = scale / Math.sqrt(noisePrecision);
  return {
    X: features(items, 1),
    W: features(users, scale),
    b: biases(users, 0),
    mu: biases(items, center),
    userSpread: Float32Array.from(users.trust, (trust) => spread / Math.sqrt(trust)),
    itemSpread: Float32Array.from(items.trust, (trust) => 1 / Math.sqrt(trust)),
  };
}

/** A moment of the trace: the curves' names and their values, in stars. */
type Moment = Record<Exclude<keyof Trace, "warmUp">, number>;

function momentOf(chain: Chain, scale: number): Moment {
  const { users, items, squaredError } = chain;
  return {
    rmse: scale * Math.sqrt(squaredError / users.values.length),
    noise: scale * noiseOf(chain),
    userBias: scale * biasSpread(users),
    itemBias: scale * biasSpread(items),
  };
}

/** The standard deviation of the noise, root mean square over the ratings. */
function noiseOf({ users, items, noisePrecision }: Chain): number {
  let sum = 0;
  for (let user = 0; user < users.size; user++) {
    for (let k = users.start[user]; k < users.start[user + 1]; k++) {
      sum += 1 / (users.trust[user] * items.trust[users.others[k]]);
    }
  }
  return Math.sqrt(sum / users.values.length / noisePrecision);
}

/** The standard deviation of the rows' biases. */
function biasSpread({ V, size, width }: Side): number {
  let sum = 0;
  let squares = 0;
  for (let at = width - 1; at < V.length; at += width) {
    sum += V[at];
    squares += V[at] ** 2;
  }
  return Math.sqrt(Math.max(0, squares / size - (sum / size) ** 2));
}
