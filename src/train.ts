import { breather } from "./breathe";
import {
  checkAllFinite,
  checkCount,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkPositive,
} from "./check";
import { type Block, type CostOptions, checkLabels, costInto, type Loss, type Parameters } from "./cost";
import { checkModel, checkSameSize, type Model } from "./model";
import { adam, gradientDescent, type OptimizerName } from "./optimizer";
import { byUser, pick, type Ratings } from "./ratings";

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
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called before update `iteration` with the cost there; returning false stops, and keeps what was learned. */
  onIteration?: (step: { iteration: number; cost: number }) => unknown;
}

/** What was learned, and the cost on the way: history[t] is the cost before update t. */
export interface Trained {
  model: Model;
  history: Float64Array;
}

const optionNames: readonly (keyof TrainOptions)[] = [
  ...(["optimizer", "learningRate", "iterations", "lambda", "loss", "learn"] as const),
  ...(["precision", "tolerance", "signal", "onIteration"] as const),
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
 * It gives way to other work many times a second, so that progress shows and an interrupt takes effect.
 *
 * O(iterations × (ratings + items + users) × features). Source: the lecture, "Collaborative filtering
 * algorithm" and "TensorFlow implementation".
 *
 * @throws RangeError for options out of range, a model and ratings of different sizes, and for training that
 *   diverges: a cost that is not finite.
 */
export async function train(model: Model, ratings: Ratings, options: TrainOptions = {}): Promise<Trained> {
  checkTraining(model, ratings, options);
  const { optimizer = "adam", iterations = 200, lambda = 0, loss = "squared" } = options;
  const { learn = "all", precision = "float64", tolerance = 0, onIteration } = options;
  const { learningRate = optimizer === "adam" ? 0.1 : 0.01 } = options;

  const parameters = copyOf(model, precision);
  const learned = blocksOf[learn];
  const gradient: Partial<Parameters> = {};
  const updates = learned.map((name) => {
    const block = parameters[name];
    const slope = (gradient[name] = block.slice());
    const update = optimizer === "adam" ? adam(block, learningRate) : gradientDescent(block, learningRate);
    return () => update(slope);
  });
  // In the order of users the same weights stay in the cache from one rating to the next.
  const ordered = pick(ratings, byUser(ratings).order);
  const costOptions: Required<CostOptions> = { lambda, loss };
  const breathe = breather(options.signal);
  const history: number[] = [];

  for (let iteration = 0; iteration < iterations; iteration++) {
    await breathe();
    const J = costInto(parameters, model.numFeatures, ordered, costOptions, gradient);
    if (!Number.isFinite(J)) throw diverged(iteration, `cost is ${J}`);
    history.push(J);
    if (onIteration?.({ iteration, cost: J }) === false) break;
    const earlier = history[iteration - 1];
    // A rise is no reason to stop: Adam swings now and then, and what diverges is to be reported.
    if (Math.abs(earlier - J) < tolerance * Math.abs(earlier)) break;
    for (const update of updates) update();
  }
  await breathe();

  const trained = { ...model, ...copyOf(model, "float64"), mu: model.mu.slice() } as Model;
  for (const name of learned) {
    trained[name] = Float64Array.from(parameters[name]);
    // The last step may have been the one that went too far, with no cost computed after it.
    if (!trained[name].every(Number.isFinite)) throw diverged(history.length, `${name} is not finite`);
  }
  return { model: trained, history: Float64Array.from(history) };
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
  checkModel(model);
  checkSameSize(model, ratings);
  for (const name of ["X", "W", "b"] as const) checkAllFinite(`model.${name}`, model[name]);
  if (loss === "logistic") checkLabels(ratings);
}

function copyOf({ X, W, b }: Parameters, precision: "float64" | "float32"): Parameters {
  const copy = (block: Block) =>
    precision === "float32" ? Float32Array.from(block) : Float64Array.from(block);
  return { X: copy(X), W: copy(W), b: copy(b) };
}

function diverged(iteration: number, what: string): RangeError {
  return new RangeError(`training diverged at iteration ${iteration} (${what}): lower learningRate`);
}
