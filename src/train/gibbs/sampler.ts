import type { Random } from "../../math/random";
import { byItem, byUser, type Ratings } from "../../ratings/ratings";
import { heap, type Store } from "../../wasm/arena";
import { sampleNoisePrecision, sampleRowPrecision } from "./conditionals";
import { drawNoise, type Factors, makeFactors, samplePrior, shapeNoise } from "./factors";

/** What is to be sampled: the ratings' model, with rows of `width` numbers. */
export interface GibbsProblem {
  /** Standardized. */
  ratings: Ratings;
  /** The features, and the bias. */
  width: number;
  source: Random;
}

/** The state of a Gibbs sampler: one sample of everything unknown, of which each sweep makes the next. */
export interface GibbsState {
  readonly users: Factors;
  readonly items: Factors;
  /** α: what is left of a rating is noise of precision α × that of its user's row × that of its item's. */
  noisePrecision: number;
  /** The sum of the squared errors on the ratings. */
  squaredError: number;
  readonly source: Random;
  /** Room for normal numbers, a row for each row of the factors, and for two sums for each row. */
  readonly noise: Float64Array;
  readonly errors: Float64Array;
}

/** What goes over the ratings, on whichever backend: for all rows of one's own factors, given the other. */
export interface GibbsSolver {
  readonly state: GibbsState;
  sideWeights(own: Factors, other: Factors): Promise<void>;
  rows(own: Factors, other: Factors): Promise<void>;
  errors(own: Factors, other: Factors): Promise<void>;
  /** Gives back what the solver holds. */
  close(): Promise<void>;
}

/** Small random rows, and nothing known yet. */
export function initialState({ ratings, width, source }: GibbsProblem, store: Store = heap): GibbsState {
  const { numItems, numUsers } = ratings;
  const most = Math.max(numItems, numUsers);
  const ofUsers = { size: numUsers, otherSize: numItems, width };
  const ofItems = { size: numItems, otherSize: numUsers, width };
  return {
    users: makeFactors(byUser(ratings), ratings.items, ratings, ofUsers, source, store),
    items: makeFactors(byItem(ratings), ratings.users, ratings, ofItems, source, store),
    noisePrecision: 1,
    squaredError: 0,
    source,
    noise: store.float64(most * width),
    errors: store.float64(2 * most),
  };
}

/**
 * Samples everything once, each given all else: of the users the weights of their side features, their prior, and
 * their rows; the same of the items; the noise; and the precision of each user's and each item's ratings.
 *
 * All random numbers come from one stream, drawn before the work on the rows that needs them: on which backend that
 * work is done, and on how many threads, makes no difference.
 */
export async function sweep(solver: GibbsSolver): Promise<void> {
  const { state } = solver;
  const { users, items, source, errors } = state;
  await sampleFactors(solver, users, items);
  await sampleFactors(solver, items, users);

  await solver.errors(users, items);
  state.squaredError = 0;
  for (let user = 0; user < users.size; user++) state.squaredError += errors[2 * user];
  state.noisePrecision = sampleNoisePrecision(users, errors, source);
  sampleRowPrecision(users, state.noisePrecision, errors, source);
  await solver.errors(items, users);
  sampleRowPrecision(items, state.noisePrecision, errors, source);
}

async function sampleFactors(solver: GibbsSolver, own: Factors, other: Factors): Promise<void> {
  const { source, noise } = solver.state;
  const forSideWeights = noise.subarray(0, other.size * own.width);
  drawNoise(forSideWeights, source);
  shapeNoise(own, forSideWeights);
  await solver.sideWeights(own, other);
  samplePrior(own, source);
  drawNoise(noise.subarray(0, own.size * own.width), source);
  await solver.rows(own, other);
}
