import { expect, it } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { rmse } from "../../src/evaluate/errors";
import { addMeans } from "../../src/model/means";
import { randomModel } from "../../src/model/model";
import { normalize } from "../../src/ratings/normalize";
import { split } from "../../src/ratings/split";
import { train } from "../../src/train/gradient/train";
import { type LectureSettings, lectureModel } from "../../src/train/lectureModel";
import { rejected } from "../samples";

const size = { numItems: 150, numUsers: 80 };
const scale = { min: 0.5, max: 5, step: 0.5 };
const { ratings } = generateFilms({ ...size, numRatings: 3000, scale, years: [1990, 2000] });
const parts = split(ratings, { seed: 3 });

it("is normalize, randomModel, train and addMeans", async () => {
  const normalized = normalize(ratings, { damping: 2 });
  const start = randomModel({ ...size, numFeatures: 4 }, { seed: 5, scale: 0.2 });
  const trained = await train(start, normalized.ratings, { lambda: 3, iterations: 30, learningRate: 0.05 });
  const settings = { numFeatures: 4, lambda: 3, damping: 2, iterations: 30, learningRate: 0.05 };
  const { model, history } = await lectureModel(ratings, { ...settings, seed: 5, scale: 0.2 });
  const wanted = addMeans(trained.model, normalized);
  for (const name of ["X", "W", "b", "mu"] as const) {
    for (const [k, value] of model[name].entries()) expect(value).toBeCloseTo(wanted[name][k], 9);
  }
  expect(history.length).toBe(30);
  expect(history[29]).toBeCloseTo(trained.history[29], 6);
});

it("stops when the error on the ratings held back has risen, and keeps the model that had the least", async () => {
  const settings = { numFeatures: 8, lambda: 1, iterations: 400, patience: 7 };
  const { model, validation } = await lectureModel(parts.train, settings, { held: parts.test });
  const curve = Array.from(validation!);
  const least = Math.min(...curve);
  expect(curve.length).toBeLessThan(400);
  expect(curve.length - 1 - curve.indexOf(least)).toBe(7);
  expect(rmse(model, parts.test)).toBeCloseTo(least, 9);
  const longer = await lectureModel(parts.train, { ...settings, iterations: curve.indexOf(least) });
  expect(rmse(longer.model, parts.test)).toBeCloseTo(least, 9);
});

it("holds a part back by itself, the same for a seed", async () => {
  const settings = { numFeatures: 3, iterations: 20, validation: 0.2, seed: 4 };
  const { train: kept, test: held } = split(ratings, { test: 0.2, seed: 4 });
  const own = await lectureModel(ratings, settings);
  expect(own).toEqual(await lectureModel(kept, { ...settings, validation: 0 }, { held }));
  expect((await lectureModel(ratings, { iterations: 2 })).validation).toBeUndefined();
});

it.each<[object, string]>([
  [{ validation: 1 }, "RangeError: validation must be in [0, 1), got 1"],
  [{ validation: Number.NaN }, "RangeError: validation must be finite, got NaN"],
  [{ patience: 0 }, "RangeError: patience must be >= 1, got 0"],
  [{ numFeatures: 0 }, "RangeError: numFeatures must be >= 1, got 0"],
  [{ lambda: -1 }, "RangeError: lambda must be >= 0, got -1"],
  [{ damping: -1 }, "RangeError: damping must be >= 0, got -1"],
])("refuses %j", async (settings, message) => {
  expect(await rejected(lectureModel(ratings, settings as LectureSettings))).toBe(message);
});

it("refuses a setting that it does not know", async () => {
  expect(await rejected(lectureModel(ratings, { features: 3 } as LectureSettings))).toMatch(
    /^TypeError: option must be one of numFeatures, .*, got "features"$/,
  );
});
