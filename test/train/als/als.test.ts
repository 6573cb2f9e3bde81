import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { random } from "../../../src/math/random";
import type { Model } from "../../../src/model/model";
import { predict, recommend } from "../../../src/predict/predict";
import { ratingsFrom } from "../../../src/ratings/build";
import { type Ratings, toMatrices } from "../../../src/ratings/ratings";
import { factorizeImplicit, type ImplicitOptions } from "../../../src/train/als/als";
import type { Confidence } from "../../../src/train/als/confidence";
import { randomRatings, rejected } from "../../samples";

/** Confidence and preference of every cell, items × users, those without a count too; and each row's penalty. */
function dense(
  ratings: Ratings,
  { confidence, lambda = 0.015, penaltyExponent = 1 }: ImplicitOptions & { confidence: Confidence },
) {
  const { numItems, numUsers } = ratings;
  const { Y } = toMatrices(ratings);
  const confidenceOf =
    typeof confidence === "number" ? (count: number) => 1 + confidence * count : confidence;
  const C = Y.map((count) => (count > 0 ? confidenceOf(count) : 1));
  const P = Y.map((count) => (count > 0 ? 1 : 0));
  const ofItem = Float64Array.from({ length: numItems }, () => 0);
  const ofUser = Float64Array.from({ length: numUsers }, () => 0);
  C.forEach((c, cell) => {
    ofItem[Math.floor(cell / numUsers)] += c;
    ofUser[cell % numUsers] += c;
  });
  const penalty = (sum: number) => lambda * sum ** penaltyExponent;
  return { C, P, ofItem: ofItem.map(penalty), ofUser: ofUser.map(penalty) };
}

/** The cost as a double sum over every cell. */
function denseCost({ X, W, numItems, numUsers, numFeatures: n }: Model, D: ReturnType<typeof dense>): number {
  let J = 0;
  for (let i = 0; i < numItems; i++) {
    for (let j = 0; j < numUsers; j++) {
      let s = 0;
      for (let f = 0; f < n; f++) s += X[i * n + f] * W[j * n + f];
      J += D.C[i * numUsers + j] * (D.P[i * numUsers + j] - s) ** 2;
    }
  }
  X.forEach((x, k) => {
    J += D.ofItem[Math.floor(k / n)] * x * x;
  });
  W.forEach((w, k) => {
    J += D.ofUser[Math.floor(k / n)] * w * w;
  });
  return J;
}

/**
 * How far the items' features are from their normal equations over every user, A x = r: the greatest ‖r − A x‖ / ‖r‖ of
 * an item with a count.
 */
function residualOfItems({ X, W, numItems, numUsers, numFeatures: n }: Model, D: ReturnType<typeof dense>) {
  let greatest = 0;
  for (let i = 0; i < numItems; i++) {
    const x = X.subarray(i * n, (i + 1) * n);
    const r = new Float64Array(n);
    const left = x.map((value) => -D.ofItem[i] * value);
    for (let j = 0; j < numUsers; j++) {
      const w = W.subarray(j * n, (j + 1) * n);
      const [c, p] = [D.C[i * numUsers + j], D.P[i * numUsers + j]];
      const s = w.reduce((sum, weight, f) => sum + weight * x[f], 0);
      w.forEach((weight, f) => {
        r[f] += c * p * weight;
        left[f] += c * (p - s) * weight;
      });
    }
    if (r.some((value) => value !== 0)) greatest = Math.max(greatest, Math.hypot(...left) / Math.hypot(...r));
    else expect([...x]).toEqual(Array.from(x, () => 0));
  }
  return greatest;
}

/** Counts of 0 to 5 in some of the cells, with one that is not 0. */
function randomCounts(size: { numItems: number; numUsers: number }, seed: number, density = 0.5): Ratings {
  const { values, ...ratings } = randomRatings(size, { seed, density });
  return { ...ratings, values: values.map((value, k) => (k === 0 ? 3 : Math.round(value))) };
}

const settings = fc.record({
  size: fc.record({ numItems: fc.integer({ min: 1, max: 9 }), numUsers: fc.integer({ min: 1, max: 9 }) }),
  seed: fc.nat(1000),
  confidence: fc.constantFrom(0, 1, 10, (count: number) => 1 + 3 * Math.log1p(count)),
  penalty: fc.constantFrom(
    { lambda: 0.03 },
    { lambda: 0.3, penaltyExponent: 1 },
    { lambda: 0.3, penaltyExponent: 0.5 },
    { lambda: 1, penaltyExponent: 0 },
    { lambda: 10, penaltyExponent: 0 },
  ),
});

describe("against every cell of the dense matrices", () => {
  test("up to three features, the items' are those of their normal equations after any iteration", async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.integer({ min: 1, max: 3 }),
        async ({ size, seed, confidence, penalty }, numFeatures) => {
          const options = { confidence, ...penalty };
          const counts = randomCounts(size, seed);
          const { model } = await factorizeImplicit(counts, { ...options, seed, numFeatures, iterations: 4 });
          expect(residualOfItems(model, dense(counts, options))).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("history is the cost, and it falls", async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.integer({ min: 1, max: 9 }),
        async ({ size, seed, confidence, penalty }, numFeatures) => {
          const options = { confidence, ...penalty };
          const counts = randomCounts(size, seed);
          const { model, history } = await factorizeImplicit(counts, { ...options, seed, numFeatures });
          expect(history).toHaveLength(15);
          const D = dense(counts, options);
          // What it is the rest of, the cost of a model of zeros, has seven digits.
          const error = 1e-6 * D.C.reduce((sum, c, cell) => sum + c * D.P[cell], 0);
          expect(Math.abs(history[14] - denseCost(model, D))).toBeLessThan(error);
          for (let t = 1; t < 15; t++) expect(history[t]).toBeLessThan(history[t - 1] + error);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("with many features it ends where the normal equations of all rows hold", async () => {
    const counts = randomCounts({ numItems: 30, numUsers: 25 }, 7, 0.3);
    const options = { confidence: 5, lambda: 0.02 };
    const { model } = await factorizeImplicit(counts, { ...options, numFeatures: 12, iterations: 400 });
    expect(residualOfItems(model, dense(counts, options))).toBeLessThan(1e-4);
  });
});

/** Users and items of three kinds: who is of a kind plays half of what is of it, many times, and other things once. */
function planted(seed: number): Ratings {
  const source = random(seed);
  const triples = Array.from({ length: 60 * 90 }, (_, cell) => ({
    item: Math.floor(cell / 90),
    user: cell % 90,
  }))
    .filter(({ item, user }) => source.uniform() < (item % 3 === user % 3 ? 0.5 : 0.03))
    .map((at) => ({ ...at, value: at.item % 3 === at.user % 3 ? 2 + source.below(20) : 1 }));
  return ratingsFrom(triples, { numItems: 60, numUsers: 90 });
}

describe("planted kinds", async () => {
  const counts = planted(3);
  const { model } = await factorizeImplicit(counts, { numFeatures: 3 });

  it("are what is recommended: of what a user has not played, what is of their kind", () => {
    let kind = 0;
    for (let user = 0; user < 90; user++)
      for (const { item } of recommend(model, { user, exclude: counts, count: 5 }))
        if (item % 3 === user % 3) kind++;
    expect(kind / 450).toBeGreaterThan(0.98);
  });

  it("come out the same however users are numbered and counts are listed", async () => {
    const { items, users, values } = counts;
    const moved = (user: number) => (user * 7 + 5) % 90;
    const triples = Array.from(values, (value, k) => ({ item: items[k], user: moved(users[k]), value }));
    const other = await factorizeImplicit(ratingsFrom(triples.reverse(), counts), { numFeatures: 3 });
    for (let item = 0; item < 60; item++)
      for (let user = 0; user < 90; user++)
        expect(predict(other.model, { item, user: moved(user) })).toBeCloseTo(
          predict(model, { item, user }),
          3,
        );
  });
});

test("every cell of known rank is recovered, those without a count as what they are", async () => {
  // Without a penalty and with all cells as sure, it is the best approximation of P, which has rank 4 here.
  const source = random(1);
  const kinds = Array.from({ length: 4 }, () => Array.from({ length: 20 }, () => source.below(2)));
  const triples = Array.from({ length: 25 * 20 }, (_, cell) => ({
    item: cell % 20,
    user: Math.floor(cell / 20),
  }))
    .filter(({ item, user }) => kinds[user % 4][item] === 1)
    .map((at) => ({ ...at, value: 1 }));
  const counts = ratingsFrom(triples, { numItems: 20, numUsers: 25 });
  const { model } = await factorizeImplicit(counts, {
    numFeatures: 4,
    confidence: 0,
    lambda: 1e-6,
    iterations: 500,
  });
  for (let item = 0; item < 20; item++)
    for (let user = 0; user < 25; user++)
      expect(predict(model, { item, user })).toBeCloseTo(kinds[user % 4][item], 2);
});

test("what has no count is zero, and a count of zero is as none; b and mu are zero", async () => {
  const size = { numItems: 6, numUsers: 5 };
  const some = [
    { item: 2, user: 3, value: 4 },
    { item: 4, user: 3, value: 1 },
    { item: 2, user: 1, value: 2 },
  ];
  const options = { numFeatures: 5 };
  const one = await factorizeImplicit(ratingsFrom(some, size), options);
  const rowsOf = (block: Float64Array) =>
    [...block.keys()].filter((k) => block[k] !== 0).map((k) => Math.floor(k / 5));
  expect(new Set(rowsOf(one.model.X))).toEqual(new Set([2, 4]));
  expect(new Set(rowsOf(one.model.W))).toEqual(new Set([1, 3]));
  expect([...one.model.b, ...one.model.mu]).toEqual(Array.from({ length: 11 }, () => 0));
  const zeros = [{ item: 0, user: 0, value: 0 }, ...some, { item: 5, user: 3, value: 0 }];
  expect(await factorizeImplicit(ratingsFrom(zeros, size), options)).toEqual(one);
});

const small = randomCounts({ numItems: 8, numUsers: 6 }, 5);

test("the same seed gives the same model, another seed another; the ratings stay as they were", async () => {
  const before = structuredClone(small);
  const one = await factorizeImplicit(small, { seed: 3 });
  expect(await factorizeImplicit(small, { seed: 3 })).toEqual(one);
  expect((await factorizeImplicit(small, { seed: 4 })).model.X).not.toEqual(one.model.X);
  expect(small).toEqual(before);
});

test("a number for the confidence is the function that it stands for", async () => {
  const { model, history } = await factorizeImplicit(small, { confidence: 4 });
  const confidence = (count: number) => 1 + 4 * count;
  expect(await factorizeImplicit(small, { confidence })).toEqual({ model, history, confidence });
});

test("by default the counts are a fifteenth as sure as all cells, so that their unit makes no difference", async () => {
  const one = await factorizeImplicit(small);
  const sum = small.values.reduce((total, count) => total + count, 0);
  expect(one.confidence).toBeCloseTo(48 / 15 / sum, 12);
  const { confidence } = one;
  expect(await factorizeImplicit(small, { confidence })).toEqual(one);
  for (const factor of [2 ** -20, 2 ** 20]) {
    const scaled = { ...small, values: small.values.map((count) => count * factor) };
    const other = await factorizeImplicit(scaled);
    expect({ ...other, confidence }).toEqual(one);
  }
});

test("it tells after each iteration what the cost is, and stops when told to, with what there is", async () => {
  const told: { iteration: number; cost: number }[] = [];
  const { history } = await factorizeImplicit(small, { onIteration: (done) => void told.push(done) });
  expect(told.map(({ cost }) => cost)).toEqual([...history]);
  expect(told.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 15 }, (_, t) => t));
  const early = await factorizeImplicit(small, { onIteration: async ({ iteration }) => iteration < 2 });
  expect(early).toEqual(await factorizeImplicit(small, { iterations: 3 }));
});

test("aborting it rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const promise = factorizeImplicit(small, {
    signal: controller.signal,
    onIteration: ({ iteration }) => {
      if (iteration === 2) controller.abort(new Error("enough"));
    },
  });
  expect(await rejected(promise)).toBe("Error: enough");
});

const withValue = (value: number) =>
  ratingsFrom([
    { item: 0, user: 0, value: 1 },
    { item: 1, user: 0, value },
  ]);

test.each<[string, Ratings, object, string]>([
  ["a negative count", withValue(-2), {}, "RangeError: a count must be >= 0, got -2 (rating 1)"],
  [
    "counts of zero alone",
    ratingsFrom([{ item: 0, user: 0, value: 0 }]),
    {},
    "RangeError: ratings must hold at least one count > 0, got none",
  ],
  [
    "a sum of counts too great for a number",
    ratingsFrom([0, 1].map((item) => ({ item, user: 0, value: 1e308 }))),
    {},
    "RangeError: the sum of the counts must be finite, got Infinity",
  ],
  [
    "a count that is no number",
    { ...small, values: small.values.map(() => Number.NaN) },
    {},
    "RangeError: a count must be finite, got NaN (rating 0)",
  ],
  ["a negative alpha", small, { confidence: -1 }, "RangeError: confidence must be >= 0, got -1"],
  [
    "a confidence below that of no count",
    withValue(0.5),
    { confidence: (count: number) => count },
    "RangeError: confidence must be >= 1, got 0.5 (of count 0.5)",
  ],
  [
    "a confidence that is no number",
    withValue(7),
    { confidence: (count: number) => (count === 7 ? Number.NaN : 1) },
    "RangeError: confidence must be finite, got NaN (of count 7)",
  ],
  [
    "counts too great for their squares",
    withValue(1e30),
    { confidence: 1 },
    "RangeError: training diverged at iteration 0 (cost is NaN): lower confidence",
  ],
  ["lambda", small, { lambda: -1 }, "RangeError: lambda must be >= 0, got -1"],
  [
    "penaltyExponent",
    small,
    { penaltyExponent: Infinity },
    "RangeError: penaltyExponent must be finite, got Infinity",
  ],
  ["numFeatures", small, { numFeatures: 0 }, "RangeError: numFeatures must be >= 1, got 0"],
  ["iterations", small, { iterations: 1.5 }, "RangeError: iterations must be an integer, got 1.5"],
  ["seed", small, { seed: Number.NaN }, "RangeError: seed must be finite, got NaN"],
  ["threads", small, { threads: 0 }, "RangeError: threads must be >= 1, got 0"],
  [
    "an option misspelt",
    small,
    { regularization: 1 },
    'TypeError: option must be one of confidence, lambda, penaltyExponent, numFeatures, iterations, seed, threads, signal, onIteration, got "regularization"',
  ],
])("%s is refused by name", async (_, counts, options, message) => {
  expect(await rejected(factorizeImplicit(counts, options))).toBe(message);
});

test("lambda may be zero", async () => {
  const { history } = await factorizeImplicit(small, { lambda: 0, numFeatures: 2 });
  expect(history.every((cost) => cost >= 0)).toBe(true);
});
