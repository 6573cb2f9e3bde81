import fc from "fast-check";
import { expect, it } from "vitest";
import { cutIntoStrata } from "../../../src/train/sgd/blocks";
import { heap } from "../../../src/wasm/store";
import { randomRatings } from "../../samples";

it("puts every rating into the one block of its user and its item, and nothing else", () => {
  const shapes = fc.record({
    numItems: fc.integer({ min: 1, max: 50 }),
    numUsers: fc.integer({ min: 1, max: 50 }),
    atLeast: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(1000),
    density: fc.double({ min: 0.02, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(shapes, ({ numItems, numUsers, atLeast, seed, density }) => {
      const ratings = randomRatings({ numItems, numUsers }, { seed, density });
      const strata = cutIntoStrata(ratings, { atLeast, seed, store: heap });
      const { count, userBounds, itemBounds, placeOf, starts, items, values, mean } = strata;
      expect(count).toBe(Math.min(atLeast, numItems, numUsers));
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
      for (let stratum = 0; stratum < count; stratum++) {
        for (let user = 0; user < numUsers; user++) {
          const run = stratum * numUsers + user;
          for (let k = starts[run]; k < starts[run + 1]; k++) {
            const place = itemBounds[stratum] + items[k];
            expect(place).toBeLessThan(itemBounds[stratum + 1]);
            found.push(`${itemAt.get(place)} ${user} ${Math.round((values[k] + mean) * 2) / 2}`);
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

it("gives each stratum about as many ratings", () => {
  const ratings = randomRatings({ numItems: 400, numUsers: 300 }, { seed: 3, density: 0.3 });
  const { count, starts, userBounds } = cutIntoStrata(ratings, { atLeast: 8, seed: 1, store: heap });
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

it("cuts more finely where a stratum would hold more items than numbers of 16 bits count", () => {
  const items = Int32Array.from({ length: 200_000 }, (_, k) => k);
  const ratings = {
    ...{ numItems: 200_000, numUsers: 2, items, users: items.map((k) => k % 2) },
    ...{ values: new Float64Array(200_000).fill(3), itemIds: [], userIds: [] },
  };
  const { count, itemBounds } = cutIntoStrata(ratings, { atLeast: 1, seed: 0, store: heap });
  expect(count).toBe(4);
  for (let s = 0; s < count; s++) expect(itemBounds[s + 1] - itemBounds[s]).toBeLessThanOrEqual(65536);
});
