// @module-tag slow
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratingsFrom } from "../../../src/ratings/build";
import type { Ratings } from "../../../src/ratings/ratings";
import { type BayesianOptions, bayesian, bayesianOn } from "../../../src/train/gibbs/bayesian";
import { kernelModule } from "../../../src/wasm/kernels";
import { randomRatings } from "../../samples";
import { threadsNow } from "../../threads";

const module = kernelModule()!;
const simd = (threads: number) => ({ module, threads });

/** Every number of both runs is the same, bit by bit. */
async function expectSameBits(threads: number, ratings: Ratings, options: BayesianOptions) {
  const plain = await bayesianOn("plain", ratings, options);
  expect(await bayesianOn(simd(threads), ratings, options)).toEqual(plain);
}

describe("the SIMD kernels sample what the plain code samples", () => {
  it("for any shape, and any number of threads", async () => {
    const shapes = fc.record({
      size: fc.record({
        numItems: fc.integer({ min: 1, max: 40 }),
        numUsers: fc.integer({ min: 1, max: 40 }),
      }),
      numFeatures: fc.integer({ min: 1, max: 26 }),
      seed: fc.nat(1000),
      density: fc.double({ min: 0.05, max: 1, noNaN: true }),
      threads: fc.constantFrom(1, 1, 1, 2, 3),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, seed, density, threads, numFeatures }) => {
        await expectSameBits(threads, randomRatings(size, { seed, density }), {
          numFeatures,
          seed,
          samples: 4,
        });
      }),
      { numRuns: 100 },
    );
  });

  it.each([63, 64, 65, 129])(
    "for a row of %d ratings, around the number gathered at a time",
    async (numItems) => {
      const ratings = randomRatings({ numItems, numUsers: 3 }, { seed: 1, density: 1 });
      await expectSameBits(1, ratings, { numFeatures: 5, samples: 4 });
    },
  );

  it("where items and users have no ratings", async () => {
    const few = [
      { item: 3, user: 7, value: 4 },
      { item: 19, user: 0, value: 1 },
    ];
    await expectSameBits(2, ratingsFrom(few, { numItems: 20, numUsers: 30 }), { samples: 6 });
  });

  it("through the public door too", async () => {
    const ratings = randomRatings({ numItems: 60, numUsers: 50 }, { seed: 2 });
    const options = { numFeatures: 7, samples: 20, seed: 5 };
    const plain = await bayesianOn("plain", ratings, options);
    expect(await bayesian(ratings, options)).toEqual(plain);
    expect(await bayesian(ratings, { ...options, threads: 2 })).toEqual(plain);
    await expect(bayesian(ratings, { threads: 0 })).rejects.toThrow("threads must be >= 1, got 0");
  });
});

it("leaves no thread behind when it is done, stopped or aborted", async () => {
  const before = threadsNow();
  const ratings = randomRatings({ numItems: 300, numUsers: 200 }, { seed: 4 });
  const run = (options: BayesianOptions) =>
    bayesianOn(simd(3), ratings, { numFeatures: 6, samples: 4, ...options });
  await run({});
  await run({ onSample: () => false });
  const controller = new AbortController();
  const aborted = run({
    samples: 100_000,
    signal: controller.signal,
    onSample: ({ sweep }) => {
      if (sweep === 3) controller.abort(new Error("enough"));
    },
  });
  await expect(aborted).rejects.toThrow("enough");
  expect(threadsNow()).toBe(before);
});
