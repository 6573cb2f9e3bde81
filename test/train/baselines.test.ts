import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { generateFilms } from "../../src/datasets/synthetic";
import { solve } from "../../src/math/linear";
import { random } from "../../src/math/random";
import { cost } from "../../src/model/cost";
import { loadModel, saveModel } from "../../src/model/modelFile";
import { predict, recommend } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import type { Ratings } from "../../src/ratings/ratings";
import { biases, contentBased, globalMean, itemMean, popularity } from "../../src/train/baselines";
import { randomRatings, randomSize, thrown } from "../samples";

const some = randomRatings({ numItems: 6, numUsers: 5 }, { seed: 2, density: 0.5 });
const cellsOf = ({ numItems, numUsers }: Ratings) =>
  Array.from({ length: numItems * numUsers }, (_, cell) => ({
    item: Math.floor(cell / numUsers),
    user: cell % numUsers,
  }));

describe("the means", () => {
  const { ratings } = lecture();

  it("predict the mean of all, everywhere", () => {
    const model = globalMean(ratings);
    const mean = ratings.values.reduce((sum, value) => sum + value) / ratings.values.length;
    for (const cell of cellsOf(ratings)) expect(predict(model, cell)).toBeCloseTo(mean, 14);
  });

  it("predict each item's mean, and the mean of all for an item that nobody rated", () => {
    const model = itemMean(ratings);
    const means = [2.5, 2.5, 2, 2.25, 5 / 3];
    for (const cell of cellsOf(ratings)) expect(predict(model, cell)).toBeCloseTo(means[cell.item], 14);
    const sparse = ratingsFrom(
      [
        { item: 0, user: 0, value: 4 },
        { item: 0, user: 1, value: 5 },
        { item: 2, user: 0, value: 0 },
      ],
      { numItems: 3 },
    );
    expect([...itemMean(sparse).mu]).toEqual([4.5, 3, 0]);
    expect([...itemMean(sparse, { damping: 2 }).mu]).toEqual([(9 + 6) / 4, 3, 2]);
  });
});

describe("the biases", () => {
  it("are those of the one linear system that they solve", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        (seed, itemLambda, userLambda) => {
          const ratings = randomRatings(randomSize(random(seed)), { seed });
          const { numItems, numUsers, values } = ratings;
          const n = numItems + numUsers;
          const mean = values.reduce((sum, value) => sum + value) / values.length;
          const A = new Float64Array(n * n);
          const r = new Float64Array(n);
          for (let k = 0; k < n; k++) A[k * n + k] = k < numItems ? itemLambda : userLambda;
          values.forEach((value, k) => {
            const [i, j] = [ratings.items[k], numItems + ratings.users[k]];
            for (const row of [i, j]) {
              r[row] += value - mean;
              for (const column of [i, j]) A[row * n + column]++;
            }
          });
          const z = solve(A, r)!;
          const model = biases(ratings, { itemLambda, userLambda });
          for (const { item, user } of cellsOf(ratings)) {
            expect(predict(model, { item, user })).toBeCloseTo(mean + z[item] + z[numItems + user], 7);
          }
        },
      ),
    );
  });

  it("take a lambda of 3 for items and 5 for users, unless told otherwise", () => {
    expect(biases(some)).toEqual(biases(some, { itemLambda: 3, userLambda: 5 }));
    expect(biases(some, { itemLambda: 5, userLambda: 3 })).not.toEqual(biases(some));
  });

  it("are settled where many are tied by little: the gradient of each, and of the level of all, is zero", () => {
    const size = { numItems: 400, numUsers: 3000, numRatings: 60_000 };
    const { ratings } = generateFilms(
      { ...size, scale: { min: 0.5, max: 5, step: 0.5 }, years: [1950, 2020] },
      1,
    );
    const { values, items, users, numItems } = ratings;
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const { mu, b } = biases(ratings);
    const c = mu.map((value) => value - mean);
    const gradient = Float64Array.from([...c.map((one) => 3 * one), ...b.map((one) => 5 * one)]);
    values.forEach((value, k) => {
      const residual = mu[items[k]] + b[users[k]] - value;
      gradient[items[k]] += residual;
      gradient[numItems + users[k]] += residual;
    });
    for (const one of gradient) expect(Math.abs(one)).toBeLessThan(1e-6);
    const level = c.reduce((sum, one) => sum + 3 * one, 0) - b.reduce((sum, one) => sum + 5 * one, 0);
    expect(Math.abs(level)).toBeLessThan(1e-6);
  });

  it("are found without any penalty too, where the level is not tied", () => {
    const added = ratingsFrom(
      [0, 1, 2].flatMap((item) => [0, 1].map((user) => ({ item, user, value: item + 2 * user }))),
    );
    const model = biases(added, { itemLambda: 0, userLambda: 0 });
    for (const { item, user } of cellsOf(added)) {
      expect(predict(model, { item, user })).toBeCloseTo(item + 2 * user, 8);
    }
  });

  it.each<[object, string]>([
    [{ itemLambda: -1 }, "RangeError: itemLambda must be >= 0, got -1"],
    [{ userLambda: Number.NaN }, "RangeError: userLambda must be finite, got NaN"],
    [{ lambda: 1 }, 'TypeError: option must be one of itemLambda, userLambda, got "lambda"'],
  ])("refuse %j", (options, message) => {
    expect(thrown(() => biases(some, options))).toBe(message);
  });
});

describe("popularity", () => {
  it("recommends what most have rated, of as many the earlier", () => {
    const counts = [1, 3, 2, 3];
    const ratings = ratingsFrom(
      counts.flatMap((count, item) => Array.from({ length: count }, (_, user) => ({ item, user, value: 1 }))),
    );
    expect(recommend(popularity(ratings), { user: 0 })).toEqual([
      { item: 1, score: 3 },
      { item: 3, score: 3 },
      { item: 2, score: 2 },
      { item: 0, score: 1 },
    ]);
  });
});

describe("content-based prediction", () => {
  const { ratings, features } = lecture();
  const given = { X: features };

  it("is the least of the cost: nothing that moves w or b lowers it", () => {
    const model = contentBased(ratings, given, { lambda: 0.5 });
    const least = cost(model, ratings, { lambda: 0.5 });
    for (const name of ["W", "b"] as const) {
      model[name].forEach((value, k) => {
        for (const step of [-1e-3, 1e-3]) {
          model[name][k] = value + step;
          expect(cost(model, ratings, { lambda: 0.5 })).toBeGreaterThan(least);
        }
        model[name][k] = value;
      });
    }
  });

  it("predicts near 5 for Alice and Cute puppies of love, as the lecture's line does", () => {
    const model = contentBased(ratings, given, { lambda: 0.1 });
    expect(predict(model, { item: 2, user: 0 })).toBeGreaterThan(4.5);
    expect(predict(model, { item: 2, user: 2 })).toBeLessThan(0.6);
  });

  it("gives a user without ratings the mean of all", () => {
    const withEve = { ...ratings, numUsers: 5, userIds: [...ratings.userIds, "Eve"] };
    const mean = ratings.values.reduce((sum, value) => sum + value) / ratings.values.length;
    expect(predict(contentBased(withEve, given), { item: 3, user: 4 })).toBe(mean);
  });

  it("refuses features that do not fit", () => {
    expect(thrown(() => contentBased(ratings, { X: [1, 2, 3] }))).toBe(
      "RangeError: X must be rows of one length, one for each of 5 items, got 3 numbers",
    );
    const holed = features.map((value, k) => (k === 3 ? Number.NaN : value));
    expect(thrown(() => contentBased(ratings, { X: holed }))).toBe(
      "RangeError: X must be finite, got NaN (entry 3)",
    );
  });
});

it("a model without features is stored like any other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cofi-"));
  try {
    await saveModel(join(folder, "biases"), biases(some));
    expect((await loadModel(join(folder, "biases"))).model).toEqual(biases(some));
  } finally {
    await rm(folder, { recursive: true });
  }
});
