import { describe, expect, it } from "vitest";
import { addMeans } from "../../src/model/means";
import { checkModel, checkSameSize, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { modelWithMeans, randomRatings, thrown } from "../samples";

const size = { numItems: 50, numUsers: 40, numFeatures: 30 };

describe("randomModel", () => {
  it("draws X, W and b, and leaves mu at zero", () => {
    const model = randomModel(size);
    expect(model).toMatchObject(size);
    expect([model.X.length, model.W.length, model.b.length]).toEqual([1500, 1200, 40]);
    expect(model.mu).toEqual(new Float64Array(50));
    expect(thrown(() => checkModel(model))).toBe("nothing thrown");
  });

  it("repeats for a seed, 0 unless given, and differs for another", () => {
    expect(randomModel(size)).toEqual(randomModel(size, { seed: 0 }));
    expect(randomModel(size, { seed: 1 })).toEqual(randomModel(size, { seed: 1 }));
    expect(randomModel(size, { seed: 1 }).X).not.toEqual(randomModel(size, { seed: 2 }).X);
  });

  it("draws from a normal distribution of the scale asked for, 0.1 unless given", () => {
    const spread = (values: Float64Array) =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    expect(Math.abs(spread(randomModel(size).X) / 0.1 - 1)).toBeLessThan(0.06);
    expect(Math.abs(spread(randomModel(size, { scale: 3 }).W) / 3 - 1)).toBeLessThan(0.06);
    expect(randomModel(size, { scale: 0 }).X.every((x) => x === 0)).toBe(true);
    const { X, W, b } = randomModel(size);
    expect(new Set([...X, ...W]).size).toBe(1500 + 1200);
    expect(b).toEqual(new Float64Array(40));
  });

  it("refuses sizes and options out of range", () => {
    expect(thrown(() => randomModel({ ...size, numItems: 0 }))).toBe(
      "RangeError: numItems must be >= 1, got 0",
    );
    expect(thrown(() => randomModel({ ...size, numUsers: -3 }))).toBe(
      "RangeError: numUsers must be >= 1, got -3",
    );
    expect(thrown(() => randomModel({ ...size, numFeatures: 1.5 }))).toBe(
      "RangeError: numFeatures must be an integer, got 1.5",
    );
    expect(thrown(() => randomModel(size, { scale: -1 }))).toBe("RangeError: scale must be >= 0, got -1");
    expect(thrown(() => randomModel(size, { seed: Number.NaN }))).toBe(
      "RangeError: seed must be finite, got NaN",
    );
    expect(thrown(() => randomModel(size, { sed: 1 } as never))).toBe(
      'TypeError: option must be one of seed, scale, got "sed"',
    );
  });
});

describe("addMeans", () => {
  const model = modelWithMeans({ numItems: 3, numUsers: 2, numFeatures: 1 }, 4);

  it("by item sets mu, in the place of what was there", () => {
    const means = Float64Array.of(1, 2, 3);
    const made = addMeans(model, { means, by: "item" });
    expect(made).toEqual({ ...model, mu: means });
    means[0] = 9;
    expect(made.mu[0]).toBe(1);
  });

  it("by user shifts b, so that every prediction rises by that user's mean", () => {
    const made = addMeans(model, { means: Float64Array.of(10, 20), by: "user" });
    for (let item = 0; item < 3; item++) {
      expect(predict(made, { item, user: 0 })).toBeCloseTo(predict(model, { item, user: 0 }) + 10, 12);
      expect(predict(made, { item, user: 1 })).toBeCloseTo(predict(model, { item, user: 1 }) + 20, 12);
    }
    expect(made.mu).toEqual(model.mu);
  });

  it("leaves the model as it was", () => {
    const before = structuredClone(model);
    addMeans(model, { means: Float64Array.of(1, 2), by: "user" });
    addMeans(model, { means: Float64Array.of(1, 2, 3), by: "item" });
    expect(model).toEqual(before);
  });

  it("refuses means of another number, and an unknown `by`", () => {
    expect(thrown(() => addMeans(model, { means: new Float64Array(2), by: "item" }))).toBe(
      "RangeError: means must be 3, one for each item of the model, got 2",
    );
    expect(thrown(() => addMeans(model, { means: new Float64Array(3), by: "user" }))).toBe(
      "RangeError: means must be 2, one for each user of the model, got 3",
    );
    expect(thrown(() => addMeans(model, { means: new Float64Array(3), by: "film" as never }))).toBe(
      'RangeError: by must be one of "item", "user", got "film"',
    );
  });
});

describe("checks of a model", () => {
  const model = randomModel({ numItems: 3, numUsers: 2, numFeatures: 2 });

  it.each([
    ["X", 6],
    ["W", 4],
    ["b", 2],
    ["mu", 3],
  ])("find a %s of the wrong length", (name, length) => {
    expect(thrown(() => checkModel({ ...model, [name]: new Float64Array(7) }))).toBe(
      `RangeError: model.${name} must have ${length} entries, got 7`,
    );
  });

  it("find ratings of other items or users", () => {
    const ratings = (numItems: number, numUsers: number) =>
      randomRatings({ numItems, numUsers }, { seed: 1 });
    expect(thrown(() => checkSameSize(model, ratings(3, 2)))).toBe("nothing thrown");
    expect(thrown(() => checkSameSize(model, ratings(4, 2)))).toBe(
      "RangeError: ratings must have the model's 3 items, got 4",
    );
    expect(thrown(() => checkSameSize(model, ratings(3, 1)))).toBe(
      "RangeError: ratings must have the model's 2 users, got 1",
    );
  });
});
