import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { addMeans } from "../../src/model/means";
import { randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFromTable, withRatingsOf } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { train } from "../../src/train/gradient/train";
import { randomRatings, thrown } from "../samples";

const { ratings } = lecture();

describe("normalize", () => {
  it("subtracts each film's mean over those who rated it: the lecture's 2.5, 2.5, 2, 2.25, 1.67", () => {
    const { means, by, ratings: centred } = normalize(ratings);
    expect(by).toBe("item");
    expect(Array.from(means)).toEqual([2.5, 2.5, 2, 2.25, 5 / 3]);
    expect(Array.from(centred.values)).toEqual(
      Array.from(ratings.values, (value, k) => value - means[ratings.items[k]]),
    );
    expect(centred.items).toBe(ratings.items);
    expect(centred.users).toBe(ratings.users);
  });

  it("or each user's own mean", () => {
    const { means, by } = normalize(ratings, { by: "user" });
    expect(by).toBe("user");
    expect(Array.from(means)).toEqual([10 / 4, 9 / 4, 10 / 4, 4 / 3]);
  });

  it("leaves a mean of zero over every item's ratings, or every user's", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom("item", "user"), (seed, by) => {
        const some = randomRatings({ numItems: 7, numUsers: 5 }, { seed });
        const { ratings: centred, means } = normalize(some, { by });
        const keys = by === "item" ? some.items : some.users;
        const sums = new Float64Array(means.length);
        centred.values.forEach((value, k) => {
          sums[keys[k]] += value;
        });
        for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-12);
      }),
    );
  });

  it("draws a mean towards the mean of all ratings by the damping", () => {
    const table = ratingsFromTable([
      [5, null],
      [1, 3],
    ]);
    // The mean of all is 3: (5 + 2 × 3) / (1 + 2) and (4 + 2 × 3) / (2 + 2).
    expect(Array.from(normalize(table, { damping: 2 }).means)).toEqual([11 / 3, 10 / 4]);
    expect(Array.from(normalize(table, { damping: 2, by: "user" }).means)).toEqual([12 / 4, 9 / 3]);
    const far = normalize(table, { damping: 1e12 }).means;
    for (const mean of far) expect(mean).toBeCloseTo(3, 9);
  });

  it("gives an item or a user without any rating the mean of all", () => {
    const table = ratingsFromTable([
      [5, null, 2],
      [null, null, null],
    ]);
    expect(Array.from(normalize(table).means)).toEqual([3.5, 3.5]);
    expect(Array.from(normalize(table, { by: "user" }).means)).toEqual([5, 3.5, 2]);
    expect(Array.from(normalize(table, { by: "user", damping: 1 }).means)).toEqual([4.25, 3.5, 2.75]);
  });

  it("refuses an unknown `by`, a negative damping, a misspelt option", () => {
    expect(thrown(() => normalize(ratings, { by: "film" as never }))).toBe(
      'RangeError: by must be one of "item", "user", got "film"',
    );
    expect(thrown(() => normalize(ratings, { damping: -1 }))).toBe(
      "RangeError: damping must be >= 0, got -1",
    );
    expect(thrown(() => normalize(ratings, { damping: Number.NaN }))).toBe(
      "RangeError: damping must be finite, got NaN",
    );
    expect(thrown(() => normalize(ratings, { damp: 1 } as never))).toBe(
      'TypeError: option must be one of by, damping, got "damp"',
    );
  });
});

describe("mean normalization, as the lecture has it", () => {
  const withEve = withRatingsOf(ratings, [], "Eve");
  const eve = 4;
  const start = {
    ...randomModel({ numItems: 5, numUsers: 5, numFeatures: 2 }, { seed: 1 }),
    b: new Float64Array(5),
  };
  const options = { lambda: 1, learningRate: 0.1, iterations: 2000 };

  it("predicts 2.5 for Eve, who has rated nothing, on Love at last, and each film's mean on the others", async () => {
    const normalized = normalize(withEve);
    const { model } = await train(start, normalized.ratings, options);
    const inStars = addMeans(model, normalized);
    expect(predict(inStars, { item: 0, user: eve })).toBeCloseTo(2.5, 12);
    for (let item = 0; item < 5; item++) {
      expect(predict(inStars, { item, user: eve })).toBeCloseTo(normalized.means[item], 12);
    }
  });

  it("without it predicts 0", async () => {
    const { model } = await train(start, withEve, options);
    for (let item = 0; item < 5; item++) expect(predict(model, { item, user: eve })).toBeCloseTo(0, 12);
  });

  it("by user, predicts for a film that nobody has rated each user's own mean", async () => {
    const rows = [...table(), [null, null, null, null]];
    const withNewFilm = ratingsFromTable(rows);
    const normalized = normalize(withNewFilm, { by: "user" });
    const from = randomModel({ numItems: 6, numUsers: 4, numFeatures: 2 }, { seed: 1 });
    const { model } = await train({ ...from, b: new Float64Array(4) }, normalized.ratings, options);
    const inStars = addMeans(model, normalized);
    for (let user = 0; user < 4; user++) {
      // The film's features are nothing but penalized: they end at zero, and w·x with them.
      expect(predict(inStars, { item: 5, user })).toBeCloseTo(model.b[user] + normalized.means[user], 12);
    }
  });
});

function table(): (number | null)[][] {
  return [
    [5, 5, 0, 0],
    [5, null, null, 0],
    [null, 4, 0, null],
    [0, 0, 5, 4],
    [0, 0, 5, null],
  ];
}
