import { describe, expect, it, test } from "vitest";
import { rmse } from "../../src/evaluate/errors";
import type { Predictor } from "../../src/model/posterior";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { type Ratings, withValues } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { biases, contentBased, globalMean, itemMean } from "../../src/train/baselines";
import { trainWithContent } from "../../src/train/content";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { lectureModel } from "../../src/train/lectureModel";
import { factorize } from "../../src/train/sgd/factorize";
import { randomRatings } from "../samples";

const size = { numItems: 60, numUsers: 50 };
const drawn = randomRatings(size, { seed: 3, density: 0.4 });
/** Ratings as far apart as MovieLens's. */
const spread = withValues(
  drawn,
  drawn.values.map((value) => 0.7 * value),
);
const { train, test: held } = split(spread, { seed: 1 });
const features = { X: Float64Array.from({ length: 120 }, (_, k) => Math.sin(k)) };

const trainers: [name: string, learn: (ratings: Ratings) => Predictor | Promise<Predictor>][] = [
  ["factorize", async (ratings) => (await factorize(ratings, { numFeatures: 5 })).model],
  ["bayesian", (ratings) => bayesian(ratings, { numFeatures: 3, samples: 40 })],
  ["lectureModel", async (ratings) => (await lectureModel(ratings, { numFeatures: 3 })).model],
  [
    "trainWithContent",
    async (ratings) =>
      (await trainWithContent(ratings, { ...features, names: ["a", "b"] }, { numFeatures: 3 })).model,
  ],
  ["globalMean", (ratings) => globalMean(ratings)],
  ["itemMean", (ratings) => itemMean(ratings, { damping: 3 })],
  ["biases", (ratings) => biases(ratings)],
  ["contentBased", (ratings) => contentBased(ratings, features)],
];

describe.each(trainers)("%s", (_, learn) => {
  const scaled = (ratings: Ratings, factor: number, shift = 0) =>
    withValues(
      ratings,
      ratings.values.map((value) => factor * value + shift),
    );
  const errorOf = async (factor: number, shift = 0) =>
    rmse(await learn(scaled(train, factor, shift)), scaled(held, factor, shift)) / factor;

  it("errs as much on ratings of any scale, in their own units", async () => {
    const usual = await errorOf(1);
    for (const factor of [1e-6, 1e-3, 0.2, 10, 100, 1e6])
      expect((await errorOf(factor)) / usual, `times ${factor}`).toBeCloseTo(1, 3);
  });

  it("and of any level", async () => {
    const usual = await errorOf(1);
    for (const shift of [-10, 1e3, 1e7, 1e8])
      expect((await errorOf(1, shift)) / usual, `plus ${shift}`).toBeCloseTo(1, 3);
  });

  it("predicts equal ratings as what they are", async () => {
    for (const value of [0.1, 3, 4.7, -2, 1e10]) {
      const equal = withValues(train, new Float64Array(train.values.length).fill(value));
      const model = await learn(equal);
      for (const at of [
        { item: 0, user: 0 },
        { item: 17, user: 31 },
      ])
        expect(predict(model, at) / value).toBeCloseTo(1, 12);
    }
  });
});

test("an interval comes back after equal ratings, and holds them", async () => {
  for (const value of [0.1, 4.7, 1e10 + 3]) {
    const few = [0, 1, 2].map((user) => ({ item: 0, user, value }));
    const posterior = await bayesian(ratingsFrom(few), { samples: 20 });
    const { low, mean, high } = predict(posterior, { item: 0, user: 0 }, { interval: 0.8 });
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    expect(mean / value).toBeCloseTo(1, 12);
  }
});

test("ratings further apart than numbers of 32 bits hold are refused, not made NaN", async () => {
  const far = ratingsFrom([0, 1, 2].map((user) => ({ item: 0, user, value: user * 1e39 })));
  await expect(bayesian(far)).rejects.toThrow("the ratings' spread must be at most 1e+35");
});
