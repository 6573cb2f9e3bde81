import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { random } from "../../../src/math/random";
import { randomModel } from "../../../src/model/model";
import { type Optimizer, optimizers, updater } from "../../../src/train/gradient/optimizer";
import { type TrainOptions, trainOn } from "../../../src/train/gradient/train";
import { kernelModule } from "../../../src/wasm/kernels";
import { modelWithMeans, randomRatings } from "../../samples";

const table = optimizers as Record<string, Optimizer>;

describe("an optimizer of the family", () => {
  afterEach(() => {
    delete table.another;
  });

  /** Trains by an optimizer that is only in the table for this. */
  function trainBy(
    optimizer: Optimizer,
    backend: Parameters<typeof trainOn>[0],
    precision: "float64" | "float32",
  ) {
    table.another = optimizer;
    const size = { numItems: 30, numUsers: 25, numFeatures: 5 };
    const ratings = randomRatings(size, { seed: 3, density: 0.3 });
    const options = {
      optimizer: "another",
      iterations: 12,
      lambda: 0.3,
      precision,
    } as unknown as TrainOptions;
    return trainOn(backend, modelWithMeans(size, 4, 0.3), ratings, options);
  }

  it("is one entry in the table: the kernel takes its constants, and has the digits of the plain code", async () => {
    const rates = fc.option(fc.double({ min: 0, max: 0.9999, noNaN: true }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(rates, rates, fc.constantFrom(1, 2), async (beta1, beta2, threads) => {
        const epsilon = beta2 === undefined ? undefined : 1e-6;
        const optimizer = {
          beta1,
          beta2,
          epsilon,
          learningRate: 0.02,
          stepSize: (a: number, t: number) => a / t,
        };
        const module = kernelModule()!;
        const plain = await trainBy(optimizer, "plain", "float64");
        expect(await trainBy(optimizer, { module, threads }, "float64")).toEqual(plain);
        const single = await trainBy(optimizer, { module, threads }, "float32");
        // Divided by its own size, a gradient near zero keeps nothing but its sign, which rounding may turn.
        if (beta2 !== undefined) return;
        single.model.X.forEach((value, k) => {
          expect(value).toBeCloseTo(plain.model.X[k], 3);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("such as momentum or RMSProp, takes the steps of its formula", () => {
    const source = random(1);
    const gradients = Array.from({ length: 10 }, () => source.normal());
    const run = (optimizer: Optimizer) => {
      const block = Float64Array.of(1);
      const update = updater(optimizer, block, 0.1);
      for (const g of gradients) update(Float64Array.of(g));
      return block[0];
    };
    const plainStep = (learningRate: number) => learningRate;
    let [theta, m] = [1, 0];
    for (const g of gradients) theta -= 0.1 * (m = 0.8 * m + 0.2 * g);
    expect(run({ beta1: 0.8, learningRate: 0.1, stepSize: plainStep })).toBeCloseTo(theta, 12);
    let [phi, v] = [1, 0];
    for (const g of gradients) phi -= (0.1 * g) / (Math.sqrt((v = 0.9 * v + 0.1 * g * g)) + 1e-4);
    expect(run({ beta2: 0.9, epsilon: 1e-4, learningRate: 0.1, stepSize: plainStep })).toBeCloseTo(phi, 12);
  });
});

it("trains by each optimizer at its own rate", async () => {
  const size = { numItems: 8, numUsers: 6, numFeatures: 2 };
  const ratings = randomRatings(size, { seed: 1 });
  for (const [name, { learningRate }] of Object.entries(table)) {
    const optimizer = name as keyof typeof optimizers;
    const given = { optimizer, iterations: 5 };
    const own = await trainOn("plain", randomModel(size), ratings, given);
    expect(await trainOn("plain", randomModel(size), ratings, { ...given, learningRate })).toEqual(own);
  }
});
