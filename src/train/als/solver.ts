import { random } from "../../math/random";
import { byItem, byUser, type Ratings } from "../../ratings/ratings";
import { heap } from "../../wasm/arena";
import { type Factors, type FactorsSettings, makeFactors, randomizeRows } from "./factors";

/** What is to be fitted. */
export interface AlsProblem extends FactorsSettings {
  /** The cells with a count. */
  ratings: Ratings;
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
export function initialFactors(problem: AlsProblem, store = heap): { users: Factors; items: Factors } {
  const { ratings, numFeatures } = problem;
  const users = makeFactors(byUser(ratings), ratings.items, ratings.numItems, problem, store);
  const items = makeFactors(byItem(ratings), ratings.users, ratings.numUsers, problem, store);
  randomizeRows(items, numFeatures, random(problem.seed));
  return { users, items };
}
