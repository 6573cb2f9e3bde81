import { expect, test } from "vitest";
import { random } from "../../src/math/random";
import { addMeans } from "../../src/model/means";
import { randomModel } from "../../src/model/model";
import { explain } from "../../src/predict/explain";
import { predict } from "../../src/predict/predict";
import { ratingsFrom, withRatingsOf } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { foldIn, withUser } from "../../src/train/foldIn";
import { train } from "../../src/train/gradient/train";

const source = random(5);
const size = { numItems: 40, numUsers: 12 };
const cells = Array.from({ length: 480 }, (_, cell) => ({ item: cell % 40, user: Math.floor(cell / 40) }));
const ratings = ratingsFrom(
  cells.filter(() => source.uniform() < 0.4).map((cell) => ({ ...cell, value: 1 + source.below(5) })),
  size,
);
const normalized = normalize(ratings, { damping: 2 });
const mine = [2, 9, 17, 30].map((item, k) => ({ item, value: [5, 2, 4, 1][k] }));

test("for a user who was folded in, the ratings' contributions add up to the prediction exactly", async () => {
  const { model } = await train(randomModel({ ...size, numFeatures: 5 }), normalized.ratings, { lambda: 2 });
  const base = addMeans(model, normalized);
  const all = withRatingsOf(ratings, mine);
  for (const lambda of [0.5, 2]) {
    const larger = withUser(base, foldIn(base, mine, { lambda }));
    for (const item of [0, 9, 33]) {
      const found = explain(larger, { item, user: 12 }, all, { lambda });
      expect(found.remainder).toBeCloseTo(0, 12);
      const sum = found.ratings.reduce((total, { contribution }) => total + contribution, found.mu);
      expect(sum).toBeCloseTo(predict(larger, { item, user: 12 }), 12);
    }
  }
});

test("a contribution is what the prediction loses when that rating is moved to its item's mean", async () => {
  const base = addMeans(randomModel({ ...size, numFeatures: 3 }, { scale: 1 }), normalized);
  const predictedFrom = (given: typeof mine) =>
    predict(withUser(base, foldIn(base, given, { lambda: 2 })), { item: 0, user: 12 });
  const larger = withUser(base, foldIn(base, mine, { lambda: 2 }));
  const { ratings: shares } = explain(larger, { item: 0, user: 12 }, withRatingsOf(ratings, mine), {
    lambda: 2,
  });
  for (const { item, contribution } of shares) {
    const moved = mine.map((rating) => (rating.item === item ? { item, value: base.mu[item] } : rating));
    expect(predictedFrom(mine) - predictedFrom(moved)).toBeCloseTo(contribution, 12);
  }
  expect(shares.map(({ contribution }) => Math.abs(contribution))).toEqual(
    shares.map(({ contribution }) => Math.abs(contribution)).sort((a, b) => b - a),
  );
});

test("the model's parts add up, and after joint training to its end hardly anything remains", async () => {
  const start = randomModel({ ...size, numFeatures: 5 });
  const options = {
    optimizer: "gradientDescent",
    learningRate: 0.02,
    iterations: 20_000,
    lambda: 2,
  } as const;
  const model = addMeans((await train(start, normalized.ratings, options)).model, normalized);
  const found = explain(model, { item: 3, user: 4 }, ratings, { lambda: 2 });
  const parts = found.features.reduce((sum, part) => sum + part, found.mu + found.b);
  expect(parts).toBeCloseTo(found.prediction, 12);
  expect(found.prediction).toBe(predict(model, { item: 3, user: 4 }));
  expect(Math.abs(found.remainder)).toBeLessThan(1e-6);
});

test("what cannot be explained is refused", () => {
  const model = randomModel({ ...size, numFeatures: 2 });
  expect(() => explain(model, { item: 40, user: 0 }, ratings)).toThrow("item must be in [0, 40), got 40");
  const empty = ratingsFrom([{ item: 0, user: 0, value: 1 }], size);
  expect(() => explain(model, { item: 0, user: 1 }, empty)).toThrow(
    "user must have rated something to be explained by, got user 1",
  );
  expect(() => explain(model, { item: 0, user: 0 }, ratingsFrom([{ item: 0, user: 0, value: 1 }]))).toThrow(
    "ratings must have the model's 40 items, got 1",
  );
});
