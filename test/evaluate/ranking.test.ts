import fc from "fast-check";
import { expect, test } from "vitest";
import { ranking } from "../../src/evaluate/ranking";
import { random } from "../../src/math/random";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { ratingAt } from "../../src/ratings/ratings";
import { folds, split } from "../../src/ratings/split";

/** Scores in mu alone, for one user: item i is ranked by score[i]. */
function byScore(score: number[], numUsers = 1): Model {
  const model = randomModel({ numItems: score.length, numUsers, numFeatures: 1 }, { scale: 0 });
  model.mu.set(score);
  return model;
}

test("by hand: five places, hits at the first and the third, one relevant item missed", () => {
  const train = ratingsFrom([{ item: 7, user: 0, value: 5 }], { numItems: 8, numUsers: 1 });
  const relevant = [0, 2, 6].map((item) => ({ item, user: 0, value: 5 }));
  const test = ratingsFrom([...relevant, { item: 1, user: 0, value: 2 }], { numItems: 8, numUsers: 1 });
  const found = ranking(byScore([8, 7, 6, 5, 4, 3, 2, 99]), { train, test, count: 5, relevant: 4 });
  expect(found.precision).toBeCloseTo(2 / 5, 15);
  expect(found.recall).toBeCloseTo(2 / 3, 15);
  expect(found.ndcg).toBeCloseTo((1 + 1 / 2) / (1 + 1 / Math.log2(3) + 1 / 2), 15);
  expect(found.hitRate).toBe(1);
  expect(found.coverage).toBeCloseTo(5 / 8, 15);
  expect(found.protocol).toEqual({
    held: "as given",
    count: 5,
    relevant: 4,
    users: 1,
    candidates: "all items not in train",
  });
});

test("random models are ranked as by brute force", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, count) => {
      const source = random(seed);
      const size = { numItems: 10, numUsers: 5 };
      const cells = Array.from({ length: 50 }, (_, cell) => ({
        item: cell % 10,
        user: Math.floor(cell / 10),
        value: 1 + source.below(5),
      }));
      const kept = cells.filter(() => source.uniform() < 0.7);
      const split = kept.map((cell) => ({ ...cell, held: source.uniform() < 0.5 }));
      fc.pre(split.some(({ held, value }) => held && value >= 4) && split.some(({ held }) => !held));
      const train = ratingsFrom(
        split.filter(({ held }) => !held),
        size,
      );
      const test = ratingsFrom(
        split.filter(({ held }) => held),
        size,
      );
      const model = randomModel({ ...size, numFeatures: 3 }, { seed, scale: 1 });

      const each = [0, 1, 2, 3, 4].flatMap((user) => {
        const isRelevant = (item: number) => (ratingAt(test, { item, user }) ?? 0) >= 4;
        const items = Array.from({ length: 10 }, (_, item) => item);
        const total = items.filter(isRelevant).length;
        if (total === 0) return [];
        const list = items
          .filter((item) => ratingAt(train, { item, user }) === undefined)
          .sort((a, b) => predict(model, { item: b, user }) - predict(model, { item: a, user }))
          .slice(0, count);
        const gains = list.map((item, place) => (isRelevant(item) ? 1 / Math.log2(place + 2) : 0));
        const best = items.slice(0, Math.min(count, total)).map((place) => 1 / Math.log2(place + 2));
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
        const hits = list.filter(isRelevant).length;
        return [
          {
            precision: hits / count,
            recall: hits / total,
            ndcg: sum(gains) / sum(best),
            hitRate: Math.min(1, hits),
            list,
          },
        ];
      });
      const mean = (name: "precision" | "recall" | "ndcg" | "hitRate") =>
        each.reduce((sum, user) => sum + user[name], 0) / each.length;
      const found = ranking(model, { train, test, count, relevant: 4 });
      for (const name of ["precision", "recall", "ndcg", "hitRate"] as const) {
        expect(found[name]).toBeCloseTo(mean(name), 12);
      }
      expect(found.coverage).toBeCloseTo(new Set(each.flatMap(({ list }) => list)).size / 10, 12);
      expect(found.protocol.users).toBe(each.length);
    }),
  );
});

test("nothing relevant in the test is an error, not a row of zeros", () => {
  const ratings = ratingsFrom([
    { item: 0, user: 0, value: 3 },
    { item: 1, user: 0, value: 2 },
  ]);
  expect(() => ranking(byScore([1, 2]), { train: ratings, test: ratings, relevant: 4 })).toThrow(
    "test must hold a rating of 4 or more, got none",
  );
});

const some = ratingsFrom(
  Array.from({ length: 103 }, (_, k) => ({ item: k % 17, user: Math.floor(k / 17), value: k })),
  { numUsers: 9 },
);
const valuesOf = (parts: { values: Float64Array }[]) =>
  parts.flatMap(({ values }) => [...values]).sort((a, b) => a - b);

test("folds hold every rating back once, in parts of equal size, and repeat for a seed", () => {
  const parts = folds(some, { count: 4, seed: 3 });
  expect(parts.map(({ test }) => test.values.length)).toEqual([25, 26, 26, 26]);
  expect(valuesOf(parts.map(({ test }) => test))).toEqual([...some.values]);
  for (const { train, test } of parts) {
    expect(valuesOf([train, test])).toEqual([...some.values]);
    expect([train.numUsers, test.numItems]).toEqual([9, 17]);
  }
  expect(folds(some, { count: 4, seed: 3 })).toEqual(parts);
  expect(folds(some, { count: 4, seed: 4 })[0].test.values).not.toEqual(parts[0].test.values);
  expect(() => folds(some, { count: 1 })).toThrow("count must be >= 2, got 1");
  expect(() => folds(some, { count: 104 })).toThrow("ratings must be at least 104 for 104 folds, got 103");
});

test("a split parts the ratings in two, and keeps their order", () => {
  const { train, test } = split(some, { test: 0.25, seed: 1 });
  expect(test.values.length).toBe(26);
  expect(valuesOf([train, test])).toEqual([...some.values]);
  expect([...test.values]).toEqual([...test.values].sort((a, b) => a - b));
});
