import { random } from "../../math/random";
import { byItem, byUser, type Ratings } from "../../ratings/ratings";
import { heap } from "../../wasm/arena";
import { type Factors, makeFactors, randomizeRows } from "./factors";

/** What is to be fitted. */
export interface AlsProblem {
  /** The cells with a count. */
  ratings: Ratings;
  /** c − 1 of each of them. */
  extra: Float64Array;
  numFeatures: number;
  lambda: number;
  penaltyExponent: number;
  seed: number;
}

/** Alternating least squares, on whichever backend. */
export interface AlsSolver {
  readonly users: Factors;
  readonly items: Factors;
  /** Moves the rows of one's own factors towards what fits best, given the other's. */
  solve(own: Factors, other: Factors): Promise<void>;
  /** Gives back what the solver holds. */
  close(): Promise<void>;
}

/** By how many steps of conjugate gradients a row is moved, before the other side's rows move and change its aim. */
export const steps = 3;

/** The factors to begin with: the items' random; the users', which are solved for first, zero. */
export function initialFactors(
  { ratings, extra, numFeatures, lambda, penaltyExponent, seed }: AlsProblem,
  store = heap,
): { users: Factors; items: Factors } {
  const { numItems, numUsers } = ratings;
  const settings = { numFeatures, lambda, penaltyExponent };
  const ofUsers = { ...settings, otherSize: numItems };
  const ofItems = { ...settings, otherSize: numUsers };
  const users = makeFactors(byUser(ratings), ratings.items, extra, ofUsers, store);
  const items = makeFactors(byItem(ratings), ratings.users, extra, ofItems, store);
  randomizeRows(items, numFeatures, random(seed));
  return { users, items };
}
