import fc from "fast-check";
import { expect, test } from "vitest";
import { solve } from "../../../src/math/linear";
import { random, shuffled } from "../../../src/math/random";
import { byItem, byUser } from "../../../src/ratings/ratings";
import { withWeights } from "../../../src/ratings/weights";
import {
  sampleNoisePrecision,
  sampleRowPrecision,
  sampleRows,
  squaredErrors,
} from "../../../src/train/gibbs/conditionals";
import { type Factors, makeFactors } from "../../../src/train/gibbs/factors";
import { randomRatings, repeated, wholeWeights } from "../../samples";

const numItems = 7;
const numUsers = 9;

/** Both factors of random ratings, with nothing in them left at zero or at one. */
function randomFactors(seed: number, width: number): { users: Factors; items: Factors } {
  const source = random(seed);
  const ratings = randomRatings({ numItems, numUsers }, { seed, density: 0.4 });
  const size = { size: numUsers, otherSize: numItems, width };
  const users = makeFactors(byUser(ratings), ratings.items, ratings, size, source);
  const swapped = { size: numItems, otherSize: numUsers, width };
  const items = makeFactors(byItem(ratings), ratings.users, ratings, swapped, source);
  for (const own of [users, items]) {
    for (const block of [own.V, own.residual])
      block.forEach((_, k) => {
        block[k] = source.normal();
      });
    own.rowPrecision.forEach((_, k) => {
      own.rowPrecision[k] = 0.5 + source.uniform();
    });
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) {
        own.precision[i * width + j] = own.precision[j * width + i] = source.uniform() - 0.5;
      }
    }
  }
  return { users, items };
}

/** The normal equations of a row, written down from the density: A = Λ + Σ t z zᵀ, r = Λ m + Σ t z (y − bias). */
function ridge(own: Factors, other: Factors, row: number, alpha: number) {
  const { width: n, precision, V, residual } = own;
  const A = precision.slice();
  const r = Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += precision[i * n + j] * (V[row * n + j] - residual[row * n + j]);
    return sum;
  });
  for (let k = own.start[row]; k < own.start[row + 1]; k++) {
    const z = other.V.slice(own.others[k] * n, (own.others[k] + 1) * n);
    const y = own.values[k] - z[n - 1];
    z[n - 1] = 1;
    const t = alpha * own.rowPrecision[row] * other.rowPrecision[own.others[k]];
    for (let i = 0; i < n; i++) {
      r[i] += t * z[i] * y;
      for (let j = 0; j < n; j++) A[i * n + j] += t * z[i] * z[j];
    }
  }
  return { A, r };
}

test("with the features known a row's mean and covariance are those of Bayesian ridge regression", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 6 }), (seed, n) => {
      const { users, items } = randomFactors(seed, n);
      const noise = new Float64Array(numUsers * n);
      const sampled = () => {
        sampleRows(users, items, 1.7, noise, 0, numUsers);
        return users.V.slice();
      };
      const mean = sampled();
      // A row is its mean and M e: setting one entry of e to 1 after another gives the columns of M.
      const columns = Array.from({ length: n }, (_, k) => {
        noise.forEach((_, at) => {
          noise[at] = at % n === k ? 1 : 0;
        });
        return sampled().map((value, at) => value - mean[at]);
      });
      for (let row = 0; row < numUsers; row++) {
        const { A, r } = ridge(users, items, row, 1.7);
        const wanted = solve(A, r)!;
        for (let i = 0; i < n; i++) {
          expect(mean[row * n + i]).toBeCloseTo(wanted[i], 8);
          const unit = Array.from({ length: n }, (_, k) => Number(k === i));
          const covariance = solve(A, unit)!;
          for (let j = 0; j < n; j++) {
            const found = columns.reduce((sum, column) => sum + column[row * n + i] * column[row * n + j], 0);
            expect(found).toBeCloseTo(covariance[j], 8);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("rows come out the same whatever blocks they are sampled in, and in whatever order", () => {
  const { users, items } = randomFactors(4, 5);
  const source = random(1);
  const noise = Float64Array.from({ length: numUsers * 5 }, () => source.normal());
  const before = [users.V.slice(), users.residual.slice()];
  sampleRows(users, items, 0.8, noise, 0, numUsers);
  const whole = [users.V.slice(), users.residual.slice()];
  users.V.set(before[0]);
  users.residual.set(before[1]);
  for (const row of shuffled(numUsers, source)) sampleRows(users, items, 0.8, noise, row, row + 1);
  expect([users.V, users.residual]).toEqual(whole);
});

test("errors are those of the predictions, by user and by item", () => {
  const { users, items } = randomFactors(8, 3);
  const into = new Float64Array(2 * numUsers);
  squaredErrors(users, items, into, 0, numUsers);
  const plain = new Float64Array(numUsers);
  const weighted = new Float64Array(numUsers);
  for (let user = 0; user < numUsers; user++) {
    for (let k = users.start[user]; k < users.start[user + 1]; k++) {
      const item = users.others[k];
      const [w0, w1, b] = users.V.slice(user * 3, user * 3 + 3);
      const [x0, x1, mu] = items.V.slice(item * 3, item * 3 + 3);
      const error = w0 * x0 + w1 * x1 + b + mu - users.values[k];
      plain[user] += error ** 2;
      weighted[user] += error ** 2 * items.rowPrecision[item];
    }
    expect(into[2 * user]).toBeCloseTo(plain[user], 10);
    expect(into[2 * user + 1]).toBeCloseTo(weighted[user], 10);
  }
  const ofItems = new Float64Array(2 * numItems);
  squaredErrors(items, users, ofItems, 0, numItems);
  const total = (sums: Float64Array) => sums.reduce((sum, value, k) => sum + (k % 2 === 0 ? value : 0), 0);
  expect(total(ofItems)).toBeCloseTo(total(into), 9);
});

test("noise and rowPrecision have the means of their gamma distributions, given the errors", () => {
  const { users, items } = randomFactors(2, 3);
  const errors = new Float64Array(2 * numUsers);
  squaredErrors(users, items, errors, 0, numUsers);
  const source = random(9);
  const count = 20_000;
  const ratings = users.values.length;
  const weighted = users.rowPrecision.reduce(
    (sum, rowPrecision, user) => sum + rowPrecision * errors[2 * user + 1],
    0,
  );
  const shape = 1 + ratings / 2;
  const rate = 1 + weighted / 2;
  let alpha = 0;
  for (let k = 0; k < count; k++) alpha += sampleNoisePrecision(users, errors, source) / count;
  expect(Math.abs(alpha - shape / rate)).toBeLessThan((4 * Math.sqrt(shape / count)) / rate);

  const sums = new Float64Array(numUsers);
  for (let k = 0; k < count; k++) {
    sampleRowPrecision(users, 1.3, errors, source);
    users.rowPrecision.forEach((rowPrecision, user) => {
      sums[user] += rowPrecision / count;
    });
  }
  sums.forEach((mean, user) => {
    const shape = 5 + (users.start[user + 1] - users.start[user]) / 2;
    const rate = 5 + (1.3 * errors[2 * user + 1]) / 2;
    expect(Math.abs(mean - shape / rate)).toBeLessThan((4 * Math.sqrt(shape / count)) / rate);
  });
});

test("a rating of weight v is v ratings: rows, errors and precisions are those of ratings repeated", () => {
  const ratings = randomRatings({ numItems, numUsers }, { seed: 12, density: 0.5 });
  const weighted = withWeights(ratings, wholeWeights(ratings, 2));
  const made = [weighted, repeated(weighted)].map((given) => {
    const source = random(5);
    const size = { size: numUsers, otherSize: numItems, width: 4 };
    const users = makeFactors(byUser(given), given.items, given, size, source);
    const swapped = { size: numItems, otherSize: numUsers, width: 4 };
    const items = makeFactors(byItem(given), given.users, given, swapped, source);
    const noise = Float64Array.from({ length: numUsers * 4 }, () => source.normal());
    const errors = new Float64Array(2 * numUsers);
    for (const { rowPrecision } of [users, items])
      for (const k of rowPrecision.keys()) rowPrecision[k] = 0.5 + source.uniform();
    sampleRows(users, items, 1.3, noise, 0, numUsers);
    squaredErrors(users, items, errors, 0, numUsers);
    const alpha = sampleNoisePrecision(users, errors, source);
    sampleRowPrecision(users, alpha, errors, source);
    return [...users.V, ...errors, alpha, ...users.rowPrecision, ...users.counts];
  });
  for (const [k, value] of made[0].entries()) expect(value).toBeCloseTo(made[1][k], 10);
});
