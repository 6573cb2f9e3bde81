import { checkNotNegative, checkOneOf, checkOptions, outOfRange } from "../base/check";
import { type Block, dot } from "../math/dot";
import { crossEntropy, sigmoid } from "../math/logistic";
import type { Ratings } from "../ratings/ratings";
import { checkWeights } from "../ratings/weights";
import { checkUnits } from "./means";
import { checkModel, checkSameSize, type Loss, type Model } from "./model";

export type { Loss } from "./model";

export interface CostOptions {
  /** Weight of the penalty on W and X. @default 0 */
  lambda?: number;
  /** What an error costs. @default "squared" */
  loss?: Loss;
}

/** What is learned, or its gradient. */
export interface Parameters {
  X: Block;
  W: Block;
  b: Block;
}

/**
 * The cost of collaborative filtering over the rated cells only:
 *
 * J = Σ_rated v_ij L(W_j·X_i + b_j + mu_i, y_ij) + λ/2 (‖W‖² + ‖X‖²)
 *
 * where L(p, y) = ½ (p − y)² under loss "squared", and −y log g(p) − (1 − y) log(1 − g(p)), with the logistic
 * function g(z) = 1 / (1 + e⁻ᶻ), under "logistic"; v is the rating's weight, 1 where there is none. b carries no penalty.
 *
 * The prediction is `predict`'s, means and all: of a model before `addMeans`, whose mu is 0, the ratings are the
 * normalized ones; of a model that has its means they are as they were given. Normalized ratings are refused for it.
 *
 * O((ratings + items + users) × features). Source: the lecture, "Collaborative filtering algorithm" and
 * "Binary labels".
 *
 * @throws RangeError when the model and the ratings differ in size, for normalized ratings of a model that has means, a
 *   negative lambda, an unknown loss, and under "logistic" for a label that is not 0 or 1.
 */
export function cost(model: Model, ratings: Ratings, options: CostOptions = {}): number {
  const { lambda, loss } = checkCost(model, ratings, options);
  return costInto(model, model.numFeatures, ratings, { lambda, loss }, {}, model.mu);
}

/**
 * The cost and its derivatives, in the shapes of X, W and b. With e = v_ij (W_j·X_i + b_j + mu_i − y_ij) (under "logistic"
 * v_ij (g(W_j·X_i + b_j + mu_i) − y_ij)), summed over the rated cells:
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
  const J = costInto(model, model.numFeatures, ratings, { lambda, loss }, gradient, model.mu);
  return { cost: J, ...gradient };
}

/**
 * The inner loop of everything: returns the cost at `parameters`, and writes its derivatives into the blocks
 * of `gradient` that are there, over what they held. Allocates nothing.
 *
 * @param mu What is added to each item's predictions. @default nothing
 */
export function costInto(
  parameters: Parameters,
  numFeatures: number,
  ratings: Pick<Ratings, "items" | "users" | "values" | "weights">,
  { lambda, loss }: Required<CostOptions>,
  gradient: Partial<Parameters>,
  mu?: Block,
): number {
  const { X, W, b } = parameters;
  const { items, users, values, weights } = ratings;
  const { X: gX, W: gW, b: gb } = gradient;
  let total = (penaltyInto(W, numFeatures, lambda, gW) + penaltyInto(X, numFeatures, lambda, gX)) / 2;
  gb?.fill(0);
  let ofUser = 0;
  for (let k = 0; k < values.length; k++) {
    const x = items[k] * numFeatures;
    const user = users[k];
    const w = user * numFeatures;
    let z = b[user] + dot(W, w, X, x, numFeatures);
    if (mu) z += mu[items[k]];
    const y = values[k];
    const weight = weights ? weights[k] : 1;
    let e: number;
    if (loss === "squared") {
      e = z - y;
      ofUser += 0.5 * e * e * weight;
    } else {
      ofUser += crossEntropy(z, y) * weight;
      e = sigmoid(z) - y;
    }
    e *= weight;
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
  checkUnits(model, ratings);
  checkWeights(ratings);
  if (loss === "logistic") checkLabels(ratings);
  return { lambda, loss };
}

/**
 * Every value is a label, 0 or 1.
 *
 * @param name What the ratings are called. @default "rating"
 * @throws RangeError naming the first that is not.
 */
export function checkLabels(ratings: Ratings, name = "rating"): void {
  ratings.values.forEach((value, k) => {
    if (value !== 0 && value !== 1) {
      throw outOfRange("label", '0 or 1 under loss "logistic"', value, `${name} ${k}`);
    }
  });
}
