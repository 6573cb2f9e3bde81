import type { Block } from "../../math/dot";

export type OptimizerName = "adam" | "gradientDescent";

/** Moves one block of parameters one step against its gradient, in place. */
export type Optimizer = (gradient: Block) => void;

/** Plain gradient descent: θ ← θ − α g, all blocks by the same α. */
export function gradientDescent(block: Block, learningRate: number): Optimizer {
  return (gradient) => {
    for (let k = 0; k < block.length; k++) block[k] -= learningRate * gradient[k];
  };
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;

/** The length of Adam's step t, from 1: α √(1 − β₂ᵗ) / (1 − β₁ᵗ), which makes up for means that began at zero. */
export function adamRate(learningRate: number, t: number): number {
  return (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
}

/**
 * Adam (Kingma and Ba 2015), in the form of its section 2 that TensorFlow computes:
 *
 * m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
 *
 * with β₁ = 0.9, β₂ = 0.999 and Keras's ε = 1e-7.
 */
export function adam(block: Block, learningRate: number): Optimizer {
  const make = block.constructor as Float64ArrayConstructor | Float32ArrayConstructor;
  const m = new make(block.length);
  const v = new make(block.length);
  let t = 0;
  return (gradient) => {
    t++;
    const alpha = adamRate(learningRate, t);
    for (let k = 0; k < block.length; k++) {
      const g = gradient[k];
      m[k] += (1 - beta1) * (g - m[k]);
      v[k] += (1 - beta2) * (g * g - v[k]);
      block[k] -= (alpha * m[k]) / (Math.sqrt(v[k]) + epsilon);
    }
  };
}
