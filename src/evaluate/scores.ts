import { type Steps, stepProducts } from "../base/steps";
import { isPosterior, type Predictor, samplesOf } from "../model/posterior";
import { Arena, bytesFor } from "../wasm/arena";
import { chooseBackend, type Simd } from "../wasm/backend";
import { instantiate } from "../wasm/webassembly";

/** So many users are scored together: each row of X is then read once for all of them. */
export const usersTogether = 4;

/** So many rows of X are worked on at a time: few enough to stay in the processor's nearest memory. */
const itemsTogether = 64;

/** What scores all items for some users at a time. */
export interface Scorer {
  /** A row of numItems for each of `usersTogether` users. */
  readonly scores: Float64Array;
  /**
   * Leaves in `scores` those of all items for up to `usersTogether` users, as `predictAt` has them, digit for digit; rows
   * beyond the users given are of no use.
   */
  score(users: ArrayLike<number>): Steps<void>;
}

/** As many bytes of features at most are laid out for the kernels. */
const mostBytes = 2 ** 28;

/** A scorer on the backend of the work's size: SIMD where it is worth that, and the features are not too many. */
export function openScorer(model: Predictor, numUsers: number): Scorer {
  const samples = samplesOf(model).length;
  const { numItems, numFeatures } = model;
  const numbers = samples * numItems * (numFeatures + 1);
  const backend = 8 * numbers > mostBytes ? "plain" : chooseBackend(numUsers * numbers, 1);
  return backend === "plain" ? plainScorer(model) : simdScorer(model, backend);
}

/** The users of a batch, as many as are scored together: the last again where there are fewer. */
const filledUp = (users: ArrayLike<number>): number[] =>
  Array.from({ length: usersTogether }, (_, k) => users[Math.min(k, users.length - 1)]);

/** A posterior's scores are the mean of its samples'. */
function finish(model: Predictor, scores: Float64Array): void {
  if (!isPosterior(model)) return;
  const count = model.samples.length;
  for (let k = 0; k < scores.length; k++) scores[k] /= count;
}

/** The readable scorer, and the reference for the SIMD one. */
export function plainScorer(model: Predictor): Scorer {
  const { numItems, numFeatures } = model;
  const scores = new Float64Array(usersTogether * numItems);
  const rows = new Float64Array(itemsTogether * numFeatures);
  const means = new Float64Array(itemsTogether);
  return {
    scores,
    *score(users) {
      scores.fill(0);
      const own = filledUp(users);
      let products = 0;
      for (const { X, W, b, mu } of samplesOf(model)) {
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
      finish(model, scores);
    },
  };
}

/** The scorer of the SIMD kernel, on this thread, with all samples' features in its memory. */
export function simdScorer(model: Predictor, { module }: Pick<Simd, "module">): Scorer {
  const { numItems, numFeatures: n } = model;
  const samples = samplesOf(model);
  const arena = new Arena(
    "scores",
    bytesFor([
      { length: samples.length * numItems * (n + 1), bytes: 8 },
      { length: 2 * samples.length, bytes: 64 },
      { length: usersTogether * (numItems + n + 1) + 32, bytes: 8 },
    ]),
  );
  const laidOut = samples.map(({ X, mu }) => {
    const [rows, means] = [arena.float64(numItems * n), arena.float64(numItems)];
    rows.set(X);
    means.set(mu);
    return { rows: rows.byteOffset, means: means.byteOffset };
  });
  const weights = arena.float64(usersTogether * n);
  const biases = arena.float64(usersTogether);
  const scores = arena.float64(usersTogether * numItems);
  const { scoreFour } = instantiate(module, arena.memory);
  const together = Math.max(1, Math.floor(stepProducts / (usersTogether * (n + 1))));
  return {
    scores,
    *score(users) {
      scores.fill(0);
      const own = filledUp(users);
      let products = 0;
      for (const [s, { W, b }] of samples.entries()) {
        for (const [k, user] of own.entries()) {
          for (let f = 0; f < n; f++) weights[f * usersTogether + k] = W[user * n + f];
          biases[k] = b[user];
        }
        const addresses = [laidOut[s].rows, laidOut[s].means, weights.byteOffset, biases.byteOffset];
        for (let from = 0; from < numItems; from += together) {
          const to = Math.min(from + together, numItems);
          scoreFour(from, to, ...addresses, scores.byteOffset, numItems, n);
          products += (to - from) * usersTogether * (n + 1);
          if (products > stepProducts) {
            products = 0;
            yield;
          }
        }
      }
      finish(model, scores);
    },
  };
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
