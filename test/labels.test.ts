import fc from "fast-check";
import { expect, test } from "vitest";
import { sigmoid } from "../src/cost";
import { auc, logLoss } from "../src/labelMetrics";
import { labelsFromShowings, toLabels } from "../src/labels";
import { lecture } from "../src/lecture";
import { type Model, randomModel } from "../src/model";
import { predict } from "../src/predict";
import { ratingAt, ratingsFrom } from "../src/ratings";

const { ratings } = lecture();

test("stars become likes from the threshold up, and unrated stays unrated", () => {
  const labels = toLabels(ratings, { threshold: 4 });
  expect([...labels.values]).toEqual(Array.from(ratings.values, (value) => (value >= 4 ? 1 : 0)));
  expect(labels.items).toEqual(ratings.items);
  expect(ratingAt(labels, { item: 1, user: 1 })).toBeUndefined();
  expect(() => toLabels(ratings, { threshold: Number.NaN })).toThrow("threshold must be finite, got NaN");
});

test("shown and engaged is 1, shown and never engaged 0, not shown nothing", () => {
  const labels = labelsFromShowings(
    [
      { item: 0, user: 0, engaged: false },
      { item: 1, user: 0, engaged: false },
      { item: 0, user: 0, engaged: true },
      { item: 0, user: 0, engaged: false },
    ],
    { numItems: 2, numUsers: 2 },
  );
  expect(ratingAt(labels, { item: 0, user: 0 })).toBe(1);
  expect(ratingAt(labels, { item: 1, user: 0 })).toBe(0);
  expect(ratingAt(labels, { item: 0, user: 1 })).toBeUndefined();
  expect(labels.values).toHaveLength(2);
  expect(() => labelsFromShowings([{ item: -1, user: 0, engaged: true }])).toThrow(
    "item must be >= 0, got -1",
  );
});

/** A model of one user whose z for item i is z[i], and the labels of all items. */
function scored(z: number[], y: number[]): [Model, ReturnType<typeof ratingsFrom>] {
  const model = randomModel({ numItems: z.length, numUsers: 1, numFeatures: 1 }, { scale: 0 });
  model.mu.set(z);
  return [model, ratingsFrom(y.map((value, item) => ({ item, user: 0, value })))];
}

test("the log loss is the mean of −log of the probability of what happened", () => {
  const model = randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }, { seed: 2, scale: 1 });
  const labels = toLabels(ratings, { threshold: 4 });
  const probabilities = Array.from(labels.values, (y, k) => {
    const f = sigmoid(predict(model, { item: labels.items[k], user: labels.users[k] }));
    return y === 1 ? f : 1 - f;
  });
  const mean = probabilities.reduce((sum, f) => sum - Math.log(f), 0) / probabilities.length;
  expect(logLoss(model, labels)).toBeCloseTo(mean, 12);
  expect(logLoss(...scored([0, 0], [1, 0]))).toBeCloseTo(Math.LN2, 15);
  expect(logLoss(...scored([1000, -1000], [0, 0]))).toBe(500);
});

test("the AUC is the share of pairs in the right order, half for a draw", () => {
  const small = fc.array(fc.record({ z: fc.integer({ min: -3, max: 3 }), y: fc.constantFrom(0, 1) }), {
    minLength: 2,
  });
  fc.assert(
    fc.property(small, (cells) => {
      const likes = cells.filter(({ y }) => y === 1);
      const others = cells.filter(({ y }) => y === 0);
      fc.pre(likes.length > 0 && others.length > 0);
      let won = 0;
      for (const a of likes) for (const b of others) won += a.z > b.z ? 1 : a.z === b.z ? 0.5 : 0;
      const [model, labels] = scored(
        cells.map(({ z }) => z),
        cells.map(({ y }) => y),
      );
      expect(auc(model, labels)).toBeCloseTo(won / (likes.length * others.length), 12);
    }),
  );
});

test("labels of one kind only, and stars, have no AUC", () => {
  expect(() => auc(...scored([1, 2], [1, 1]))).toThrow(
    "labels must hold both 0 and 1 for an AUC, got only 1",
  );
  expect(() => auc(randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }), ratings)).toThrow(
    'label must be 0 or 1 under loss "logistic", got 5 (rating 0)',
  );
});
