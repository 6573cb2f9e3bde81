/** The logistic function and its loss, in forms that no z is too large for. */

/** The logistic function g(z) = 1 / (1 + e⁻ᶻ), without overflow for any z. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/**
 * The cross-entropy of a label y under the probability g(z), in nats: −y log g(z) − (1 − y) log(1 − g(z)), computed as
 * max(z, 0) − y z + log(1 + e^−|z|): no overflow, no log of 0.
 */
export function crossEntropy(z: number, y: number): number {
  return Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
}
