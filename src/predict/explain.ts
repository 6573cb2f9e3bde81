import { checkIndex, checkNotNegative, checkOptions, checkPositive } from "../base/check";
import { dot } from "../math/dot";
import { sigmoid } from "../math/logistic";
import { checkUnits } from "../model/means";
import { checkSameIds, type Model } from "../model/model";
import { predictAt } from "../model/posterior";
import { byUser, type Cell, type Ratings } from "../ratings/ratings";
import { influences } from "../train/foldIn";
import { predict } from "./predict";

/** Where a prediction comes from, twice: by the model's parts, and by what the user has rated. */
export interface Explanation {
  /** mu + b + the sum of `features`. */
  prediction: number;
  /** The item's mean. */
  mu: number;
  /** The user's bias. */
  b: number;
  /** What each feature adds: W_jf X_if. */
  features: Float64Array;
  /** What each of the user's ratings adds to mu (each label, to mu + b), the strongest first. */
  ratings: { item: number; value: number; contribution: number }[];
  /** What no part explains: 0 where w and b are those of `foldIn` with the same lambda. */
  remainder: number;
}

/**
 * Explains a prediction. The model says W_j·X_i + b_j + mu_i. And since the best w and b for a user are a ridge
 * regression on what they rated, they are linear in those ratings: rating k, less its item's mean, enters the
 * prediction with the factor
 *
 * 1/n + (X_i − x̄)ᵀ (XᵀX + λI)⁻¹ (X_k − x̄)
 *
 * (X over the n rated items, less its mean x̄). For a user who was folded in these contributions add up exactly; after
 * joint training they do as far as it has converged, and `remainder` says how far.
 *
 * Of a model that was learned from labels the prediction is z, and at the best w, where the slope of the cost is zero,
 * λ w = Σ_k (y_k − g(z_k)) X_k: label k adds (y_k − g(z_k)) X_k·X_i / λ to z, beside mu and b.
 *
 * @param ratings In stars, with the user's own among them.
 * @param options.lambda The lambda that the user's weights were learned with. @default 1
 * @throws RangeError for an item or user that is not there, or a user who has rated nothing.
 */
export function explain(
  model: Model,
  at: Cell,
  ratings: Ratings,
  options: { lambda?: number } = {},
): Explanation {
  checkOptions(options, ["lambda"]);
  const { lambda = 1 } = options;
  checkNotNegative("lambda", lambda);
  const prediction = predict(model, at);
  if (ratings.numItems !== model.numItems) {
    throw new RangeError(`ratings must have the model's ${model.numItems} items, got ${ratings.numItems}`);
  }
  checkIndex("user", at.user, ratings.numUsers, "in ratings");
  checkSameIds(model, ratings);
  checkUnits(model, ratings);
  const { start, order } = byUser(ratings);
  const mine = Array.from(order.subarray(start[at.user], start[at.user + 1]), (k) => ({
    item: ratings.items[k],
    value: ratings.values[k],
    weight: ratings.weights?.[k],
  }));
  if (mine.length === 0)
    throw new RangeError(`user must have rated something to be explained by, got user ${at.user}`);
  const isLogistic = model.loss === "logistic";
  if (isLogistic) checkPositive("lambda", lambda);
  const contributions = isLogistic ? ofLabels(model, mine, at, lambda) : ofRatings(model, mine, at, lambda);
  const { X, W, numFeatures: n } = model;
  const mu = model.mu[at.item];
  // Of labels the bias is a part of its own; of ratings it is a mean of theirs, and in their contributions.
  const rest = prediction - mu - (isLogistic ? model.b[at.user] : 0);
  return {
    prediction,
    mu,
    b: model.b[at.user],
    features: Float64Array.from({ length: n }, (_, f) => W[at.user * n + f] * X[at.item * n + f]),
    ratings: contributions.sort(
      (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.item - b.item,
    ),
    remainder: contributions.reduce((left, { contribution }) => left - contribution, rest),
  };
}

type Contributions = { item: number; value: number; contribution: number }[];
type Mine = readonly { item: number; value: number; weight?: number }[];

function ofRatings(model: Model, mine: Mine, at: Cell, lambda: number): Contributions {
  const factors = influences(model, mine, at.item, lambda);
  return mine.map(({ item, value }, k) => ({
    item,
    value,
    contribution: factors[k] * (value - model.mu[item]),
  }));
}

function ofLabels(model: Model, mine: Mine, at: Cell, lambda: number): Contributions {
  const { X, numFeatures: n } = model;
  return mine.map(({ item, value, weight = 1 }) => {
    const residual = weight * (value - sigmoid(predictAt(model, item, at.user)));
    return { item, value, contribution: (residual * dot(X, item * n, X, at.item * n, n)) / lambda };
  });
}
