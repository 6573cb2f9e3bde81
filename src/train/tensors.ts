import { optionNames } from "../base/check";
import { pauser } from "../base/pause";
import { tf } from "../base/tensorflow";
import type { Loss } from "../model/cost";
import { keptMeans } from "../model/means";
import { type Model, zeroUnrated } from "../model/model";
import { namesOf } from "../ratings/ids";
import { type Ratings, toMatrices } from "../ratings/ratings";
import { optimizers } from "./gradient/optimizer";
import { checkTraining, diverged, type Trained } from "./gradient/train";

/**
 * The cost as one matrix expression, as it is taught:
 *
 * J = ½ ‖(X Wᵀ + b − Y) ∘ R‖² + λ/2 (‖X‖² + ‖W‖²)
 *
 * It computes every cell, and R, 1 where rated and else 0, leaves out of the sum those that nobody rated; b carries no
 * penalty. TensorFlow.js can derive it; its numbers have 24 bits, seven decimal digits.
 *
 * Source: the lecture, "TensorFlow implementation of collaborative filtering".
 *
 * @param X Features of the items, nm × n.
 * @param W Weights of the users, nu × n.
 * @param b Biases of the users, 1 × nu.
 * @param Y Ratings, nm × nu; anything finite where R is 0.
 * @param R 1 where rated, else 0, nm × nu.
 */
export function cofiCost(
  X: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor2D,
  Y: tf.Tensor2D,
  R: tf.Tensor2D,
  lambda: number,
): tf.Scalar {
  return tf.tidy(() =>
    squaredErrors(scores(X, W, b), Y, R)
      .add(penalty(X, W, lambda))
      .asScalar(),
  );
}

/**
 * The cost of binary labels as one matrix expression: with z = X Wᵀ + b, the cross-entropy summed over the cells
 * shown, and the same penalty:
 *
 * J = Σ R ∘ (log(1 + eᶻ) − Y ∘ z) + λ/2 (‖X‖² + ‖W‖²)
 *
 * which is −Y log g(z) − (1 − Y) log(1 − g(z)), written so that no z is too large for it.
 *
 * Source: the lecture, "Binary labels: favs, likes and clicks".
 */
export function cofiCostBinary(
  X: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor2D,
  Y: tf.Tensor2D,
  R: tf.Tensor2D,
  lambda: number,
): tf.Scalar {
  return tf.tidy(() =>
    entropy(scores(X, W, b), Y, R)
      .add(penalty(X, W, lambda))
      .asScalar(),
  );
}

export interface TrainTensorsOptions {
  /** The length of a step, α. @default 0.1 */
  learningRate?: number;
  /** How many updates. @default 200 */
  iterations?: number;
  /** Weight of the penalty on W and X. @default 0 */
  lambda?: number;
  /** What an error costs. @default "squared" */
  loss?: Loss;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called before update `iteration` with the cost there; false, or a promise of it, stops, and keeps what was learned. */
  onIteration?: (step: { iteration: number; cost: number }) => unknown;
}

const names = optionNames<TrainTensorsOptions>({
  learningRate: true,
  iterations: true,
  lambda: true,
  loss: true,
  signal: true,
  onIteration: true,
});

/**
 * Trains as it is taught: `tf.variableGrads` derives the cost, and `tf.train.adam` moves X, W and b, over all cells,
 * rated or not. What `train` does over the rated cells only, with as many digits as TensorFlow.js has.
 *
 * Memory and time grow with items × users. Every tensor that it makes is disposed of, also when it fails.
 *
 * @returns the trained model, with mu as it was, and history[t], the cost before update t.
 * @throws RangeError as `train` does.
 */
export async function trainTensors(
  model: Model,
  ratings: Ratings,
  options: TrainTensorsOptions = {},
): Promise<Trained> {
  checkTraining(model, ratings, options, names);
  const {
    learningRate = optimizers.adam.learningRate,
    iterations = 200,
    lambda = 0,
    loss = "squared",
    signal,
    onIteration,
  } = options;
  const { numItems, numUsers, numFeatures } = model;
  const matrices = matricesOf(model, ratings, loss);
  const tensor = (block: Float64Array, rows: number) =>
    tf.tensor2d(Float32Array.from(block), [rows, block.length / rows]);
  const Y = tensor(matrices.Y, numItems);
  const R = tensor(matrices.R, numItems);
  const [X, W, b] = tf.tidy(() => [
    tf.variable(tensor(model.X, numItems)),
    tf.variable(tensor(model.W, numUsers)),
    tf.variable(tensor(model.b, 1)),
  ]) as tf.Variable[] as [tf.Tensor2D & tf.Variable, tf.Tensor2D & tf.Variable, tf.Tensor2D & tf.Variable];
  // Adam as Keras has it: the course trains with its epsilon.
  const { beta1, beta2, epsilon } = optimizers.adam;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const mu = tensor(model.mu, numItems);
  const costOf = () => {
    const z = scores(X, W, b).add(mu) as tf.Tensor2D;
    const errors = loss === "squared" ? squaredErrors(z, Y, R) : entropy(z, Y, R);
    return errors.add(penalty(X, W, lambda)).asScalar();
  };
  const pause = pauser(signal);
  const history: number[] = [];
  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      await pause();
      const { value, grads } = tf.variableGrads(costOf, [X, W, b]);
      try {
        const [J] = await value.data();
        if (!Number.isFinite(J)) throw diverged(iteration, `cost is ${J}`);
        history.push(J);
        if ((await onIteration?.({ iteration, cost: J })) === false) break;
        optimizer.applyGradients(grads as tf.NamedVariableMap);
      } finally {
        tf.dispose([value, grads]);
      }
    }
    const [x, w, biases] = await Promise.all([X.data(), W.data(), b.data()]);
    const trained: Model = {
      numItems,
      numUsers,
      numFeatures,
      X: Float64Array.from(x),
      W: Float64Array.from(w),
      b: keptMeans(Float64Array.from(biases), model.b),
      mu: keptMeans(model.mu.slice(), model.mu),
      ...namesOf(ratings),
      ...namesOf(model),
      ...(loss === "logistic" && { loss }),
    };
    for (const name of ["X", "W", "b"] as const) {
      if (!trained[name].every(Number.isFinite)) {
        throw diverged(history.length, `${name} is not finite`);
      }
    }
    if (history.length > 0) zeroUnrated(trained, ratings, ["X", "W", "b"]);
    return { model: trained, history: Float64Array.from(history) };
  } finally {
    tf.dispose([X, W, b, mu, Y, R]);
    optimizer.dispose();
  }
}

/**
 * Y and R of the ratings. Where they have weights R holds, in the place of 1, what makes each error count so often: √v
 * under the square, v itself under "logistic".
 */
function matricesOf(model: Model, ratings: Ratings, loss: Loss): { Y: Float64Array; R: Float64Array } {
  const matrices = toMatrices(ratings);
  const { items, users, weights } = ratings;
  weights?.forEach((weight, k) => {
    matrices.R[items[k] * model.numUsers + users[k]] = loss === "squared" ? Math.sqrt(weight) : weight;
  });
  return matrices;
}

const scores = (X: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor2D) =>
  tf.matMul(X, W, false, true).add(b) as tf.Tensor2D;

const squaredErrors = (z: tf.Tensor2D, Y: tf.Tensor2D, R: tf.Tensor2D) =>
  z.sub(Y).mul(R).square().sum().mul(0.5);

const entropy = (z: tf.Tensor2D, Y: tf.Tensor2D, R: tf.Tensor2D) => tf.softplus(z).sub(z.mul(Y)).mul(R).sum();

const penalty = (X: tf.Tensor2D, W: tf.Tensor2D, lambda: number) =>
  X.square()
    .sum()
    .add(W.square().sum())
    .mul(lambda / 2);
