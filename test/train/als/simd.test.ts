import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratingsFrom } from "../../../src/ratings/build";
import type { Ratings } from "../../../src/ratings/ratings";
import { factorizeImplicit, type ImplicitOptions, implicitOn } from "../../../src/train/als/als";
import { kernelModule } from "../../../src/wasm/kernels";
import { randomRatings } from "../../samples";
import { threadsNow } from "../../threads";

const module = kernelModule()!;
const simd = (threads: number) => ({ module, threads });

/** Every number of both runs is the same, bit by bit. */
async function expectSameBits(threads: number, ratings: Ratings, options: ImplicitOptions) {
  const plain = await implicitOn("plain", ratings, options);
  expect(await implicitOn(simd(threads), ratings, options)).toEqual(plain);
}

describe("the SIMD kernels find what the plain code finds", () => {
  it("for any shape, and any number of threads", async () => {
    const shapes = fc.record({
      size: fc.record({
        numItems: fc.integer({ min: 1, max: 40 }),
        numUsers: fc.integer({ min: 1, max: 40 }),
      }),
      numFeatures: fc.integer({ min: 1, max: 37 }),
      seed: fc.nat(1000),
      density: fc.double({ min: 0.05, max: 1, noNaN: true }),
      threads: fc.constantFrom(1, 1, 1, 2, 3),
      confidence: fc.constantFrom(0, 1, 40, (count: number) => 1 + Math.log1p(count)),
      lambda: fc.constantFrom(0.001, 0.1),
      penaltyExponent: fc.constantFrom(0, 0.5, 1),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, seed, density, threads, ...options }) => {
        const ratings = ratingsFrom(
          [{ item: 0, user: 0, value: 1 }, ...cellsOf(randomRatings(size, { seed, density }))],
          size,
        );
        await expectSameBits(threads, ratings, { ...options, seed, iterations: 3 });
      }),
      { numRuns: 100 },
    );
  });

  it.each([8191, 8192, 8193, 8500])(
    "for %d rows, around the number of which the Gram matrix is summed at a time",
    async (numUsers) => {
      const ratings = randomRatings({ numItems: 2, numUsers }, { seed: 1, density: 1 });
      await expectSameBits(1, ratings, { numFeatures: 5, iterations: 2 });
    },
  );

  it("through the public door too", async () => {
    const ratings = randomRatings({ numItems: 90, numUsers: 80 }, { seed: 2 });
    const options = { numFeatures: 7, seed: 5 };
    const plain = await implicitOn("plain", ratings, options);
    expect(await factorizeImplicit(ratings, options)).toEqual(plain);
    expect(await factorizeImplicit(ratings, { ...options, threads: 2 })).toEqual(plain);
  });
});

function cellsOf({ items, users, values }: Ratings) {
  return Array.from(values, (value, k) => ({ item: items[k], user: users[k], value })).filter(
    ({ item, user }) => item > 0 || user > 0,
  );
}

it("leaves no thread behind when it is done, stopped or aborted", async () => {
  const before = threadsNow();
  const ratings = randomRatings({ numItems: 300, numUsers: 200 }, { seed: 4 });
  const run = (options: ImplicitOptions) =>
    implicitOn(simd(3), ratings, { numFeatures: 6, iterations: 4, ...options });
  await run({});
  await run({ onIteration: () => false });
  const controller = new AbortController();
  const aborted = run({
    iterations: 100_000,
    signal: controller.signal,
    onIteration: ({ iteration }) => {
      if (iteration === 3) controller.abort(new Error("enough"));
    },
  });
  await expect(aborted).rejects.toThrow("enough");
  expect(threadsNow()).toBe(before);
});
