import { checkCount, checkFinite, checkOptions, optionNames } from "../../base/check";
import { inParts, pauser } from "../../base/pause";
import { namesOf } from "../../ratings/ids";
import type { Ratings } from "../../ratings/ratings";
import { checkWeights } from "../../ratings/weights";
import { type Backend, chooseBackend, openOn } from "../../wasm/backend";
import type { Trained } from "../gradient/train";
import {
  type Confidence,
  type ConfidenceOptions,
  checkConfidence,
  checkCounts,
  defaultConfidence,
  extraConfidence,
  penaltySettings,
} from "./confidence";
import { unpadded } from "./factors";
import { plainAls } from "./plain";
import { simdAls } from "./simd";
import { type AlsProblem, steps } from "./solver";

export interface ImplicitOptions extends ConfidenceOptions {
  /** n, the number of features. @default 64 */
  numFeatures?: number;
  /** How often to solve for all users, and then for all items. @default 15 */
  iterations?: number;
  /** Which initial values. @default 0 */
  seed?: number;
  /** Threads to work on; their number changes no digit. @default the cores, for work that is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called after each iteration, counted from 0, with its cost, and awaited; false stops, and keeps what was learned. */
  onIteration?: (done: { iteration: number; cost: number }) => unknown;
}

/** A model learned from counts. */
export interface TrainedImplicit extends Trained {
  /** The confidence that it was learned with: the one given, or the default's number. `foldInImplicit` asks for it. */
  confidence: Confidence;
}

const names = optionNames<ImplicitOptions>({
  confidence: true,
  lambda: true,
  penaltyExponent: true,
  numFeatures: true,
  iterations: true,
  seed: true,
  threads: true,
  signal: true,
  onIteration: true,
});

/**
 * A model for counts (plays, clicks, purchases, likes) instead of stars: what has no count was not rated low, but is
 * weak evidence all the same. It minimizes over all cells
 *
 * Σ_ij c_ij (p_ij − W_j·X_i)² + Σ_j λ_j ‖W_j‖² + Σ_i λ_i ‖X_i‖²
 *
 * with p = 1 and c = 1 + α × count where there is a count, else p = 0 and c = 1; and λ_j = λ (Σ_i c_ij)^ν, λ_i likewise.
 * By alternating least squares: of the users' weights given the items' features, and the other way round; of each row
 * by three steps of conjugate gradients from where it is, in numbers of 32 bits, on all cores.
 *
 * The model's scores W_j·X_i rank items by how likely a user is to take to them, about 0 to 1; they are no stars. b and
 * mu are zero. A count of zero is as none; one of weight v has a confidence of 1 + v (c − 1), and so counts v times where
 * the confidence is in proportion to the counts. Items and users without a count have zeros for features and weights.
 * `foldInImplicit` folds new users in. A run repeats to the last digit for the same ratings, options and seed, on any
 * number of threads.
 *
 * O(iterations × (counts × numFeatures + (items + users) × numFeatures²)). Memory beside the ratings and the model: 16
 * bytes for each count.
 *
 * Sources: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", 2008; Takács, Pilászy and
 * Tikk, "Applications of the conjugate gradient method for implicit feedback collaborative filtering", 2011; Rendle,
 * Krichene, Zhang and Koren, "Revisiting the performance of iALS on item recommendation benchmarks", 2021
 * (arXiv:2110.14037), for the penalty that grows with the row, and the initial values.
 *
 * @returns The model; history[t], the cost above after iteration t, which falls from one to the next; and the confidence.
 * @throws RangeError for options out of range, a negative count, no count at all, a confidence below 1, and for counts
 *   so great that the cost is no number.
 */
export async function factorizeImplicit(
  ratings: Ratings,
  options: ImplicitOptions = {},
): Promise<TrainedImplicit> {
  checkOptions(options, names);
  const { numFeatures, iterations } = settingsOf(options);
  if (options.threads !== undefined) checkCount("threads", options.threads);
  const cells = ratings.values.length * numFeatures;
  const rows = (ratings.numItems + ratings.numUsers) * numFeatures ** 2;
  const products = iterations * (steps + 1) * (4 * cells + rows);
  return implicitOn(chooseBackend(products, options.threads), ratings, options);
}

/** `factorizeImplicit`, on the backend of one's choice. */
export async function implicitOn(
  backend: Backend,
  ratings: Ratings,
  options: ImplicitOptions = {},
): Promise<TrainedImplicit> {
  const settings = settingsOf(options);
  const { numFeatures, iterations } = settings;
  const pause = pauser(options.signal);
  await checkCounts(ratings.values, pause);
  checkWeights(ratings);
  if (!ratings.values.some((count) => count > 0))
    throw new RangeError("ratings must hold at least one count > 0, got none");
  const confidence = options.confidence ?? (await defaultConfidence(ratings, pause));
  const problem = { ...settings, ...(await counted(ratings, confidence, pause)) };
  const solver = await openOn(backend, { plain: plainAls, simd: simdAls }, problem, pause);
  const { users, items } = solver;
  const history: number[] = [];
  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      await solver.solve(users, items);
      await solver.solve(items, users);
      const cost = sum(items.losses) + sum(users.penalties);
      if (!Number.isFinite(cost)) throw diverged(iteration, cost);
      history.push(cost);
      if ((await options.onIteration?.({ iteration, cost })) === false) break;
      await pause();
    }
    const { numItems, numUsers } = ratings;
    const model = {
      numItems,
      numUsers,
      numFeatures,
      X: unpadded(items, numFeatures),
      W: unpadded(users, numFeatures),
      b: new Float64Array(numUsers),
      mu: new Float64Array(numItems),
      ...namesOf(ratings),
    };
    return { model, history: Float64Array.from(history), confidence };
  } finally {
    await solver.close();
  }
}

/** The options with their defaults, checked. */
function settingsOf(options: ImplicitOptions) {
  const { numFeatures = 64, iterations = 15, seed = 0 } = options;
  checkCount("numFeatures", numFeatures);
  checkCount("iterations", iterations);
  checkFinite("seed", seed);
  if (options.confidence !== undefined) checkConfidence(options.confidence);
  return { ...penaltySettings(options), numFeatures, iterations, seed };
}

/** The cells with a count, and by how much their confidence exceeds 1. */
async function counted(
  ratings: Ratings,
  confidence: Confidence,
  pause: () => Promise<void>,
): Promise<Pick<AlsProblem, "ratings" | "extra">> {
  const { values } = ratings;
  let count = 0;
  await inParts(values.length, pause, (k) => {
    if (values[k] > 0) count++;
  });
  let kept = ratings;
  if (count < values.length) {
    const { weights } = ratings;
    const [items, users] = [new Int32Array(count), new Int32Array(count)];
    const counts = new Float64Array(count);
    const theirs = weights && new Float64Array(count);
    let found = 0;
    await inParts(values.length, pause, (k) => {
      if (!(values[k] > 0)) return;
      items[found] = ratings.items[k];
      users[found] = ratings.users[k];
      if (theirs) theirs[found] = weights![k];
      counts[found++] = values[k];
    });
    kept = { ...ratings, items, users, values: counts, times: undefined, ...(theirs && { weights: theirs }) };
  }
  const extra = new Float64Array(count);
  const extraOf = extraConfidence(confidence);
  await inParts(count, pause, (k) => {
    extra[k] = extraOf(kept.values[k], kept.weights?.[k]);
  });
  return { ratings: kept, extra };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function diverged(iteration: number, cost: number): RangeError {
  return new RangeError(`training diverged at iteration ${iteration} (cost is ${cost}): lower confidence`);
}
