import fc from "fast-check";
import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { auc, logLoss } from "../../src/evaluate/labelMetrics";
import { sigmoid } from "../../src/math/logistic";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { labelsFromShowings, toLabels, withSampledZeros } from "../../src/ratings/labels";
import { byUser, ratingAt } from "../../src/ratings/ratings";
import { randomRatings, thrown } from "../samples";

const { ratings } = lecture();

test("stars become likes from the threshold up, and unrated stays unrated", () => {
  const labels = toLabels(ratings, { threshold: 4 });
  expect([...labels.values]).toEqual(Array.from(ratings.values, (value) => (value >= 4 ? 1 : 0)));
  expect(labels.items).toEqual(ratings.items);
  expect(ratingAt(labels, { item: 1, user: 1 })).toBeUndefined();
  expect(() => toLabels(ratings, { threshold: Number.NaN })).toThrow("threshold must be finite, got NaN");
});

test("ratings below the threshold become unrated where they are told to", () => {
  const likes = toLabels(ratings, { threshold: 4, below: "unrated" });
  const wanted = [...ratings.values.keys()].filter((k) => ratings.values[k] >= 4);
  expect([...likes.items]).toEqual(wanted.map((k) => ratings.items[k]));
  expect([...likes.users]).toEqual(wanted.map((k) => ratings.users[k]));
  expect([...likes.values]).toEqual(wanted.map(() => 1));
  expect([likes.numItems, likes.numUsers]).toEqual([5, 4]);
  expect(thrown(() => toLabels(ratings, { threshold: 6, below: "unrated" }))).toBe(
    "RangeError: ratings must hold one of 6 or more, got none",
  );
  expect(thrown(() => toLabels(ratings, { threshold: 4, below: "none" as "zero" }))).toBe(
    'RangeError: below must be one of "zero", "unrated", got "none"',
  );
});

test("zeros are drawn for each user, as many for each like as asked, where there was no label", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 0.02, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 6, noNaN: true }),
      (seed, density, ratio) => {
        const labels = randomRatings({ numItems: 30, numUsers: 4 }, { seed, density, labels: true });
        const more = withSampledZeros(labels, { ratio, seed });
        const known = labels.values.length;
        for (const name of ["items", "users", "values"] as const) {
          expect([...more[name].subarray(0, known)]).toEqual([...labels[name]]);
        }
        expect(more.values.subarray(known).every((value) => value === 0)).toBe(true);
        const cells = new Set(Array.from(more.items, (item, k) => `${item} ${more.users[k]}`));
        expect(cells.size).toBe(more.values.length);
        const [before, after] = [byUser(labels), byUser(more)];
        for (let user = 0; user < 4; user++) {
          const own = before.order.subarray(before.start[user], before.start[user + 1]);
          const liked = own.filter((k) => labels.values[k] === 1).length;
          const added = after.start[user + 1] - after.start[user] - own.length;
          expect(added).toBe(Math.min(30 - own.length, Math.round(ratio * liked)));
        }
        expect(withSampledZeros(labels, { ratio, seed })).toEqual(more);
      },
    ),
  );
});

test.each([2, 15])(
  "every item without a label is as likely to be drawn as a zero, with a ratio of %d",
  (ratio) => {
    const labels = ratingsFrom([{ item: 3, user: 0, value: 1 }], { numItems: 20, numUsers: 1 });
    const counts = new Float64Array(20);
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) {
      for (const item of withSampledZeros(labels, { ratio, seed }).items.subarray(1)) counts[item]++;
    }
    const expected = (draws * ratio) / 19;
    expect(counts[3]).toBe(0);
    for (const [item, count] of counts.entries()) {
      if (item !== 3) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  },
);

test.each<[object, string]>([
  [{ ratio: -1 }, "RangeError: ratio must be >= 0, got -1"],
  [{ seed: Number.NaN }, "RangeError: seed must be finite, got NaN"],
  [{ count: 3 }, 'TypeError: option must be one of ratio, seed, got "count"'],
])("zeros are not drawn with %j", (options, message) => {
  expect(thrown(() => withSampledZeros(ratings, options))).toBe(message);
});

test("ten zeros a like and seed 0, unless told otherwise", () => {
  const likes = randomRatings({ numItems: 90, numUsers: 2 }, { seed: 1, density: 0.1, labels: true });
  expect(withSampledZeros(likes)).toEqual(withSampledZeros(likes, { ratio: 10, seed: 0 }));
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
