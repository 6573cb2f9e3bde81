import {
  checkAllFinite,
  checkCount,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkPositive,
  optionNames,
} from "../../base/check";
import { pauser } from "../../base/pause";
import { dot } from "../../math/dot";
import { crossEntropy } from "../../math/logistic";
import { checkLabels, type Loss, type Parameters } from "../../model/cost";
import { checkUnits, keptMeans } from "../../model/means";
import { checkModel, checkSameSize, type Judge, judged, type Model, zeroUnrated } from "../../model/model";
import { countByItem, countByUser } from "../../ratings/counts";
import { namesOf } from "../../ratings/ids";
import type { Ratings } from "../../ratings/ratings";
import { checkWeights } from "../../ratings/weights";
import { type Backend, chooseBackend, openOn } from "../../wasm/backend";
import { type Optimizer, type OptimizerName, optimizerNames, optimizers } from "./optimizer";
import { type GradientProblem, type GradientSolver, plainGradient } from "./plain";
import { simdGradient } from "./simd";
import { warnOfSteps } from "./stepLength";

export interface TrainOptions {
  /** How the parameters move. @default "adam" */
  optimizer?: OptimizerName;
  /** The length of a step, α. @default the optimizer's: 0.1 with Adam, 0.01 with gradient descent */
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
   * Ratings held out, in the units of those trained on; labels under loss "logistic". Training stops when their error,
   * the RMSE or under "logistic" the log loss, has not fallen for `patience` iterations, and gives the model at which
   * it was lowest. Or a function that judges the model as it is by a number, of which less is better: `errorBy("ndcg", …)`.
   */
  validation?: Ratings | Judge;
  /** Iterations to wait for a lower error of the validation. @default 10 */
  patience?: number;
  /** Threads to train on; in float64 their number changes no digit. @default the cores, for work that is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /**
   * Called before update `iteration` with the cost there, and awaited; false, or a promise of it, stops, and keeps what
   * was learned.
   */
  onIteration?: (step: { iteration: number; cost: number }) => unknown;
}

/** What was learned, and the cost on the way: history[t] is the cost before update t. */
export interface Trained {
  model: Model;
  history: Float64Array;
  /** The error of the validation at the same places: RMSE, log loss, or as judged; only where there is one. */
  validation?: Float64Array;
}

const names = optionNames<TrainOptions>({
  optimizer: true,
  learningRate: true,
  iterations: true,
  lambda: true,
  loss: true,
  learn: true,
  precision: true,
  tolerance: true,
  validation: true,
  patience: true,
  threads: true,
  signal: true,
  onIteration: true,
});

const blocksOf: Record<"all" | "users" | "items", readonly (keyof Parameters)[]> = {
  all: ["X", "W", "b"],
  users: ["W", "b"],
  items: ["X"],
};

/**
 * Minimizes the cost J(W, b, X) by gradient steps over all rated cells at once, from the given model, which is
 * left as it was. The history holds J as `cost` computes it, both penalties and the ratings' weights included, whatever
 * is learned. mu stays as it is and is part of the predictions: a model that has its means is trained on ratings in stars,
 * one that is to get them by `addMeans` on normalized ones.
 *
 * Where nobody has rated an item, or somebody has rated nothing, no rating says where their rows of X or W should go:
 * those that were to be learned are zero in the model that is given back, as is b, which is where any penalty would
 * have them. They are predicted by the means alone.
 *
 * Adam's steps are about as long as they are told to, whatever the ratings' scale: where the two do not fit, a line on
 * stderr says so once.
 *
 * The work is done by SIMD kernels on all cores where it is large enough, and where there are such; elsewhere in plain
 * TypeScript. In float64 both give the same digits. It gives way to other work many times a second, so that progress
 * shows and an interrupt takes effect.
 *
 * O(iterations × (ratings + items + users) × features). Source: the lecture, "Collaborative filtering
 * algorithm" and "TensorFlow implementation".
 *
 * @throws RangeError for options out of range, a model and ratings of different sizes, normalized ratings and a model that
 *   has its means, labels that are not 0 or 1 under "logistic", and for training that diverges: a cost that is not finite.
 */
export async function train(model: Model, ratings: Ratings, options: TrainOptions = {}): Promise<Trained> {
  checkTraining(model, ratings, options);
  const { iterations = 200, threads, optimizer = "adam", loss = "squared" } = options;
  const { learningRate = optimizers[optimizer].learningRate } = options;
  if (optimizer === "adam" && loss === "squared") warnOfSteps(model, ratings, { learningRate, iterations });
  const products = iterations * ratings.values.length * model.numFeatures;
  return trainOn(chooseBackend(products, threads), model, ratings, options);
}

/** `train`, on the backend of one's choice. */
export async function trainOn(
  backend: Backend,
  model: Model,
  ratings: Ratings,
  options: TrainOptions = {},
): Promise<Trained> {
  const { iterations = 200, lambda = 0, loss = "squared", learn = "all", precision = "float64" } = options;
  const { tolerance = 0, validation, patience = 10, onIteration } = options;
  const optimizer: Optimizer = optimizers[options.optimizer ?? "adam"];
  const { learningRate = optimizer.learningRate } = options;

  const learned = blocksOf[learn];
  const pause = pauser(options.signal);
  const problem: GradientProblem = {
    ...{ model, ratings, loss, lambda, learned, optimizer, learningRate, precision },
  };
  const solver = openOn(backend, { plain: plainGradient, simd: simdGradient }, problem, pause);
  /** A model of what it was learned from: whose ids, and whether labels. */
  const finished = (learnedModel: Model): Model => ({
    ...learnedModel,
    ...namesOf(ratings),
    ...namesOf(model),
    ...(loss === "logistic" && { loss }),
  });
  const errorByJudge = async (judge: Judge) => {
    const now = finished(modelOf(solver, model));
    zeroUnrated(now, ratings, learned);
    return judged(judge, now);
  };
  const errorOfHeldOut =
    typeof validation === "function"
      ? () => errorByJudge(validation)
      : validation && heldOutError(validation, problem, solver);
  const history: number[] = [];
  const held: number[] = [];
  let best: { at: number; error: number; model: Model } | undefined;

  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      await pause();
      const J = await solver.cost();
      if (!Number.isFinite(J)) throw diverged(iteration, `cost is ${J}`);
      history.push(J);
      if (errorOfHeldOut) {
        const error = await errorOfHeldOut();
        held.push(error);
        if (best === undefined || error < best.error)
          best = { at: iteration, error, model: modelOf(solver, model) };
      }
      if ((await onIteration?.({ iteration, cost: J })) === false) break;
      const earlier = history[iteration - 1];
      // A rise is no reason to stop: Adam swings now and then, and what diverges is to be reported.
      if (Math.abs(earlier - J) < tolerance * Math.abs(earlier)) break;
      if (best && iteration - best.at >= patience) break;
      await solver.step();
    }
    await pause();
    const trained = finished(best?.model ?? modelOf(solver, model));
    for (const name of learned) {
      // The last step may have been the one that went too far, with no cost computed after it.
      if (!trained[name].every(Number.isFinite)) throw diverged(history.length, `${name} is not finite`);
    }
    if (history.length > 0) zeroUnrated(trained, ratings, learned);
    const given = validation && { validation: Float64Array.from(held) };
    return { model: trained, history: Float64Array.from(history), ...given };
  } finally {
    await solver.close();
  }
}

/** The solver's parameters as a model of their own, with the means of the model given. */
function modelOf(
  { parameters, stride }: GradientSolver,
  { numItems, numUsers, numFeatures, b: given, mu }: Model,
): Model {
  const rows = (block: ArrayLike<number>) => {
    const packed = new Float64Array((block.length / stride) * numFeatures);
    for (let from = 0, to = 0; from < block.length; from += stride, to += numFeatures)
      for (let f = 0; f < numFeatures; f++) packed[to + f] = block[from + f];
    return packed;
  };
  const { X, W, b } = parameters;
  return {
    numItems,
    numUsers,
    numFeatures,
    X: rows(X),
    W: rows(W),
    b: keptMeans(Float64Array.from(b), given),
    mu: keptMeans(mu.slice(), mu),
  };
}

/** What early stopping goes by: of each loss its own metric, so that what is minimized is what is watched. */
const metricOf: Record<Loss, { errorOf(z: number, y: number): number; ofMean(mean: number): number }> = {
  squared: { errorOf: (z, y) => (z - y) ** 2, ofMean: Math.sqrt },
  logistic: { errorOf: crossEntropy, ofMean: (mean) => mean },
};

/**
 * A function that gives the error on ratings held out as the solver's parameters are: their RMSE, or their log loss.
 * Rows that will be zero in the end, for want of ratings to learn from, count as that already.
 */
function heldOutError(
  heldOut: Ratings,
  { ratings, loss, learned, model: { mu } }: GradientProblem,
  { parameters, stride }: GradientSolver,
): () => number {
  const { errorOf, ofMean } = metricOf[loss];
  const { items, users, values } = heldOut;
  const { X, W, b } = parameters;
  const [ofItems, ofUsers] = [countByItem(ratings), countByUser(ratings)];
  const isKnown = (counts: Int32Array, name: keyof Parameters, row: number) =>
    counts[row] > 0 || !learned.includes(name);
  const hasProduct = values.map((_, k) =>
    Number(isKnown(ofItems, "X", items[k]) && isKnown(ofUsers, "W", users[k])),
  );
  const hasBias = values.map((_, k) => Number(isKnown(ofUsers, "b", users[k])));
  return () => {
    let sum = 0;
    for (let k = 0; k < values.length; k++) {
      let z = mu[items[k]];
      if (hasBias[k] === 1) z += b[users[k]];
      if (hasProduct[k] === 1) z += dot(W, users[k] * stride, X, items[k] * stride, stride);
      sum += errorOf(z, values[k]);
    }
    return ofMean(sum / values.length);
  };
}

/** Checks what a training is given; `known` are the options of whoever trains. */
export function checkTraining(
  model: Model,
  ratings: Ratings,
  options: TrainOptions,
  known: readonly string[] = names,
): void {
  checkOptions(options, known);
  const { optimizer, learningRate, iterations, lambda, loss, learn, precision, tolerance } = options;
  if (optimizer !== undefined) checkOneOf("optimizer", optimizer, optimizerNames);
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
  checkUnits(model, ratings);
  checkWeights(ratings);
  if (typeof options.validation === "object") {
    checkSameSize(model, options.validation, "validation");
    checkUnits(model, options.validation, "validation");
  }
  for (const name of ["X", "W", "b", "mu"] as const) checkAllFinite(`model.${name}`, model[name]);
  if (loss === "logistic") {
    checkLabels(ratings);
    if (typeof options.validation === "object") checkLabels(options.validation, "validation");
  }
}

/** The error of a training that went too far. */
export function diverged(iteration: number, what: string): RangeError {
  return new RangeError(`training diverged at iteration ${iteration} (${what}): lower learningRate`);
}
