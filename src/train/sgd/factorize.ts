import {
  checkCount,
  checkFinite,
  checkNotNegative,
  checkOptions,
  checkPositive,
  optionNames,
  outOfRange,
} from "../../base/check";
import { pauser } from "../../base/pause";
import {
  checkFiniteModel,
  checkModel,
  checkSameSize,
  type Judge,
  judged,
  type Model,
} from "../../model/model";
import { placesBefore } from "../../ratings/places";
import type { Ratings } from "../../ratings/ratings";
import { checkWeights } from "../../ratings/weights";
import { type Backend, chooseBackend, openOn } from "../../wasm/backend";
import type { Trained } from "../gradient/train";
import { blockCountFor } from "./blocks";
import { fingerprintOf, openCheckpoint, type SgdState } from "./checkpoint";
import { goOnFrom, initialize, modelOf, type SgdSolver } from "./descent";
import { plainSgd } from "./plain";
import { simdSgd } from "./simd";

export interface FactorizeOptions {
  /** n, the number of features. @default 50; those of `from` */
  numFeatures?: number;
  /** Weight of the penalty on a rating's features and weights. @default 0.04 */
  lambda?: number;
  /** Weight of the penalty on a rating's bias and mean. @default 0.005 */
  biasLambda?: number;
  /** How often to go over all ratings. @default 20; 6 with `from` */
  epochs?: number;
  /** The length of the first steps, α; it falls evenly to nothing. @default 0.03 */
  learningRate?: number;
  /**
   * A model to go on from, of fewer ratings, items or users: those that it has begin as they are there, the others as
   * new ones do. They are told by their ids, where both have any. The ratings are to be all there are, old and new: what
   * has none is kept as it was, but of what has some only these are remembered.
   */
  from?: Model;
  /** Which initial values, and which items share a block. @default 0 */
  seed?: number;
  /**
   * Threads to work on, which are at most eight, more for more than 50 million ratings; their number changes no digit.
   * @default the cores, for work that is worth it
   */
  threads?: number;
  /**
   * Ratings held out. It stops when their RMSE has not fallen for `patience` epochs, and gives the model at which it
   * was lowest. Or a function that judges the model as it is by a number, of which less is better: `errorBy("ndcg", …)`.
   */
  validation?: Ratings | Judge;
  /** Epochs to wait for a lower error of the validation. @default 3 */
  patience?: number;
  /**
   * A file in which the state is kept after each epoch. Where it is there from a run of the same ratings and options,
   * that run is taken up where it stood, and ends with the same digits.
   */
  checkpoint?: string;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called after each epoch, counted from 0, and awaited; false stops, and keeps what was learned. */
  onEpoch?: (done: { epoch: number; rmse: number; validation?: number }) => unknown;
}

const names = optionNames<FactorizeOptions>({
  numFeatures: true,
  lambda: true,
  biasLambda: true,
  epochs: true,
  learningRate: true,
  from: true,
  seed: true,
  threads: true,
  validation: true,
  patience: true,
  checkpoint: true,
  signal: true,
  onEpoch: true,
});

/**
 * The same model, W_j·X_i + b_j + mu_i, fitted to millions of ratings: by stochastic gradient descent, rating by
 * rating, in numbers of 32 bits, on all cores. It minimizes
 *
 * Σ_rated v_ij [ (y_ij − W_j·X_i − b_j − mu_i)² + λ (‖W_j‖² + ‖X_i‖²) + λ_b (b_j² + (mu_i − mean)²) ]
 *
 * where a row is penalized once for each of its ratings, v are their weights, where they have any, and y and the model are in units in which the ratings are as
 * far apart as the stars of MovieLens, so that the same settings do for any scale; the model given back is in the
 * ratings' own. b and mu start at damped means and are learned too; normalizing first is not needed. A run repeats to the
 * last digit for the same ratings, options and seed, on any number of threads. Items and users without ratings have no
 * features and no bias: they are predicted by the means.
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
  const { numFeatures, epochs } = settingsOf(options);
  const { threads } = options;
  return factorizeOn(chooseBackend(epochs * ratings.values.length * numFeatures, threads), ratings, options);
}

/** `factorize`, on the backend of one's choice. */
export async function factorizeOn(
  backend: Backend,
  ratings: Ratings,
  options: FactorizeOptions = {},
): Promise<Trained> {
  const { epochs, learningRate, ...settings } = settingsOf(options);
  const { validation, patience = 3, from, onEpoch } = options;
  const { seed } = settings;
  const pause = pauser(options.signal);
  const count = blockCountFor({ ...ratings, numRatings: ratings.values.length });
  const judge = typeof validation === "function" ? validation : undefined;
  const heldOut = typeof validation === "object" ? validation : undefined;
  const problem = { ...settings, ratings, count, validation: heldOut };
  const solver = await openOn(backend, { plain: plainSgd, simd: simdSgd }, problem, pause);
  try {
    const { descent } = solver;
    const state: SgdState = { history: [], held: [], blocks: [descent.W, descent.X] };
    const checkpoint =
      options.checkpoint === undefined
        ? undefined
        : await openCheckpoint(options.checkpoint, {
            settings: {
              ...{ ...settings, epochs, learningRate, blocks: count },
              ...(from && { from: fingerprintOf(from) }),
            },
            ratings: heldOut ? [ratings, heldOut] : [ratings],
          });
    if (!(await checkpoint?.restore(state))) {
      await initialize(descent, ratings, seed, pause);
      if (from) goOnFrom(descent, ratings, from, epochs > 0 ? eased : 1);
    }

    const { history, held, blocks } = state;
    for (let epoch = history.length; epoch < epochs; epoch++) {
      if (validation && epoch - 1 - placeOfLowest(held) >= patience) break;
      const rmse = await runEpoch(solver, learningRate * (1 - epoch / epochs));
      if (!Number.isFinite(rmse)) throw diverged(epoch, rmse);
      history.push(rmse);
      if (validation) {
        const error = judge ? await judged(judge, modelOf(descent, ratings)) : await errorHeldOut(solver);
        held.push(error);
        if (placeOfLowest(held) === epoch) state.best = blocks.map((block) => block.slice());
      }
      await checkpoint?.save(state);
      const done = { epoch, rmse, ...(validation && { validation: held[epoch] }) };
      if ((await onEpoch?.(done)) === false) break;
      await pause();
    }
    if (state.best) for (const [k, block] of blocks.entries()) block.set(state.best[k]);
    return {
      model: modelOf(descent, ratings),
      history: Float64Array.from(history),
      ...(validation && { validation: Float64Array.from(held) }),
    };
  } finally {
    await solver.close();
  }
}

/**
 * By what factor features and weights are smaller at the beginning of a further fit than where the earlier ended: fitted to
 * fewer ratings, they follow these more closely than all would have it. Found by trial on MovieLens's.
 */
const eased = 0.7;

/** The settings with their defaults. */
export function settingsOf(options: FactorizeOptions) {
  const { from, lambda = 0.04, biasLambda = 0.005, seed = 0 } = options;
  const { numFeatures = from?.numFeatures ?? 50 } = options;
  const { epochs = from ? 6 : 20, learningRate = 0.03 } = options;
  return { numFeatures, lambda, biasLambda, seed, epochs, learningRate };
}

/** Goes over all ratings once, stratum by stratum, by steps of length `rate`; gives the RMSE on the way. */
export async function runEpoch(solver: SgdSolver, rate: number): Promise<number> {
  const { descent } = solver;
  const { blocks, squares } = descent;
  descent.rate = rate;
  let sum = 0;
  for (let stratum = 0; stratum < blocks.count; stratum++) {
    await solver.descend(stratum);
    sum += squares.reduce((total, square) => total + square, 0) / blocks.values.length;
  }
  return blocks.unit * Math.sqrt(sum);
}

/** The RMSE on the ratings held out. */
export async function errorHeldOut(solver: SgdSolver): Promise<number> {
  await solver.measure();
  const { blocks, heldOut } = solver.descent;
  const { squares, values } = heldOut;
  return blocks.unit * Math.sqrt(squares.reduce((total, square) => total + square, 0) / values.length);
}

function checkFactorizing(ratings: Ratings, options: FactorizeOptions): void {
  checkOptions(options, names);
  checkWeights(ratings);
  checkSettings(options);
  const { numFeatures, threads, validation, patience, from } = options;
  if (threads !== undefined) checkCount("threads", threads);
  if (patience !== undefined) checkCount("patience", patience);
  if (from !== undefined) {
    checkModel(from);
    if (from.loss === "logistic") throw new RangeError("from must be of ratings, got a model of labels");
    checkFiniteModel(from);
    if (numFeatures !== undefined && numFeatures !== from.numFeatures)
      throw outOfRange("numFeatures", `that of from, ${from.numFeatures}`, numFeatures);
    for (const kind of ["item", "user"] as const) placesBefore(kind, ratings, from, "from");
  }
  if (typeof validation === "object") checkSameSize(ratings, validation);
}

/** The settings that a factorization has anywhere are in their ranges. */
export function checkSettings(options: FactorizeOptions): void {
  const { numFeatures, lambda, biasLambda, epochs, learningRate, seed } = options;
  if (numFeatures !== undefined) checkCount("numFeatures", numFeatures);
  if (lambda !== undefined) checkNotNegative("lambda", lambda);
  if (biasLambda !== undefined) checkNotNegative("biasLambda", biasLambda);
  if (epochs !== undefined) checkCount("epochs", epochs, 0);
  if (learningRate !== undefined) checkPositive("learningRate", learningRate);
  if (seed !== undefined) checkFinite("seed", seed);
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
