import { describe, expect, it } from "vitest";
import { rmse } from "../../../src/evaluate/errors";
import { logLoss } from "../../../src/evaluate/labelMetrics";
import { randomModel } from "../../../src/model/model";
import { predict } from "../../../src/predict/predict";
import { split } from "../../../src/ratings/split";
import { train, trainOn } from "../../../src/train/gradient/train";
import type { Backend } from "../../../src/wasm/backend";
import { kernelModule } from "../../../src/wasm/kernels";
import { randomRatings, rejected } from "../../samples";

const size = { numItems: 40, numUsers: 30, numFeatures: 4 };
const module = kernelModule()!;
const backends: [name: string, backend: Backend, precision: "float64" | "float32"][] = [
  ["plain, float64", "plain", "float64"],
  ["plain, float32", "plain", "float32"],
  ["SIMD, one thread", { module, threads: 1 }, "float64"],
  ["SIMD, two threads", { module, threads: 2 }, "float64"],
  ["SIMD, float32", { module, threads: 1 }, "float32"],
];

describe.each(backends)("early stopping on %s", (_, backend, precision) => {
  it.each([
    ["squared", rmse],
    ["logistic", logLoss],
  ] as const)("goes by the error of the %s loss itself", async (loss, errorOf) => {
    // So few that some items and users have nothing to learn from, and are held out all the same.
    const all = randomRatings(size, { seed: 5, density: 0.12, labels: loss === "logistic" });
    const { train: learned, test: validation } = split(all, { test: 0.3, seed: 2 });
    const given = { loss, precision, lambda: 0.02, learningRate: 0.1 } as const;
    const found = await trainOn(backend, randomModel(size), learned, {
      ...given,
      iterations: 150,
      validation,
      patience: 8,
    });
    const curve = found.validation!;
    const best = curve.indexOf(Math.min(...curve));
    expect(curve).toHaveLength(best + 9);
    expect(errorOf(found.model, validation)).toBeCloseTo(curve[best], 6);
    // Each point of the curve is the error of the model that so many updates give.
    for (const iterations of [1, best, best + 4]) {
      const { model } = await trainOn(backend, randomModel(size), learned, { ...given, iterations });
      if (iterations > 0) expect(errorOf(model, validation)).toBeCloseTo(curve[iterations], 6);
    }
  });
});

it("refuses a validation that does not hold labels under loss logistic", async () => {
  const labels = randomRatings(size, { seed: 1, labels: true });
  const stars = randomRatings(size, { seed: 1 });
  const place = stars.values.findIndex((value) => value !== 0 && value !== 1);
  expect(await rejected(train(randomModel(size), labels, { loss: "logistic", validation: stars }))).toBe(
    `RangeError: label must be 0 or 1 under loss "logistic", got ${stars.values[place]} (validation ${place})`,
  );
});

it("a callback's promise of false stops as false does", async () => {
  const ratings = randomRatings(size, { seed: 1 });
  const { history } = await train(randomModel(size), ratings, {
    onIteration: async ({ iteration }) => iteration < 3,
  });
  expect(history).toHaveLength(4);
});

it("who has rated nothing is predicted by the means: Eve is given 2.5, to the digit", async () => {
  const { lecture } = await import("../../../src/datasets/lecture");
  const { normalize } = await import("../../../src/ratings/normalize");
  const { addMeans } = await import("../../../src/model/means");
  const { ratings } = lecture();
  const withEve = { ...ratings, numUsers: 5, userIds: [...ratings.userIds, "Eve"] };
  const normalized = normalize(withEve);
  for (const lambda of [0, 1]) {
    const start = randomModel({ numItems: 5, numUsers: 5, numFeatures: 2 }, { seed: 1 });
    const { model } = await train(start, normalized.ratings, { lambda });
    expect(predict(addMeans(model, normalized), { item: 0, user: 4 })).toBe(2.5);
  }
});
