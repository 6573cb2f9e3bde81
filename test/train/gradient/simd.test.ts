// @module-tag slow
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Model, randomModel } from "../../../src/model/model";
import { ratingsFrom } from "../../../src/ratings/build";
import type { Ratings } from "../../../src/ratings/ratings";
import { type TrainOptions, train, trainOn } from "../../../src/train/gradient/train";
import { kernelModule } from "../../../src/wasm/kernels";
import { modelWithMeans, randomRatings } from "../../samples";
import { threadsNow } from "../../threads";

const module = kernelModule()!;
const simd = (threads: number) => ({ module, threads });

/** Every number of both runs is the same, bit by bit. */
async function expectSameBits(threads: number, model: Model, ratings: Ratings, options: TrainOptions) {
  const plain = await trainOn("plain", model, ratings, options);
  const fast = await trainOn(simd(threads), model, ratings, options);
  expect(fast).toEqual(plain);
}

describe("the SIMD solver in float64 has the digits of the plain one", () => {
  it("for any shape, loss, optimizer and number of threads", async () => {
    const shapes = fc.record({
      size: fc.record({
        numItems: fc.integer({ min: 1, max: 40 }),
        numUsers: fc.integer({ min: 1, max: 40 }),
        numFeatures: fc.integer({ min: 1, max: 35 }),
      }),
      seed: fc.nat(1000),
      density: fc.double({ min: 0.05, max: 1, noNaN: true }),
      loss: fc.constantFrom("squared", "logistic"),
      optimizer: fc.constantFrom("adam", "gradientDescent"),
      learn: fc.constantFrom("all", "users", "items"),
      lambda: fc.constantFrom(0, 0.7),
      threads: fc.constantFrom(1, 1, 1, 2, 3),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, seed, density, threads, ...options }) => {
        const ratings = randomRatings(size, { seed, density, labels: options.loss === "logistic" });
        const given = { ...options, learningRate: 0.01, iterations: 6 } as TrainOptions;
        await expectSameBits(threads, modelWithMeans(size, seed, 0.3), ratings, given);
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    ["one feature", { numItems: 7, numUsers: 5, numFeatures: 1 }, 2],
    ["three features, no multiple of the lanes", { numItems: 7, numUsers: 5, numFeatures: 3 }, 2],
    ["one item", { numItems: 1, numUsers: 9, numFeatures: 4 }, 2],
    ["one user", { numItems: 9, numUsers: 1, numFeatures: 4 }, 2],
    ["more threads than users", { numItems: 6, numUsers: 2, numFeatures: 5 }, 6],
  ])("with %s", async (_, size, threads) => {
    await expectSameBits(
      threads,
      randomModel(size, { seed: 1, scale: 0.5 }),
      randomRatings(size, { seed: 2 }),
      {
        ...{ iterations: 30, learningRate: 0.05, lambda: 0.3 },
      },
    );
  });

  it("with users and items that have no ratings", async () => {
    const size = { numItems: 20, numUsers: 30, numFeatures: 6 };
    const few = ratingsFrom(
      [
        { item: 3, user: 7, value: 4 },
        { item: 19, user: 0, value: 1 },
      ],
      size,
    );
    await expectSameBits(2, randomModel(size), few, { iterations: 10, lambda: 0 });
  });

  it("with early stopping, which gives the model at which the held-out error was lowest", async () => {
    const size = { numItems: 30, numUsers: 25, numFeatures: 4 };
    const [ratings, validation] = [1, 2].map((seed) => randomRatings(size, { seed, density: 0.3 }));
    const options = { iterations: 200, learningRate: 0.1, validation, patience: 4 };
    await expectSameBits(2, randomModel(size, { seed: 3 }), ratings, options);
  });
});

describe("a pool of threads", () => {
  const size = { numItems: 300, numUsers: 200, numFeatures: 20 };
  const [model, ratings] = [randomModel(size), randomRatings(size, { seed: 4, density: 0.5 })];

  it("is gone when the training is done, stopped, aborted or has diverged", async () => {
    const before = threadsNow();
    const run = (options: TrainOptions) => trainOn(simd(3), model, ratings, { iterations: 20, ...options });
    await run({});
    await run({ onIteration: () => false });
    const controller = new AbortController();
    const aborted = run({
      iterations: 100_000,
      signal: controller.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 5) controller.abort(new Error("enough"));
      },
    });
    await expect(aborted).rejects.toThrow("enough");
    await expect(run({ learningRate: 1e200, optimizer: "gradientDescent" })).rejects.toThrow(
      "training diverged",
    );
    expect(threadsNow()).toBe(before);
  });

  it("lets timers have their turn while it works", async () => {
    const big = randomRatings({ numItems: 1500, numUsers: 900 }, { seed: 5, density: 0.5 });
    const wide = randomModel({ numItems: 1500, numUsers: 900, numFeatures: 40 });
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await trainOn(simd(2), wide, big, { iterations: 4 });
    clearInterval(timer);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(2000);
  });
});

describe("where the kernels cannot run", () => {
  const script = join(__dirname, "fallback.cjs");
  const run = (...flags: string[]) => {
    const text = execFileSync(process.execPath, [...flags, script], { encoding: "utf8" });
    return JSON.parse(text) as { digits: number[]; said: string[] };
  };
  const usual = run();

  it("is silent where they can", () => expect(usual.said).toEqual([]));

  it.each([
    ["WebAssembly with SIMD is missing", "--no-enable-sse4-1"],
    ["Memory that threads share is missing", "--require", join(__dirname, "withoutSharedMemory.cjs")],
  ])("%s: says so once, and the digits are the same", (what, ...flags) => {
    const { digits, said } = run(...flags);
    expect(said).toEqual([
      `${what} here: all work is done in plain TypeScript, slower, with the same digits.`,
    ]);
    expect(digits).toEqual(usual.digits);
  });
});

afterEach(() => vi.restoreAllMocks());

it("asks for threads only where they are worth their start", async () => {
  const size = { numItems: 5, numUsers: 4, numFeatures: 2 };
  const seen: number[] = [];
  await train(randomModel(size), randomRatings(size, { seed: 1 }), {
    onIteration: () => {
      seen.push(process.getActiveResourcesInfo().filter((name) => name === "Worker").length);
    },
  });
  expect(Math.max(...seen)).toBe(0);
  await expect(train(randomModel(size), randomRatings(size, { seed: 1 }), { threads: 0 })).rejects.toThrow(
    "threads must be >= 1, got 0",
  );
});
