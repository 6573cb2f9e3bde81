// @module-tag slow
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../../src/math/random";
import { ratingsFrom } from "../../../src/ratings/build";
import type { Ratings } from "../../../src/ratings/ratings";
import { blockCountFor } from "../../../src/train/sgd/blocks";
import type { SgdProblem } from "../../../src/train/sgd/descent";
import { errorHeldOut, runEpoch } from "../../../src/train/sgd/factorize";
import { plainSgd } from "../../../src/train/sgd/plain";
import { simdSgd } from "../../../src/train/sgd/simd";
import { kernelModule } from "../../../src/wasm/kernels";
import { randomRatings } from "../../samples";

const pause = async () => {};

/** Rows of random features, weights, means and biases, the same for each engine. */
function fill(rows: Float32Array, width: number, numFeatures: number, one: number, seed: number): void {
  const source = random(seed);
  for (let k = 0; k < rows.length; k++) {
    const n = k % width;
    if (n < numFeatures || n >= width - 2) rows[k] = n === one ? 1 : source.normal() / 2;
  }
}

type Settings = Omit<SgdProblem, "ratings" | "count"> & { count?: number };

/** A few epochs from there, in plain TypeScript or on so many threads: all numbers that come of it. */
async function run(threads: "plain" | number, ratings: Ratings, settings: Settings) {
  const problem = {
    count: blockCountFor({ ...ratings, numRatings: ratings.values.length }),
    ...settings,
    ratings,
    validation: ratings,
  };
  const solver =
    threads === "plain"
      ? await plainSgd(problem, pause)
      : await simdSgd(problem, pause, { module: kernelModule()!, threads });
  const { width, W, X, numFeatures } = solver.descent;
  fill(W, width, numFeatures, width - 2, 1);
  fill(X, width, numFeatures, width - 1, 2);
  const errors = [await runEpoch(solver, 0.02), await runEpoch(solver, 0.01), await errorHeldOut(solver)];
  await solver.close();
  return { errors, W: W.slice(), X: X.slice(), descent: solver.descent };
}

describe("the kernel of the descent", () => {
  it("gives the digits of the plain one, for any shape and number of threads", async () => {
    const shapes = fc.record({
      size: fc.record({
        numItems: fc.integer({ min: 1, max: 60 }),
        numUsers: fc.integer({ min: 1, max: 60 }),
      }),
      numFeatures: fc.integer({ min: 1, max: 30 }),
      seed: fc.nat(1000),
      density: fc.double({ min: 0.02, max: 1, noNaN: true }),
      lambda: fc.constantFrom(0, 0.1),
      biasLambda: fc.constantFrom(0, 0.02),
      threads: fc.constantFrom(1, 1, 1, 2, 5),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ size, density, threads, ...rest }) => {
        const ratings = randomRatings(size, { seed: rest.seed, density });
        const plain = await run("plain", ratings, rest);
        const fast = await run(threads, ratings, rest);
        expect(fast.errors).toEqual(plain.errors);
        expect(fast.W).toEqual(plain.W);
        expect(fast.X).toEqual(plain.X);
      }),
      { numRuns: 100 },
    );
  });

  it("goes through every stratum, also of very many, on more threads than the usual eight", async () => {
    const ratings = randomRatings({ numItems: 90, numUsers: 90 }, { seed: 7, density: 0.5 });
    const options = { numFeatures: 3, lambda: 0.1, biasLambda: 0, seed: 0, count: 70 };
    const plain = await run("plain", ratings, options);
    const fast = await run(12, ratings, options);
    expect(plain.descent.blocks.count).toBe(70);
    expect(fast.errors).toEqual(plain.errors);
    expect(fast.X).toEqual(plain.X);
  });

  it("is the textbook's descent, one rating after the other", async () => {
    const ratings = randomRatings({ numItems: 1, numUsers: 6 }, { seed: 5, density: 1 });
    // One item, so one block and one rating a user: the order is that of the users, and each run is one rating.
    const options = { numFeatures: 3, lambda: 0.1, biasLambda: 0.05, seed: 0, count: 1 };
    const start = await plainSgd({ ...options, ratings }, pause);
    const { width, W, X, blocks } = start.descent;
    fill(W, width, 3, width - 2, 1);
    fill(X, width, 3, width - 1, 2);
    const mean = ratings.values.reduce((sum, value) => sum + value, 0) / 6;
    const x = Array.from(X.subarray(0, 3));
    let mu = X[width - 2];
    const users = Array.from({ length: 6 }, (_, j) => ({
      w: Array.from(W.subarray(j * width, j * width + 3)),
      b: W[j * width + width - 1],
    }));
    let squares = 0;
    const rate = 0.02;
    for (const k of Array.from(ratings.users.keys()).sort((a, b) => ratings.users[a] - ratings.users[b])) {
      const user = users[ratings.users[k]];
      user.w = user.w.map((value) => value * (1 - rate * 0.1));
      user.b *= 1 - rate * 0.05;
      const e =
        (ratings.values[k] - mean) / blocks.unit -
        (user.w.reduce((sum, w, f) => sum + w * x[f], 0) + user.b + mu);
      squares += e * e;
      const before = [...x];
      for (let f = 0; f < 3; f++) x[f] = (1 - rate * 0.1) * x[f] + rate * e * user.w[f];
      for (let f = 0; f < 3; f++) user.w[f] += rate * e * before[f];
      mu = (1 - rate * 0.05) * mu + rate * e;
      user.b += rate * e;
    }
    expect(((await runEpoch(start, rate)) / blocks.unit) ** 2).toBeCloseTo(squares / 6, 5);
    x.forEach((value, f) => {
      expect(X[f]).toBeCloseTo(value, 5);
    });
    expect(X[width - 2]).toBeCloseTo(mu, 5);
    users.forEach(({ w, b }, j) => {
      w.forEach((value, f) => {
        expect(W[j * width + f]).toBeCloseTo(value, 5);
      });
      expect(W[j * width + width - 1]).toBeCloseTo(b, 5);
    });
  });

  it("leaves alone the ones, the zeros between, and the rows without ratings", async () => {
    const few = ratingsFrom([{ item: 2, user: 1, value: 4 }], { numItems: 5, numUsers: 4 });
    const options = { numFeatures: 4, lambda: 0.1, biasLambda: 0, seed: 0, count: 4 };
    const { W, X, descent } = await run(1, few, options);
    const { width, blocks } = descent;
    const untouched = (await plainSgd({ ...options, ratings: few }, pause)).descent;
    fill(untouched.W, width, 4, width - 2, 1);
    fill(untouched.X, width, 4, width - 1, 2);
    for (let k = 0; k < W.length; k++) if (Math.floor(k / width) !== 1) expect(W[k]).toBe(untouched.W[k]);
    for (let k = 0; k < X.length; k++)
      if (Math.floor(k / width) !== blocks.placeOf[2]) expect(X[k]).toBe(untouched.X[k]);
    expect([W[width + 4], W[width + 5], W[2 * width - 2]]).toEqual([0, 0, 1]);
  });
});
