import { expect, test } from "vitest";
import { solve } from "../../../src/math/linear";
import { random } from "../../../src/math/random";
import { byItem, byUser } from "../../../src/ratings/ratings";
import {
  type Factors,
  makeFactors,
  samplePrior,
  sampleSideWeights,
  shapeNoise,
} from "../../../src/train/gibbs/factors";
import { randomRatings } from "../../samples";

const numItems = 6;
const numUsers = 10;
const width = 3;

/** The users of random ratings, and where the items' ratings are; the rows are filled with numbers of some size. */
function someUsers(seed: number): { users: Factors; items: Factors; F: Float64Array } {
  const source = random(seed);
  const ratings = randomRatings({ numItems, numUsers }, { seed, density: 0.5 });
  const size = { size: numUsers, otherSize: numItems, width };
  const users = makeFactors(byUser(ratings), ratings.items, ratings, size, source);
  const swapped = { size: numItems, otherSize: numUsers, width };
  const items = makeFactors(byItem(ratings), ratings.users, ratings, swapped, source);
  users.V.forEach((_, k) => {
    users.V[k] = source.normal() + (k % width);
  });
  const F = new Float64Array(numUsers * numItems);
  const counts = new Float64Array(numUsers);
  for (const user of ratings.users) counts[user]++;
  ratings.users.forEach((user, k) => {
    F[user * numItems + ratings.items[k]] = 1 / Math.sqrt(counts[user]);
  });
  return { users, items, F };
}

/** V − μ − F B, written as the formula says. */
function restOf({ V, mean, sideWeights }: Factors, F: Float64Array): Float64Array {
  return Float64Array.from({ length: numUsers * width }, (_, cell) => {
    const [user, c] = [Math.floor(cell / width), cell % width];
    let sum = V[cell] - mean[c];
    for (let item = 0; item < numItems; item++)
      sum -= F[user * numItems + item] * sideWeights[item * width + c];
    return sum;
  });
}

const expectClose = (found: Float64Array, wanted: ArrayLike<number>, digits: number) =>
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(wanted[k], digits);
  });

test("noise of precision Λ has covariance Λ⁻¹", () => {
  const { users } = someUsers(1);
  users.precision.set([2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 3]);
  // The rows of the unit matrix become those of M⁻¹, with Λ = M Mᵀ.
  const rows = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  shapeNoise(users, rows);
  for (let i = 0; i < width; i++) {
    const covariance = solve(
      users.precision,
      [0, 1, 2].map((k) => Number(k === i)),
    )!;
    for (let j = 0; j < width; j++) {
      const found = [0, 1, 2].reduce((sum, k) => sum + rows[k * width + i] * rows[k * width + j], 0);
      expect(found).toBeCloseTo(covariance[j], 12);
    }
  }
});

test("sideWeights without noise settle where ridge regression on what was rated puts them", () => {
  const { users, items, F } = someUsers(2);
  users.mean.set([0.3, -0.2, 1]);
  users.residual.set(restOf(users, F));
  users.sideWeightPrecision = 0.7;
  const noise = new Float64Array(numItems * width);
  for (let round = 0; round < 400; round++) sampleSideWeights(users, items, noise, 0, width);
  expectClose(users.residual, restOf(users, F), 9);
  const A = Float64Array.from({ length: numItems * numItems }, (_, cell) => {
    const [i, k] = [Math.floor(cell / numItems), cell % numItems];
    let sum = i === k ? 0.7 : 0;
    for (let user = 0; user < numUsers; user++) sum += F[user * numItems + i] * F[user * numItems + k];
    return sum;
  });
  for (let c = 0; c < width; c++) {
    const r = Array.from({ length: numItems }, (_, i) => {
      let sum = 0;
      for (let user = 0; user < numUsers; user++) {
        sum += F[user * numItems + i] * (users.V[user * width + c] - users.mean[c]);
      }
      return sum;
    });
    const wanted = solve(A, r)!;
    for (let i = 0; i < numItems; i++) expect(users.sideWeights[i * width + c]).toBeCloseTo(wanted[i], 8);
  }
});

test("an sideWeight's noise comes in by 1/√h, and a column's sideWeights do not feel another column", () => {
  const { users, items, F } = someUsers(3);
  users.residual.set(users.V);
  users.sideWeightPrecision = 0.4;
  const noise = new Float64Array(numItems * width);
  const sampled = () => {
    users.sideWeights.fill(0);
    users.residual.set(users.V);
    sampleSideWeights(users, items, noise, 1, 2);
    return users.sideWeights.slice();
  };
  const still = sampled();
  // The last item's sideWeight is sampled last: its noise comes after all else.
  noise.fill(1, (numItems - 1) * width);
  const moved = sampled();
  let h = 0.4;
  for (let user = 0; user < numUsers; user++) h += F[user * numItems + numItems - 1] ** 2;
  moved.forEach((sideWeight, k) => {
    const isLast = k === (numItems - 1) * width + 1;
    expect(sideWeight - still[k]).toBeCloseTo(isLast ? 1 / Math.sqrt(h) : 0, 12);
    if (k % width !== 1) expect(sideWeight).toBe(0);
  });
  users.residual.forEach((value, k) => {
    if (k % width !== 1) expect(value).toBe(users.V[k]);
  });
});

test("Λ, μ and λ have the means of their distributions, given rows and sideWeights", () => {
  const { users, F } = someUsers(4);
  const source = random(6);
  users.sideWeights.forEach((_, k) => {
    users.sideWeights[k] = 0.5 * source.normal();
  });
  users.residual.set(restOf(users, F));
  users.sideWeightPrecision = 1.5;
  const own = users.residual.map((value, k) => value + users.mean[k % width]);
  const ownMean = [0, 1, 2].map(
    (c) => own.reduce((sum, v, k) => sum + (k % width === c ? v : 0), 0) / numUsers,
  );
  const S = Float64Array.from({ length: width * width }, (_, cell) => {
    const [c, d] = [Math.floor(cell / width), cell % width];
    let sum = (c === d ? 1 : 0) + ((numUsers * 2) / (numUsers + 2)) * ownMean[c] * ownMean[d];
    for (let r = 0; r < numUsers; r++)
      sum += (own[r * width + c] - ownMean[c]) * (own[r * width + d] - ownMean[d]);
    for (let i = 0; i < numItems; i++)
      sum += 1.5 * users.sideWeights[i * width + c] * users.sideWeights[i * width + d];
    return sum;
  });
  const degrees = width + numUsers + numItems;
  const inverse = [0, 1, 2].map(
    (c) =>
      solve(
        S,
        [0, 1, 2].map((d) => Number(c === d)),
      )!,
  );
  const count = 20_000;
  const precision = new Float64Array(width * width);
  const mean = new Float64Array(width);
  const meanSquares = new Float64Array(width);
  let ratio = 0;
  for (let k = 0; k < count; k++) {
    users.sideWeightPrecision = 1.5;
    samplePrior(users, source);
    users.precision.forEach((value, cell) => {
      precision[cell] += value / count;
    });
    for (let c = 0; c < width; c++) {
      mean[c] += users.mean[c] / count;
      meanSquares[c] += (users.mean[c] - (numUsers * ownMean[c]) / (numUsers + 2)) ** 2 / count;
    }
    // λ is gamma given Λ: divided by its mean it has mean 1.
    let spread = 0;
    for (let i = 0; i < numItems; i++) {
      for (let c = 0; c < width; c++) {
        for (let d = 0; d < width; d++) {
          spread +=
            users.precision[c * width + d] *
            users.sideWeights[i * width + c] *
            users.sideWeights[i * width + d];
        }
      }
    }
    ratio += (users.sideWeightPrecision * (1 + spread / 2)) / (1 + (numItems * width) / 2) / count;
  }
  for (let c = 0; c < width; c++) {
    for (let d = 0; d < width; d++) {
      const deviation = Math.sqrt(degrees * (inverse[c][d] ** 2 + inverse[c][c] * inverse[d][d]));
      const difference = precision[c * width + d] - degrees * inverse[c][d];
      expect(Math.abs(difference)).toBeLessThan((4 * deviation) / Math.sqrt(count));
    }
    // Over Λ's distribution μ is a t with this variance.
    const variance = S[c * width + c] / (numUsers + 2) / (degrees - width - 1);
    const center = (numUsers * ownMean[c]) / (numUsers + 2);
    expect(Math.abs(mean[c] - center)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(meanSquares[c] / variance - 1)).toBeLessThan(0.07);
  }
  expect(Math.abs(ratio - 1)).toBeLessThan(4 / Math.sqrt((1 + (numItems * width) / 2) * count));
  expectClose(users.residual, restOf(users, F), 9);
});
