import { checkCount, checkFinite, checkOptions, optionNames, outOfRange } from "../../base/check";
import { pauser } from "../../base/pause";
import { random } from "../../math/random";
import { mean, type Standardization, standardization } from "../../math/statistics";
import { checkFiniteModel } from "../../model/model";
import { isPosterior, type Posterior, type Sample, type Trace } from "../../model/posterior";
import { isCentred, markCentred } from "../../ratings/centred";
import { namesOf } from "../../ratings/ids";
import { placesBefore } from "../../ratings/places";
import { type Ratings, withValues } from "../../ratings/ratings";
import { checkWeights } from "../../ratings/weights";
import { type Backend, chooseBackend, openOn } from "../../wasm/backend";
import type { Factors } from "./factors";
import { plainGibbs } from "./plain";
import { type GibbsState, sweep } from "./sampler";
import { simdGibbs } from "./simd";

export interface BayesianOptions {
  /** How many features an item has, and weights a user. @default 15; those of `from` */
  numFeatures?: number;
  /**
   * How many sweeps over all users and items follow the warm-up, which takes a quarter as many more; with `from` a
   * twentieth. @default 200
   */
  samples?: number;
  /**
   * A posterior to go on from, of fewer ratings, items or users: the sampler begins at its last sample, and so is where it
   * has to be soon. Its items and users are told by their ids, where both have any. The ratings are to be all there are,
   * old and new.
   */
  from?: Posterior;
  /** The same seed gives the same samples. @default 0 */
  seed?: number;
  /** How many threads work; the samples are the same for any number. @default all cores, where the work is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /**
   * Called after each sweep, those of the warm-up included (of `sweeps` in all), with the error on the ratings learned
   * from and the noise, both in stars; and awaited; false stops, and keeps what there is.
   */
  onSample?: (step: { sweep: number; sweeps: number; rmse: number; noise: number }) => unknown;
}

const names = optionNames<BayesianOptions>({
  numFeatures: true,
  samples: true,
  from: true,
  seed: true,
  threads: true,
  signal: true,
  onSample: true,
});

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
 * weak priors of their own. A rating of weight v counts as v such ratings of the same value. All are sampled in turn, each given the rest (Gibbs sampling).
 *
 * `predict(posterior, at)` is the mean over the samples, `predict(posterior, at, { interval: 0.8 })` an interval too.
 * An item or user without ratings is predicted as the usual one.
 *
 * Memory: at most 100 samples of 4 × (items + users) × (numFeatures + 2) bytes, 512 MB in all. Time: O(sweeps ×
 * (ratings × numFeatures² + (items + users) × numFeatures³)).
 *
 * Sources: Salakhutdinov and Mnih, "Bayesian probabilistic matrix factorization using Markov chain Monte Carlo", 2008;
 * Severinski and Salakhutdinov, "Bayesian Probabilistic Matrix Factorization: A User Frequency Analysis", 2014
 * (arXiv:1407.7840), for noise that differs by row; Koren, "Factorization meets the neighborhood", 2008, for implicit
 * feedback; Rendle, Zhang and Koren, "On the difficulty of evaluating baselines", 2019.
 *
 * @throws RangeError for options out of range, and for ratings too far apart.
 */
export async function bayesian(ratings: Ratings, options: BayesianOptions = {}): Promise<Posterior> {
  checkOptions(options, names);
  const { from, samples = 200, seed = 0 } = options;
  const { numFeatures = from?.numFeatures ?? 15 } = options;
  checkCount("numFeatures", numFeatures);
  checkCount("samples", samples);
  checkFinite("seed", seed);
  checkWeights(ratings);
  if (from !== undefined) checkFrom(ratings, from, numFeatures);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  const products = samples * ratings.values.length * (numFeatures + 1) ** 2;
  return bayesianOn(chooseBackend(products, options.threads), ratings, options);
}

/** `bayesian`, on the backend of one's choice. */
export async function bayesianOn(
  backend: Backend,
  ratings: Ratings,
  options: BayesianOptions = {},
): Promise<Posterior> {
  const { from, samples = 200, seed = 0, onSample } = options;
  const { numFeatures = from?.numFeatures ?? 15 } = options;
  const { numItems, numUsers } = ratings;
  const { values, units } = standardized(ratings);
  const pause = pauser(options.signal);
  const problem = { ratings: withValues(ratings, values), width: numFeatures + 1, source: random(seed) };
  const solver = openOn(backend, { plain: plainGibbs, simd: simdGibbs }, problem, pause);
  const { state } = solver;
  if (from) goOnFrom(state, ratings, from, units);
  const warmUp = Math.ceil(samples / (from ? 20 : 4));
  const sweeps = warmUp + samples;
  const every = thinning(ratings, numFeatures, samples);
  const kept: Sample[] = [];
  const history: Moment[] = [];
  try {
    for (let number = 0; number < sweeps; number++) {
      await sweep(solver);
      const moment = momentOf(state, units.scale || 1);
      history.push(moment);
      const step = { sweep: number, sweeps, rmse: moment.rmse, noise: moment.noise };
      const stop = (await onSample?.(step)) === false;
      // The last of each stretch is kept, so that what is kept begins well after the warm-up.
      const due = number >= warmUp && (number - warmUp + 1) % every === 0;
      if (due || (stop && kept.length === 0)) kept.push(sampleOf(state, units));
      if (stop) break;
    }
    await pause();
  } finally {
    await solver.close();
  }
  const curve = (name: keyof Moment) => Float64Array.from(history, (moment) => moment[name]);
  const trace: Trace = {
    rmse: curve("rmse"),
    noise: curve("noise"),
    userBias: curve("userBias"),
    itemBias: curve("itemBias"),
    warmUp,
  };
  if (isCentred(ratings.values)) for (const { mu } of kept) markCentred(mu);
  return { numItems, numUsers, numFeatures, samples: kept, trace, ...namesOf(ratings) };
}

function checkFrom(ratings: Ratings, from: Posterior, numFeatures: number): void {
  if (!isPosterior(from)) throw new TypeError("from must be a posterior, got a single model");
  if (from.samples.length === 0) throw new RangeError("from must have at least one sample, got none");
  checkFiniteModel(from);
  if (numFeatures !== from.numFeatures)
    throw outOfRange("numFeatures", `that of from, ${from.numFeatures}`, numFeatures);
  for (const kind of ["item", "user"] as const) placesBefore(kind, ratings, from, "from");
}

/** Begins at the last sample of a posterior, for the items and users that it has, in the units of the ratings now. */
function goOnFrom(
  state: GibbsState,
  ratings: Ratings,
  from: Posterior,
  { center, scale }: Standardization,
): void {
  const sample = from.samples[from.samples.length - 1];
  const n = from.numFeatures;
  const unit = scale || 1;
  const fill = (
    { V, residual, width }: Factors,
    places: Int32Array,
    at: (place: number, f: number) => number,
    constant: (place: number) => number,
  ) => {
    places.forEach((place, row) => {
      if (place < 0) return;
      for (let f = 0; f < n; f++) V[row * width + f] = at(place, f);
      V[row * width + n] = constant(place);
    });
    residual.set(V);
  };
  const [ofItems, ofUsers] = [
    placesBefore("item", ratings, from, "from"),
    placesBefore("user", ratings, from, "from"),
  ];
  const { X, W, b, mu, userSpread, itemSpread } = sample;
  fill(
    state.items,
    ofItems,
    (place, f) => X[place * n + f],
    (place) => (mu[place] - center) / unit,
  );
  fill(
    state.users,
    ofUsers,
    (place, f) => W[place * n + f] / unit,
    (place) => b[place] / unit,
  );
  const precisions = Float64Array.from(userSpread, (spread) => (unit / spread) ** 2);
  state.noisePrecision = mean(precisions);
  ofUsers.forEach((place, row) => {
    if (place >= 0) state.users.rowPrecision[row] = precisions[place] / state.noisePrecision;
  });
  ofItems.forEach((place, row) => {
    if (place >= 0) state.items.rowPrecision[row] = 1 / itemSpread[place] ** 2;
  });
}

/** Of how many samples one is kept. */
function thinning({ numItems, numUsers }: Ratings, numFeatures: number, samples: number): number {
  const bytes = 4 * (numItems + numUsers) * (numFeatures + 2);
  return Math.ceil(samples / Math.max(1, Math.min(mostSamples, Math.floor(mostBytes / bytes))));
}

/** The largest spread of ratings whose weights numbers of 32 bits hold. */
const mostSpread = 1e35;

/** The values in units in which the priors fit any scale of ratings, and those units. */
function standardized({ values, weights }: Ratings): { values: Float64Array; units: Standardization } {
  const units = standardization(values, weights);
  const variance = units.scale ** 2;
  if (!Number.isFinite(variance)) throw outOfRange("the ratings' variance", "finite", variance);
  if (units.scale > mostSpread) throw outOfRange("the ratings' spread", `at most ${mostSpread}`, units.scale);
  const unit = units.scale || 1;
  return { values: values.map((value) => (value - units.center) / unit), units };
}

/**
 * The state of the sampler as a model whose predictions are in the ratings' own units. Of equal ratings the scale is 0:
 * all predictions are what the ratings are, and the noise about them is in units of 1, for want of any other.
 */
function sampleOf(state: GibbsState, { center, scale }: Standardization): Sample {
  const { users, items, noisePrecision } = state;
  const n = users.width - 1;
  const features = ({ V, size }: Factors, factor: number) =>
    Float32Array.from({ length: size * n }, (_, k) => factor * V[Math.floor(k / n) * (n + 1) + (k % n)]);
  const biasOf = ({ V }: Factors, k: number) => scale * V[k * (n + 1) + n];
  const spread = (scale || 1) / Math.sqrt(noisePrecision);
  return {
    X: features(items, 1),
    W: features(users, scale),
    b: Float32Array.from({ length: users.size }, (_, user) => biasOf(users, user)),
    mu: Float64Array.from({ length: items.size }, (_, item) => center + biasOf(items, item)),
    userSpread: Float32Array.from(users.rowPrecision, (precision) => spread / Math.sqrt(precision)),
    itemSpread: Float32Array.from(items.rowPrecision, (precision) => 1 / Math.sqrt(precision)),
  };
}

/** A moment of the trace: the curves' names and their values, in stars. */
type Moment = Record<Exclude<keyof Trace, "warmUp">, number>;

function momentOf(state: GibbsState, scale: number): Moment {
  const { users, items, squaredError } = state;
  return {
    rmse: scale * Math.sqrt(squaredError / sumOf(users.counts)),
    noise: scale * noiseOf(state),
    userBias: scale * biasSpread(users),
    itemBias: scale * biasSpread(items),
  };
}

/** The standard deviation of the noise, root mean square over the ratings. */
function noiseOf({ users, items, noisePrecision }: GibbsState): number {
  const { weights } = users;
  let sum = 0;
  for (let user = 0; user < users.size; user++) {
    for (let k = users.start[user]; k < users.start[user + 1]; k++) {
      const weight = weights ? weights[k] : 1;
      sum += weight / (users.rowPrecision[user] * items.rowPrecision[users.others[k]]);
    }
  }
  return Math.sqrt(sum / sumOf(users.counts) / noisePrecision);
}

const sumOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);

/** The standard deviation of the rows' biases. */
function biasSpread({ V, size, width }: Factors): number {
  let sum = 0;
  let squares = 0;
  for (let at = width - 1; at < V.length; at += width) {
    sum += V[at];
    squares += V[at] ** 2;
  }
  return Math.sqrt(Math.max(0, squares / size - (sum / size) ** 2));
}
