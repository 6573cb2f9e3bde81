import { solve } from "../math/linear";
import { crossEntropy, sigmoid } from "../math/logistic";

/** What a regression finds: a number for each feature, and the one that goes with none. */
export interface Regression {
  slope: Float64Array;
  constant: number;
}

/** Newton's steps at most: it takes some five to ten. */
const mostSteps = 100;

/**
 * Logistic ridge regression for one user or item: minimizes, with weights v
 *
 * Σ_k v_k [ −y_k log g(z_k) − (1 − y_k) log(1 − g(z_k)) ] + λ/2 ‖slope‖² + λ_b/2 constant²,
 * z_k = slope·row_k + constant + offset_k,
 *
 * by Newton's method with steps halved until the cost falls. The cost is convex, so that where it has a minimum this is
 * it. O(steps × (ratings × features² + features³)).
 *
 * @returns undefined where no λ keeps what the labels leave open from being open.
 */
export function logisticRidge(
  rows: readonly Float64Array[],
  labels: readonly number[],
  offsets: readonly number[],
  { lambda, biasLambda, weights }: { lambda: number; biasLambda: number; weights?: readonly number[] },
): Regression | undefined {
  const n = rows[0].length;
  const width = n + 1;
  const penalty = (f: number) => (f < n ? lambda : biasLambda);
  const weightOf = (k: number) => (weights ? weights[k] : 1);
  const zOf = (theta: Float64Array, k: number) => {
    let z = theta[n] + offsets[k];
    for (let f = 0; f < n; f++) z += theta[f] * rows[k][f];
    return z;
  };
  const costAt = (theta: Float64Array) => {
    let cost = 0;
    for (let k = 0; k < rows.length; k++) cost += weightOf(k) * crossEntropy(zOf(theta, k), labels[k]);
    for (let f = 0; f < width; f++) cost += (penalty(f) / 2) * theta[f] ** 2;
    return cost;
  };
  let theta = new Float64Array(width);
  let cost = costAt(theta);
  for (let step = 0; step < mostSteps; step++) {
    const A = new Float64Array(width * width);
    const slope = new Float64Array(width);
    for (let k = 0; k < rows.length; k++) {
      const p = sigmoid(zOf(theta, k));
      const curvature = weightOf(k) * p * (1 - p);
      for (let f = 0; f < width; f++) {
        const x = f < n ? rows[k][f] : 1;
        slope[f] += weightOf(k) * (p - labels[k]) * x;
        for (let g = 0; g <= f; g++) A[f * width + g] += curvature * x * (g < n ? rows[k][g] : 1);
      }
    }
    for (let f = 0; f < width; f++) {
      slope[f] += penalty(f) * theta[f];
      A[f * width + f] += penalty(f);
    }
    const change = solve(A, slope);
    if (change === undefined) return undefined;
    let length = 1;
    let next = theta;
    let lower = cost;
    do {
      next = theta.map((value, f) => value - length * change[f]);
      lower = costAt(next);
      length /= 2;
    } while (!(lower <= cost) && length > 1e-10);
    const settled = cost - lower <= 1e-14 * (1 + Math.abs(cost));
    if (lower <= cost) [theta, cost] = [next, lower];
    if (settled) break;
  }
  return { slope: theta.slice(0, n), constant: theta[n] };
}
