import type { Block } from "../../math/dot";
import type { Loss, Parameters } from "../../model/cost";
import { costInto } from "../../model/cost";
import type { Model } from "../../model/model";
import { byUser, pick, type Ratings } from "../../ratings/ratings";
import { adam, gradientDescent, type OptimizerName } from "./optimizer";

/** How an engine is to train; the options of `train`, with their defaults filled in. */
export interface Training {
  optimizer: OptimizerName;
  learningRate: number;
  lambda: number;
  loss: Loss;
  /** Which of X, W and b move. */
  learned: readonly (keyof Parameters)[];
  precision: "float64" | "float32";
}

/** What computes the cost and takes the steps of a training. */
export interface Engine {
  /** J at the parameters as they are. To be called before each step. */
  cost(): Promise<number>;
  /** One step of the optimizer, by the gradients at the place of the last `cost`. */
  step(): Promise<void>;
  /** X, W and b as they are: views, in which a row begins every `stride` numbers. */
  readonly parameters: Parameters;
  readonly stride: number;
  /** Gives back what the engine holds. */
  close(): Promise<void>;
}

/** The readable engine, and the reference for all others: `costInto`, and an optimizer for each block. */
export function plainEngine(model: Model, ratings: Ratings, training: Training): Engine {
  const { optimizer, learningRate, lambda, loss, learned, precision } = training;
  const copy = (block: Block): Block =>
    precision === "float32" ? Float32Array.from(block) : Float64Array.from(block);
  const parameters = { X: copy(model.X), W: copy(model.W), b: copy(model.b) };
  const gradient: Partial<Parameters> = {};
  const updates = learned.map((name) => {
    const block = parameters[name];
    const slope = (gradient[name] = block.slice());
    const update = optimizer === "adam" ? adam(block, learningRate) : gradientDescent(block, learningRate);
    return () => update(slope);
  });
  // In the order of users the same weights stay in the cache from one rating to the next.
  const ordered = pick(ratings, byUser(ratings).order);
  return {
    parameters,
    stride: model.numFeatures,
    cost: async () => costInto(parameters, model.numFeatures, ordered, { lambda, loss }, gradient),
    step: async () => {
      for (const update of updates) update();
    },
    close: async () => {},
  };
}
