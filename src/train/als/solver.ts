import { random } from "../../math/random";
import { groupedBy, type Ratings } from "../../ratings/ratings";
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
export async function initialFactors(
  problem: AlsProblem,
  pause: () => Promise<void>,
  store = heap,
): Promise<{ users: Factors; items: Factors }> {
  const { ratings, numFeatures } = problem;
  const [ofUsers, ofItems] = [
    await groupedBy("user", ratings, pause),
    await groupedBy("item", ratings, pause),
  ];
  const users = await makeFactors(ofUsers, ratings.items, ratings.numItems, problem, pause, store);
  const items = await makeFactors(ofItems, ratings.users, ratings.numUsers, problem, pause, store);
  await randomizeRows(items, numFeatures, random(problem.seed), pause);
  return { users, items };
}
