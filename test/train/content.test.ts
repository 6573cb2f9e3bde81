import { describe, expect, it, test } from "vitest";
import { findData } from "../../src/datasets/find";
import { movielens } from "../../src/datasets/movielens";
import { generateFilms } from "../../src/datasets/synthetic";
import { rmse } from "../../src/evaluate/errors";
import { random, shuffled } from "../../src/math/random";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { normalize } from "../../src/ratings/normalize";
import { pick, type Ratings, withValues } from "../../src/ratings/ratings";
import { type ContentFeatures, genreFeatures, trainWithContent } from "../../src/train/content";
import { foldIn } from "../../src/train/foldIn";
import { train } from "../../src/train/gradient/train";
import { randomRatings, rejected, thrown } from "../samples";

/** All ratings of a tenth of the items, drawn at random, and those of the others. */
function coldSplit(ratings: Ratings, seed: number): { train: Ratings; test: Ratings } {
  const { numItems } = ratings;
  const cold = new Set(shuffled(numItems, random(seed)).slice(0, Math.round(numItems / 10)));
  const places = Int32Array.from(ratings.values.keys());
  return {
    train: pick(
      ratings,
      places.filter((k) => !cold.has(ratings.items[k])),
    ),
    test: pick(
      ratings,
      places.filter((k) => cold.has(ratings.items[k])),
    ),
  };
}

/** Each user's mean, whatever the item. */
function userMeans(ratings: Ratings): Model {
  const { numItems, numUsers } = ratings;
  const none = randomModel({ numItems, numUsers, numFeatures: 1 }, { scale: 0 });
  return { ...none, b: normalize(ratings, { by: "user" }).means };
}

describe("genreFeatures", () => {
  it("has a column for each genre in alphabetical order, and rows of length 1", () => {
    const { names, X } = genreFeatures([["War", "Drama"], [], ["Comedy"], ["War", "War", "Comedy", "Drama"]]);
    expect(names).toEqual(["Comedy", "Drama", "War"]);
    const [half, third] = [1 / Math.sqrt(2), 1 / Math.sqrt(3)];
    expect([...X]).toEqual([0, half, half, 0, 0, 0, 1, 0, 0, third, third, third]);
  });

  it("with titles has the year last, less its mean, a unit for 20 years, and 0 where there is none", () => {
    const genres = [["War"], ["War"], []];
    const { names, X } = genreFeatures(genres, { titles: ["A (1990)", "B", "C, The (2000)"] });
    expect(names).toEqual(["War", "year"]);
    expect([...X]).toEqual([1, -0.25, 1, 0, 0, 0.25]);
    expect([...genreFeatures(genres, { titles: ["A", "B", "C"] }).X]).toEqual([1, 0, 1, 0, 0, 0]);
    expect(thrown(() => genreFeatures(genres, { titles: ["A (1990)"] }))).toBe(
      "RangeError: titles must be 3, one for each item, got 1",
    );
  });

  it("refuses items without any genre", () => {
    expect(thrown(() => genreFeatures([[], []]))).toBe(
      "RangeError: genres must have one at least, got none of 2 items",
    );
  });
});

describe("trainWithContent", () => {
  const size = { numItems: 14, numUsers: 9 };
  const whole = randomRatings(size, { seed: 2, density: 0.5 });
  // Nobody has rated the items 3 and 11.
  const ratings = pick(
    whole,
    Int32Array.from(whole.values.keys()).filter((k) => ![3, 11].includes(whole.items[k])),
  );
  const source = random(8);
  const content: ContentFeatures = {
    ...{ names: ["a", "b"], X: Float64Array.from({ length: 28 }, () => source.normal()) },
  };
  const mean = ratings.values.reduce((sum, value) => sum + value, 0) / ratings.values.length;
  const bare: Model = {
    ...randomModel({ ...size, numFeatures: 2 }, { scale: 0 }),
    ...{ X: content.X, mu: new Float64Array(14).fill(mean) },
  };
  const fits = Array.from({ length: 9 }, (_, user) =>
    foldIn(
      bare,
      [...ratings.users.keys()]
        .filter((k) => ratings.users[k] === user)
        .map((k) => ({ item: ratings.items[k], value: ratings.values[k] })),
      { lambda: 3 },
    ),
  );
  const byContent = (item: number, user: number) =>
    mean + fits[user].b + fits[user].w[0] * content.X[item * 2] + fits[user].w[1] * content.X[item * 2 + 1];
  const options = { contentLambda: 3, numFeatures: 4, lambda: 2, damping: 1.5, iterations: 30, seed: 5 };

  it("predicts an item that nobody has rated by the user's regression on its content alone", async () => {
    const { model } = await trainWithContent(ratings, content, options);
    for (const item of [3, 11]) {
      for (let user = 0; user < 9; user++) {
        expect(predict(model, { item, user })).toBeCloseTo(byContent(item, user), 10);
      }
    }
  });

  it("predicts the others by that and what train learns of the rest", async () => {
    const { model, history } = await trainWithContent(ratings, content, options);
    const rest = withValues(
      ratings,
      ratings.values.map((value, k) => value - byContent(ratings.items[k], ratings.users[k])),
    );
    const normalized = normalize(rest, { damping: 1.5 });
    const start = randomModel({ ...size, numFeatures: 4 }, { seed: 5 });
    const trained = await train(start, normalized.ratings, { lambda: 2, iterations: 30 });
    expect(history).toHaveLength(30);
    history.forEach((cost, k) => {
      expect(cost).toBeCloseTo(trained.history[k], 8);
    });
    const learned = { ...trained.model, mu: normalized.means };
    for (const item of [0, 1, 2, 4, 13]) {
      for (let user = 0; user < 9; user++) {
        const wanted = byContent(item, user) + predict(learned, { item, user });
        expect(predict(model, { item, user })).toBeCloseTo(wanted, 8);
      }
    }
  });

  it("keeps the known features as they are, in the first columns, and has one column more than learned ones", async () => {
    const { model } = await trainWithContent(ratings, content, options);
    expect(model.numFeatures).toBe(2 + 4 + 1);
    for (let item = 0; item < 14; item++) {
      expect([...model.X.subarray(item * 7, item * 7 + 2)]).toEqual([
        ...content.X.subarray(item * 2, item * 2 + 2),
      ]);
      expect(model.X[item * 7 + 6]).toBe([3, 11].includes(item) ? 0 : 1);
    }
    const again = await trainWithContent(ratings, content, options);
    expect(again.model).toEqual(model);
    const other = await trainWithContent(ratings, content, { ...options, seed: 6 });
    expect(other.model.X).not.toEqual(model.X);
  });

  it("has the defaults it says, stops when told, and refuses what it cannot take", async () => {
    const { model } = await trainWithContent(ratings, content);
    const said = { contentLambda: 6, numFeatures: 20, lambda: 12, damping: 3, iterations: 60, seed: 0 };
    expect((await trainWithContent(ratings, content, said)).model).toEqual(model);

    const stopped = await trainWithContent(ratings, content, {
      onIteration: ({ iteration }) => iteration < 4,
    });
    expect(stopped.history).toHaveLength(5);
    const refusal = (wrong: object, features = content) =>
      rejected(trainWithContent(ratings, features, wrong));
    expect(await refusal({ signal: AbortSignal.abort(new Error("stopped")) })).toBe("Error: stopped");
    expect(await refusal({ contentLambda: 0 })).toBe("RangeError: contentLambda must be > 0, got 0");
    expect(await refusal({ lambda: -1 })).toBe("RangeError: lambda must be >= 0, got -1");
    expect(await refusal({ numFeatures: 0 })).toBe("RangeError: numFeatures must be >= 1, got 0");
    expect(await refusal({ rate: 1 })).toMatch(
      /^TypeError: option must be one of contentLambda, .*, got "rate"$/,
    );
    expect(await refusal({}, { ...content, names: ["a"] })).toBe(
      "RangeError: content.X must have 14 entries, 1 for each of the ratings' 14 items, got 28",
    );
    const X = content.X.slice();
    X[5] = Number.NaN;
    expect(await refusal({}, { ...content, X })).toBe(
      "RangeError: content.X must be finite, got NaN (item 2, b)",
    );
  });
});

test("genres predict films that nobody has rated better than users' means, where taste goes by genre", async () => {
  const films = generateFilms({
    ...{ numItems: 300, numUsers: 150, numRatings: 9000 },
    ...{ scale: { min: 1, max: 5, step: 1 }, years: [1930, 2018] },
  });
  const { train: rated, test: cold } = coldSplit(films.ratings, 1);
  const { model } = await trainWithContent(rated, genreFeatures(films.genres), { numFeatures: 4 });
  expect(rmse(model, cold)).toBeLessThan(0.95 * rmse(userMeans(rated), cold));
});

const here = findData("ml-100k", ["u.data", "u.item"]);

test.skipIf(!here)(
  `MovieLens's genres do too, and with the years better still${here ? "" : " (skipped: ml-100k is not on this machine)"}`,
  async () => {
    const { ratings, genres } = await movielens("ml-100k");
    const { train: rated, test: cold } = coldSplit(ratings, 1);
    const { model } = await trainWithContent(rated, genreFeatures(genres), {
      numFeatures: 2,
      iterations: 10,
    });
    const range: [number, number] = [1, 5];
    expect(rmse(model, cold, { range })).toBeLessThan(rmse(userMeans(rated), cold, { range }) - 0.01);
  },
);
