import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { courseLab } from "../../src/datasets/courseLab";
import { yearOf } from "../../src/datasets/films";
import { lecture } from "../../src/datasets/lecture";
import { movielens, movielensFolds } from "../../src/datasets/movielens";
import { generateFilms } from "../../src/datasets/synthetic";
import { rmse } from "../../src/evaluate/errors";
import { addMeans } from "../../src/model/means";
import { type Model, randomModel } from "../../src/model/model";
import { normalize } from "../../src/ratings/normalize";
import { byItem, byUser, indexOfItem, indexOfUser, type Ratings, ratingAt } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { train } from "../../src/train/gradient/train";
import { testWith } from "../samples";

test("the lecture's table is that of the lecture", () => {
  const { ratings, features } = lecture();
  expect([ratings.numItems, ratings.numUsers, ratings.values.length]).toEqual([5, 4, 15]);
  const stars = (film: string, person: string) =>
    ratingAt(ratings, { item: indexOfItem(ratings, film), user: indexOfUser(ratings, person) });
  expect(stars("Love at last", "Carol")).toBe(0);
  expect(stars("Romance forever", "Bob")).toBeUndefined();
  expect(stars("Nonstop car chases", "Dave")).toBe(4);
  expect([...features]).toEqual([0.9, 0, 1, 0.01, 0.99, 0, 0.1, 1, 0, 0.9]);
});

testWith(
  "ml-latest-small",
  ["ratings.csv", "movies.csv"],
  "ml-latest-small has its published numbers",
  async (folder) => {
    const { ratings, times, titles, genres, generated } = await movielens("ml-latest-small");
    expect(generated).toBe(false);
    expect([ratings.numItems, ratings.numUsers, ratings.values.length]).toEqual([9742, 610, 100836]);
    expect(titles[0]).toBe("Toy Story (1995)");
    expect(genres[0]).toEqual(["Adventure", "Animation", "Children", "Comedy", "Fantasy"]);
    const at = { item: indexOfItem(ratings, 1), user: indexOfUser(ratings, 1) };
    expect(ratingAt(ratings, at)).toBe(4);
    expect(ratings.values.reduce((sum, value) => sum + value, 0) / 100836).toBeCloseTo(3.501557, 6);
    const lines = readFileSync(join(folder, "ratings.csv"), "utf8").trim().split(/\r?\n/).slice(1);
    const rows = lines.map((line) => line.split(",").map(Number));
    expect(rowsOf(ratings, times)).toEqual(rows);
  },
);

testWith("ml-100k", ["u.data", "u.item"], "ml-100k has its published numbers", async (folder) => {
  const { ratings, times, titles, genres } = await movielens("ml-100k");
  expect([ratings.numItems, ratings.numUsers, ratings.values.length]).toEqual([1682, 943, 100000]);
  expect(ratingAt(ratings, { item: indexOfItem(ratings, 242), user: indexOfUser(ratings, 196) })).toBe(3);
  expect(titles[0]).toBe("Toy Story (1995)");
  expect(genres[0]).toEqual(["Animation", "Children", "Comedy"]);
  // u.item is not UTF-8: a wrong reading would leave no such letter.
  expect(titles.some((title) => title.includes("é"))).toBe(true);
  const fewest = Math.min(...Array.from({ length: 943 }, (_, user) => countOf(byUser(ratings).start, user)));
  expect(fewest).toBe(20);
  const lines = readFileSync(join(folder, "u.data"), "utf8").trim().split("\n");
  expect(rowsOf(ratings, times)).toEqual(lines.map((line) => line.split("\t").map(Number)));
});

testWith(
  "ml-100k",
  ["u.data", "u.item", "u1.base"],
  "ml-100k's folds are those of its files",
  async (folder) => {
    const parts = await movielensFolds();
    const { ratings } = await movielens("ml-100k");
    const cellsOf = ({ items, users, values, itemIds, userIds }: typeof ratings) =>
      Array.from(values, (value, k) => `${userIds[users[k]]}\t${itemIds[items[k]]}\t${value}`);
    const all = cellsOf(ratings).sort();
    expect(parts.map(({ test }) => test.values.length)).toEqual([20000, 20000, 20000, 20000, 20000]);
    expect(parts.flatMap(({ test }) => cellsOf(test)).sort()).toEqual(all);
    for (const [k, { train, test }] of parts.entries()) {
      expect([...cellsOf(train), ...cellsOf(test)].sort()).toEqual(all);
      expect([train.itemIds, test.userIds]).toEqual([ratings.itemIds, ratings.userIds]);
      const lines = readFileSync(join(folder, `u${k + 1}.test`), "utf8")
        .trim()
        .split("\n");
      expect(cellsOf(test)).toEqual(lines.map((line) => line.split("\t").slice(0, 3).join("\t")));
    }
  },
);

testWith(
  "course-lab",
  ["ratings.csv", "movie_ids.csv"],
  "the lab's matrix is made from ml-latest-small",
  async (folder) => {
    const { ratings, times, pretrained, initial } = await courseLab();
    const lines = readFileSync(join(folder, "ratings.csv"), "utf8").trim().split("\n").slice(1);
    const triples = lines.map((line) => line.split(",").map(Number));
    expect(Array.from(ratings.values, (value, k) => [ratings.items[k], ratings.users[k], value])).toEqual(
      triples,
    );
    expect([ratings.numItems, ratings.numUsers]).toEqual([4778, 443]);
    const ids = readFileSync(join(folder, "movie_ids.csv"), "utf8").trim().split("\n").slice(1);
    expect(ratings.itemIds).toEqual(ids.map((line) => Number(line.split(",")[1])));
    const all = await movielens("ml-latest-small");
    const timeOf = new Map(
      rowsOf(all.ratings, all.times).map(([user, film, , time]) => [`${user} ${film}`, time]),
    );
    for (const [user, film, , time] of rowsOf(ratings, times))
      expect(timeOf.get(`${user} ${film}`)).toBe(time);
    expect([pretrained?.numFeatures, pretrained?.numUsers]).toEqual([10, 443]);
    expect([initial?.numFeatures, initial?.numUsers]).toEqual([100, 444]);
  },
);

test("an unknown data set is refused by name", async () => {
  await expect(movielens("ml-25m" as "ml-100k")).rejects.toThrow(
    'name must be one of "ml-latest-small", "ml-100k", got "ml-25m"',
  );
});

const shape = {
  numItems: 2000,
  numUsers: 150,
  numRatings: 9000,
  scale: { min: 0.5, max: 5, step: 0.5 },
  years: [1990, 2005] as const,
};

test("generated films have the shape asked for, and repeat for a seed", () => {
  const { ratings, times, titles, genres, generated } = generateFilms(shape, 7);
  expect(generated).toBe(true);
  expect([ratings.numItems, ratings.numUsers, ratings.values.length]).toEqual([2000, 150, 9000]);
  expect([titles.length, genres.length]).toEqual([2000, 2000]);
  expect(new Set(ratings.values)).toEqual(new Set([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]));
  expect(times.length).toBe(9000);
  const years = Array.from(times, (time) => new Date(1000 * time).getUTCFullYear());
  expect([Math.min(...years), Math.max(...years)]).toEqual([1996, 2005]);
  expect(titles.every((title) => yearOf(title) >= 1990 && yearOf(title) <= 2005)).toBe(true);
  expect(generateFilms(shape, 7)).toEqual(generateFilms(shape, 7));
  expect(generateFilms(shape, 8).ratings.values).not.toEqual(ratings.values);
});

test("generated ratings are as uneven as real ones: few films have most of them", () => {
  const { ratings } = generateFilms(shape);
  const { start } = byItem(ratings);
  const counts = Array.from({ length: 2000 }, (_, item) => countOf(start, item)).sort((a, b) => b - a);
  const topTenth = counts.slice(0, 200).reduce((sum, count) => sum + count, 0);
  expect(topTenth).toBeGreaterThan(0.4 * 9000);
  expect(new Set(Array.from(ratings.users)).size).toBe(150);
});

test("generated ratings can be learned from: a model predicts those held back better than the means do", async () => {
  const { ratings } = generateFilms({ ...shape, numItems: 400, numUsers: 200, numRatings: 15000 });
  const parts = split(ratings, { seed: 1 });
  const normalized = normalize(parts.train, { damping: 5 });
  const errorOf = (model: Model) => rmse(addMeans(model, normalized), parts.test);
  const size = { numItems: 400, numUsers: 200, numFeatures: 8 };
  const { model } = await train(randomModel(size), normalized.ratings, { lambda: 8, iterations: 80 });
  expect(errorOf(model)).toBeLessThan(0.9 * errorOf(randomModel(size, { scale: 0 })));
});

/** The ratings as their file has them: user, item, value, time. */
const rowsOf = ({ items, users, values, itemIds, userIds }: Ratings, times: Float64Array) =>
  Array.from(values, (value, k) => [Number(userIds[users[k]]), Number(itemIds[items[k]]), value, times[k]]);

const countOf = (start: Int32Array, k: number) => start[k + 1] - start[k];
