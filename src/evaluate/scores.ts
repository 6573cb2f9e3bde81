import { type Steps, stepProducts } from "../base/steps";
import { isPosterior, type Predictor, samplesOf } from "../model/posterior";

/** So many users are scored together: each row of X is then read once for all of them. */
export const usersTogether = 4;

/** So many rows of X are worked on at a time: few enough to stay in the processor's nearest memory. */
const itemsTogether = 64;

/**
 * Scores of all items for up to `usersTogether` users, a row a user, as `predictAt` has them, digit for digit; rows
 * beyond the users given are of no use.
 *
 * @param scores usersTogether × numItems, overwritten.
 */
export function* scoreItems(model: Predictor, users: ArrayLike<number>, scores: Float64Array): Steps<void> {
  scores.fill(0);
  const { numItems, numFeatures } = model;
  const own = Array.from({ length: usersTogether }, (_, k) => users[Math.min(k, users.length - 1)]);
  const several = samplesOf(model);
  const rows = new Float64Array(itemsTogether * numFeatures);
  const means = new Float64Array(itemsTogether);
  let products = 0;
  for (const { X, W, b, mu } of several) {
    const weights = new Float64Array(usersTogether * numFeatures);
    for (const [k, user] of own.entries())
      for (let f = 0; f < numFeatures; f++) weights[f * usersTogether + k] = W[user * numFeatures + f];
    const biases = Float64Array.from(own, (user) => b[user]);
    for (let from = 0; from < numItems; from += itemsTogether) {
      const to = Math.min(from + itemsTogether, numItems);
      // Whatever the samples are kept in, the loop is over numbers of 64 bits, and so compiled once.
      rows.set(X.subarray(from * numFeatures, to * numFeatures));
      means.set(mu.subarray(from, to));
      addScores({ rows, means, weights, biases, numFeatures }, scores, from, to);
      products += (to - from) * usersTogether * (numFeatures + 1);
      if (products > stepProducts) {
        products = 0;
        yield;
      }
    }
  }
  if (isPosterior(model)) for (let k = 0; k < scores.length; k++) scores[k] /= several.length;
}

/** Adds W_j·X_i + b_j + mu_i of four users and some items to what is there. */
function addScores(
  parts: {
    rows: Float64Array;
    means: Float64Array;
    /** Of each feature the weights of all four. */
    weights: Float64Array;
    biases: Float64Array;
    numFeatures: number;
  },
  scores: Float64Array,
  from: number,
  to: number,
): void {
  const { rows, means, weights, biases, numFeatures } = parts;
  const numItems = scores.length / usersTogether;
  const [b0, b1, b2, b3] = biases;
  for (let item = from, x = 0; item < to; item++) {
    const mean = means[item - from];
    // Four sums at once keep the processor busy, where one would wait for itself.
    let s0 = b0 + mean;
    let s1 = b1 + mean;
    let s2 = b2 + mean;
    let s3 = b3 + mean;
    for (let w = 0; w < 4 * numFeatures; w += 4) {
      const value = rows[x++];
      s0 += weights[w] * value;
      s1 += weights[w + 1] * value;
      s2 += weights[w + 2] * value;
      s3 += weights[w + 3] * value;
    }
    scores[item] += s0;
    scores[numItems + item] += s1;
    scores[2 * numItems + item] += s2;
    scores[3 * numItems + item] += s3;
  }
}
