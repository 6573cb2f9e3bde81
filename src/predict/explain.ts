import { checkIndex, checkNotNegative, checkOptions, checkPositive } from "../base/check";
import { dot } from "../math/dot";
import { solveLower, solveUpper } from "../math/linear";
import { sigmoid } from "../math/logistic";
import { checkUnits } from "../model/means";
import { checkSameIds, type Model } from "../model/model";
import { isPosterior, type Posterior, type Predictor, predictAt } from "../model/posterior";
import { byUser, type Cell, type Ratings } from "../ratings/ratings";
import { influences } from "../train/foldIn";
import { conditional } from "../train/foldInSamples";
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
  /** Of a posterior: what anybody's prediction for the item has beside mu, before their ratings are known. */
  usual?: number;
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
 * Of a posterior all parts are means over the samples. In each sample a user's row is, given their ratings, normal with a
 * mean that is linear in what these are beyond what anybody would give, so that the contributions are too; they add up but
 * for the randomness of the samples, and for what having rated an item at all says of a user.
 *
 * @param ratings In stars, with the user's own among them.
 * @param options.lambda The lambda that the user's weights were learned with. @default 1
 * @throws RangeError for an item or user that is not there, or a user who has rated nothing.
 */
export function explain(
  model: Predictor,
  at: Cell,
  ratings: Ratings,
  options: { lambda?: number } = {},
): Explanation {
  checkOptions(options, isPosterior(model) ? [] : ["lambda"]);
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
  if (isPosterior(model)) return explainByMean(model, at, mine, prediction);
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
    ...sorted(contributions, rest),
  };
}

/** The strongest first, and what they leave of `rest`. */
function sorted(contributions: Contributions, rest: number): Pick<Explanation, "ratings" | "remainder"> {
  return {
    ratings: contributions.sort(
      (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.item - b.item,
    ),
    remainder: contributions.reduce((left, { contribution }) => left - contribution, rest),
  };
}

/** Of a posterior: the mean of what each sample says, which is linear in the ratings as well. */
function explainByMean(posterior: Posterior, at: Cell, mine: Mine, prediction: number): Explanation {
  const { samples, numFeatures: n } = posterior;
  const given = mine.map(({ item, ...rating }) => ({ ...rating, at: item }));
  const sums = {
    mu: 0,
    b: 0,
    usual: 0,
    features: new Float64Array(n),
    ratings: new Float64Array(mine.length),
  };
  for (const sample of samples) {
    sums.mu += sample.mu[at.item];
    sums.b += sample.b[at.user];
    for (let f = 0; f < n; f++) sums.features[f] += sample.W[at.user * n + f] * sample.X[at.item * n + f];
    const { mean, rows, L } = conditional(sample, "user", n, given);
    const z = new Float64Array(n + 1).fill(1);
    for (let f = 0; f < n; f++) z[f] = sample.X[at.item * n + f];
    sums.usual += dot(z, 0, mean, 0, n + 1);
    if (L === undefined) continue;
    // A⁻¹ z, with which each rating's z is multiplied.
    solveLower(L, z, n + 1);
    solveUpper(L, z, n + 1);
    for (const [k, row] of rows.entries()) sums.ratings[k] += row.t * row.off * dot(row.z, 0, z, 0, n + 1);
  }
  const meanOf = (sum: number) => sum / samples.length;
  const contributions = mine.map(({ item, value }, k) => ({
    ...{ item, value, contribution: meanOf(sums.ratings[k]) },
  }));
  const [mu, usual] = [meanOf(sums.mu), meanOf(sums.usual)];
  return {
    ...{ prediction, mu, b: meanOf(sums.b), features: sums.features.map(meanOf), usual },
    ...sorted(contributions, prediction - mu - usual),
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
