import { checkCount, checkFinite, checkNotNegative, checkOptions, checkPositive } from "../../base/check";
import { breather } from "../../base/pause";
import { random } from "../../math/random";
import { checkSameSize, type Model } from "../../model/model";
import type { Ratings } from "../../ratings/ratings";
import { defaultThreads } from "../../wasm/backend";
import { kernelModule } from "../../wasm/kernels";
import type { Trained } from "../gradient/train";
import { type DescentState, openCheckpoint } from "./checkpoint";
import type { Descent } from "./plain";
import { openSweeper } from "./simd";

export interface FactorizeOptions {
  /** n, the number of features. @default 50 */
  numFeatures?: number;
  /** Weight of the penalty on a rating's features and weights. @default 0.04 */
  lambda?: number;
  /** Weight of the penalty on a rating's bias and mean. @default 0.005 */
  biasLambda?: number;
  /** How often to go over all ratings. @default 20 */
  epochs?: number;
  /** The length of the first steps, α; it falls evenly to nothing. @default 0.03 */
  learningRate?: number;
  /** Which initial values, and which items share a block. @default 0 */
  seed?: number;
  /** Threads to work on; up to eight, their number changes no digit. @default the cores, for work that is worth it */
  threads?: number;
  /**
   * Ratings held out. It stops when their RMSE has not fallen for `patience` epochs, and gives the model at which it
   * was lowest.
   */
  validation?: Ratings;
  /** Epochs to wait for a lower RMSE of the validation. @default 3 */
  patience?: number;
  /**
   * A file in which the state is kept after each epoch. Where it is there from a run of the same ratings and options,
   * that run is taken up where it stood, and ends with the same digits.
   */
  checkpoint?: string;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called after each epoch, counted from 0; returning false stops, and keeps what was learned. */
  onEpoch?: (done: { epoch: number; rmse: number; validation?: number }) => unknown;
}

const optionNames: readonly (keyof FactorizeOptions)[] = [
  ...(["numFeatures", "lambda", "biasLambda", "epochs", "learningRate", "seed", "threads"] as const),
  ...(["validation", "patience", "checkpoint", "signal", "onEpoch"] as const),
];

/** Standard deviation of the initial features and weights. */
const initialScale = 0.01;

/** How many ratings at the mean the initial means and biases are damped by. */
const damping = 10;

/**
 * The same model, W_j·X_i + b_j + mu_i, fitted to millions of ratings: by stochastic gradient descent, rating by
 * rating, in numbers of 32 bits, on all cores. It minimizes
 *
 * Σ_rated [ (y_ij − W_j·X_i − b_j − mu_i)² + λ (‖W_j‖² + ‖X_i‖²) + λ_b (b_j² + (mu_i − mean)²) ]
 *
 * where a row is penalized once for each of its ratings. b and mu start at damped means and are learned too;
 * normalizing first is not needed. A run repeats to the last digit for the same ratings, options and seed.
 *
 * O(epochs × ratings × numFeatures). Memory beside the ratings and the model: 6 bytes for each rating.
 *
 * Source: Simon Funk, "Netflix Update: Try This at Home" (2006); Gemulla et al., "Large-Scale Matrix Factorization
 * with Distributed Stochastic Gradient Descent" (2011), for the blocks that threads work on side by side.
 *
 * @returns The model, and history[e], the RMSE on the ratings during epoch e, each before its own step; with a
 *   validation, its RMSE after each epoch.
 * @throws RangeError for options out of range, no ratings, a validation of another size, descent that diverges, and
 *   a checkpoint of other ratings or options.
 */
export async function factorize(ratings: Ratings, options: FactorizeOptions = {}): Promise<Trained> {
  checkFactorizing(ratings, options);
  const { numFeatures = 50, lambda = 0.04, biasLambda = 0.005, epochs = 20, learningRate = 0.03 } = options;
  const { seed = 0, validation, patience = 3, onEpoch } = options;
  const threads = options.threads ?? defaultThreads(epochs * ratings.values.length * numFeatures);
  const breathe = breather(options.signal);
  const settings = { numFeatures, lambda, biasLambda, seed };
  const sweeper = openSweeper(kernelModule(), ratings, { ...settings, threads, validation, breathe });
  try {
    const { descent } = sweeper;
    const state: DescentState = { history: [], held: [], blocks: [descent.W, descent.X] };
    const checkpoint =
      options.checkpoint === undefined
        ? undefined
        : await openCheckpoint(options.checkpoint, {
            settings: { ...settings, epochs, learningRate, strata: descent.strata.count },
            ratings: validation ? [ratings, validation] : [ratings],
          });
    if (!(await checkpoint?.restore(state))) await initialize(descent, ratings, seed, breathe);

    const { history, held, blocks } = state;
    for (let epoch = history.length; epoch < epochs; epoch++) {
      if (validation && epoch - 1 - placeOfLowest(held) >= patience) break;
      const rmse = Math.sqrt(await sweeper.sweep(learningRate * (1 - epoch / epochs)));
      if (!Number.isFinite(rmse)) throw diverged(epoch, rmse);
      history.push(rmse);
      if (validation) {
        held.push(Math.sqrt(await sweeper.measure()));
        if (placeOfLowest(held) === epoch) state.best = blocks.map((block) => block.slice());
      }
      await checkpoint?.save(state);
      if (onEpoch?.({ epoch, rmse, ...(validation && { validation: held[epoch] }) }) === false) break;
      await breathe();
    }
    if (state.best) for (const [k, block] of blocks.entries()) block.set(state.best[k]);
    return {
      model: modelOf(descent, ratings),
      history: Float64Array.from(history),
      ...(validation && { validation: Float64Array.from(held) }),
    };
  } finally {
    await sweeper.close();
  }
}

/** Small random features and weights; means and biases damped toward the mean of all. */
async function initialize(
  { numFeatures, width, W, X, strata }: Descent,
  { items, users, values, numItems, numUsers }: Ratings,
  seed: number,
  breathe: () => Promise<void>,
): Promise<void> {
  const { placeOf, mean } = strata;
  const [one, bias, mu, alsoOne] = [width - 2, width - 1, width - 2, width - 1];
  const source = random(seed);
  for (let item = 0; item < numItems; item++) {
    const row = placeOf[item] * width;
    for (let n = 0; n < numFeatures; n++) X[row + n] = source.normal() * initialScale;
    X[row + alsoOne] = 1;
    if (item % 1000 === 0) await breathe();
  }
  for (let user = 0; user < numUsers; user++) {
    for (let n = 0; n < numFeatures; n++) W[user * width + n] = source.normal() * initialScale;
    W[user * width + one] = 1;
    if (user % 1000 === 0) await breathe();
  }
  const ofItem = new Float64Array(numItems);
  const ofUser = new Float64Array(numUsers);
  const counts = new Int32Array(Math.max(numItems, numUsers));
  for (let k = 0; k < values.length; k++) {
    ofItem[items[k]] += values[k] - mean;
    counts[items[k]]++;
  }
  for (let item = 0; item < numItems; item++) {
    ofItem[item] /= counts[item] + damping;
    X[placeOf[item] * width + mu] = ofItem[item];
  }
  counts.fill(0);
  for (let k = 0; k < values.length; k++) {
    ofUser[users[k]] += values[k] - mean - ofItem[items[k]];
    counts[users[k]]++;
  }
  for (let user = 0; user < numUsers; user++)
    W[user * width + bias] = ofUser[user] / (counts[user] + damping);
}

/** The rows as a model: features and weights apart from means and biases, the mean of all back in the means. */
function modelOf({ numFeatures, width, W, X, strata }: Descent, { numItems, numUsers }: Ratings): Model {
  const model: Model = {
    ...{ numItems, numUsers, numFeatures },
    X: new Float64Array(numItems * numFeatures),
    W: new Float64Array(numUsers * numFeatures),
    b: new Float64Array(numUsers),
    mu: new Float64Array(numItems),
  };
  for (let item = 0; item < numItems; item++) {
    const row = strata.placeOf[item] * width;
    for (let n = 0; n < numFeatures; n++) model.X[item * numFeatures + n] = X[row + n];
    model.mu[item] = strata.mean + X[row + width - 2];
  }
  for (let user = 0; user < numUsers; user++) {
    const row = user * width;
    for (let n = 0; n < numFeatures; n++) model.W[user * numFeatures + n] = W[row + n];
    model.b[user] = W[row + width - 1];
  }
  return model;
}

function checkFactorizing(ratings: Ratings, options: FactorizeOptions): void {
  checkOptions(options, optionNames);
  const { numFeatures, lambda, biasLambda, epochs, learningRate, seed, threads, validation, patience } =
    options;
  if (numFeatures !== undefined) checkCount("numFeatures", numFeatures);
  if (lambda !== undefined) checkNotNegative("lambda", lambda);
  if (biasLambda !== undefined) checkNotNegative("biasLambda", biasLambda);
  if (epochs !== undefined) checkCount("epochs", epochs, 0);
  if (learningRate !== undefined) checkPositive("learningRate", learningRate);
  if (seed !== undefined) checkFinite("seed", seed);
  if (threads !== undefined) checkCount("threads", threads);
  if (patience !== undefined) checkCount("patience", patience);
  if (validation !== undefined) checkSameSize(ratings, validation);
}

function placeOfLowest(values: readonly number[]): number {
  let place = 0;
  values.forEach((value, k) => {
    if (value < values[place]) place = k;
  });
  return place;
}

function diverged(epoch: number, rmse: number): RangeError {
  return new RangeError(`training diverged at epoch ${epoch} (RMSE is ${rmse}): lower learningRate`);
}
