import { type Steps, stepProducts } from "../base/steps";
import type { Block } from "../math/dot";
import { isPosterior, type Predictor } from "../model/posterior";

/** What scores are computed from: a model, or a sample of a posterior. */
interface Parameters {
  X: Block;
  W: Block;
  b: Block;
  mu: Block;
}

/** So many users are scored together: each row of X is then read once for all of them. */
export const usersTogether = 4;

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
  const several: readonly Parameters[] = isPosterior(model) ? model.samples : [model];
  const atOnce = Math.ceil(stepProducts / (usersTogether * (numFeatures + 1)));
  for (const parameters of several) {
    for (let from = 0; from < numItems; from += atOnce) {
      addScores(parameters, numFeatures, own, scores, from, Math.min(from + atOnce, numItems), numItems);
      yield;
    }
  }
  if (isPosterior(model)) for (let k = 0; k < scores.length; k++) scores[k] /= several.length;
}

/** Adds W_j·X_i + b_j + mu_i of four users and some items to what is there. */
function addScores(
  { X, W, b, mu }: Parameters,
  numFeatures: number,
  [u0, u1, u2, u3]: readonly number[],
  scores: Float64Array,
  from: number,
  to: number,
  numItems: number,
): void {
  const [w0, w1, w2, w3] = [u0 * numFeatures, u1 * numFeatures, u2 * numFeatures, u3 * numFeatures];
  for (let item = from, x = from * numFeatures; item < to; item++, x += numFeatures) {
    // Four sums at once keep the processor busy, where one would wait for itself.
    let s0 = b[u0] + mu[item];
    let s1 = b[u1] + mu[item];
    let s2 = b[u2] + mu[item];
    let s3 = b[u3] + mu[item];
    for (let f = 0; f < numFeatures; f++) {
      const value = X[x + f];
      s0 += W[w0 + f] * value;
      s1 += W[w1 + f] * value;
      s2 += W[w2 + f] * value;
      s3 += W[w3 + f] * value;
    }
    scores[item] += s0;
    scores[numItems + item] += s1;
    scores[2 * numItems + item] += s2;
    scores[3 * numItems + item] += s3;
  }
}
