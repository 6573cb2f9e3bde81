import type { Block } from "../../math/dot";
import { costInto, type Loss, type Parameters } from "../../model/cost";
import type { Model } from "../../model/model";
import { byUser, pick, type Ratings } from "../../ratings/ratings";
import { type Optimizer, updater } from "./optimizer";

/** A cost to be minimized by gradient steps over all rated cells at once: J(W, b, X), as `cost` has it. */
export interface GradientProblem {
  /** Where to begin; left as it was. */
  model: Model;
  ratings: Ratings;
  loss: Loss;
  lambda: number;
  /** Which of X, W and b move. */
  learned: readonly (keyof Parameters)[];
  optimizer: Optimizer;
  learningRate: number;
  precision: "float64" | "float32";
}

/** What computes the cost and takes the steps of a training, on whichever backend. */
export interface GradientSolver {
  /** J at the parameters as they are. To be called before each step. */
  cost(): Promise<number>;
  /** One step of the optimizer, by the gradients at the place of the last `cost`. */
  step(): Promise<void>;
  /** X, W and b as they are: views, in which a row begins every `stride` numbers. */
  readonly parameters: Parameters;
  readonly stride: number;
  /** Gives back what the solver holds. */
  close(): Promise<void>;
}

/** The readable solver, and the reference for the SIMD one: `costInto`, and an optimizer for each block. */
export function plainGradient(problem: GradientProblem): GradientSolver {
  const { model, ratings, loss, lambda, learned, optimizer, learningRate, precision } = problem;
  const copy = (block: Block): Block =>
    precision === "float32" ? Float32Array.from(block) : Float64Array.from(block);
  const parameters = { X: copy(model.X), W: copy(model.W), b: copy(model.b) };
  const mu = copy(model.mu);
  const gradient: Partial<Parameters> = {};
  const updates = learned.map((name) => {
    const block = parameters[name];
    const slope = (gradient[name] = block.slice());
    const update = updater(optimizer, block, learningRate);
    return () => update(slope);
  });
  // In the order of users the same weights stay in the cache from one rating to the next.
  const ordered = pick(ratings, byUser(ratings).order);
  return {
    parameters,
    stride: model.numFeatures,
    cost: async () => costInto(parameters, model.numFeatures, ordered, { lambda, loss }, gradient, mu),
    step: async () => {
      for (const update of updates) update();
    },
    close: async () => {},
  };
}
