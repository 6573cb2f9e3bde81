import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../src/math/random";
import { type Model, randomModel } from "../../src/model/model";
import { recommend } from "../../src/predict/predict";
import { itemQuery, recommendAll, similarItemsAll, userQuery } from "../../src/predict/recommendAll";
import { similarItems } from "../../src/predict/similar";
import { type Lists, topItemsOn } from "../../src/predict/topItems";
import type { Ratings } from "../../src/ratings/ratings";
import { kernelModule } from "../../src/wasm/kernels";
import { modelWithMeans, randomRatings, rejected } from "../samples";

const listOf = ({ start, items, scores }: Lists, row: number) =>
  Array.from(items.subarray(start[row], start[row + 1]), (item, k) => ({
    item,
    score: scores[start[row] + k],
  }));

const simd = (threads: number) => ({ module: kernelModule()!, threads });

/** The lists of both backends, which are to be the same: those of `recommend` for each user. */
async function listsOf(model: Model, count: number, threads: number, exclude?: Ratings): Promise<Lists> {
  const query = await userQuery(model, count, { exclude });
  const all = await topItemsOn(simd(threads), query);
  expect(await topItemsOn("plain", query)).toEqual(all);
  return all;
}

const shapes = fc.record({
  size: fc.record({
    numItems: fc.integer({ min: 1, max: 700 }),
    numUsers: fc.integer({ min: 1, max: 23 }),
    numFeatures: fc.integer({ min: 1, max: 21 }),
  }),
  seed: fc.nat(1000),
  count: fc.integer({ min: 0, max: 30 }),
  threads: fc.constantFrom(1, 1, 2),
});

describe("recommendAll", () => {
  it("gives every user what recommend gives, digit for digit", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, seed, count, threads }) => {
        const model = modelWithMeans(size, seed);
        const exclude = randomRatings(size, { seed, density: 0.3 });
        const all = await listsOf(model, count, threads, exclude);
        for (let user = 0; user < size.numUsers; user++)
          expect(listOf(all, user)).toEqual(recommend(model, { user, exclude, count }));
      }),
      { numRuns: 60 },
    );
  });

  it("does so where a few features carry most, and most items need no second look", async () => {
    const size = { numItems: 5000, numUsers: 40, numFeatures: 24 };
    const source = random(3);
    const steep = (rows: number) =>
      Float64Array.from({ length: rows * 24 }, (_, k) => source.normal() * 0.6 ** (k % 24));
    const model: Model = { ...modelWithMeans(size, 1), X: steep(5000), W: steep(40) };
    const all = await listsOf(model, 10, 1);
    for (let user = 0; user < 40; user++) expect(listOf(all, user)).toEqual(recommend(model, { user }));
  });

  it.each([
    ["all scores are the same", 0, () => 0],
    ["scores differ by less than numbers of 32 bits can tell", 1, (k: number) => 3 + k * 1e-12],
  ])("does so where %s", async (_, scale, mean) => {
    const size = { numItems: 300, numUsers: 9, numFeatures: 4 };
    const model: Model = {
      ...randomModel(size, { scale: scale * 1e-13 }),
      mu: Float64Array.from({ length: 300 }, (_, k) => mean((k * 7) % 300)),
    };
    const all = await listsOf(model, 12, 1);
    for (let user = 0; user < 9; user++)
      expect(listOf(all, user)).toEqual(recommend(model, { user, count: 12 }));
  });

  it("is the same through the public door, also for work that is worth threads", async () => {
    const size = { numItems: 2000, numUsers: 500, numFeatures: 12 };
    const model = modelWithMeans(size, 2);
    const exclude = randomRatings(size, { seed: 2, density: 0.01 });
    const all = await recommendAll(model, { exclude, count: 5, threads: 2 });
    for (let user = 0; user < 500; user += 50)
      expect(listOf(all, user)).toEqual(recommend(model, { user, exclude, count: 5 }));
  });

  it("gives fewer where there are fewer, and nothing to who has seen all", async () => {
    const size = { numItems: 6, numUsers: 2, numFeatures: 2 };
    const exclude = randomRatings(size, { seed: 1, density: 1 });
    const { start, items } = await recommendAll(randomModel(size), { exclude });
    expect([[...start], items.length]).toEqual([[0, 0, 0], 0]);
    const all = await recommendAll(randomModel(size), { count: 50 });
    expect([...all.start]).toEqual([0, 6, 12]);
  });

  it.each([
    [{ count: -1 }, "count must be >= 0, got -1"],
    [
      { exclude: randomRatings({ numItems: 5, numUsers: 3 }, { seed: 1 }) },
      "exclude must have the model's 4 items, got 5",
    ],
    [
      { exclude: randomRatings({ numItems: 4, numUsers: 2 }, { seed: 1 }) },
      "exclude must have the model's 3 users, got 2",
    ],
    [{ threads: 0 }, "threads must be >= 1, got 0"],
  ])("refuses %o", async (options, message) => {
    const model = randomModel({ numItems: 4, numUsers: 3, numFeatures: 2 });
    expect(await rejected(recommendAll(model, options))).toContain(message);
  });
});

describe("similarItemsAll", () => {
  it("gives every item what similarItems gives, digit for digit", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, seed, count, threads }) => {
        const model = modelWithMeans({ ...size, numItems: Math.min(size.numItems, 120) }, seed);
        const query = await itemQuery(model, count);
        const all = await topItemsOn(simd(threads), query);
        expect(await topItemsOn("plain", query)).toEqual(all);
        for (let item = 0; item < model.numItems; item++) {
          const near = listOf(all, item).map((found) => ({ item: found.item, distance: -found.score || 0 }));
          expect(near).toEqual(similarItems(model, { item, count }));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("takes twins for the nearest, at a distance of zero", async () => {
    const model = randomModel({ numItems: 40, numUsers: 1, numFeatures: 3 }, { scale: 1 });
    model.X.copyWithin(3 * 7, 0, 3);
    expect(listOf(await similarItemsAll(model, { count: 1 }), 7)).toEqual([{ item: 0, score: 0 }]);
    const all = await similarItemsAll(model, { count: 3, threads: 2 });
    const near = listOf(all, 11).map(({ item, score }) => ({ item, distance: score }));
    expect(near).toEqual(similarItems(model, { item: 11, count: 3 }));
  });
});
