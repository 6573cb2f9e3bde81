import { expect, test } from "vitest";
import { random } from "../../../src/math/random";
import { ratingsFrom } from "../../../src/ratings/build";
import { plainGibbs } from "../../../src/train/gibbs/plain";
import { sweep } from "../../../src/train/gibbs/sampler";

/**
 * The test of Geweke (2004), "Getting it right": when the sampler's sweeps alternate with ratings drawn anew from the
 * model that the sampler is at, everything unknown is distributed as its prior says, whatever the ratings. An error in
 * any of the conditional distributions shows.
 */
test("parameters and ratings sampled in turn follow the priors", async () => {
  const width = 2;
  const cells = [
    [0, 0],
    [1, 0],
    [1, 1],
    [2, 1],
    [3, 1],
    [0, 2],
    [2, 2],
    [3, 0],
  ].map(([item, user]) => ({ item, user, value: 1 }));
  const source = random(1);
  const ratings = ratingsFrom(cells, { numItems: 4, numUsers: 3 });
  const solver = plainGibbs({ ratings, width, source }, async () => {});
  const { state } = solver;
  const { users, items } = state;

  const drawRatings = () => {
    for (let user = 0; user < users.size; user++) {
      for (let k = users.start[user]; k < users.start[user + 1]; k++) {
        const item = users.others[k];
        const precision = state.noisePrecision * users.rowPrecision[user] * items.rowPrecision[item];
        const [w, b] = users.V.subarray(user * width, user * width + width);
        const [x, mu] = items.V.subarray(item * width, item * width + width);
        users.values[k] = w * x + b + mu + source.normal() / Math.sqrt(precision);
        for (let p = items.start[item]; p < items.start[item + 1]; p++) {
          if (items.others[p] === user) items.values[p] = users.values[k];
        }
      }
    }
  };

  // Each a number whose mean under the prior is known: those of exp(−s) for gamma and chi-squared variables s.
  const watched: Record<string, { wanted: number; now: () => number }> = {
    noise: { wanted: 1 / 2, now: () => Math.exp(-state.noisePrecision) },
    "user row precision": { wanted: (5 / 6) ** 5, now: () => Math.exp(-users.rowPrecision[1]) },
    "item row precision": { wanted: (5 / 6) ** 5, now: () => Math.exp(-items.rowPrecision[3]) },
    "user precision": { wanted: 1 / 2, now: () => Math.exp(-users.precision[0] / 2) },
    "item precision": { wanted: 1 / 2, now: () => Math.exp(-items.precision[3] / 2) },
    "user side weights' precision": { wanted: 1 / 2, now: () => Math.exp(-users.sideWeightPrecision) },
    "item side weights' precision": { wanted: 1 / 2, now: () => Math.exp(-items.sideWeightPrecision) },
    // Under μ ~ N(0, (2Λ)⁻¹) the number 2 Λ μ² of one row is chi-squared; so is that of a row of B with λ for 2.
    "user mean": { wanted: 1 / 2, now: () => Math.exp(-form(users.precision, users.mean, 0)) },
    "item mean": { wanted: 1 / 2, now: () => Math.exp(-form(items.precision, items.mean, 0)) },
    "user side weights": {
      wanted: 1 / 2,
      now: () => Math.exp((-users.sideWeightPrecision * form(users.precision, users.sideWeights, 1)) / 2),
    },
    "item side weights": {
      wanted: 1 / 2,
      now: () => Math.exp((-items.sideWeightPrecision * form(items.precision, items.sideWeights, 2)) / 2),
    },
    "user rows": {
      wanted: 1 / 2,
      now: () => Math.exp(-form(users.precision, users.residual, 1) / 2),
    },
    "item rows": {
      wanted: 1 / 2,
      now: () => Math.exp(-form(items.precision, items.residual, 3) / 2),
    },
  };
  const batches = 40;
  const perBatch = 1500;
  const means = Object.keys(watched).map(() => new Float64Array(batches));
  for (let batch = 0; batch < batches; batch++) {
    for (let k = 0; k < perBatch; k++) {
      await sweep(solver);
      drawRatings();
      Object.values(watched).forEach(({ now }, w) => {
        means[w][batch] += now() / perBatch;
      });
    }
  }
  Object.entries(watched).forEach(([name, { wanted }], w) => {
    const mean = means[w].reduce((sum, value) => sum + value, 0) / batches;
    const variance = means[w].reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1);
    const error = (mean - wanted) / Math.sqrt(variance / batches);
    expect(Math.abs(error), `${name}: ${mean} for ${wanted}`).toBeLessThan(4);
  });
});

/** vᵀ Λ v for row `row` of V, of two numbers. */
function form(precision: Float64Array, V: Float64Array, row: number): number {
  const [x, y] = V.subarray(2 * row, 2 * row + 2);
  return precision[0] * x * x + 2 * precision[1] * x * y + precision[3] * y * y;
}
