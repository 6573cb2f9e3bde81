import { expect, it } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { rmse } from "../../src/evaluate/errors";
import { meanInterval } from "../../src/math/statistics";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { folds } from "../../src/ratings/split";
import { biases } from "../../src/train/baselines";
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
