import {
  checkAllFinite,
  checkCount,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkPositive,
} from "../../base/check";
import { breather } from "../../base/pause";
import { dot } from "../../math/dot";
import { checkLabels, type Loss, type Parameters } from "../../model/cost";
import { checkModel, checkSameSize, type Model } from "../../model/model";
import type { Ratings } from "../../ratings/ratings";
import { defaultThreads } from "../../wasm/backend";
import { kernelModule } from "../../wasm/kernels";
import type { WasmModule } from "../../wasm/webassembly";
import type { OptimizerName } from "./optimizer";
import { type Engine, plainEngine } from "./plain";
import { simdEngine } from "./simd";

export interface TrainOptions {
  /** How the parameters move. @default "adam" */
  optimizer?: OptimizerName;
  /** The length of a step, α. @default 0.1 with Adam, 0.01 with gradient descent */
  learningRate?: number;
  /** How many updates at most. @default 200 */
  iterations?: number;
  /** Weight of the penalty on W and X. @default 0 */
  lambda?: number;
  /** What an error costs. @default "squared" */
  loss?: Loss;
  /**
   * What is learned: "users", W and b with the features X given (content-based prediction); "items", X with W
   * and b given (feature learning); "all", the three at once. @default "all"
   */
  learn?: "all" | "users" | "items";
  /** Precision in which the parameters are kept while training. @default "float64" */
  precision?: "float64" | "float32";
  /** Stop when an update changes the cost by less than this part of it. @default 0, never */
  tolerance?: number;
  /**
   * Ratings held out, normalized like those trained on. Training stops when their RMSE has not fallen for `patience`
   * iterations, and gives the model at which it was lowest.
   */
  validation?: Ratings;
  /** Iterations to wait for a lower RMSE of the validation. @default 10 */
  patience?: number;
  /** Threads to train on; in float64 their number changes no digit. @default the cores, for work that is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called before update `iteration` with the cost there; returning false stops, and keeps what was learned. */
  onIteration?: (step: { iteration: number; cost: number }) => unknown;
}

/** What was learned, and the cost on the way: history[t] is the cost before update t. */
export interface Trained {
  model: Model;
  history: Float64Array;
  /** The RMSE of the validation at the same places; only where there is one. */
  validation?: Float64Array;
}

const optionNames: readonly (keyof TrainOptions)[] = [
  ...(["optimizer", "learningRate", "iterations", "lambda", "loss", "learn"] as const),
  ...(["precision", "tolerance", "validation", "patience", "threads", "signal", "onIteration"] as const),
];

const blocksOf: Record<"all" | "users" | "items", readonly (keyof Parameters)[]> = {
  all: ["X", "W", "b"],
  users: ["W", "b"],
  items: ["X"],
};

/**
 * Minimizes the cost J(W, b, X) by gradient steps over all rated cells at once, from the given model, which is
 * left as it was; mu is carried along. The history holds J as `cost` computes it, both penalties included,
 * whatever is learned.
 *
 * The work is done by SIMD kernels on all cores where it is large enough, and where there are such; elsewhere in plain
 * TypeScript. In float64 both give the same digits. It gives way to other work many times a second, so that progress
 * shows and an interrupt takes effect.
 *
 * O(iterations × (ratings + items + users) × features). Source: the lecture, "Collaborative filtering
 * algorithm" and "TensorFlow implementation".
 *
 * @throws RangeError for options out of range, a model and ratings of different sizes, and for training that
 *   diverges: a cost that is not finite.
 */
export async function train(model: Model, ratings: Ratings, options: TrainOptions = {}): Promise<Trained> {
  checkTraining(model, ratings, options);
  const { iterations = 200 } = options;
  const work = iterations * ratings.values.length * model.numFeatures;
  const module = work < worthKernels ? undefined : kernelModule();
  const threads = options.threads ?? defaultThreads(work);
  return trainOn(module ? { module, threads } : "plain", model, ratings, options);
}

/** From so many products on, loading the kernels takes less time than they save. */
const worthKernels = 3e6;

/** `train`, on the engine of one's choice. */
export async function trainOn(
  engineName: "plain" | { module: WasmModule; threads: number },
  model: Model,
  ratings: Ratings,
  options: TrainOptions = {},
): Promise<Trained> {
  const { optimizer = "adam", iterations = 200, lambda = 0, loss = "squared" } = options;
  const { learn = "all", precision = "float64", tolerance = 0, onIteration } = options;
  const { learningRate = optimizer === "adam" ? 0.1 : 0.01, validation, patience = 10 } = options;

  const learned = blocksOf[learn];
  const training = { optimizer, learningRate, lambda, loss, learned, precision };
  const breathe = breather(options.signal);
  const engine =
    engineName === "plain"
      ? plainEngine(model, ratings, training)
      : simdEngine(engineName.module, model, ratings, training, { ...engineName, breathe });
  const history: number[] = [];
  const held: number[] = [];
  let best: { at: number; rmse: number; model: Model } | undefined;

  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      await breathe();
      const J = await engine.cost();
      if (!Number.isFinite(J)) throw diverged(iteration, `cost is ${J}`);
      history.push(J);
      if (validation) {
        const rmse = rmseOf(engine, validation);
        held.push(rmse);
        if (best === undefined || rmse < best.rmse)
          best = { at: iteration, rmse, model: modelOf(engine, model) };
      }
      if (onIteration?.({ iteration, cost: J }) === false) break;
      const earlier = history[iteration - 1];
      // A rise is no reason to stop: Adam swings now and then, and what diverges is to be reported.
      if (Math.abs(earlier - J) < tolerance * Math.abs(earlier)) break;
      if (best && iteration - best.at >= patience) break;
      await engine.step();
    }
    await breathe();
    const trained = best?.model ?? modelOf(engine, model);
    for (const name of learned) {
      // The last step may have been the one that went too far, with no cost computed after it.
      if (!trained[name].every(Number.isFinite)) throw diverged(history.length, `${name} is not finite`);
    }
    const given = validation && { validation: Float64Array.from(held) };
    return { model: trained, history: Float64Array.from(history), ...given };
  } finally {
    await engine.close();
  }
}

/** The engine's parameters as a model of their own, with the means of the model given. */
function modelOf({ parameters, stride }: Engine, { numItems, numUsers, numFeatures, mu }: Model): Model {
  const rows = (block: ArrayLike<number>) => {
    const packed = new Float64Array((block.length / stride) * numFeatures);
    for (let from = 0, to = 0; from < block.length; from += stride, to += numFeatures)
      for (let f = 0; f < numFeatures; f++) packed[to + f] = block[from + f];
    return packed;
  };
  return {
    ...{ numItems, numUsers, numFeatures },
    ...{ X: rows(parameters.X), W: rows(parameters.W), b: Float64Array.from(parameters.b), mu: mu.slice() },
  };
}

function rmseOf({ parameters, stride }: Engine, { items, users, values }: Ratings): number {
  const { X, W, b } = parameters;
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const z = b[users[k]] + dot(W, users[k] * stride, X, items[k] * stride, stride);
    sum += (z - values[k]) ** 2;
  }
  return Math.sqrt(sum / values.length);
}

function checkTraining(model: Model, ratings: Ratings, options: TrainOptions): void {
  checkOptions(options, optionNames);
  const { optimizer, learningRate, iterations, lambda, loss, learn, precision, tolerance } = options;
  if (optimizer !== undefined) checkOneOf("optimizer", optimizer, ["adam", "gradientDescent"]);
  if (learningRate !== undefined) checkPositive("learningRate", learningRate);
  if (iterations !== undefined) checkCount("iterations", iterations, 0);
  if (lambda !== undefined) checkNotNegative("lambda", lambda);
  if (loss !== undefined) checkOneOf("loss", loss, ["squared", "logistic"]);
  if (learn !== undefined) checkOneOf("learn", learn, ["all", "users", "items"]);
  if (precision !== undefined) checkOneOf("precision", precision, ["float64", "float32"]);
  if (tolerance !== undefined) checkNotNegative("tolerance", tolerance);
  if (options.patience !== undefined) checkCount("patience", options.patience);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  checkModel(model);
  checkSameSize(model, ratings);
  if (options.validation !== undefined) checkSameSize(model, options.validation);
  for (const name of ["X", "W", "b"] as const) checkAllFinite(`model.${name}`, model[name]);
  if (loss === "logistic") checkLabels(ratings);
}

function diverged(iteration: number, what: string): RangeError {
  return new RangeError(`training diverged at iteration ${iteration} (${what}): lower learningRate`);
}
