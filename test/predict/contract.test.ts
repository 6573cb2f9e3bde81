// @module-tag slow

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { rmse } from "../../src/evaluate/errors";
import { cost, costAndGradient } from "../../src/model/cost";
import { undetermined } from "../../src/model/identifiable";
import { addMeans } from "../../src/model/means";
import { type Model, randomModel } from "../../src/model/model";
import { loadModel, saveModel } from "../../src/model/modelFile";
import { isPosterior, type Posterior, type Predictor, samplesOf } from "../../src/model/posterior";
import { explain } from "../../src/predict/explain";
import { recommendToGroup } from "../../src/predict/group";
import { predict, recommend } from "../../src/predict/predict";
import { recommendAll, similarItemsAll } from "../../src/predict/recommendAll";
import { similarItems, similarUsers } from "../../src/predict/similar";
import type { Lists } from "../../src/predict/topItems";
import { uncertainty } from "../../src/predict/uncertainty";
import { ratingsFrom, withRatingsOf } from "../../src/ratings/build";
import { toLabels } from "../../src/ratings/labels";
import { normalize } from "../../src/ratings/normalize";
import type { Ratings } from "../../src/ratings/ratings";
import { factorizeImplicit } from "../../src/train/als/als";
import { biases, contentBased, globalMean, itemMean, popularity } from "../../src/train/baselines";
import { trainWithContent } from "../../src/train/content";
import { foldIn, foldInCovariance, withUser } from "../../src/train/foldIn";
import { foldInImplicit } from "../../src/train/foldInImplicit";
import { foldInItem, withItem } from "../../src/train/foldInItem";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { train } from "../../src/train/gradient/train";
import { lectureModel } from "../../src/train/lectureModel";
import { factorize } from "../../src/train/sgd/factorize";
import { trainTensors } from "../../src/train/tensors";
import { rejected } from "../samples";

const size = { numItems: 24, numUsers: 18, numFeatures: 2 };
const names = {
  itemIds: Array.from({ length: 24 }, (_, k) => `film ${k}`),
  userIds: Array.from({ length: 18 }, (_, k) => `user ${k}`),
};
/** Ratings that have something to be learned; nobody has rated item 23, user 17 has rated nothing. */
const truth = randomModel(size, { seed: 3, scale: 1 });
const stars = ratingsFrom(
  Array.from({ length: 23 * 17 }, (_, k) => ({ item: k % 23, user: Math.floor(k / 23) }))
    .filter((_, k) => (k * 7) % 10 < 6)
    .map((at) => ({ ...at, value: Math.min(5, Math.max(1, Math.round(6 + 2 * predict(truth, at)) / 2)) })),
  names,
);
const labels = toLabels(stars, { threshold: 3 });
const content = { X: Float64Array.from({ length: 48 }, (_, k) => Math.sin(k)), names: ["one", "two"] };

const kinds: { name: string; learn: () => Promise<Predictor> | Predictor; of?: Ratings }[] = [
  { name: "the lecture's", learn: async () => (await lectureModel(stars, { iterations: 40 })).model },
  {
    name: "the lecture's, of labels",
    learn: async () => (await lectureModel(labels, { loss: "logistic", iterations: 40 })).model,
    of: labels,
  },
  { name: "factorized", learn: async () => (await factorize(stars, { numFeatures: 3 })).model },
  {
    name: "with content",
    learn: async () => (await trainWithContent(stars, content, { numFeatures: 2 })).model,
  },
  { name: "content-based", learn: () => contentBased(stars, content) },
  { name: "mean of all", learn: () => globalMean(stars) },
  { name: "item means", learn: () => itemMean(stars) },
  { name: "biases", learn: () => biases(stars) },
  { name: "popularity", learn: () => popularity(stars) },
  { name: "of counts", learn: async () => (await factorizeImplicit(stars, { numFeatures: 3 })).model },
  { name: "a posterior", learn: () => bayesian(stars, { numFeatures: 2, samples: 30 }) },
];

const folder = mkdtempSync(join(tmpdir(), "models-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The prediction as its definition has it: the mean of W_j·X_i + b_j + mu_i. */
function scoreOf(model: Predictor, item: number, user: number): number {
  const n = model.numFeatures;
  const scores = samplesOf(model).map(({ X, W, b, mu }) =>
    Array.from({ length: n }, (_, f) => W[user * n + f] * X[item * n + f]).reduce(
      (sum, product) => sum + product,
      b[user] + mu[item],
    ),
  );
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

const listOf = ({ start, items, scores }: Lists, row: number) =>
  Array.from(items.subarray(start[row], start[row + 1]), (item, k) => ({
    item,
    score: scores[start[row] + k],
  }));

/** Items by brute force: all scores, sorted. */
function best(
  model: Predictor,
  worth: (item: number) => number,
  { count = 10, isLeft = (_: number): boolean => false, from = [...Array(model.numItems).keys()] } = {},
) {
  return from
    .filter((item) => !isLeft(item))
    .map((item) => ({ item, score: worth(item) }))
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count);
}

/** The same items with the same scores; of scores that are even but for their last digits, in any order. */
function expectSame(
  found: readonly { item: number; score: number }[],
  wanted: readonly { item: number; score: number }[],
) {
  expect(found).toHaveLength(wanted.length);
  found.forEach(({ score }, k) => {
    expect(score).toBeCloseTo(wanted[k].score, 9);
  });
  for (const { item, score } of found) {
    const other = wanted.find((one) => one.item === item);
    if (other) expect(score).toBeCloseTo(other.score, 9);
    else expect(score).toBeCloseTo(wanted[wanted.length - 1].score, 9);
  }
}

describe.each(kinds)(
  "whatever takes a model takes one of every kind: $name",
  ({ name, learn, of = stars }) => {
    const learned = Promise.resolve(learn());
    const rated = (user: number) => new Set(Array.from(of.items).filter((_, k) => of.users[k] === user));

    it("predicts what its definition says, within a range where one is given", async () => {
      const model = await learned;
      for (const at of [
        { item: 0, user: 0 },
        { item: 23, user: 4 },
        { item: 5, user: 17 },
      ]) {
        const score = scoreOf(model, at.item, at.user);
        expect(predict(model, at)).toBeCloseTo(score, 9);
        expect(predict(model, at, { range: [2, 3] })).toBeCloseTo(Math.min(3, Math.max(2, score)), 9);
      }
    });

    it("recommends the best, to one and to all, with all options", async () => {
      const model = await learned;
      const among = [1, 3, 4, 8, 9, 15, 20, 23];
      const options = [
        {},
        { exclude: of },
        { exclude: of, rated: true },
        { among },
        { exclude: of, among, count: 3 },
        { range: [2, 3] as const, count: 30 },
      ];
      for (const given of options) {
        const all = await recommendAll(model, given);
        for (const user of [0, 7, 17]) {
          const one = recommend(model, { user, ...given });
          expect(listOf(all, user)).toEqual(one);
          const seen = rated(user);
          const wanted = best(model, (item) => scoreOf(model, item, user), {
            count: given.count,
            isLeft: (item) => "exclude" in given && !("rated" in given) && seen.has(item),
            from: "among" in given ? among : undefined,
          });
          const clip = (score: number) => ("range" in given ? Math.min(3, Math.max(2, score)) : score);
          expectSame(
            one,
            wanted.map(({ item, score }) => ({ item, score: clip(score) })),
          );
        }
      }
    });

    it("recommends to a group", async () => {
      const model = await learned;
      const users = [2, 5, 17];
      const seen = new Set(users.flatMap((user) => [...rated(user)]));
      const scores = (item: number) => users.map((user) => scoreOf(model, item, user));
      const worth = {
        mean: (item: number) => scores(item).reduce((sum, score) => sum + score, 0) / 3,
        leastMisery: (item: number) => Math.min(...scores(item)),
      };
      for (const together of ["mean", "leastMisery"] as const) {
        expectSame(recommendToGroup(model, { users, together }), best(model, worth[together]));
        expectSame(
          recommendToGroup(model, { users, together, exclude: of, count: 4 }),
          best(model, worth[together], { count: 4, isLeft: (item) => seen.has(item) }),
        );
      }
    });

    it("finds similar items and people, by distance and by cosine", async () => {
      const model = await learned;
      const n = model.numFeatures;
      const distances = {
        distance: (a: number[], b: number[]) => a.reduce((sum, value, f) => sum + (value - b[f]) ** 2, 0),
        cosine: (a: number[], b: number[]) => {
          const product = a.reduce((sum, value, f) => sum + value * b[f], 0);
          const lengths = Math.hypot(...a) * Math.hypot(...b);
          return lengths === 0 ? 1 : 1 - product / lengths;
        },
      };
      for (const measure of ["distance", "cosine"] as const) {
        const between = (block: "X" | "W", one: number, other: number) => {
          const each = samplesOf(model).map((sample) => {
            const row = (k: number) => Array.from(sample[block].subarray(k * n, (k + 1) * n));
            return distances[measure](row(one), row(other));
          });
          return each.reduce((sum, distance) => sum + distance, 0) / each.length;
        };
        const nearest = (block: "X" | "W", of: number, length: number) =>
          Array.from({ length }, (_, k) => k)
            .filter((k) => k !== of)
            .map((item) => ({ item, score: between(block, of, item) }))
            .sort((a, b) => a.score - b.score || a.item - b.item)
            .slice(0, 5);
        const all = await similarItemsAll(model, { measure, count: 5 });
        for (const item of [0, 11, 23]) {
          const found = similarItems(model, { item, measure, count: 5 });
          expect(listOf(all, item)).toEqual(found.map((one) => ({ item: one.item, score: one.distance })));
          expectSame(
            found.map((one) => ({ item: one.item, score: one.distance })),
            nearest("X", item, 24),
          );
        }
        for (const user of [0, 9, 17])
          expectSame(
            similarUsers(model, { user, measure, count: 5 }).map((one) => ({
              item: one.user,
              score: one.distance,
            })),
            nearest("W", user, 18),
          );
      }
    });

    it("takes a new user and a new item in, who are then as others are", async () => {
      const model = await learned;
      const like = 3;
      const mine = Array.from(of.values.keys())
        .filter((k) => of.users[k] === like)
        .map((k) => ({ item: of.items[k], value: of.values[k] }));
      const theirs = Array.from(of.values.keys())
        .filter((k) => of.items[k] === like)
        .map((k) => ({ user: of.users[k], value: of.values[k] }));
      const grown = isPosterior(model)
        ? withItem(withUser(model, foldIn(model, mine)), foldInItem(model, theirs))
        : withItem(withUser(model, foldIn(model, mine)), foldInItem(model, theirs));
      expect([grown.numUsers, grown.numItems]).toEqual([19, 25]);
      for (const item of [0, 5])
        expect(predict(grown, { item, user: 2 })).toBe(predict(model, { item, user: 2 }));
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      if (name === "popularity" || name === "of counts" || of === labels) {
        expect(predict(grown, { item: 24, user: 18 })).not.toBeNaN();
      } else {
        const told = mean(mine.map(({ item }) => predict(grown, { item, user: 18 })));
        expect(Math.abs(told - mean(mine.map(({ value }) => value)))).toBeLessThan(0.35);
        const given = mean(theirs.map(({ user }) => predict(grown, { item: 24, user })));
        expect(Math.abs(given - mean(theirs.map(({ value }) => value)))).toBeLessThan(0.35);
      }
      expect(recommend(grown, { user: 18, count: 3 })).toHaveLength(3);
      expect(similarUsers(grown, { user: 18, count: 3 })).toHaveLength(3);
      // With its own column of ratings, the new user can be explained.
      const ratings = withRatingsOf(of, mine);
      const before = isPosterior(model)
        ? withUser(model, foldIn(model, mine))
        : withUser(model, foldIn(model, mine));
      const { prediction, mu, b, features } = explain(before, { item: 4, user: 18 }, ratings);
      expect(mu + b + features.reduce((sum, value) => sum + value, 0)).toBeCloseTo(prediction, 6);
      // Who has rated nothing is the usual one.
      const nobody = isPosterior(model)
        ? withUser(model, foldIn(model, []))
        : withUser(model, foldIn(model, []));
      expect(predict(nobody, { item: 2, user: 18 })).not.toBeNaN();
    });

    it("explains a prediction: its parts add up", async () => {
      const model = await learned;
      const found = explain(model, { item: 6, user: 2 }, of);
      const features = found.features.reduce((sum, value) => sum + value, 0);
      expect(found.prediction).toBeCloseTo(scoreOf(model, 6, 2), 9);
      expect(found.mu + found.b + features).toBeCloseTo(found.prediction, 6);
      const told = found.ratings.reduce((sum, { contribution }) => sum + contribution, 0);
      const isOfLabels = of === labels;
      const rest = found.mu + (found.usual ?? 0) + (isOfLabels ? found.b : 0) + told + found.remainder;
      expect(rest).toBeCloseTo(found.prediction, 6);
      expect(found.ratings).toHaveLength(rated(2).size);
    });

    it("is stored and read again, and does the same", async () => {
      const model = await learned;
      const place = join(folder, name.replaceAll(/\W/g, "-"));
      await saveModel(place, model);
      const { model: again } = await loadModel<Predictor>(place);
      expect(predict(again, { item: 3, user: 4 })).toBe(predict(model, { item: 3, user: 4 }));
      expect(recommend(again, { user: 1, exclude: of })).toEqual(recommend(model, { user: 1, exclude: of }));
      expect(rmse(again, of)).toBe(rmse(model, of));
      expect([again.itemIds, again.userIds]).toEqual([names.itemIds, names.userIds]);
    });

    it("refuses what is not there", async () => {
      const model = await learned;
      const wrong: (() => unknown)[] = [
        () => predict(model, { item: 24, user: 0 }),
        () => predict(model, { item: 0, user: 0 }, { range: [3, 2] }),
        () => recommend(model, { user: 18 }),
        () => recommend(model, { user: 0, among: [24] }),
        () => recommendAll(model, { among: [-1] }),
        () => recommendAll(model, { range: [3, 2] }),
        () => recommendToGroup(model, { users: [] }),
        () => recommendToGroup(model, { users: [1], together: "most" as "mean" }),
        () => similarItems(model, { item: 0, measure: "angle" as "cosine" }),
        () => similarUsers(model, { user: 0, among: [18] }),
        () => foldIn(model as Model, [{ item: 0, value: Number.NaN }]),
        () =>
          foldIn(model as Model, [
            { item: 0, value: 1 },
            { item: 0, value: 2 },
          ]),
        () => foldInItem(model as Model, [{ user: 18, value: 1 }]),
        () => foldIn(model as Model, [{ item: 0, value: 1, weight: 0 }]),
      ];
      for (const use of wrong) expect(await rejected((async () => use())())).toMatch(/^RangeError: .* must /);
    });
  },
);

describe("a posterior", () => {
  const learned = bayesian(stars, { numFeatures: 2, samples: 400 });

  it("folds in a user as its own sampler would have it: as sure, and about the same predictions", async () => {
    const model = await learned;
    const mine = Array.from(stars.values.keys())
      .filter((k) => stars.users[k] === 6)
      .map((k) => ({ item: stars.items[k], value: stars.values[k] }));
    const grown = withUser(model, foldIn(model, mine, { seed: 2 }));
    let [squares, widths] = [0, 0];
    for (let item = 0; item < 24; item++) {
      const [own, folded] = [6, 18].map((user) => predict(grown, { item, user }, { interval: 0.8 }));
      squares += (own.mean - folded.mean) ** 2;
      widths += (folded.high - folded.low) / (own.high - own.low);
    }
    expect(Math.sqrt(squares / 24)).toBeLessThan(0.25);
    expect(widths / 24).toBeGreaterThan(0.8);
    expect(widths / 24).toBeLessThan(1.3);
    expect(foldIn(model, mine, { seed: 2 })).toEqual(foldIn(model, mine, { seed: 2 }));
    const many = [{ item: 2, value: 1, weight: 1e6 }];
    expect(predict(withUser(model, foldIn(model, many)), { item: 2, user: 18 })).toBeCloseTo(1, 1);
  });

  it("explains as the least squares of each sample do: contributions are slopes in the ratings", async () => {
    const model = await learned;
    const at = { item: 9, user: 1 };
    const before = explain(model, at, stars);
    const place = Array.from(stars.values.keys()).find((k) => stars.users[k] === 1)!;
    const changed = { ...stars, values: stars.values.map((value, k) => (k === place ? value + 1 : value)) };
    const told = (explained: typeof before) =>
      explained.ratings.find(({ item }) => item === stars.items[place])!.contribution;
    const slope = told(explain(model, at, changed)) - told(before);
    const twice = { ...stars, values: stars.values.map((value, k) => (k === place ? value + 2 : value)) };
    expect(told(explain(model, at, twice)) - told(before)).toBeCloseTo(2 * slope, 9);
    expect(Math.abs(before.remainder)).toBeLessThan(0.4);
  });

  test.each<[string, (model: Posterior) => unknown]>([
    ["cost", (model) => cost(model as never, stars)],
    ["costAndGradient", (model) => costAndGradient(model as never, stars)],
    ["train", (model) => train(model as never, stars)],
    ["trainTensors", (model) => trainTensors(model as never, stars)],
    ["undetermined", (model) => undetermined(model as never, stars)],
    ["uncertainty", (model) => uncertainty(model as never, stars)],
    ["addMeans", (model) => addMeans(model as never, normalize(stars))],
    ["foldInCovariance", (model) => foldInCovariance(model as never, [])],
    ["foldInImplicit", (model) => foldInImplicit(model as never, [], { confidence: 1 })],
  ])("is refused with a word by what needs a single model: %s", async (_, use) => {
    const model = await learned;
    expect(await rejected((async () => use(model))())).toBe(
      "TypeError: model must be a single model here, got a posterior",
    );
  });

  it("keeps rows of a model and of a posterior apart", async () => {
    const model = await learned;
    const single = randomModel(size);
    const refusals = [
      () => withUser(model, foldIn(single, []) as never),
      () => withUser(single, foldIn(model, []) as never),
      () => withItem(model, foldInItem(single, []) as never),
      () => withItem(single, foldInItem(model, []) as never),
    ];
    for (const use of refusals)
      expect(await rejected((async () => use())())).toMatch(/^TypeError: .* must have /);
    const short = { samples: foldIn(model, []).samples.slice(1) };
    expect(await rejected((async () => withUser(model, short))())).toMatch(/samples must be the posterior's/);
  });
});

test("a posterior and a model of many features are searched as exactly as others, along their main axes", async () => {
  const wide = { numItems: 900, numUsers: 600, numFeatures: 120 };
  const model = randomModel(wide, { seed: 2, scale: 0.3 });
  const all = await recommendAll(model, { threads: 2 });
  for (const user of [0, 299, 599]) expect(listOf(all, user)).toEqual(recommend(model, { user }));
  const few = { numItems: 700, numUsers: 400, numFeatures: 6 };
  const samples = Array.from({ length: 40 }, (_, s) => {
    const { X, W } = randomModel(few, { seed: 5, scale: 0.7 });
    const noise = randomModel(few, { seed: 100 + s, scale: 0.1 });
    return {
      X: Float32Array.from(X, (value, k) => value + noise.X[k]),
      W: Float32Array.from(W, (value, k) => value + noise.W[k]),
      b: Float32Array.from({ length: 400 }, (_, k) => Math.sin(k + s)),
      mu: Float64Array.from({ length: 700 }, (_, k) => 3 + Math.cos(k) + 0.01 * s),
      userSpread: new Float32Array(400).fill(1),
      itemSpread: new Float32Array(700).fill(1),
    };
  });
  const none = new Float64Array(0);
  const trace = { rmse: none, noise: none, userBias: none, itemBias: none, warmUp: 0 };
  const posterior: Posterior = { ...few, samples, trace };
  const lists = await recommendAll(posterior, { threads: 2 });
  for (const user of [0, 199, 399]) expect(listOf(lists, user)).toEqual(recommend(posterior, { user }));
});
