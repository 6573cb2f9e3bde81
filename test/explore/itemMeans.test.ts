import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { movielens } from "../../src/datasets/movielens";
import { itemMeans, itemSpread } from "../../src/explore/itemMeans";
import { queryRows, quoted } from "../../src/files/duckdb";
import { random } from "../../src/math/random";
import { ratingsFrom } from "../../src/ratings/build";
import { countByItem } from "../../src/ratings/counts";
import { normalize } from "../../src/ratings/normalize";
import { randomRatings, ratingsOfSpread, testWith } from "../samples";

test("the spread within items and that between them are recovered from ratings drawn with them", () => {
  const { mean, within, between, damping } = itemSpread(ratingsOfSpread(0.5, 1.2, 1));
  expect(Math.abs(mean - 3)).toBeLessThan(0.1);
  expect(Math.abs(within - 1.2)).toBeLessThan(0.04);
  expect(Math.abs(between - 0.5)).toBeLessThan(0.07);
  expect(damping).toBeCloseTo((within / between) ** 2, 12);
});

test("the damping found is the one with which means err least", () => {
  const source = random(9);
  const truth = Array.from({ length: 2000 }, () => 3 + 0.5 * source.normal());
  const triples = truth.flatMap((quality, item) =>
    Array.from({ length: 1 + source.below(6) }, (_, user) => ({
      item,
      user,
      value: quality + source.normal(),
    })),
  );
  const ratings = ratingsFrom(triples);
  const errorWith = (damping: number) =>
    normalize(ratings, { damping }).means.reduce((sum, mean, item) => sum + (mean - truth[item]) ** 2, 0);
  const { damping } = itemSpread(ratings);
  for (const other of [damping / 2, damping * 2]) expect(errorWith(damping)).toBeLessThan(errorWith(other));
  expect(errorWith(damping)).toBeLessThan(0.7 * errorWith(0));
});

testWith("ml-latest-small", ["ratings.csv"], "the spread of a real file is that of SQL", async (folder) => {
  const { ratings } = await movielens("ml-latest-small");
  const [[mean, within, between]] = (await queryRows(`
    WITH r AS (SELECT movieId, rating::DOUBLE AS y FROM ${quoted(join(folder, "ratings.csv"))}),
    m AS (SELECT count(*) AS n, avg(y) AS mean, var_pop(y) AS spread FROM r GROUP BY movieId),
    a AS (SELECT sum(n) AS total, count(*) AS k, sum(n * mean) / sum(n) AS grand,
          sum(n * spread) / (sum(n) - count(*)) AS w, sum(n * n) AS squares FROM m)
    SELECT any_value(grand), sqrt(any_value(w)), sqrt(
      (sum(n * (mean - grand) ** 2) - (any_value(k) - 1) * any_value(w)) / any_value(total - squares / total))
    FROM m, a`)) as number[][];
  const found = itemSpread(ratings);
  expect(found.mean).toBeCloseTo(mean, 10);
  expect(found.within).toBeCloseTo(within, 10);
  expect(found.between).toBeCloseTo(between, 10);
});

test("each item rated has its mean, the interval of its number of ratings, and normalize's damped mean", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const ratings = randomRatings({ numItems: 8, numUsers: 6 }, { seed });
      const counts = countByItem(ratings);
      const { within, damping } = itemSpread(ratings);
      const rows = itemMeans(ratings);
      expect(rows.map(({ item, ratings }) => [item, ratings])).toEqual(
        [...counts].flatMap((count, item) => (count > 0 ? [[item, count]] : [])),
      );
      const plain = normalize(ratings).means;
      // A damping without end is, to the last digits that matter, a very large one.
      const damped = normalize(ratings, { damping: Math.min(damping, 1e15) }).means;
      for (const { item, ratings: count, mean, low, high, shrunk } of rows) {
        expect(mean).toBeCloseTo(plain[item as number], 12);
        expect(shrunk).toBeCloseTo(damped[item as number], 9);
        expect(high - low).toBeCloseTo((2 * 1.959964 * within) / Math.sqrt(count), 12);
        expect((high + low) / 2).toBeCloseTo(mean, 12);
      }
    }),
  );
});

test("where chance alone explains the means, all are drawn together", () => {
  const { ratings } = lecture();
  expect(itemSpread(ratings)).toMatchObject({ between: 0, damping: Infinity });
  const rows = itemMeans(ratings, { labels: ratings.itemIds.map((id) => `film ${id}`) });
  for (const { shrunk } of rows) expect(shrunk).toBeCloseTo(33 / 15, 12);
  expect(rows[0].item).toBe("film Love at last");
});

test("ratings that tell nothing of chance, labels that do not fit and unknown options are refused", () => {
  const { ratings } = lecture();
  const apart = ratingsFrom([0, 1, 2].map((item) => ({ item, user: 0, value: item })));
  expect(() => itemSpread(apart)).toThrow("ratings must hold an item rated twice, got none");
  expect(() => itemMeans({ ...ratings, values: new Float64Array(0) })).toThrow(
    "ratings must hold at least one rating, got none",
  );
  expect(() => itemMeans(ratings, { labels: ["a"] })).toThrow("labels must have 5 entries, got 1");
  expect(() => itemMeans(ratings, { titles: [] } as object)).toThrow(
    'option must be one of labels, got "titles"',
  );
});
