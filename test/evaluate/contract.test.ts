import { describe, expect, it, test } from "vitest";
import { atOnce } from "../../src/base/steps";
import { accuracy } from "../../src/evaluate/accuracy";
import { calibration } from "../../src/evaluate/calibration";
import { mae, rmse } from "../../src/evaluate/errors";
import { auc, logLoss } from "../../src/evaluate/labelMetrics";
import { judge, metricNames, metrics, metricsOf } from "../../src/evaluate/metrics";
import { ranking, rankingAsync } from "../../src/evaluate/ranking";
import { sigmoid } from "../../src/math/logistic";
import { type Model, randomModel } from "../../src/model/model";
import type { Predictor } from "../../src/model/posterior";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { predict, recommend } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { toLabels } from "../../src/ratings/labels";
import { type Ratings, ratingAt } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { biases, contentBased, globalMean, itemMean, popularity } from "../../src/train/baselines";
import { trainWithContent } from "../../src/train/content";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { lectureModel } from "../../src/train/lectureModel";
import { factorize } from "../../src/train/sgd/factorize";
import { randomRatings, rejected, thrown } from "../samples";

/** Stars, with ids; nobody has rated the last item, and the last user has rated nothing, in the training part. */
const names = {
  itemIds: Array.from({ length: 15 }, (_, k) => `film ${k}`),
  userIds: Array.from({ length: 12 }, (_, k) => `user ${k}`),
};
const drawn = randomRatings({ numItems: 14, numUsers: 11 }, { seed: 8, density: 0.7 });
const triplesOf = ({ items, users, values }: Ratings) =>
  Array.from(values, (value, k) => ({ item: items[k], user: users[k], value }));
const parts = split(drawn, { test: 0.3, seed: 1 });
const train = ratingsFrom(triplesOf(parts.train), names);
const cold = [
  { item: 14, user: 0, value: 5 },
  { item: 2, user: 11, value: 4 },
  { item: 14, user: 11, value: 3 },
];
const stars = { train, test: ratingsFrom([...triplesOf(parts.test), ...cold], names) };
const labels = {
  train: toLabels(stars.train, { threshold: 3 }),
  test: toLabels(stars.test, { threshold: 3 }),
};

const features = { X: Float64Array.from({ length: 30 }, (_, k) => (k % 7) / 7), names: ["one", "two"] };

interface Kind {
  name: string;
  learn(train: Ratings): Predictor | Promise<Predictor>;
  ofLabels?: boolean;
}

const kinds: Kind[] = [
  { name: "the lecture's", learn: async (given) => (await lectureModel(given, { iterations: 10 })).model },
  {
    name: "the lecture's, of labels",
    learn: async (given) => (await lectureModel(given, { loss: "logistic", iterations: 10 })).model,
    ofLabels: true,
  },
  {
    name: "factorized",
    learn: async (given) => (await factorize(given, { numFeatures: 3, epochs: 3, threads: 1 })).model,
  },
  {
    name: "with content",
    learn: async (given) =>
      (await trainWithContent(given, features, { numFeatures: 2, iterations: 10 })).model,
  },
  { name: "content-based", learn: (given) => contentBased(given, features) },
  { name: "mean of all", learn: globalMean },
  { name: "item means", learn: (given) => itemMean(given) },
  { name: "biases", learn: (given) => biases(given) },
  { name: "popularity", learn: popularity },
  { name: "a posterior", learn: (given) => bayesian(given, { numFeatures: 2, samples: 5 }) },
];

/** The same ratings with the first two users in each other's places, ids and all. */
function turned(ratings: Ratings): Ratings {
  const [first, second, ...others] = names.userIds;
  const place = (user: number) => (user < 2 ? 1 - user : user);
  return ratingsFrom(
    triplesOf(ratings).map(({ user, ...cell }) => ({ ...cell, user: place(user) })),
    { ...names, userIds: [second, first, ...others] },
  );
}

describe.each(kinds)("what judges models takes one of every kind: $name", ({ learn, ofLabels }) => {
  const fold = ofLabels ? labels : stars;
  const lists = { count: 4, relevant: ofLabels ? 1 : 4 };
  const learned = Promise.resolve(learn(fold.train));
  const predicted = (model: Predictor, { items, users }: Ratings) =>
    Array.from(items, (item, k) => {
      const score = predict(model, { item, user: users[k] });
      return ofLabels ? sigmoid(score) : score;
    });

  it("errors are those of its predictions, one by one", async () => {
    const model = await learned;
    const errors = predicted(model, fold.test).map((p, k) => p - fold.test.values[k]);
    const mean = (of: (error: number) => number) =>
      errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
    expect(rmse(model, fold.test)).toBeCloseTo(Math.sqrt(mean((error) => error ** 2)), 12);
    expect(mae(model, fold.test)).toBeCloseTo(mean(Math.abs), 12);
    expect(accuracy(model, fold.test)).toMatchObject({
      rmse: rmse(model, fold.test),
      mae: mae(model, fold.test),
    });
    const range = ofLabels ? ([0.4, 0.6] as const) : ([2, 3] as const);
    const clipped = predicted(model, fold.test).map((p) => Math.min(range[1], Math.max(range[0], p)));
    expect(mae(model, fold.test, { range })).toBeCloseTo(
      clipped.reduce((sum, p, k) => sum + Math.abs(p - fold.test.values[k]), 0) / clipped.length,
      12,
    );
  });

  it("its lists are judged as they are recommended, where no scores are equal", async () => {
    const model = await learned;
    const options = { ...fold, ...lists };
    const found = ranking(model, options);
    expect(await rankingAsync(model, options)).toEqual(found);
    expect(found.protocol.users).toBeGreaterThan(5);
    const each = names.userIds.flatMap((_, user) => {
      const isRelevant = (item: number) =>
        (ratingAt(fold.test, { item, user }) ?? Number.NEGATIVE_INFINITY) >= lists.relevant;
      const all = names.itemIds.map((_, item) => item).filter(isRelevant).length;
      const order = recommend(model, { user, exclude: fold.train, count: 15 });
      const isTied = order.some(({ score }, k) => k > 0 && score === order[k - 1].score);
      const hits = order.slice(0, 4).filter(({ item }) => isRelevant(item)).length;
      return all === 0 ? [] : [{ isTied, precision: hits / 4, recall: hits / all, hit: Math.min(1, hits) }];
    });
    expect(each).toHaveLength(found.protocol.users);
    if (each.some(({ isTied }) => isTied)) return;
    const mean = (name: "precision" | "recall" | "hit") =>
      each.reduce((sum, one) => sum + one[name], 0) / each.length;
    expect(found.precision).toBeCloseTo(mean("precision"), 12);
    expect(found.recall).toBeCloseTo(mean("recall"), 12);
    expect(found.hitRate).toBeCloseTo(mean("hit"), 12);
  });

  it("every figure of a list is in its range", async () => {
    const found = ranking(await learned, { ...fold, ...lists, features });
    for (const name of [
      "precision",
      "recall",
      "ndcg",
      "hitRate",
      "map",
      "mrr",
      "aucByUser",
      "coverage",
    ] as const) {
      expect(found[name], name).toBeGreaterThanOrEqual(0);
      expect(found[name], name).toBeLessThanOrEqual(1 + 1e-12);
    }
    expect(found.diversity).toBeGreaterThanOrEqual(0);
    expect(found.diversity).toBeLessThanOrEqual(2);
    expect(found.novelty).toBeGreaterThanOrEqual(0);
    expect(found.popularity).toBeLessThanOrEqual(fold.train.values.length);
  });

  it("every metric of the table that it has is a number, and cross-validation and searches take it", async () => {
    const model = await learned;
    const own = metricsOf(model, { ...lists, features });
    for (const name of own)
      expect(
        atOnce(metrics[name].compute(judge(model, fold, { lists: { ...lists, features } }))),
        name,
      ).not.toBeNaN();
    const measured = await crossValidate([fold], {}, { fit: () => model, ranking: { ...lists, features } });
    expect(Object.keys(measured).sort()).toEqual([...own, "folds"].sort());
    for (const metric of own) {
      const { trials } = await gridSearch(
        [fold],
        {},
        { fit: () => model, metric, ranking: { ...lists, features } },
      );
      expect((trials[0].score ?? trials[0].rmse).mean).toBe(measured[metric]!.mean);
    }
  });

  it("refuses ratings of other sizes and ids, and a model with a NaN in it", async () => {
    const model = await learned;
    const fewer = ratingsFrom([{ item: 0, user: 0, value: 1 }], { numItems: 3, numUsers: 12 });
    const others = turned(fold.test);
    for (const given of [fewer, others]) {
      const message =
        given === fewer ? /must have the model's 15 items, got 3/ : /users in its order, got "user 1"/;
      for (const use of [rmse, mae, accuracy]) expect(thrown(() => use(model, given))).toMatch(message);
      expect(thrown(() => ranking(model, { ...fold, test: given }))).toMatch(message);
      expect(thrown(() => ranking(model, { ...fold, train: given }))).toMatch(message);
      expect(await rejected(rankingAsync(model, { ...fold, test: given }))).toMatch(message);
    }
    const broken = structuredClone(model);
    for (const one of "samples" in broken ? broken.samples : [broken]) one.mu.fill(Number.NaN);
    const message = /^RangeError: the model's prediction must be finite, got NaN \(item \d+, user \d+\)$/;
    for (const use of [rmse, mae, accuracy]) expect(thrown(() => use(broken, fold.test))).toMatch(message);
    expect(thrown(() => ranking(broken, { ...fold, ...lists }))).toMatch(message);
  });
});

test("what tells probabilities of labels refuses stars, and takes any model of one z", async () => {
  const model = biases(labels.train);
  for (const measure of [logLoss, auc, (one: Model, given: Ratings) => calibration(one, given).error]) {
    expect(measure(model, labels.test)).toBeGreaterThan(0);
    expect(thrown(() => measure(model, stars.test))).toMatch(/^RangeError: label must be 0 or 1/);
  }
  const same = toLabels(stars.test, { threshold: -1 });
  expect(thrown(() => auc(model, same))).toBe(
    "RangeError: labels must hold both 0 and 1 for an AUC, got only 1",
  );
});

test("the table names each metric once, and lists those of ranking all", () => {
  expect(new Set(metricNames.map((name) => metrics[name].title)).size).toBe(metricNames.length);
  const model = randomModel({ ...train, numFeatures: 1 });
  const { protocol, ...figures } = ranking(model, { ...stars, features });
  expect(Object.keys(figures).sort()).toEqual(
    metricNames.filter((name) => metrics[name].of === "lists").sort(),
  );
  expect(protocol.held).toBe("as given");
});
