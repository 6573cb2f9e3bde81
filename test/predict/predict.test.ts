import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { mae, rmse } from "../../src/evaluate/errors";
import { randomModel } from "../../src/model/model";
import { predict, recommend } from "../../src/predict/predict";
import { similarItems } from "../../src/predict/similar";
import { ratingsFrom } from "../../src/ratings/build";
import { itemsRated } from "../../src/ratings/counts";
import { normalize } from "../../src/ratings/normalize";
import { ratingAt } from "../../src/ratings/ratings";
import { train } from "../../src/train/gradient/train";
import { modelWithMeans, randomRatings, thrown } from "../samples";

const size = { numItems: 9, numUsers: 4, numFeatures: 3 };
const model = modelWithMeans(size, 5);
const seen = randomRatings(size, { seed: 2, density: 0.4 });
const scoreOf = (item: number, user: number) => {
  let sum = model.b[user] + model.mu[item];
  for (let f = 0; f < 3; f++) sum += model.W[user * 3 + f] * model.X[item * 3 + f];
  return sum;
};

describe("predict", () => {
  it("is w·x + b + mu", () => {
    for (let item = 0; item < 9; item++) {
      for (let user = 0; user < 4; user++)
        expect(predict(model, { item, user })).toBeCloseTo(scoreOf(item, user), 12);
    }
  });

  it.each([
    [{ item: 9, user: 0 }, "RangeError: item must be in [0, 9), got 9"],
    [{ item: -1, user: 0 }, "RangeError: item must be in [0, 9), got -1"],
    [{ item: 1.5, user: 0 }, "RangeError: item must be an integer, got 1.5"],
    [{ item: Number.NaN, user: 0 }, "RangeError: item must be in [0, 9), got NaN"],
    [{ item: 0, user: 4 }, "RangeError: user must be in [0, 4), got 4"],
    [{ item: 0, user: -1 }, "RangeError: user must be in [0, 4), got -1"],
    [{ item: "0", user: 0 } as never, 'TypeError: item must be a number, got "0"'],
    [{ item: 0 } as never, "TypeError: user must be a number, got undefined"],
  ])("refuses %j", (at, message) => {
    expect(thrown(() => predict(model, at))).toBe(message);
  });
});

describe("recommend", () => {
  it("gives the best unseen items in order, as many as asked for and there are: checked by brute force", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 }), (user, count) => {
        const unseen = Array.from({ length: 9 }, (_, item) => item).filter(
          (item) => ratingAt(seen, { item, user }) === undefined,
        );
        const best = unseen.sort((a, b) => scoreOf(b, user) - scoreOf(a, user)).slice(0, count);
        const found = recommend(model, { user, exclude: seen, count });
        expect(found.map(({ item }) => item)).toEqual(best);
        for (const { item, score } of found) expect(score).toBe(predict(model, { item, user }));
      }),
    );
  });

  it("of equal scores takes the lower index first, and ten items unless told otherwise", () => {
    const flat = randomModel({ numItems: 30, numUsers: 1, numFeatures: 1 }, { scale: 0 });
    expect(recommend(flat, { user: 0 }).map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("gives nothing to someone who has seen everything, and does not pad", () => {
    const all = ratingsFrom(
      Array.from({ length: 9 }, (_, item) => ({ item, user: 0, value: 3 })),
      size,
    );
    expect(recommend(model, { user: 0, exclude: all })).toEqual([]);
    expect(recommend(model, { user: 1, exclude: all, count: 20 })).toHaveLength(9);
  });

  it.each([
    [{ user: 4 }, "RangeError: user must be in [0, 4), got 4"],
    [{ user: -1 }, "RangeError: user must be in [0, 4), got -1"],
    [{ user: 0, count: -1 }, "RangeError: count must be >= 0, got -1"],
    [{ user: 0, count: 2.5 }, "RangeError: count must be an integer, got 2.5"],
    [
      { user: 0, n: 3 } as never,
      'TypeError: option must be one of user, exclude, rated, among, range, count, got "n"',
    ],
    [
      { user: 0, exclude: ratingsFrom([{ item: 0, user: 0, value: 1 }]) },
      "RangeError: exclude must have the model's 9 items, got 1",
    ],
    [
      { user: 3, exclude: ratingsFrom([{ item: 0, user: 0, value: 1 }], { numItems: 9 }) },
      "RangeError: user must be in [0, 1), got 3 (in exclude)",
    ],
  ])("refuses %#", (options, message) => {
    expect(thrown(() => recommend(model, options))).toBe(message);
  });
});

describe("similarItems", () => {
  it("gives the others by the square of their distance, nearest first", () => {
    const distance = (k: number) =>
      [0, 1, 2].reduce((sum, f) => sum + (model.X[k * 3 + f] - model.X[12 + f]) ** 2, 0);
    const others = [0, 1, 2, 3, 5, 6, 7, 8].sort((a, b) => distance(a) - distance(b));
    const found = similarItems(model, { item: 4 });
    expect(found.map(({ item }) => item)).toEqual(others);
    for (const near of found) expect(near.distance).toBeCloseTo(distance(near.item), 12);
    expect(similarItems(model, { item: 4, count: 3 })).toEqual(found.slice(0, 3));
  });

  it("of equal distances takes the lower index first, and refuses a count that is none", () => {
    const flat = randomModel({ numItems: 5, numUsers: 1, numFeatures: 1 }, { scale: 0 });
    expect(similarItems(flat, { item: 2 }).map(({ item }) => item)).toEqual([0, 1, 3, 4]);
    expect(thrown(() => similarItems(flat, { item: 2, count: -1 }))).toBe(
      "RangeError: count must be >= 0, got -1",
    );
  });

  it("chooses among the items given, itself left out, one given twice once", () => {
    const all = similarItems(model, { item: 4 });
    const found = similarItems(model, { item: 4, among: [7, 1, 4, 1, 8] });
    expect(found).toEqual(all.filter(({ item }) => [1, 7, 8].includes(item)));
    expect(similarItems(model, { item: 4, among: Int32Array.of(7, 2), count: 1 })).toHaveLength(1);
    expect(similarItems(model, { item: 4, among: [] })).toEqual([]);
    expect(thrown(() => similarItems(model, { item: 4, among: [1, 9] }))).toBe(
      "RangeError: item must be in [0, 9), got 9 (in among)",
    );
  });

  it("finds rarely rated items near one another, and leaves them out among itemsRated", async () => {
    const { ratings } = generateFilms({
      ...{ numItems: 300, numUsers: 100, numRatings: 4000 },
      ...{ scale: { min: 1, max: 5, step: 1 }, years: [1930, 2018] },
    });
    const start = randomModel({ numItems: 300, numUsers: 100, numFeatures: 4 });
    const { model: trained } = await train(start, normalize(ratings).ratings, { lambda: 4, iterations: 80 });
    const often = itemsRated(ratings, { atLeast: 20 });
    const rare = itemsRated(ratings).filter((item) => !itemsRated(ratings, { atLeast: 6 }).includes(item));
    const size = (items: Int32Array) =>
      items.reduce((sum, item) => sum + Math.hypot(...trained.X.subarray(item * 4, item * 4 + 4)), 0) /
      items.length;
    expect(rare.length).toBeGreaterThan(10);
    expect(size(rare)).toBeLessThan(0.6 * size(often));
    for (const { item } of similarItems(trained, { item: 0, among: often })) expect(often).toContain(item);
  });

  it("refuses an item that is not there", () => {
    expect(thrown(() => similarItems(model, { item: 9 }))).toBe("RangeError: item must be in [0, 9), got 9");
  });
});

describe("rmse and mae", () => {
  const flat = randomModel({ numItems: 2, numUsers: 2, numFeatures: 1 }, { scale: 0 });
  flat.mu.set([3, 6]);
  const given = ratingsFrom([
    { item: 0, user: 0, value: 4 },
    { item: 1, user: 1, value: 4 },
  ]);

  it("are the root of the mean of the squared errors, and the mean of the errors without their signs", () => {
    expect(rmse(flat, given)).toBeCloseTo(Math.sqrt((1 + 4) / 2), 14);
    expect(mae(flat, given)).toBeCloseTo(1.5, 14);
  });

  it("count predictions beyond the scale as its ends", () => {
    expect(rmse(flat, given, { range: [1, 5] })).toBeCloseTo(1, 14);
    expect(mae(flat, given, { range: [3.5, 3.75] })).toBeCloseTo(0.375, 14);
  });

  it("are 0 for a model that is right, and never less than each other's bound", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const some = randomRatings(size, { seed });
        expect(mae(model, some)).toBeLessThanOrEqual(rmse(model, some) + 1e-12);
      }),
    );
    const exact = ratingsFrom([{ item: 1, user: 0, value: 6 }], { numUsers: 2 });
    expect([rmse(flat, exact), mae(flat, exact)]).toEqual([0, 0]);
  });

  it("refuse another size, and a range that is none", () => {
    expect(thrown(() => rmse(model, given))).toBe("RangeError: ratings must have the model's 9 items, got 2");
    expect(thrown(() => mae(flat, given, { range: [5, 1] }))).toBe(
      "RangeError: range must go up, got [5, 1]",
    );
    expect(rmse(flat, given, { range: [4, 4] })).toBe(0);
    expect(thrown(() => mae(flat, given, { range: [Number.NaN, 5] }))).toBe(
      "RangeError: range[0] must be finite, got NaN",
    );
    expect(thrown(() => rmse(flat, given, { range: [0, Number.NaN] }))).toBe(
      "RangeError: range[1] must be finite, got NaN",
    );
  });
});
