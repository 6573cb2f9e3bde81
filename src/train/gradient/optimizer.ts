import type { Block } from "../../math/dot";
import { power } from "../../math/power";

/**
 * How a block of parameters θ moves against its gradient g. All optimizers are of one family, which the plain code
 * below and the SIMD kernel both know:
 *
 * m ← m + (1 − β₁)(g − m),  v ← v + (1 − β₂)(g² − v),  θ ← θ − αₜ m / (√v + ε)
 *
 * with g in the place of m where there is no β₁, and without the division where there is no β₂.
 */
export interface Optimizer {
  /** β₁: how much the running mean m of the gradient keeps. @default none, the gradient itself */
  readonly beta1?: number;
  /** β₂: how much the running mean v of its square keeps. @default none, no division */
  readonly beta2?: number;
  /** ε, which keeps the division from zero; where there is a β₂. */
  readonly epsilon?: number;
  /** α, where none is asked for. */
  readonly learningRate: number;
  /** αₜ, the length of step t, from 1. */
  stepSize(learningRate: number, t: number): number;
}

const [beta1, beta2] = [0.9, 0.999];

/** The optimizers by name: one more is one more entry here. */
export const optimizers = {
  /**
   * Adam (Kingma and Ba 2015), in the form of its section 2 that TensorFlow computes, with Keras's ε = 1e-7:
   * αₜ = α √(1 − β₂ᵗ) / (1 − β₁ᵗ), which makes up for means that began at zero.
   */
  adam: {
    beta1,
    beta2,
    epsilon: 1e-7,
    learningRate: 0.1,
    stepSize: (learningRate: number, t: number) =>
      (learningRate * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t)),
  },
  /** Plain gradient descent: θ ← θ − α g, all blocks by the same α. */
  gradientDescent: {
    learningRate: 0.01,
    stepSize: (learningRate: number) => learningRate,
  },
} satisfies Record<string, Optimizer>;

export type OptimizerName = keyof typeof optimizers;

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** A function that moves one block of parameters one step against its gradient, in place. */
export function updater(optimizer: Optimizer, block: Block, learningRate: number): (gradient: Block) => void {
  const { beta1, beta2, epsilon = 0 } = optimizer;
  const make = block.constructor as Float64ArrayConstructor | Float32ArrayConstructor;
  const m = beta1 === undefined ? undefined : new make(block.length);
  const v = beta2 === undefined ? undefined : new make(block.length);
  const [meanRate, squareRate] = [1 - (beta1 ?? 0), 1 - (beta2 ?? 0)];
  let t = 0;
  return (gradient) => {
    t++;
    const stepSize = optimizer.stepSize(learningRate, t);
    for (let k = 0; k < block.length; k++) {
      const g = gradient[k];
      if (m !== undefined) m[k] += meanRate * (g - m[k]);
      if (v !== undefined) v[k] += squareRate * (g * g - v[k]);
      // Read back from the blocks: in the precision of the training.
      const step = stepSize * (m === undefined ? g : m[k]);
      block[k] -= v === undefined ? step : step / (Math.sqrt(v[k]) + epsilon);
    }
  };
}
