// @module-tag slow

import { describe, expect, it } from "vitest";
import { cost } from "../../src/model/cost";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import type { Ratings } from "../../src/ratings/ratings";
import { type Trained, trainOn } from "../../src/train/gradient/train";
import { trainTensors } from "../../src/train/tensors";
import { kernelModule } from "../../src/wasm/kernels";
import { randomRatings } from "../samples";

interface Options {
  iterations: number;
  learningRate: number;
  lambda: number;
  loss: "squared" | "logistic";
}

/** `train` in plain TypeScript, or with the SIMD kernels on so many threads. */
function on(engine: "plain" | number, precision: "float64" | "float32") {
  return (model: Model, ratings: Ratings, options: Options) => {
    const chosen = engine === "plain" ? engine : { module: kernelModule()!, threads: engine };
    return trainOn(chosen, model, ratings, { ...options, precision });
  };
}

/** Everything that trains by Adam keeps the same contract, each to the precision of its numbers. */
const implementations: {
  name: string;
  digits: number;
  run: (m: Model, r: Ratings, o: Options) => Promise<Trained>;
}[] = [
  { name: "plain, float64", digits: 12, run: on("plain", "float64") },
  { name: "plain, float32", digits: 4, run: on("plain", "float32") },
  { name: "SIMD, float64, one thread", digits: 12, run: on(1, "float64") },
  { name: "SIMD, float64, two threads", digits: 12, run: on(2, "float64") },
  { name: "SIMD, float32, one thread", digits: 4, run: on(1, "float32") },
  { name: "SIMD, float32, two threads", digits: 4, run: on(2, "float32") },
  { name: "tensors", digits: 4, run: trainTensors },
];

const size = { numItems: 9, numUsers: 7, numFeatures: 3 };
const start = randomModel(size, { seed: 6, scale: 0.5 });
const options = { iterations: 25, learningRate: 0.05, lambda: 0.4 };
const triplesOf = ({ items, users, values }: Ratings) =>
  Array.from(values, (value, k) => ({ item: items[k], user: users[k], value }));

/** Every prediction of one model is that of another, to so many digits. */
function expectSame(
  one: Model,
  other: Model,
  digits: number,
  at = (item: number, user: number) => ({ item, user }),
) {
  for (let item = 0; item < one.numItems; item++) {
    for (let user = 0; user < one.numUsers; user++) {
      expect(predict(other, at(item, user))).toBeCloseTo(predict(one, { item, user }), digits);
    }
  }
}

describe.each(implementations)("$name", ({ digits, run }) => {
  describe.each(["squared", "logistic"] as const)("under %s loss", (loss) => {
    const ratings = randomRatings(size, { seed: 3, density: 0.5, labels: loss === "logistic" });
    const given = { ...options, loss };

    it("starts at the cost, and goes the way of the reference", async () => {
      const reference = await on("plain", "float64")(start, ratings, given);
      const found = await run(start, ratings, given);
      expect(found.history).toHaveLength(25);
      expect(found.history[0] / cost(start, ratings, { lambda: 0.4, loss })).toBeCloseTo(1, digits);
      for (const [t, J] of reference.history.entries())
        expect(found.history[t] / J).toBeCloseTo(1, digits - 1);
      expectSame(reference.model, found.model, digits - 1);
    });

    it("leaves the given model alone, and repeats", async () => {
      const before = structuredClone(start);
      const [one, other] = [await run(start, ratings, given), await run(start, ratings, given)];
      expect(start).toEqual(before);
      expect(other).toEqual(one);
    });

    it("does not care for the order of the ratings", async () => {
      const turned = ratingsFrom(triplesOf(ratings).reverse(), size);
      expectSame(
        (await run(start, ratings, given)).model,
        (await run(start, turned, given)).model,
        digits - 1,
      );
    });

    it("permutes its result with the items and the users", async () => {
      const item = (i: number) => (i * 2) % 9;
      const user = (j: number) => (j * 3) % 7;
      const moved = ratingsFrom(
        triplesOf(ratings).map((rating) => ({
          item: item(rating.item),
          user: user(rating.user),
          value: rating.value,
        })),
        size,
      );
      const rows = (block: Float64Array, to: (k: number) => number, width: number) => {
        const out = new Float64Array(block.length);
        for (let k = 0; k < block.length; k++)
          out[to(Math.floor(k / width)) * width + (k % width)] = block[k];
        return out;
      };
      const startMoved = {
        ...start,
        X: rows(start.X, item, 3),
        W: rows(start.W, user, 3),
        b: rows(start.b, user, 1),
      };
      const one = await run(start, ratings, given);
      const other = await run(startMoved, moved, given);
      expectSame(one.model, other.model, digits - 1, (i, j) => ({ item: item(i), user: user(j) }));
    });

    it("knows nothing of who took no part: zero, whatever the start, so that the means predict", async () => {
      const few = ratingsFrom([{ item: 2, user: 3, value: 1 }], size);
      const { model } = await run(start, few, { ...given, lambda: 0 });
      const rowsOf = (block: Float64Array, width: number) =>
        [...block.keys()].filter((k) => block[k] !== 0).map((k) => Math.floor(k / width));
      expect(new Set(rowsOf(model.X, 3))).toEqual(new Set([2]));
      expect(new Set(rowsOf(model.W, 3))).toEqual(new Set([3]));
      expect(new Set(rowsOf(model.b, 1))).toEqual(new Set([3]));
      const mu = Float64Array.from({ length: 9 }, (_, item) => item);
      for (const at of [
        { item: 4, user: 3 },
        { item: 4, user: 5 },
        { item: 2, user: 5 },
      ])
        expect(predict({ ...model, mu }, at)).toBe(at.item + model.b[at.user]);
    });
  });

  it("recovers a matrix of known rank", async () => {
    const truth = randomModel({ numItems: 12, numUsers: 10, numFeatures: 2 }, { seed: 9, scale: 1 });
    const cells = Array.from({ length: 120 }, (_, cell) => ({
      item: cell % 12,
      user: Math.floor(cell / 12),
    }));
    const all = cells.map((at) => ({ ...at, value: predict(truth, at) }));
    const seen = ratingsFrom(
      all.filter(({ item, user }) => item % 4 !== user % 4),
      truth,
    );
    const { model } = await run(randomModel(truth, { seed: 3 }), seen, {
      ...{ iterations: 2000, learningRate: 0.02, lambda: 0, loss: "squared" },
    });
    for (const { item, user, value } of all) expect(predict(model, { item, user })).toBeCloseTo(value, 1);
  });
});
