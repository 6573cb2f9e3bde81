import fc from "fast-check";
import { expect, it } from "vitest";
import { blockCountFor, cutIntoBlocks } from "../../../src/train/sgd/blocks";
import { heap } from "../../../src/wasm/arena";
import { randomRatings } from "../../samples";

const pause = async () => {};

it("puts every rating into the one block of its user and its item, and nothing else", async () => {
  const shapes = fc.record({
    numItems: fc.integer({ min: 1, max: 50 }),
    numUsers: fc.integer({ min: 1, max: 50 }),
    wanted: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(1000),
    density: fc.double({ min: 0.02, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ numItems, numUsers, wanted, seed, density }) => {
      const ratings = randomRatings({ numItems, numUsers }, { seed, density });
      const count = Math.min(wanted, numItems, numUsers);
      const blocks = await cutIntoBlocks(ratings, { count, seed, store: heap }, pause);
      const { userBounds, itemBounds, placeOf, starts, items, values, mean, unit } = blocks;
      for (const [bounds, end] of [
        [userBounds, numUsers],
        [itemBounds, numItems],
      ] as const) {
        expect([bounds[0], bounds[count]]).toEqual([0, end]);
        for (let s = 0; s < count; s++) expect(bounds[s + 1]).toBeGreaterThanOrEqual(bounds[s]);
      }
      expect([...placeOf].sort((a, b) => a - b)).toEqual([...placeOf.keys()]);
      const itemAt = new Map(Array.from(placeOf, (place, item) => [place, item]));
      const found: string[] = [];
      for (let column = 0; column < count; column++) {
        for (let user = 0; user < numUsers; user++) {
          const run = column * numUsers + user;
          for (let k = starts[run]; k < starts[run + 1]; k++) {
            const place = itemBounds[column] + items[k];
            expect(place).toBeLessThan(itemBounds[column + 1]);
            found.push(`${itemAt.get(place)} ${user} ${Math.round((values[k] * unit + mean) * 2) / 2}`);
          }
        }
      }
      const given = Array.from(
        ratings.values,
        (value, k) => `${ratings.items[k]} ${ratings.users[k]} ${value}`,
      );
      expect(found.sort()).toEqual(given.sort());
    }),
  );
});

it("gives each block row and column about as many ratings", async () => {
  const ratings = randomRatings({ numItems: 400, numUsers: 300 }, { seed: 3, density: 0.3 });
  const { count, starts, userBounds } = await cutIntoBlocks(
    ratings,
    { count: 8, seed: 1, store: heap },
    pause,
  );
  const byItems = Array.from({ length: count }, (_, s) => starts[(s + 1) * 300] - starts[s * 300]);
  const byUsers = Array.from({ length: count }, (_, s) => {
    let sum = 0;
    for (let t = 0; t < count; t++)
      sum += starts[t * 300 + userBounds[s + 1]] - starts[t * 300 + userBounds[s]];
    return sum;
  });
  for (const share of [...byItems, ...byUsers])
    expect(share / (ratings.values.length / 8)).toBeCloseTo(1, 0.7);
});

it("cuts more finely where a column would hold more items than numbers of 16 bits count", async () => {
  const items = Int32Array.from({ length: 200_000 }, (_, k) => k);
  const ratings = {
    ...{ numItems: 200_000, numUsers: 2, items, users: items.map((k) => k % 2) },
    ...{ values: new Float64Array(200_000).fill(3), itemIds: [], userIds: [] },
  };
  const count = blockCountFor({ ...ratings, numRatings: 200_000 });
  expect(count).toBe(4);
  const { itemBounds } = await cutIntoBlocks(ratings, { count, seed: 0, store: heap }, pause);
  for (let s = 0; s < count; s++) expect(itemBounds[s + 1] - itemBounds[s]).toBeLessThanOrEqual(65536);
});

it("cuts by the ratings alone, into more blocks for very many of them", async () => {
  const of = (ratings: number, numItems = 1000, numUsers = 1000) =>
    blockCountFor({ numItems, numUsers, numRatings: ratings });
  expect([100, 1e6, 50e6].map((ratings) => of(ratings))).toEqual([8, 8, 8]);
  expect([51e6, 101e6, 300e6, 1e12].map((ratings) => of(ratings))).toEqual([16, 32, 64, 4096]);
  expect([of(100, 3), of(100, 1000, 5), of(1e12, 200_000, 2)]).toEqual([3, 5, 4]);
});
