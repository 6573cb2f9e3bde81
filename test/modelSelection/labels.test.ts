import { expect, it, test } from "vitest";
import { calibration } from "../../src/evaluate/calibration";
import { mae, rmse } from "../../src/evaluate/errors";
import { auc, logLoss } from "../../src/evaluate/labelMetrics";
import { ranking } from "../../src/evaluate/ranking";
import { sigmoid } from "../../src/math/logistic";
import { random } from "../../src/math/random";
import { meanInterval } from "../../src/math/statistics";
import { type Model, randomModel } from "../../src/model/model";
import { compareFolds } from "../../src/modelSelection/compareFolds";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { folds } from "../../src/ratings/split";
import { comparison, settingCurve, validationCurve } from "../../src/show/validationPlots";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { train } from "../../src/train/gradient/train";
import { lectureModel } from "../../src/train/lectureModel";
import { randomRatings, rejected, thrown } from "../samples";

/** Labels drawn by the probabilities of a model of one feature. */
function drawnLabels(seed: number) {
  const size = { numItems: 50, numUsers: 40, numFeatures: 1 };
  const truth = randomModel(size, { seed, scale: 1.5 });
  const source = random(seed + 0.5);
  const cells = Array.from({ length: 50 * 40 }, (_, cell) => ({
    item: cell % 50,
    user: Math.floor(cell / 50),
  }));
  return ratingsFrom(
    cells
      .filter(() => source.uniform() < 0.6)
      .map((at) => ({ ...at, value: source.uniform() < sigmoid(predict(truth, at)) ? 1 : 0 })),
    size,
  );
}

const labels = drawnLabels(1);
const parts = folds(labels, { count: 3 });
const settings = { loss: "logistic", numFeatures: 2, lambda: 2, iterations: 25 } as const;

test("labels are judged by the probabilities that they are given", async () => {
  const { model } = await lectureModel(labels, settings);
  const g = Array.from(labels.values, (_, k) =>
    sigmoid(predict(model, { item: labels.items[k], user: labels.users[k] })),
  );
  const mean = (of: (g: number, y: number) => number) =>
    g.reduce((sum, p, k) => sum + of(p, labels.values[k]), 0) / g.length;
  expect(rmse(model, labels)).toBeCloseTo(Math.sqrt(mean((p, y) => (p - y) ** 2)), 12);
  expect(mae(model, labels)).toBeCloseTo(
    mean((p, y) => Math.abs(p - y)),
    12,
  );
  expect(logLoss(model, labels)).toBeCloseTo(
    mean((p, y) => -Math.log(y === 1 ? p : 1 - p)),
    12,
  );
  expect(thrown(() => rmse(model, randomRatings(labels, { seed: 1, density: 0.1 })))).toMatch(
    /^RangeError: label must be 0 or 1 under loss "logistic", got/,
  );
});

test("the lecture's model of labels is train's under logistic, without means", async () => {
  const { model, history } = await lectureModel(labels, settings);
  const wanted = await train(randomModel({ ...labels, numFeatures: 2 }), labels, {
    ...{ loss: "logistic", lambda: 2, iterations: 25, learningRate: 0.1 },
  });
  expect(history).toEqual(wanted.history);
  expect(model).toEqual(wanted.model);
  expect(model.mu.every((mean) => mean === 0)).toBe(true);
  expect(await rejected(lectureModel(labels, { ...settings, damping: 5 }))).toBe(
    'RangeError: damping must be left out under loss "logistic", which has no means, got 5',
  );
  expect(await rejected(lectureModel(labels, { loss: "hinge" as "logistic" }))).toBe(
    'RangeError: loss must be one of "squared", "logistic", got "hinge"',
  );
});

test("cross-validation tells log loss, AUC and calibration of labels, by any name and in threads", async () => {
  const models = await Promise.all(
    parts.map(async (fold) => (await lectureModel(fold.train, settings)).model),
  );
  const over = (of: (model: Model, k: number) => number) => meanInterval(models.map(of));
  for (const threads of [1, 2]) {
    const scores: number[] = [];
    const found = await crossValidate(parts, settings, {
      threads,
      onFold: ({ metric, score }) => {
        expect(metric).toBe("logLoss");
        scores.push(score);
      },
    });
    expect(found.logLoss).toEqual(over((model, k) => logLoss(model, parts[k].test)));
    expect(found.auc).toEqual(over((model, k) => auc(model, parts[k].test)));
    expect(found.calibrationError).toEqual(over((model, k) => calibration(model, parts[k].test).error));
    expect(found.rmse).toEqual(over((model, k) => rmse(model, parts[k].test)));
    expect(scores.sort()).toEqual(found.folds.map((fold) => fold.logLoss).sort());
  }
});

test("models of labels are compared by log loss, and drawn so", async () => {
  const results = {
    guess: await crossValidate(parts, { ...settings, lambda: 1000 }),
    learned: await crossValidate(parts, settings),
  };
  const rows = compareFolds(results);
  expect(Object.keys(rows[0])).toEqual(
    ["model", "logLoss", "auc", "rmse", "mae"].flatMap((name) =>
      name === "model" ? [name] : [name, `${name} ±`],
    ),
  );
  expect(rows[0].model).toBe("learned");
  expect((comparison(rows).layout.xaxis as { title: { text: string } }).title).toMatchObject({
    text: "log loss, in nats; the bars: 95% over the folds",
  });
});

test("a search among labels goes by log loss, finds the updates by it, and draws it", async () => {
  const grid = { loss: "logistic", numFeatures: 2, lambda: [0.5, 4, 200], iterations: 60 } as const;
  const { best, trials } = await gridSearch(parts, grid);
  const losses = [];
  for (const { settings: tried, metric, score, validation } of trials) {
    expect(metric).toBe("logLoss");
    const each = await Promise.all(
      parts.map(async (fold) => logLoss((await lectureModel(fold.train, tried)).model, fold.test)),
    );
    expect(score!.mean).toBeCloseTo(meanInterval(each).mean, 9);
    expect(validation![tried.iterations!]).toBeCloseTo(score!.mean, 12);
    losses.push(score!.mean);
  }
  expect(best).toEqual(trials[losses.indexOf(Math.min(...losses))].settings);
  expect(best.lambda).toBe(4);
  const titleOf = ({ layout }: { layout: Record<string, unknown> }) =>
    (layout.yaxis as { title: { text: string } }).title.text;
  expect(titleOf(validationCurve(trials))).toBe("log loss on ratings held back, in nats");
  expect(titleOf(settingCurve(trials))).toBe("log loss on ratings held back, in nats");
  expect(settingCurve(trials).data[0].y).toEqual(losses);
});

it.each(["auc", "ndcg", "aucByUser", "mae"] as const)("a search goes by %s when told to", async (metric) => {
  const lists = { count: 3, relevant: 1 };
  const { best, trials } = await gridSearch(
    parts,
    { numFeatures: 2, lambda: [0.5, 50], iterations: 20 },
    {
      fit: (ratings, { numFeatures, lambda, iterations }) =>
        train(randomModel({ ...ratings, numFeatures: numFeatures! }), ratings, {
          ...{ loss: "logistic", lambda, iterations },
        }),
      ...{ metric, ranking: lists },
    },
  );
  const figures = await Promise.all(
    trials.map(async (trial) => {
      const each = await Promise.all(
        parts.map(async (fold) => {
          const { model } = await lectureModel(fold.train, { loss: "logistic", ...trial.settings });
          if (metric === "auc") return auc(model, fold.test);
          return metric === "mae" ? mae(model, fold.test) : ranking(model, { ...fold, ...lists })[metric];
        }),
      );
      expect(trial.metric).toBe(metric);
      expect(trial.score).toEqual(meanInterval(each));
      return meanInterval(each).mean;
    }),
  );
  const wanted = metric === "mae" ? Math.min(...figures) : Math.max(...figures);
  expect(best).toEqual(trials[figures.indexOf(wanted)].settings);
});

test("calibration sorts probabilities into bins, by hand", () => {
  const model: Model = {
    ...randomModel({ numItems: 5, numUsers: 1, numFeatures: 1 }, { scale: 0 }),
    loss: "logistic",
  };
  const probabilities = [0.05, 0.15, 0.19, 0.62, 0.95];
  model.mu.set(probabilities.map((p) => Math.log(p / (1 - p))));
  const given = ratingsFrom([0, 1, 0, 1, 1].map((value, item) => ({ item, user: 0, value })));
  const { error, bins } = calibration(model, given);
  expect(bins.map(({ count, observed }) => [count, observed])).toEqual([
    [1, 0],
    [2, 0.5],
    [1, 1],
    [1, 1],
  ]);
  bins.forEach(({ predicted }, k) => {
    expect(predicted).toBeCloseTo([0.05, 0.17, 0.62, 0.95][k], 12);
  });
  expect(error).toBeCloseTo((0.05 + 2 * 0.33 + 0.38 + 0.05) / 5, 12);
  const one = calibration(model, given, { bins: 1 });
  expect(one.error).toBeCloseTo(Math.abs(0.05 + 0.15 + 0.19 + 0.62 + 0.95 - 3) / 5, 12);
  expect(thrown(() => calibration(model, given, { bins: 0 }))).toBe("RangeError: bins must be >= 1, got 0");
});

test("a posterior, which predicts stars, has no log loss", async () => {
  const posterior = await bayesian(labels, { numFeatures: 1, samples: 2 });
  for (const measure of [logLoss, auc, calibration])
    expect(thrown(() => measure(posterior as unknown as Model, labels))).toBe(
      "TypeError: model must give probabilities of labels, got a posterior",
    );
});
