import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratingsFrom } from "../../src/ratings/build";
import { folds, split } from "../../src/ratings/split";
import { randomRatings, thrown } from "../samples";

const ratings = randomRatings({ numItems: 10, numUsers: 10 }, { seed: 1, density: 1 });
const cells = (parts: { items: Int32Array; users: Int32Array; values: Float64Array }[]) =>
  parts.flatMap(({ items, users, values }) =>
    Array.from(values, (value, k) => `${items[k]} ${users[k]} ${value}`),
  );

describe("split", () => {
  it("holds a fifth back with the seed 0, unless told otherwise", () => {
    const { train, test } = split(ratings);
    expect([train.values.length, test.values.length]).toEqual([80, 20]);
    expect(split(ratings, { test: 0.2, seed: 0 })).toEqual({ train, test });
    expect(split(ratings, { seed: 1 }).test.items).not.toEqual(test.items);
  });

  it("parts any ratings into two that are the whole, each with one at least", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (seed, test, density) => {
          const some = randomRatings({ numItems: 5, numUsers: 4 }, { seed, density });
          const parts = split(some, { test, seed });
          expect(cells([parts.train, parts.test]).sort()).toEqual(cells([some]).sort());
          expect(parts.test.values.length).toBeGreaterThan(0);
          expect(parts.train.values.length).toBeGreaterThan(0);
          expect([parts.test.numItems, parts.train.numUsers]).toEqual([5, 4]);
        },
      ),
    );
  });

  it("keeps the order of the list in both parts", () => {
    const place = new Map(cells([ratings]).map((cell, k) => [cell, k]));
    for (const part of Object.values(split(ratings, { seed: 4 }))) {
      const places = cells([part]).map((cell) => place.get(cell)!);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  it.each<[object, string]>([
    [{ test: 0 }, "RangeError: test must be between 0 and 1, got 0"],
    [{ test: 1 }, "RangeError: test must be between 0 and 1, got 1"],
    [{ test: 20 }, "RangeError: test must be between 0 and 1, got 20"],
    [{ test: Number.NaN }, "RangeError: test must be finite, got NaN"],
    [{ test: "0.2" }, 'TypeError: test must be a number, got "0.2"'],
    [{ seed: Infinity }, "RangeError: seed must be finite, got Infinity"],
    [{ size: 0.2 }, 'TypeError: option must be one of by, test, seed, times, got "size"'],
  ])("refuses %j", (options, message) => {
    expect(thrown(() => split(ratings, options))).toBe(message);
  });

  it("refuses to part a single rating", () => {
    expect(thrown(() => split(ratingsFrom([{ item: 0, user: 0, value: 1 }])))).toBe(
      "RangeError: ratings must be at least 2 to be split, got 1",
    );
  });
});

describe("folds", () => {
  it("are five with the seed 0, unless told otherwise", () => {
    expect(folds(ratings)).toHaveLength(5);
    expect(folds(ratings)).toEqual(folds(ratings, { count: 5, seed: 0 }));
  });

  it.each<[object, string]>([
    [{ count: 2.5 }, "RangeError: count must be an integer, got 2.5"],
    [{ seed: Number.NaN }, "RangeError: seed must be finite, got NaN"],
    [{ k: 3 }, 'TypeError: option must be one of by, count, seed, times, got "k"'],
  ])("refuse %j", (options, message) => {
    expect(thrown(() => folds(ratings, options))).toBe(message);
  });
});
