import { describe, expect, it, test } from "vitest";
import { accuracy } from "../../src/evaluate/accuracy";
import { mae, rmse } from "../../src/evaluate/errors";
import { ranking } from "../../src/evaluate/ranking";
import { cost, costAndGradient } from "../../src/model/cost";
import { undetermined } from "../../src/model/identifiable";
import { type Model, randomModel } from "../../src/model/model";
import { explain } from "../../src/predict/explain";
import { recommend } from "../../src/predict/predict";
import { recommendAll } from "../../src/predict/recommendAll";
import { uncertainty } from "../../src/predict/uncertainty";
import { ratingsFrom } from "../../src/ratings/build";
import type { Ratings } from "../../src/ratings/ratings";
import { predictedVersusActual } from "../../src/show/evaluationPlots";
import { factorizeImplicit } from "../../src/train/als/als";
import { biases } from "../../src/train/baselines";
import { foldIn, withUser } from "../../src/train/foldIn";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { train } from "../../src/train/gradient/train";
import { factorize } from "../../src/train/sgd/factorize";
import { trainTensors } from "../../src/train/tensors";
import { rejected, thrown } from "../samples";

/** The ratings of a file whose lines come in this order: numbered as they first appear. */
function readInOrder(lines: readonly (readonly [user: string, item: string, value: number])[]): Ratings {
  const userIds = [...new Set(lines.map(([user]) => user))];
  const itemIds = [...new Set(lines.map(([, item]) => item))];
  return ratingsFrom(
    lines.map(([user, item, value]) => ({ item: itemIds.indexOf(item), user: userIds.indexOf(user), value })),
    { itemIds, userIds },
  );
}

const lines = [
  ["a", "X", 5],
  ["a", "Y", 1],
  ["b", "X", 1],
  ["b", "Y", 5],
] as const;
const learned = readInOrder(lines);
const usersTurned = readInOrder([lines[2], lines[3], lines[0], lines[1]]);
const itemsTurned = readInOrder([lines[1], lines[0], lines[3], lines[2]]);
const told = {
  users:
    'must have the model\'s users in its order, got "b" for "a" (user 0): number them alike with alignTo',
  items:
    'must have the model\'s items in its order, got "Y" for "X" (item 0): number them alike with alignTo',
};
const { model } = await train(randomModel({ ...learned, numFeatures: 2 }), learned, { iterations: 30 });

describe("what takes a model and ratings refuses those that are numbered in another order", () => {
  const start = randomModel({ ...learned, numFeatures: 2 });
  const uses: [name: string, use: (ratings: Ratings) => unknown][] = [
    ["cost", (ratings) => cost(model, ratings)],
    ["costAndGradient", (ratings) => costAndGradient(model, ratings)],
    ["train", (ratings) => train(start, ratings)],
    ["train's validation", (validation) => train(start, learned, { validation })],
    ["trainTensors", (ratings) => trainTensors(start, ratings)],
    ["factorize's validation", (validation) => factorize(learned, { validation })],
    ["undetermined", (ratings) => undetermined(model, ratings)],
    ["recommend's exclude", (exclude) => recommend(model, { user: 0, exclude })],
    ["recommendAll's exclude", (exclude) => recommendAll(model, { exclude })],
    ["explain", (ratings) => explain(model, { item: 0, user: 0 }, ratings)],
    ["uncertainty", (ratings) => uncertainty(model, ratings)],
    ["rmse", (ratings) => rmse(model, ratings)],
    ["mae", (ratings) => mae(model, ratings)],
    ["accuracy", (ratings) => accuracy(model, ratings)],
    ["ranking's train", (ratings) => ranking(model, { train: ratings, test: learned })],
    ["ranking's test", (ratings) => ranking(model, { train: learned, test: ratings })],
    ["predictedVersusActual", (ratings) => predictedVersusActual(model, ratings)],
  ];

  it.each(uses)("%s", async (_, use) => {
    const refusal = (ratings: Ratings) => rejected((async () => use(ratings))());
    expect(await refusal(usersTurned)).toContain(told.users);
    expect(await refusal(itemsTurned)).toContain(told.items);
  });
});

test("models of every kind carry the ids that they were learned from", async () => {
  const factorized = await factorize(learned, { numFeatures: 1, epochs: 1 });
  const posterior = await bayesian(learned, { numFeatures: 1, samples: 4 });
  const ofCounts = await factorizeImplicit(learned, { numFeatures: 1 });
  for (const one of [model, factorized.model, ofCounts.model, posterior, biases(learned)]) {
    expect([one.itemIds, one.userIds]).toEqual([
      ["X", "Y"],
      ["a", "b"],
    ]);
    expect(thrown(() => rmse(one, usersTurned))).toContain(told.users);
  }
});

test("ids that nobody gave, and those of a model made by hand, are compared with none", () => {
  const bare = ratingsFrom(
    Array.from(learned.values, (value, k) => ({ item: learned.items[k], user: learned.users[k], value })),
  );
  expect(rmse(model, bare)).toBe(rmse(model, learned));
  const { itemIds: _, userIds: __, ...byHand } = model;
  expect(rmse(byHand as Model, usersTurned)).toBeGreaterThan(1);
});

test("the same ids in another list are the same", () => {
  expect(rmse(model, structuredClone(learned))).toBe(rmse(model, learned));
});

test("who is folded in has an id too, and can be told from others", () => {
  const folded = withUser(model, { ...foldIn(model, [{ item: 0, value: 5 }]), id: "c" });
  expect(folded.userIds).toEqual(["a", "b", "c"]);
  expect(recommend(folded, { user: 1, exclude: learned })).toEqual([]);
  expect(thrown(() => recommend(folded, { user: 1, exclude: usersTurned }))).toContain(told.users);
});

test("an id in the place of an index is refused before it takes all memory", () => {
  expect(thrown(() => ratingsFrom([{ item: 1_500_000_000, user: 0, value: 3 }]))).toBe(
    "RangeError: item must be below 134217728 unless numItems says how many there are, as an index from 0, got 1500000000 (triple 0)",
  );
});
