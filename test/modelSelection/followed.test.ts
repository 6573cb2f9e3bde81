// @module-tag slow

import { describe, expect, it, test } from "vitest";
import { errorBy, type Metric, metrics } from "../../src/evaluate/metrics";
import { ranking } from "../../src/evaluate/ranking";
import { addMeans } from "../../src/model/means";
import { randomModel } from "../../src/model/model";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { toLabels } from "../../src/ratings/labels";
import { normalize } from "../../src/ratings/normalize";
import { folds, split } from "../../src/ratings/split";
import { train } from "../../src/train/gradient/train";
import { lectureModel } from "../../src/train/lectureModel";
import { factorize } from "../../src/train/sgd/factorize";
import { randomRatings, rejected } from "../samples";

const size = { numItems: 40, numUsers: 30, numFeatures: 3 };
const ratings = randomRatings(size, { seed: 2, density: 0.5 });
const fold = split(ratings, { seed: 3, test: 0.3 });
const lists = { count: 5, relevant: 4 };
const judged: Metric[] = ["ndcg", "map", "mrr", "aucByUser", "recall", "coverage", "mae", "popularity"];

describe.each(judged)("training is followed, and ended, by %s", (metric) => {
  const sign = metrics[metric].isError ? 1 : -1;

  it("in train and in lectureModel: the model that is best by it is given, and the curve is its own", async () => {
    const normalized = normalize(fold.train, { damping: 5 });
    const error = errorBy(metric, fold, { lists });
    const settings = { iterations: 60, lambda: 2, patience: 5 };
    const validation = (model: Parameters<typeof error>[0]) => error(addMeans(model as never, normalized));
    const found = await train(randomModel(size), normalized.ratings, { ...settings, validation });
    const curve = found.validation!;
    expect(curve.length).toBe(found.history.length);
    const best = curve.indexOf(Math.min(...curve));
    expect(curve.length === 60 || curve.length - 1 - best === 5).toBe(true);
    expect(await validation(found.model)).toBe(curve[best]);
    // By hand, of a training that ends where the best was.
    const until = await train(randomModel(size), normalized.ratings, { ...settings, iterations: best });
    if (best > 0) expect(await validation(until.model)).toBeCloseTo(curve[best], 12);
    const whole = await lectureModel(fold.train, { ...settings, numFeatures: 3 }, { judge: error });
    expect(whole.validation).toEqual(curve);
    expect(await error(whole.model)).toBe(curve[best]);
  });

  it("in factorize", async () => {
    const validation = errorBy(metric, fold, { lists });
    const found = await factorize(fold.train, { numFeatures: 3, epochs: 15, validation });
    expect(await validation(found.model)).toBe(Math.min(...found.validation!));
  });

  it("in a search, on any number of threads: the updates are those that are best by it", async () => {
    const parts = folds(ratings, { count: 2 });
    const options = { metric, ranking: lists };
    const grid = { iterations: 25, lambda: [1, 8], patience: 25 };
    const one = await gridSearch(parts, grid, { ...options, threads: 1 });
    expect(await gridSearch(parts, grid, { ...options, threads: 2 })).toEqual(one);
    for (const { settings, score, validation } of one.trials) {
      const most = sign * Math.min(...validation!.map((figure) => sign * figure));
      expect(validation!.indexOf(most)).toBe(settings.iterations);
      expect(score!.mean).toBeCloseTo(most, 12);
      // The same, of models trained so far and measured by hand.
      const { iterations, lambda } = settings;
      if (iterations === 0) continue;
      const figures = await Promise.all(
        parts.map(async ({ train: given, test: held }) => {
          const { model } = await lectureModel(given, { iterations, lambda });
          return errorBy(metric, { train: given, test: held }, { lists })(model);
        }),
      );
      expect((sign * (figures[0] + figures[1])) / 2).toBeCloseTo(most, 12);
    }
  });
});

test("labels are followed by lists and by AUC, too", async () => {
  const labels = toLabels(ratings, { threshold: 3 });
  const parts = folds(labels, { count: 2 });
  for (const metric of ["auc", "ndcg"] as const) {
    const grid = { loss: "logistic", iterations: 15, lambda: [1, 5] } as const;
    const { trials } = await gridSearch(parts, grid, { metric, ranking: { count: 5, relevant: 1 } });
    for (const { score, validation } of trials) expect(score!.mean).toBe(Math.max(...validation!));
  }
});

test("errorBy is the metric, less being better; what is no number ends training with a word", async () => {
  const { model } = await lectureModel(fold.train, { iterations: 10 });
  expect(await errorBy("ndcg", fold, { lists })(model)).toBe(-ranking(model, { ...fold, ...lists }).ndcg);
  expect(() => errorBy("nothing" as Metric, fold)).toThrow(/^metric must be one of/);
  const start = randomModel(size);
  expect(await rejected(train(start, ratings, { validation: () => Number.NaN }))).toBe(
    "RangeError: what validation gives must be a number, got NaN",
  );
  expect(await rejected(factorize(ratings, { validation: async () => Number.NaN }))).toBe(
    "RangeError: what validation gives must be a number, got NaN",
  );
});
