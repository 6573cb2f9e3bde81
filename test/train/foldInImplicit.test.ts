import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { solve } from "../../src/math/linear";
import { type Model, randomModel } from "../../src/model/model";
import { recommend } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { factorizeImplicit } from "../../src/train/als/als";
import { withUser } from "../../src/train/foldIn";
import { type FoldInImplicitOptions, foldInImplicit } from "../../src/train/foldInImplicit";
import { randomRatings, thrown } from "../samples";

const model: Model = randomModel({ numItems: 20, numUsers: 3, numFeatures: 4 }, { seed: 1, scale: 0.5 });
const mine = [3, 8, 11, 17].map((item, k) => ({ item, value: [1, 40, 2, 7][k] }));

test("the weights are those of the normal equations over every item", () => {
  const shapes = fc.record({
    seed: fc.nat(10_000),
    numItems: fc.integer({ min: 1, max: 15 }),
    numFeatures: fc.integer({ min: 1, max: 6 }),
    confidence: fc.constantFrom(0, 1, 40, (count: number) => 1 + Math.log1p(count)),
    lambda: fc.constantFrom(0.01, 0.3),
    penaltyExponent: fc.constantFrom(0, 0.5, 1),
  });
  fc.assert(
    fc.property(shapes, ({ seed, numItems, numFeatures: n, ...options }) => {
      const model = randomModel({ numItems, numUsers: 1, numFeatures: n }, { seed, scale: 1 });
      const { items, values } = randomRatings({ numItems, numUsers: 1 }, { seed });
      const counts = new Float64Array(numItems);
      items.forEach((item, k) => {
        counts[item] = values[k];
      });
      const { confidence, lambda, penaltyExponent } = options;
      const c = counts.map((count) => {
        if (count === 0) return 1;
        return typeof confidence === "number" ? 1 + confidence * count : confidence(count);
      });
      const A = new Float64Array(n * n);
      const r = new Float64Array(n);
      for (let i = 0; i < numItems; i++) {
        for (let f = 0; f < n; f++) {
          if (counts[i] > 0) r[f] += c[i] * model.X[i * n + f];
          for (let g = 0; g < n; g++) A[f * n + g] += c[i] * model.X[i * n + f] * model.X[i * n + g];
        }
      }
      const penalty = lambda * c.reduce((sum, value) => sum + value, 0) ** penaltyExponent;
      for (let f = 0; f < n; f++) A[f * n + f] += penalty;
      const given = Array.from(items, (item, k) => ({ item, value: values[k] }));
      const { w, b } = foldInImplicit(model, given, options);
      const wanted = solve(A, r)!;
      w.forEach((weight, f) => {
        expect(weight).toBeCloseTo(wanted[f], 8);
      });
      expect(b).toBe(0);
    }),
  );
});

describe("in a model that was learned to the end", async () => {
  const counts = randomRatings({ numItems: 30, numUsers: 25 }, { seed: 3, density: 0.4 });
  const options = { confidence: 2, lambda: 0.03 };
  const { model } = await factorizeImplicit(counts, { ...options, numFeatures: 3, iterations: 500 });

  it("who took part is given back as they are", () => {
    for (let user = 0; user < 25; user++) {
      const places = [...counts.values.keys()].filter((k) => counts.users[k] === user);
      const theirs = places.map((k) => ({ item: counts.items[k], value: counts.values[k] }));
      const { w } = foldInImplicit(model, theirs, options);
      w.forEach((weight, f) => {
        expect(weight).toBeCloseTo(model.W[user * 3 + f], 3);
      });
    }
  });
});

test("a new user of one of two kinds is recommended what is of that kind", async () => {
  const triples = Array.from({ length: 20 * 30 }, (_, cell) => ({
    item: cell % 20,
    user: Math.floor(cell / 20),
  }))
    .filter(({ item, user }) => item % 2 === user % 2 && (item + user) % 3 > 0)
    .map((at) => ({ ...at, value: 1 }));
  const { model, confidence } = await factorizeImplicit(ratingsFrom(triples), { numFeatures: 2 });
  for (const kind of [0, 1]) {
    const played = [4 + kind, 10 + kind].map((item) => ({ item, value: 3 }));
    const larger = withUser(model, foldInImplicit(model, played, { confidence }));
    const best = recommend(larger, { user: 30, count: 10 });
    expect(best.map(({ item }) => item % 2)).toEqual(Array.from({ length: 10 }, () => kind));
  }
});

test("who has no count has no weights, and a count of zero is as none", () => {
  expect(foldInImplicit(model, [], { confidence: 5 })).toEqual({ w: new Float64Array(4), b: 0 });
  expect(foldInImplicit(model, [{ item: 2, value: 0 }], { confidence: 5 })).toEqual({
    w: new Float64Array(4),
    b: 0,
  });
  const zero = [{ item: 2, value: 0 }];
  expect(foldInImplicit(model, [...mine, ...zero], { confidence: 5 })).toEqual(
    foldInImplicit(model, mine, { confidence: 5 }),
  );
});

test("the model stays as it was, and is taken as it is", () => {
  const before = structuredClone(model);
  const one = foldInImplicit(model, mine, { confidence: 5 });
  expect(model).toEqual(before);
  const changed = { ...model, X: model.X.slice() };
  expect(foldInImplicit(changed, mine, { confidence: 5 })).toEqual(one);
  changed.X[0] += 1;
  expect(foldInImplicit(changed, mine, { confidence: 5 }).w).not.toEqual(one.w);
});

test.each<[string, typeof mine, Partial<FoldInImplicitOptions> & object, string]>([
  ["a negative count", [{ item: 0, value: -1 }], {}, "RangeError: a count must be >= 0, got -1 (rating 0)"],
  [
    "an item twice",
    [mine[0], mine[0]],
    {},
    "RangeError: an item must be rated once, got item 3 twice (ratings 0 and 1)",
  ],
  [
    "an item that is not there",
    [{ item: 20, value: 1 }],
    {},
    "RangeError: item must be in [0, 20), got 20 (rating 0)",
  ],
  ["no confidence", mine, { confidence: undefined }, "TypeError: confidence must be a number, got undefined"],
  ["a negative lambda", mine, { lambda: -1 }, "RangeError: lambda must be >= 0, got -1"],
  [
    "another trainer's option",
    mine,
    { loss: "logistic" } as object,
    'TypeError: option must be one of confidence, lambda, penaltyExponent, got "loss"',
  ],
])("%s is refused", (_, given, options, message) => {
  expect(thrown(() => foldInImplicit(model, given, { confidence: 5, ...options }))).toBe(message);
});

test("features that leave the weights open are refused without a penalty", () => {
  const flat = { ...model, X: model.X.map((_, k) => (k % 4 === 0 ? 1 : 0)) };
  expect(thrown(() => foldInImplicit(flat, mine, { confidence: 5, lambda: 0 }))).toBe(
    "RangeError: lambda must be > 0 where 4 ratings do not determine 4 weights, got 0",
  );
});
