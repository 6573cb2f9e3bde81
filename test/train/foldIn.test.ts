import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { rankOf, solve } from "../../src/math/linear";
import { random } from "../../src/math/random";
import { undetermined } from "../../src/model/identifiable";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { foldIn, foldInCovariance, withUser } from "../../src/train/foldIn";
import { train } from "../../src/train/gradient/train";
import { modelWithMeans, thrown } from "../samples";

const model: Model = { ...randomModel({ numItems: 30, numUsers: 6, numFeatures: 4 }, { seed: 1, scale: 1 }) };
const mine = [3, 8, 11, 14, 20, 29].map((item, k) => ({ item, value: [5, 1, 3.5, 4, 2, 4.5][k] }));

test("folding in gives what training only that user ends at", async () => {
  const mu = Float64Array.from({ length: 30 }, (_, k) => 3 + Math.sin(k));
  for (const lambda of [0.3, 1, 7]) {
    const { w, b } = foldIn({ ...model, mu }, mine, { lambda });
    const alone = ratingsFrom(
      mine.map(({ item, value }) => ({ item, user: 0, value: value - mu[item] })),
      { numItems: 30, numUsers: 1 },
    );
    const start = { ...model, numUsers: 1, W: new Float64Array(4), b: new Float64Array(1) };
    const { model: trained } = await train(start, alone, {
      ...{ learn: "users", optimizer: "gradientDescent", learningRate: 0.03, iterations: 20_000, lambda },
    });
    for (let f = 0; f < 4; f++) expect(w[f]).toBeCloseTo(trained.W[f], 9);
    expect(b).toBeCloseTo(trained.b[0], 9);
  }
});

test("the bias carries no penalty: under the heaviest lambda it is the mean of what was given", () => {
  const { w, b } = foldIn(model, mine, { lambda: 1e12 });
  expect(Math.max(...w.map(Math.abs))).toBeLessThan(1e-10);
  expect(b).toBeCloseTo(20 / 6, 9);
});

test("someone who has rated nothing gets no weights and no bias", () => {
  expect(foldIn(model, [])).toEqual({ w: new Float64Array(4), b: 0 });
});

test("ratings that follow a line are found again without a penalty", () => {
  const w = [1, -2, 0.5, 3];
  const exact = mine.map(({ item }) => ({
    item,
    value: w.reduce((sum, weight, f) => sum + weight * model.X[item * 4 + f], 0.7),
  }));
  const found = foldIn(model, exact, { lambda: 0 });
  w.forEach((weight, f) => {
    expect(found.w[f]).toBeCloseTo(weight, 9);
  });
  expect(found.b).toBeCloseTo(0.7, 9);
});

test("what folding in cannot take is refused with its place", () => {
  expect(() => foldIn(model, mine.slice(0, 3), { lambda: 0 })).toThrow(
    "lambda must be > 0 where 3 ratings do not determine 4 weights and a bias, got 0",
  );
  expect(() => foldIn(model, [mine[0], mine[1], mine[0]])).toThrow(
    "an item must be rated once, got item 3 twice (ratings 0 and 2)",
  );
  expect(() => foldIn(model, [{ item: 30, value: 1 }])).toThrow("item must be in [0, 30), got 30 (rating 0)");
  expect(() => foldIn(model, [{ item: 0, value: Number.NaN }])).toThrow(
    "value must be finite, got NaN (rating 0)",
  );
  expect(() => foldIn(model, mine, { lambda: -1 })).toThrow("lambda must be >= 0, got -1");
});

describe("foldInCovariance", () => {
  const model = modelWithMeans({ numItems: 12, numUsers: 8, numFeatures: 3 }, 3);
  const mine = [1, 4, 5, 9].map((item) => ({ item }));

  it("is the covariance of foldIn's errors when weights and ratings are drawn as it supposes", () => {
    const source = random(1);
    const [lambda, noise, draws] = [2, 0.5, 20_000];
    const C = foldInCovariance(model, mine, { lambda, noise });
    const found = new Float64Array(16);
    for (let draw = 0; draw < draws; draw++) {
      const w = Array.from({ length: 3 }, () => source.normal() * Math.sqrt(noise / lambda));
      const rated = mine.map(({ item }) => {
        const expected = w.reduce(
          (sum, weight, f) => sum + weight * model.X[item * 3 + f],
          0.3 + model.mu[item],
        );
        return { item, value: expected + source.normal() * Math.sqrt(noise) };
      });
      const fit = foldIn(model, rated, { lambda });
      const off = [...w.map((weight, f) => fit.w[f] - weight), fit.b - 0.3];
      for (let f = 0; f < 4; f++) for (let g = 0; g < 4; g++) found[f * 4 + g] += (off[f] * off[g]) / draws;
    }
    const scale = Math.max(...C);
    found.forEach((value, cell) => {
      expect(Math.abs(value - C[cell]) / scale, `cell ${cell}`).toBeLessThan(0.03);
    });
  });

  it("is σ²/λ for each weight and σ² for the bias of someone who has rated nothing", () => {
    const C = foldInCovariance(model, [], { lambda: 4, noise: 2 });
    expect([...C]).toEqual([0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2]);
    const defaults = foldInCovariance(model, []);
    expect([...defaults].filter((value) => value === 1)).toHaveLength(4);
  });

  it.each([
    [{ lambda: 0 }, "RangeError: lambda must be > 0, got 0"],
    [{ noise: -1 }, "RangeError: noise must be > 0, got -1"],
    [{ sigma: 1 } as never, 'TypeError: option must be one of lambda, noise, got "sigma"'],
  ])("refuses %j", (options, message) => {
    expect(thrown(() => foldInCovariance(model, mine, options))).toBe(message);
  });

  it("refuses an item that is not there", () => {
    expect(thrown(() => foldInCovariance(model, [{ item: 12 }]))).toBe(
      "RangeError: item must be in [0, 12), got 12 (rating 0)",
    );
  });
});

test("a user is added as the last column, and the model given stays as it was", () => {
  const before = structuredClone(model);
  const user = foldIn(model, mine);
  const larger = withUser(model, user);
  expect(model).toEqual(before);
  expect(larger.numUsers).toBe(7);
  const z = user.w.reduce((sum, weight, f) => sum + weight * model.X[5 * 4 + f], user.b);
  expect(predict(larger, { item: 5, user: 6 })).toBeCloseTo(z, 12);
  expect(predict(larger, { item: 5, user: 2 })).toBe(predict(model, { item: 5, user: 2 }));
  expect(() => withUser(model, { w: [1], b: 0 })).toThrow("w must have the model's 4 features, got 1");
  expect(() => withUser(model, { w: [1, 2, 3, Infinity], b: 0 })).toThrow(
    "w must be finite, got Infinity (feature 3)",
  );
});

test("a film's features are undetermined with fewer raters than features, or raters who think alike", () => {
  const { ratings, features } = lecture();
  const W = Float64Array.of(5, 0, 5, 0, 0, 5, 0, 5);
  const known: Model = {
    numItems: 5,
    numUsers: 4,
    numFeatures: 2,
    X: features,
    W,
    b: new Float64Array(4),
    mu: new Float64Array(5),
  };
  expect(undetermined(known, ratings)).toEqual([]);
  const triples = Array.from(ratings.values, (value, k) => ({
    item: ratings.items[k],
    user: ratings.users[k],
    value,
  }));
  // Of the first film only Alice and Bob, who have the same weights; of the second only Dave; of the third nobody.
  const fewer = triples.filter(({ item, user }) =>
    item === 0 ? user < 2 : item === 1 ? user === 3 : item !== 2,
  );
  expect(undetermined(known, ratingsFrom(fewer, { numItems: 5, numUsers: 4 }))).toEqual([
    { item: 0, raters: 2, rank: 1 },
    { item: 1, raters: 1, rank: 1 },
    { item: 2, raters: 0, rank: 0 },
  ]);
});

test("a system that is positive definite is solved, and one that is not is told", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, n) => {
      const source = random(seed);
      const B = Float64Array.from({ length: n * n }, () => source.normal());
      const A = Float64Array.from({ length: n * n }, (_, cell) => {
        const [i, j] = [Math.floor(cell / n), cell % n];
        let sum = i === j ? 0.1 : 0;
        for (let k = 0; k < n; k++) sum += B[i * n + k] * B[j * n + k];
        return sum;
      });
      const z = Float64Array.from({ length: n }, () => source.normal());
      const r = z.map((_, i) => z.reduce((sum, value, j) => sum + A[i * n + j] * value, 0));
      const solved = solve(A, r)!;
      z.forEach((value, k) => {
        expect(solved[k]).toBeCloseTo(value, 8);
      });
    }),
  );
  expect(solve([1, 2, 2, 1], [1, 1])).toBeUndefined();
  expect(solve([1, 1, 1, 1], [1, 1])).toBeUndefined();
});

test("the rank of a product is that of its thinner factor", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, thin) => {
      const source = random(seed);
      const block = (rows: number, columns: number) =>
        Array.from({ length: rows }, () => Float64Array.from({ length: columns }, () => source.normal()));
      const [left, right] = [block(9, thin), block(thin, 6)];
      const product = left.map((row) =>
        right[0].map((_, c) => row.reduce((sum, x, k) => sum + x * right[k][c], 0)),
      );
      expect(rankOf(product, 6)).toBe(thin);
    }),
  );
});
