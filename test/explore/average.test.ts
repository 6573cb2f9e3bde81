import fc from "fast-check";
import { expect, test } from "vitest";
import { averageOf } from "../../src/explore/average";
import { random } from "../../src/math/random";
import { ratingsFrom } from "../../src/ratings/build";
import { randomRatings } from "../samples";

test("the interval is that of the double sum over pairs of ratings that share a user or an item", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const ratings = randomRatings({ numItems: 6, numUsers: 5 }, { seed });
      const { items, users, values } = ratings;
      const places = Int32Array.from(values.keys()).filter((k) => k % 3 !== 0);
      const n = places.length;
      const { ratings: count, mean, low, high } = averageOf(ratings, places);
      expect(count).toBe(n);
      expect(mean).toBeCloseTo(places.reduce((sum, k) => sum + values[k], 0) / n, 12);
      const pairs = (share: (a: number, b: number) => boolean) => {
        let sum = 0;
        for (const a of places)
          for (const b of places) if (share(a, b)) sum += (values[a] - mean) * (values[b] - mean);
        return sum / n ** 2;
      };
      const corrected = (keys: Int32Array) => {
        const groups = new Set(Array.from(places, (k) => keys[k])).size;
        return (groups / (groups - 1)) * pairs((a, b) => keys[a] === keys[b]);
      };
      const ofUsers = corrected(users);
      const ofItems = corrected(items);
      const variance = Math.max(
        ofUsers,
        ofItems,
        ofUsers + ofItems - (n / (n - 1)) * pairs((a, b) => a === b),
      );
      expect(high! - mean).toBeCloseTo(1.959964 * Math.sqrt(variance), 6);
      expect(mean - low!).toBeCloseTo(high! - mean, 12);
    }),
  );
});

test("the interval holds the true mean about 95 times in 100 where users are strict and films are good", () => {
  const source = random(5);
  const size = { numItems: 60, numUsers: 40 };
  let held = 0;
  let heldAlone = 0;
  for (let trial = 0; trial < 400; trial++) {
    const ofUsers = Array.from({ length: 40 }, () => 0.5 * source.normal());
    const ofItems = Array.from({ length: 60 }, () => 0.5 * source.normal());
    const cells = Array.from({ length: 2400 }, (_, cell) => ({
      item: cell % 60,
      user: Math.floor(cell / 60),
    }));
    const triples = cells
      .filter(() => source.uniform() < 0.4)
      .map(({ item, user }) => ({ item, user, value: ofUsers[user] + ofItems[item] + source.normal() }));
    const ratings = ratingsFrom(triples, size);
    const { mean, low, high } = averageOf(ratings, Int32Array.from(triples.keys()));
    if (low! < 0 && 0 < high!) held++;
    const sd = Math.sqrt(triples.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / triples.length);
    if (Math.abs(mean) < (1.96 * sd) / Math.sqrt(triples.length)) heldAlone++;
  }
  expect(held / 400).toBeGreaterThan(0.9);
  expect(held / 400).toBeLessThan(0.99);
  // What the usual standard error gives, which takes each rating for a witness of its own.
  expect(heldAlone / 400).toBeLessThan(0.6);
});

test("ratings of one user, or of one item, have a mean and no interval", () => {
  const ratings = ratingsFrom([
    { item: 0, user: 0, value: 1 },
    { item: 1, user: 0, value: 4 },
    { item: 1, user: 1, value: 2 },
  ]);
  expect(averageOf(ratings, Int32Array.of(0, 1))).toEqual({ ratings: 2, mean: 2.5 });
  expect(averageOf(ratings, Int32Array.of(1, 2))).toEqual({ ratings: 2, mean: 3 });
  expect(averageOf(ratings, Int32Array.of(0, 2)).low).toBeDefined();
  expect(() => averageOf(ratings, new Int32Array(0))).toThrow(
    "places must hold at least one place, got none",
  );
});
