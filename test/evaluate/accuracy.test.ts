import { expect, it } from "vitest";
import { accuracy, accuracyAsync, compare } from "../../src/evaluate/accuracy";
import { mae, rmse } from "../../src/evaluate/errors";
import { randomModel } from "../../src/model/model";
import { folds, split } from "../../src/ratings/split";
import { randomRatings, rejected, thrown } from "../samples";

const size = { numItems: 10, numUsers: 10, numFeatures: 2 };
const ratings = randomRatings(size, { seed: 1, density: 1 });
const [one, other] = [1, 2].map((seed) => randomModel(size, { seed, scale: 1 }));
const { test: held } = split(ratings, { test: 0.3, seed: 7 });

it("carries what it was measured by", () => {
  expect(accuracy(one, held, { range: [0, 5] })).toEqual({
    rmse: rmse(one, held, { range: [0, 5] }),
    mae: mae(one, held, { range: [0, 5] }),
    protocol: {
      ...{ held: "split: 0.3 of 100, seed 7", ratings: 30, range: "0 to 5" },
      unknown: "by mu and b as the model has them",
    },
  });
  expect(accuracy(one, folds(ratings, { count: 4 })[2].test).protocol).toMatchObject({
    ...{ held: "fold 3 of 4 of 100, seed 0", ratings: 25, range: "none" },
  });
  expect(accuracy(one, ratings).protocol.held).toBe("as given");
});

it("is compared with its like, best first", () => {
  const rows = compare({ one: accuracy(one, held), other: accuracy(other, held) });
  expect(rows.map(({ model }) => model).sort()).toEqual(["one", "other"]);
  expect(rows[0].rmse).toBeLessThanOrEqual(rows[1].rmse);
  expect(rows.find(({ model }) => model === "one")?.mae).toBe(mae(one, held));
});

it.each([
  [
    accuracy(other, split(ratings, { test: 0.3, seed: 8 }).test),
    'held is "split: 0.3 of 100, seed 7" for "one", "split: 0.3 of 100, seed 8" for "other"',
  ],
  [accuracy(other, held, { range: [0, 5] }), 'range is "none" for "one", "0 to 5" for "other"'],
])("is not compared with what was measured otherwise: %#", (foreign, where) => {
  expect(thrown(() => compare({ one: accuracy(one, held), other: foreign }))).toBe(
    `RangeError: accuracies must have one protocol to be compared: ${where}`,
  );
});

it("is the same with pauses, tells how far it is, and ends when it is aborted", async () => {
  const wide = randomModel({ numItems: 10, numUsers: 10, numFeatures: 150_000 }, { seed: 3, scale: 0.01 });
  const told: number[] = [];
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    expect(total).toBe(30);
    told.push(done);
  };
  expect(await accuracyAsync(wide, held, { range: [0, 5], onProgress })).toEqual(
    accuracy(wide, held, { range: [0, 5] }),
  );
  expect(told.length).toBeGreaterThan(1);
  expect(told[told.length - 1]).toBe(30);
  const signal = AbortSignal.abort(new Error("enough"));
  expect(await rejected(accuracyAsync(one, held, { signal }))).toBe("Error: enough");
});
