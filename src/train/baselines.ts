import { checkAllFinite, checkNotNegative, checkOptions } from "../base/check";
import { extent, mean } from "../math/statistics";
import type { Model } from "../model/model";
import { isCentred, markCentred } from "../ratings/centred";
import { namesOf } from "../ratings/ids";
import { normalize } from "../ratings/normalize";
import { byUser, type Ratings } from "../ratings/ratings";
import { checkWeights, weightBy } from "../ratings/weights";
import { foldInRow } from "./foldIn";

/**
 * What anyone would try first, and what a model has to beat to be worth its training. Ratings with weights count so often. Each is a `Model`, most of them
 * without features, so that `predict`, `recommend`, `rmse` and `ranking` take it like any other.
 */

/** Predicts one number for every cell: the mean of all ratings. */
export function globalMean(ratings: Ratings): Model {
  checkWeights(ratings);
  const overall = mean(ratings.values, ratings.weights);
  return withoutFeatures(ratings, { mu: new Float64Array(ratings.numItems).fill(overall) });
}

/**
 * Predicts for each item the mean of its ratings, (sum + d × g) / (count + d) with g the mean of all; g itself for an
 * item without ratings.
 *
 * @param options.damping d, how many ratings of g are added to each item's. @default 0
 */
export function itemMean(ratings: Ratings, options: { damping?: number } = {}): Model {
  checkOptions(options, ["damping"]);
  return withoutFeatures(ratings, { mu: normalize(ratings, { by: "item", ...options }).means });
}

/** How nearly the biases are solved for: the largest change of one at which the rounds end, in parts of the spread. */
const settled = 1e-10;

/**
 * Predicts g + c_i + b_j: the mean of all ratings, how much better the item is than that, and how much more the user
 * gives. c and b minimize
 *
 * Σ_rated (g + c_i + b_j − y_ij)² + λ_c Σ c_i² + λ_b Σ b_j²,
 *
 * solved for c and for b in turn, each in closed form, until nothing moves. O(ratings) a round, some tens of rounds.
 *
 * Source: Koren (2010), "Factor in the neighbors", ACM TKDD 4, 1, section 2.1.
 *
 * @param options.itemLambda λ_c: so many ratings of no deviation are added to each item's. @default 3
 * @param options.userLambda λ_b, the same for users. @default 5
 */
export function biases(ratings: Ratings, options: { itemLambda?: number; userLambda?: number } = {}): Model {
  checkOptions(options, ["itemLambda", "userLambda"]);
  const { itemLambda = 3, userLambda = 5 } = options;
  checkNotNegative("itemLambda", itemLambda);
  checkNotNegative("userLambda", userLambda);
  checkWeights(ratings);
  const { items, users, values, weights, numItems, numUsers } = ratings;
  const overall = mean(values, weights);
  const [lowest, highest] = extent(values);
  const c = new Float64Array(numItems);
  const b = new Float64Array(numUsers);
  const solveFor = (own: Float64Array, ownKeys: Int32Array, other: Float64Array, otherKeys: Int32Array) => {
    const lambda = own === c ? itemLambda : userLambda;
    const sums = new Float64Array(own.length);
    const counts = new Float64Array(own.length);
    for (let k = 0; k < values.length; k++) {
      const weight = weights ? weights[k] : 1;
      sums[ownKeys[k]] += weight * (values[k] - overall - other[otherKeys[k]]);
      counts[ownKeys[k]] += weight;
    }
    let moved = 0;
    for (let key = 0; key < own.length; key++) {
      const solved = counts[key] === 0 ? 0 : sums[key] / (counts[key] + lambda);
      moved = Math.max(moved, Math.abs(solved - own[key]));
      own[key] = solved;
    }
    return moved;
  };
  // Convex, so that the rounds end where they must; slowly only where both lambdas are 0 and nothing ties the level.
  for (let round = 0; round < 1000; round++) {
    const moved = solveFor(c, items, b, users);
    if (Math.max(moved, solveFor(b, users, c, items)) <= settled * (highest - lowest)) break;
    level(c, itemLambda, b, userLambda);
  }
  return withoutFeatures(ratings, { mu: c.map((deviation) => overall + deviation), b });
}

/**
 * Moves all of c up and all of b down by what lowers the penalty most, which leaves every prediction as it is. Rounds that
 * solve for one side at a time are slow to find that.
 */
function level(c: Float64Array, itemLambda: number, b: Float64Array, userLambda: number): void {
  const tied = itemLambda * c.length + userLambda * b.length;
  if (tied === 0) return;
  const move = (userLambda * total(b) - itemLambda * total(c)) / tied;
  for (let item = 0; item < c.length; item++) c[item] += move;
  for (let user = 0; user < b.length; user++) b[user] -= move;
}

const total = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number, 0);

/**
 * Scores each item by how many have rated it, each as often as their rating's weight says: the same list for everyone, for `recommend` and `ranking`. Its numbers
 * are no stars.
 */
export function popularity(ratings: Ratings): Model {
  checkWeights(ratings);
  return withoutFeatures(ratings, { mu: weightBy("item", ratings) });
}

/**
 * Content-based prediction: with features of the items given, such as their genres, one linear regression for each
 * user, w and b of ½ Σ_rated (w·X_i + b − y_i)² + λ/2 ‖w‖² in closed form. A user without ratings gets w = 0 and the
 * mean of all ratings as b.
 *
 * O(ratings × features² + users × features³). Source: the lecture, "Using per-item features".
 *
 * @param content Features, row-major, one row an item: such as `genreFeatures` gives.
 * @param options.lambda Weight of the penalty on w. @default 1
 * @throws RangeError for features that are not one row an item or not finite, and for a lambda of 0 where a user's
 *   ratings do not determine the weights.
 */
export function contentBased(
  ratings: Ratings,
  content: { X: ArrayLike<number> },
  options: { lambda?: number } = {},
): Model {
  checkOptions(options, ["lambda"]);
  const { lambda } = options;
  const { X } = content;
  checkWeights(ratings);
  const { numItems, numUsers, values, weights } = ratings;
  const numFeatures = X.length / numItems;
  if (!Number.isInteger(numFeatures)) {
    throw new RangeError(
      `X must be rows of one length, one for each of ${numItems} items, got ${X.length} numbers`,
    );
  }
  checkAllFinite("X", X);
  const model: Model = {
    numItems,
    numUsers,
    numFeatures,
    X: Float64Array.from(X),
    W: new Float64Array(numUsers * numFeatures),
    b: new Float64Array(numUsers),
    mu: new Float64Array(numItems),
    ...namesOf(ratings),
  };
  const { start } = byUser(ratings);
  const overall = mean(values, weights);
  for (let user = 0; user < numUsers; user++) {
    if (start[user] === start[user + 1]) model.b[user] = overall;
    else foldInRow(model, ratings, user, lambda);
  }
  return model;
}

/** A model of means and biases alone. */
function withoutFeatures(
  ratings: Ratings,
  { mu, b = new Float64Array(ratings.numUsers) }: { mu: Float64Array; b?: Float64Array },
): Model {
  const { numItems, numUsers } = ratings;
  const none = () => new Float64Array(0);
  if (isCentred(ratings.values)) markCentred(mu);
  return { numItems, numUsers, numFeatures: 0, X: none(), W: none(), b, mu, ...namesOf(ratings) };
}
