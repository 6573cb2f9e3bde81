import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { solve } from "../../src/math/linear";
import { random } from "../../src/math/random";
import type { Loss, Model } from "../../src/model/model";
import { predict, recommend } from "../../src/predict/predict";
import { foldIn } from "../../src/train/foldIn";
import { foldInItem, withItem } from "../../src/train/foldInItem";
import { modelWithMeans, numericGradient, thrown } from "../samples";

const size = { numItems: 9, numUsers: 30, numFeatures: 4 };
const model: Model = {
  ...modelWithMeans(size, 2),
  b: Float64Array.from({ length: 30 }, (_, k) => Math.sin(k)),
};
const theirs = [3, 8, 11, 14, 20, 29].map((user, k) => ({ user, value: [5, 1, 3.5, 4, 2, 4.5][k] }));
const labels = theirs.map(({ user }, k) => ({ user, value: k % 2 }));

/** The prediction of user j for an item of these features and this mean. */
const scoreOf = ({ W, b, numFeatures: n }: Model, user: number, x: ArrayLike<number>, mu: number) => {
  let z = b[user] + mu;
  for (let f = 0; f < n; f++) z += x[f] * W[user * n + f];
  return z;
};

/** The cost of (x, mu), as the docstring has it, written without a thought for large z. */
function costOf(theta: Float64Array, given: typeof theirs, lambda: number, loss: Loss): number {
  const [x, mu] = [theta.subarray(0, 4), theta[4]];
  let J = (lambda / 2) * x.reduce((sum, value) => sum + value * value, 0);
  for (const { user, value } of given) {
    const z = scoreOf(model, user, x, mu);
    const g = 1 / (1 + Math.exp(-z));
    J += loss === "squared" ? (z - value) ** 2 / 2 : -value * Math.log(g) - (1 - value) * Math.log(1 - g);
  }
  return J;
}

describe.each([
  { loss: "squared" as const, given: theirs },
  { loss: "logistic" as const, given: labels },
])("under $loss loss", ({ loss, given }) => {
  it.each([0.3, 1, 7])("no slope is left at what folding in finds, lambda %d", (lambda) => {
    const { x, mu } = foldInItem(model, given, { lambda, loss });
    const theta = Float64Array.of(...x, mu);
    for (const slope of numericGradient(theta, () => costOf(theta, given, lambda, loss)))
      expect(slope).toBeCloseTo(0, 7);
  });
});

test("it is the solution of the normal equations with a column of ones that carries no penalty", () => {
  const shapes = fc.record({
    seed: fc.nat(10_000),
    numUsers: fc.integer({ min: 1, max: 20 }),
    numFeatures: fc.integer({ min: 1, max: 5 }),
    lambda: fc.constantFrom(0.1, 1, 30),
  });
  fc.assert(
    fc.property(shapes, ({ seed, numUsers, numFeatures: n, lambda }) => {
      const source = random(seed);
      const model = modelWithMeans({ numItems: 3, numUsers, numFeatures: n }, seed);
      model.b.set(model.b.map(() => source.normal()));
      const raters = Array.from({ length: numUsers }, (_, user) => user).filter(
        (user) => user === 0 || source.uniform() < 0.6,
      );
      const given = raters.map((user) => ({ user, value: source.below(11) / 2 }));
      const A = new Float64Array((n + 1) ** 2);
      const r = new Float64Array(n + 1);
      for (const { user, value } of given) {
        const row = [...model.W.subarray(user * n, (user + 1) * n), 1];
        for (let f = 0; f <= n; f++) {
          r[f] += row[f] * (value - model.b[user]);
          for (let g = 0; g <= n; g++) A[f * (n + 1) + g] += row[f] * row[g];
        }
      }
      for (let f = 0; f < n; f++) A[f * (n + 1) + f] += lambda;
      const wanted = solve(A, r)!;
      const { x, mu } = foldInItem(model, given, { lambda });
      x.forEach((value, f) => {
        expect(value).toBeCloseTo(wanted[f], 8);
      });
      expect(mu).toBeCloseTo(wanted[n], 8);
      // An item is folded in as a user is where items are users and users items.
      const { X, W, b, mu: means, numItems } = model;
      const turned = { ...model, numItems: numUsers, numUsers: numItems, X: W, W: X, b: means, mu: b };
      const mine = given.map(({ user, value }) => ({ item: user, value }));
      expect({ x, mu }).toEqual((({ w, b }) => ({ x: w, mu: b }))(foldIn(turned, mine, { lambda })));
    }),
  );
});

test("the mean carries no penalty: under the heaviest lambda it is the mean of what was given, less the biases", () => {
  const { x, mu } = foldInItem(model, theirs, { lambda: 1e12 });
  expect(Math.max(...x.map(Math.abs))).toBeLessThan(1e-10);
  const wanted = theirs.reduce((sum, { user, value }) => sum + (value - model.b[user]) / 6, 0);
  expect(mu).toBeCloseTo(wanted, 9);
});

test("what nobody has rated is predicted by the means", () => {
  const { x, mu } = foldInItem(model, []);
  expect(x).toEqual(new Float64Array(4));
  expect(mu).toBeCloseTo(
    model.mu.reduce((sum, value) => sum + value / 9, 0),
    12,
  );
});

test("ratings that follow the model are found again without a penalty", () => {
  const x = [1, -2, 0.5, 3];
  const exact = theirs.map(({ user }) => ({ user, value: scoreOf(model, user, x, 2.5) }));
  const found = foldInItem(model, exact, { lambda: 0 });
  x.forEach((value, f) => {
    expect(found.x[f]).toBeCloseTo(value, 9);
  });
  expect(found.mu).toBeCloseTo(2.5, 9);
});

test("a model learned from labels folds items in by their labels", () => {
  const found = foldInItem({ ...model, loss: "logistic" }, labels);
  expect(found).toEqual(foldInItem(model, labels, { loss: "logistic" }));
  expect(found).not.toEqual(foldInItem(model, labels));
});

test("an item is added as the last row, with an id where there are ids; the model given stays as it was", () => {
  const named = {
    ...model,
    itemIds: Array.from({ length: 9 }, (_, k) => `film ${k}`),
    userIds: Array.from({ length: 30 }, (_, k) => `user ${k}`),
  };
  const before = structuredClone(named);
  const item = foldInItem(named, theirs);
  const larger = withItem(named, { ...item, id: "Heat" });
  expect(named).toEqual(before);
  expect(larger.numItems).toBe(10);
  expect(larger.itemIds).toEqual([...named.itemIds, "Heat"]);
  expect(predict(larger, { item: 9, user: 5 })).toBeCloseTo(scoreOf(model, 5, item.x, item.mu), 12);
  expect(predict(larger, { item: 2, user: 5 })).toBe(predict(model, { item: 2, user: 5 }));
  const liked = withItem(model, { x: new Float64Array(4), mu: 100 });
  expect(liked.itemIds).toBeUndefined();
  expect(recommend(liked, { user: 7, count: 1 })).toMatchObject([{ item: 9 }]);
  expect(() => withItem(model, { x: [1], mu: 0 })).toThrow("x must have the model's 4 features, got 1");
  expect(() => withItem(model, { x: [1, 2, 3, Infinity], mu: 0 })).toThrow(
    "x must be finite, got Infinity (feature 3)",
  );
  expect(() => withItem(model, { x: [1, 2, 3, 4], mu: Number.NaN })).toThrow("mu must be finite, got NaN");
});

test.each<[string, typeof theirs, object, string]>([
  [
    "too few ratings for no penalty",
    theirs.slice(0, 3),
    { lambda: 0 },
    "RangeError: lambda must be > 0 where 3 ratings do not determine 4 features and a mean, got 0",
  ],
  [
    "a user twice",
    [theirs[0], theirs[1], theirs[0]],
    {},
    "RangeError: a user must rate once, got user 3 twice (ratings 0 and 2)",
  ],
  [
    "a user who is not there",
    [{ user: 30, value: 1 }],
    {},
    "RangeError: user must be in [0, 30), got 30 (rating 0)",
  ],
  [
    "a value that is no number",
    [{ user: 0, value: Number.NaN }],
    {},
    "RangeError: value must be finite, got NaN (rating 0)",
  ],
  [
    "stars for labels",
    theirs,
    { loss: "logistic" },
    'RangeError: label must be 0 or 1 under loss "logistic", got 5 (rating 0)',
  ],
  ["a negative lambda", theirs, { lambda: -1 }, "RangeError: lambda must be >= 0, got -1"],
  [
    "an unknown loss",
    theirs,
    { loss: "hinge" },
    'RangeError: loss must be one of "squared", "logistic", got "hinge"',
  ],
  ["an option misspelt", theirs, { lamda: 1 }, 'TypeError: option must be one of lambda, loss, got "lamda"'],
])("%s is refused", (_, given, options, message) => {
  expect(thrown(() => foldInItem(model, given, options))).toBe(message);
});
