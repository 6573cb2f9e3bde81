import { checkNotNegative, checkOneOf, checkOptions, outOfRange } from "./check";
import { checkModel, checkSameSize, type Model } from "./model";
import type { Ratings } from "./ratings";

/** Half the squared error for ratings, cross-entropy for labels of 0 and 1. */
export type Loss = "squared" | "logistic";

export interface CostOptions {
  /** Weight of the penalty on W and X. @default 0 */
  lambda?: number;
  /** What an error costs. @default "squared" */
  loss?: Loss;
}

/** A block of parameters, in the precision of the training. */
export type Block = Float64Array | Float32Array;

/** What is learned, or its gradient. */
export interface Parameters {
  X: Block;
  W: Block;
  b: Block;
}

/**
 * The cost of collaborative filtering over the rated cells only:
 *
 * J = Σ_rated L(W_j·X_i + b_j, y_ij) + λ/2 (‖W‖² + ‖X‖²)
 *
 * where L(p, y) = ½ (p − y)² under loss "squared", and −y log g(p) − (1 − y) log(1 − g(p)), with the logistic
 * function g(z) = 1 / (1 + e⁻ᶻ), under "logistic". b carries no penalty, and mu takes no part: the ratings are
 * the normalized ones.
 *
 * O((ratings + items + users) × features). Source: the lecture, "Collaborative filtering algorithm" and
 * "Binary labels".
 *
 * @throws RangeError when the model and the ratings differ in size, for a negative lambda, an unknown loss, and
 *   under "logistic" for a label that is not 0 or 1.
 */
export function cost(model: Model, ratings: Ratings, options: CostOptions = {}): number {
  const { lambda, loss } = checkCost(model, ratings, options);
  return costInto(model, model.numFeatures, ratings, { lambda, loss }, {});
}

/**
 * The cost and its derivatives, in the shapes of X, W and b. With e = W_j·X_i + b_j − y_ij (under "logistic"
 * g(W_j·X_i + b_j) − y_ij), summed over the rated cells:
 *
 * ∂J/∂X_i = Σ_j e W_j + λ X_i,  ∂J/∂W_j = Σ_i e X_i + λ W_j,  ∂J/∂b_j = Σ_i e
 *
 * @throws RangeError as `cost` does.
 */
export function costAndGradient(
  model: Model,
  ratings: Ratings,
  options: CostOptions = {},
): { cost: number; X: Float64Array; W: Float64Array; b: Float64Array } {
  const { lambda, loss } = checkCost(model, ratings, options);
  const gradient = {
    X: new Float64Array(model.X.length),
    W: new Float64Array(model.W.length),
    b: new Float64Array(model.b.length),
  };
  return { cost: costInto(model, model.numFeatures, ratings, { lambda, loss }, gradient), ...gradient };
}

/** The logistic function g(z) = 1 / (1 + e⁻ᶻ), without overflow for any z. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/**
 * The inner loop of everything: returns the cost at `parameters`, and writes its derivatives into the blocks
 * of `gradient` that are there, over what they held. Allocates nothing.
 */
export function costInto(
  parameters: Parameters,
  numFeatures: number,
  ratings: Pick<Ratings, "items" | "users" | "values">,
  { lambda, loss }: Required<CostOptions>,
  gradient: Partial<Parameters>,
): number {
  const { X, W, b } = parameters;
  const { items, users, values } = ratings;
  const { X: gX, W: gW, b: gb } = gradient;
  let total = (penaltyInto(W, numFeatures, lambda, gW) + penaltyInto(X, numFeatures, lambda, gX)) / 2;
  gb?.fill(0);
  let ofUser = 0;
  for (let k = 0; k < values.length; k++) {
    const x = items[k] * numFeatures;
    const user = users[k];
    const w = user * numFeatures;
    const z = b[user] + dot(W, w, X, x, numFeatures);
    const y = values[k];
    let e: number;
    if (loss === "squared") {
      e = z - y;
      ofUser += 0.5 * e * e;
    } else {
      // −y log g(z) − (1 − y) log(1 − g(z)) = max(z, 0) − y z + log(1 + e^−|z|): no overflow, no log of 0.
      ofUser += Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
      e = sigmoid(z) - y;
    }
    if (gX) for (let f = 0; f < numFeatures; f++) gX[x + f] += e * W[w + f];
    if (gW) for (let f = 0; f < numFeatures; f++) gW[w + f] += e * X[x + f];
    if (gb) gb[user] += e;
    if (user !== users[k + 1]) {
      total += ofUser;
      ofUser = 0;
    }
  }
  return total;
}

/**
 * a · b over n numbers, from a[i] and b[j] on, in eight sums that do not wait for one another: number f goes to sum
 * f mod 8, as the lanes of the SIMD kernels have it, so that both give the same digits.
 */
export function dot(a: Block, i: number, b: Block, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let f = 0;
  for (; f + 8 <= n; f += 8, i += 8, j += 8) {
    s0 += a[i] * b[j];
    s1 += a[i + 1] * b[j + 1];
    s2 += a[i + 2] * b[j + 2];
    s3 += a[i + 3] * b[j + 3];
    s4 += a[i + 4] * b[j + 4];
    s5 += a[i + 5] * b[j + 5];
    s6 += a[i + 6] * b[j + 6];
    s7 += a[i + 7] * b[j + 7];
  }
  if (f < n) s0 += a[i] * b[j];
  if (f + 1 < n) s1 += a[i + 1] * b[j + 1];
  if (f + 2 < n) s2 += a[i + 2] * b[j + 2];
  if (f + 3 < n) s3 += a[i + 3] * b[j + 3];
  if (f + 4 < n) s4 += a[i + 4] * b[j + 4];
  if (f + 5 < n) s5 += a[i + 5] * b[j + 5];
  if (f + 6 < n) s6 += a[i + 6] * b[j + 6];
  return s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
}

/** λ‖block‖², summed by rows, and its half's derivative λ × block into `gradient`. */
function penaltyInto(block: Block, numFeatures: number, lambda: number, gradient: Block | undefined): number {
  let sum = 0;
  for (let k = 0; k < block.length; k += numFeatures) sum += dot(block, k, block, k, numFeatures);
  if (gradient) for (let k = 0; k < block.length; k++) gradient[k] = lambda * block[k];
  // An infinite norm times a lambda of zero would be NaN and hide which of the two went wrong.
  return lambda === 0 ? 0 : lambda * sum;
}

function checkCost(model: Model, ratings: Ratings, options: CostOptions): Required<CostOptions> {
  checkOptions(options, ["lambda", "loss"]);
  const { lambda = 0, loss = "squared" } = options;
  checkNotNegative("lambda", lambda);
  checkOneOf("loss", loss, ["squared", "logistic"]);
  checkModel(model);
  checkSameSize(model, ratings);
  if (loss === "logistic") checkLabels(ratings);
  return { lambda, loss };
}

/** Every value is a label, 0 or 1. @throws RangeError naming the first that is not. */
export function checkLabels(ratings: Ratings): void {
  ratings.values.forEach((value, k) => {
    if (value !== 0 && value !== 1) {
      throw outOfRange("label", '0 or 1 under loss "logistic"', value, `rating ${k}`);
    }
  });
}
