import { expect, it } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { rmse } from "../../src/evaluate/errors";
import { meanInterval } from "../../src/math/statistics";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { folds } from "../../src/ratings/split";
import { settingCurve } from "../../src/show/validationPlots";
import { biases, globalMean } from "../../src/train/baselines";
import { lectureModel } from "../../src/train/lectureModel";
import { rejected } from "../samples";

const scale = { min: 0.5, max: 5, step: 0.5 };
const { ratings } = generateFilms({
  ...{ numItems: 120, numUsers: 60, numRatings: 2000, scale, years: [1990, 2000] },
});
const parts = folds(ratings, { count: 3 });

it("tries every combination, and finds the least error, as by brute force", async () => {
  const grid = { itemLambda: [0.1, 3, 100], userLambda: [1, 10] };
  const { best, trials } = await gridSearch(parts, grid, { fit: "biases", threads: 1 });
  const wanted = [0.1, 3, 100].flatMap((itemLambda) =>
    [1, 10].map((userLambda) => {
      const settings = { itemLambda, userLambda };
      return {
        settings,
        rmse: meanInterval(parts.map(({ train, test }) => rmse(biases(train, settings), test))),
      };
    }),
  );
  expect(trials).toEqual(wanted);
  expect(best).toEqual([...wanted].sort((a, b) => a.rmse.mean - b.rmse.mean)[0].settings);
});

it("finds the number of updates that is best for all folds together", async () => {
  const { trials, best } = await gridSearch(parts, { numFeatures: 4, lambda: [2, 8], iterations: 200 });
  expect(trials.map(({ settings }) => settings.lambda)).toEqual([2, 8]);
  for (const { settings, rmse: found, validation } of trials) {
    const errors = await Promise.all(
      parts.map(async ({ train, test }) => rmse((await lectureModel(train, settings)).model, test)),
    );
    expect(found.mean).toBeCloseTo(meanInterval(errors).mean, 9);
    expect(found.high).toBeCloseTo(meanInterval(errors).high, 9);
    expect(validation![settings.iterations!]).toBeCloseTo(found.mean, 12);
    expect(Math.min(...validation!)).toBe(validation![settings.iterations!]);
    expect(settings.iterations).toBeLessThan(200);
  }
  expect(trials.map(({ settings }) => settings)).toContainEqual(best);
});

it("gives the same on two threads as on one, and tells each step", async () => {
  const grid = { numFeatures: [2, 3], lambda: 5, iterations: 20 };
  const steps: string[] = [];
  const two = await gridSearch(parts, grid, {
    threads: 2,
    onFit: ({ done, total, fold, settings }) =>
      steps.push(`${done}/${total} ${settings.numFeatures}.${fold}`),
  });
  expect(two).toEqual(await gridSearch(parts, grid, { threads: 1 }));
  expect(steps.map((step) => step.split(" ")[0])).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
  expect(steps.map((step) => step.split(" ")[1]).sort()).toEqual(["2.0", "2.1", "2.2", "3.0", "3.1", "3.2"]);
});

it("tries training not at all, too", async () => {
  const { trials } = await gridSearch(parts, { iterations: 0 }, { threads: 1 });
  expect(trials[0].settings).toEqual({ iterations: 0 });
  expect(trials[0].rmse.mean).toBeGreaterThan(0.5);
});

it("refuses a setting without values", async () => {
  expect(await rejected(gridSearch(parts, { lambda: [] }))).toBe(
    "RangeError: grid.lambda must hold at least one value, got none",
  );
});

it.each([1, 2])("goes on where a training diverges, and reports it, on %d threads", async (threads) => {
  const grid = { learningRate: [1e200, 0.1], numFeatures: 2, lambda: 5, iterations: 15 };
  const told: (string | undefined)[] = [];
  const { best, trials } = await gridSearch(parts, grid, {
    threads,
    onFit: ({ error, score }) => {
      told.push(error?.message);
      expect(Number.isNaN(score)).toBe(error !== undefined);
    },
  });
  expect(best.learningRate).toBe(0.1);
  expect(trials.map(({ error }) => error?.name)).toEqual(["RangeError", undefined]);
  expect(trials[0].error!.message).toMatch(/^training diverged/);
  expect(trials[0].rmse.mean).toBeNaN();
  expect(told.filter((message) => message?.startsWith("training diverged"))).toHaveLength(3);
  const { data } = settingCurve(trials, { setting: "learningRate" });
  expect(data[0].x).toEqual([0.1]);
});

it("never takes for the best what gives no number, wherever it stands", async () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const { best, trials } = await gridSearch(
      parts,
      { way: order },
      {
        fit: (train, { way }) => {
          const model = globalMean(train);
          if (way === 0) model.mu.fill(Number.NaN);
          if (way === 1) model.mu.fill(1e200);
          return model;
        },
      },
    );
    expect(best).toEqual({ way: 2 });
    expect(trials[order.indexOf(0)].error!.message).toMatch(
      /^the model's prediction must be finite, got NaN/,
    );
    expect(trials[order.indexOf(1)].error!.message).toBe("rmse must be finite, got Infinity");
  }
});

it("throws what the first fit threw where none succeeds", async () => {
  expect(await rejected(gridSearch(parts, { damping: [-1, -2] }, { fit: "itemMean", threads: 1 }))).toBe(
    "RangeError: damping must be >= 0, got -1",
  );
});

it.each([1, 2])(
  "chooses from the trials that were complete when it is stopped, on %d threads",
  async (threads) => {
    const { best, trials } = await gridSearch(
      parts,
      { itemLambda: [0.1, 3, 100] },
      { fit: "biases", threads, onFit: async ({ done }) => done < 5 },
    );
    expect(trials.length).toBeGreaterThan(0);
    expect(trials.length).toBeLessThan(3);
    expect(trials.map(({ settings }) => settings)).toContainEqual(best);
    const nothing = gridSearch(parts, { itemLambda: [3] }, { fit: "biases", onFit: () => false });
    expect(await rejected(nothing)).toBe(
      "RangeError: a trial must be complete to be chosen, got none before onFit stopped the search",
    );
  },
);

it("ends when it is aborted, and does not take that for a failed trial", async () => {
  for (const threads of [1, 2]) {
    const stop = new AbortController();
    const running = gridSearch(
      parts,
      { numFeatures: 20, iterations: 1_000_000, patience: 1_000_000 },
      { threads, signal: stop.signal },
    );
    setTimeout(() => stop.abort(new Error("enough")), 200);
    expect(await rejected(running)).toBe("Error: enough");
  }
});

it("refuses a metric that there is not, and one that the models do not have", async () => {
  expect(await rejected(gridSearch(parts, {}, { metric: "mse" as "mae" }))).toMatch(
    /^RangeError: metric must be one of "logLoss", "auc", "rmse",/,
  );
  expect(await rejected(gridSearch(parts, {}, { fit: "itemMean", threads: 1, metric: "diversity" }))).toBe(
    "RangeError: diversity must be finite, got NaN",
  );
});

it("hands on what a callback throws, once", async () => {
  let calls = 0;
  const onFit = () => {
    calls++;
    throw new Error("no more");
  };
  expect(await rejected(gridSearch(parts, {}, { fit: "globalMean", threads: 1, onFit }))).toBe(
    "Error: no more",
  );
  expect(calls).toBe(1);
});
