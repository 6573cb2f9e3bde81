import { expect, it } from "vitest";
import { compareFolds } from "../../src/modelSelection/compareFolds";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { folds } from "../../src/ratings/split";
import { biases, itemMean, popularity } from "../../src/train/baselines";
import { randomRatings, thrown } from "../samples";

const parts = folds(randomRatings({ numItems: 12, numUsers: 12 }, { seed: 1, density: 0.9 }), { count: 3 });
const ranking = { count: 3, relevant: 3 };

it("is a table of means and halves of intervals, the best on top", async () => {
  const results = {
    means: await crossValidate(parts, {}, { fit: itemMean, ranking }),
    biases: await crossValidate(parts, {}, { fit: biases, ranking }),
  };
  const rows = compareFolds(results);
  expect(rows.map(({ rmse }) => rmse)).toEqual(
    [results.means.rmse.mean, results.biases.rmse.mean].sort((a, b) => a - b),
  );
  const { rmse, recall } = results.biases;
  expect(rows.find(({ model }) => model === "biases")).toMatchObject({
    ...{ rmse: rmse.mean, "rmse ±": rmse.high - rmse.mean },
    ...{ recall: recall!.mean, "recall ±": recall!.high - recall!.mean },
  });
  const ranked = compareFolds(results, { metrics: ["ndcg", "recall"] });
  expect(Object.keys(ranked[0])).toEqual(["model", "ndcg", "ndcg ±", "recall", "recall ±"]);
  expect(ranked[0].ndcg).toBeGreaterThanOrEqual(ranked[1].ndcg!);
});

it("leaves out what not all were measured by, unless it is asked for", async () => {
  const results = {
    popularity: await crossValidate(parts, {}, { fit: popularity, ranking }),
    biases: await crossValidate(parts, {}, { fit: biases }),
  };
  expect(Object.keys(compareFolds(results)[0])).toEqual(["model", "rmse", "rmse ±", "mae", "mae ±"]);
  expect(thrown(() => compareFolds(results, { metrics: ["ndcg"] }))).toBe(
    'RangeError: "biases" must be measured by ndcg, and is not',
  );
});

it("refuses what was measured on other folds, or otherwise", async () => {
  const first = await crossValidate(parts, {}, { fit: biases });
  const fewer = await crossValidate(parts.slice(1), {}, { fit: biases });
  const clipped = await crossValidate(parts, {}, { fit: biases, range: [0, 5] });
  expect(thrown(() => compareFolds({ first, fewer }))).toBe(
    'RangeError: results must be of the same folds, got 3 for "first", 2 for "fewer"',
  );
  expect(thrown(() => compareFolds({ first, clipped }))).toMatch(/range is "none" for "first", "0 to 5" for/);
  expect(thrown(() => compareFolds({}))).toBe("RangeError: results must be at least one, got none");
  expect(thrown(() => compareFolds({ first }, { metrics: ["mse" as "mae"] }))).toMatch(
    /^RangeError: metric must/,
  );
});
