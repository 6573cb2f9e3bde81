import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { findData } from "../../../src/datasets/find";
import { rmse } from "../../../src/evaluate/errors";
import { random, shuffled } from "../../../src/math/random";
import type { Posterior } from "../../../src/model/posterior";
import { predict } from "../../../src/predict/predict";
import { ratingsFrom } from "../../../src/ratings/build";
import { pick, type Ratings, withValues } from "../../../src/ratings/ratings";
import { traceCurve } from "../../../src/show/tracePlot";
import { bayesian } from "../../../src/train/gibbs/bayesian";
import { randomRatings, rejected } from "../../samples";

/** The part of the ratings that lie within the interval predicted for them. */
function covered(posterior: Posterior, { items, users, values }: Ratings, interval = 0.8): number {
  let inside = 0;
  values.forEach((value, k) => {
    const { low, high } = predict(posterior, { item: items[k], user: users[k] }, { interval });
    inside += Number(low <= value && value <= high);
  });
  return inside / values.length;
}

/** Every prediction of a posterior. */
const predictions = (posterior: Posterior) =>
  Array.from({ length: posterior.numItems * posterior.numUsers }, (_, cell) =>
    predict(posterior, { item: cell % posterior.numItems, user: Math.floor(cell / posterior.numItems) }),
  );

/** Ratings that a model of rank 2 with biases gives, and noise of standard deviation 0.5; a quarter held out. */
function lowRank(): { train: Ratings; test: Ratings } {
  const [numItems, numUsers] = [80, 100];
  const source = random(12);
  const draw = (length: number) => Float64Array.from({ length }, () => source.normal());
  const [x0, x1, mu] = [draw(numItems), draw(numItems), draw(numItems)];
  const [w0, w1, b] = [draw(numUsers), draw(numUsers), draw(numUsers)];
  const triples = Array.from(shuffled(numItems * numUsers, source).subarray(0, 3200), (cell) => {
    const [item, user] = [cell % numItems, Math.floor(cell / numItems)];
    const mean = 3 + mu[item] + b[user] + w0[user] * x0[item] + w1[user] * x1[item];
    return { item, user, value: mean + 0.5 * source.normal() };
  });
  const size = { numItems, numUsers };
  return { train: ratingsFrom(triples.slice(800), size), test: ratingsFrom(triples.slice(0, 800), size) };
}

describe("ratings of low rank", async () => {
  const { train, test: held } = lowRank();
  const posterior = await bayesian(train, { numFeatures: 5, samples: 120, seed: 1 });

  it("are predicted to little more than their noise, though there are features to spare", () => {
    const error = rmse(posterior, held);
    expect(error).toBeGreaterThan(0.47);
    expect(error).toBeLessThan(0.62);
    const noise = posterior.trace.noise.subarray(posterior.trace.warmUp);
    expect(noise.reduce((sum, value) => sum + value, 0) / noise.length).toBeCloseTo(0.5, 1);
  });

  it("lie within their intervals as often as the intervals say", () => {
    for (const interval of [0.5, 0.8, 0.95]) {
      // Three standard errors of a proportion of 800, and a hundredth for what the prior gets wrong.
      const slack = 3 * Math.sqrt((interval * (1 - interval)) / 800) + 0.01;
      expect(Math.abs(covered(posterior, held, interval) - interval)).toBeLessThan(slack);
    }
  });

  it("have a trace as long as the sweeps, and samples that begin after the warm-up", () => {
    expect(posterior.trace.warmUp).toBe(30);
    for (const name of ["rmse", "noise", "userBias", "itemBias"] as const) {
      expect(posterior.trace[name]).toHaveLength(150);
      expect(posterior.trace[name].every((value) => value > 0)).toBe(true);
    }
    // 120 are too many to keep: every second one.
    expect(posterior.samples).toHaveLength(60);
  });

  it("are drawn as a trace with its four curves and the warm-up", () => {
    const { data, layout } = traceCurve(posterior);
    expect(data.map(({ name }) => name)).toEqual([
      "error on the ratings learned from",
      "noise",
      "spread of users' biases",
      "spread of items' biases",
    ]);
    expect(data[1].y).toEqual(Array.from(posterior.trace.noise));
    expect(layout.shapes).toMatchObject([{ x0: 0, x1: 29.5 }]);
  });
});

const small = randomRatings({ numItems: 8, numUsers: 6 }, { seed: 5 });
const options = { numFeatures: 2, samples: 12 };

test("the same seed gives the same samples, another seed others", async () => {
  const one = await bayesian(small, { ...options, seed: 3 });
  expect(await bayesian(small, { ...options, seed: 3 })).toEqual(one);
  expect(predictions(await bayesian(small, { ...options, seed: 4 }))).not.toEqual(predictions(one));
});

test("the ratings given are left as they were", async () => {
  const before = structuredClone(small);
  await bayesian(small, options);
  expect(small).toEqual(before);
});

test("ratings on four times the scale are predicted on four times the scale", async () => {
  const one = await bayesian(small, options);
  const four = await bayesian(
    withValues(
      small,
      small.values.map((value) => 4 * value),
    ),
    options,
  );
  predictions(four).forEach((value, k) => {
    expect(value).toBeCloseTo(4 * predictions(one)[k], 4);
  });
  const at = { item: 2, user: 3 };
  const [a, b] = [one, four].map((posterior) => predict(posterior, at, { interval: 0.9 }));
  expect(b.high - b.low).toBeCloseTo(4 * (a.high - a.low), 4);
});

test("what nobody has rated is predicted too, with more doubt; and so is a rating all alone", async () => {
  const size = { numItems: 81, numUsers: 101 };
  const { train } = lowRank();
  const triples = Array.from(train.values, (value, k) => ({
    item: train.items[k],
    user: train.users[k],
    value,
  }));
  const posterior = await bayesian(ratingsFrom(triples, size), { numFeatures: 3, samples: 60 });
  const width = (item: number, user: number) => {
    const { low, high } = predict(posterior, { item, user }, { interval: 0.8 });
    return high - low;
  };
  expect(width(80, 5)).toBeGreaterThan(width(7, 5));
  expect(width(80, 100)).toBeGreaterThan(width(80, 5));

  const alone = await bayesian(ratingsFrom([{ item: 0, user: 0, value: 4 }]), options);
  const { mean, low, high } = predict(alone, { item: 0, user: 0 }, { interval: 0.8 });
  expect(low).toBeLessThan(4);
  expect(high).toBeGreaterThan(4);
  expect(mean).toBeGreaterThan(low);
  expect(mean).toBeLessThan(high);
});

test("it tells after each sweep how far it is, and stops when told to, with what there is", async () => {
  const steps: { sweep: number; sweeps: number; rmse: number; noise: number }[] = [];
  const posterior = await bayesian(small, { ...options, onSample: (step) => void steps.push(step) });
  expect(steps.map(({ sweep }) => sweep)).toEqual(Array.from({ length: 15 }, (_, k) => k));
  expect(steps.every(({ sweeps }) => sweeps === 15)).toBe(true);
  expect(steps.map(({ rmse }) => rmse)).toEqual([...posterior.trace.rmse]);
  expect(posterior.samples).toHaveLength(12);
  const early = await bayesian(small, { ...options, onSample: ({ sweep }) => sweep < 1 });
  expect(early.samples).toHaveLength(1);
  expect(early.trace.rmse).toEqual(posterior.trace.rmse.subarray(0, 2));
  const later = await bayesian(small, { ...options, onSample: ({ sweep }) => sweep < 6 });
  expect(later.samples).toEqual(posterior.samples.slice(0, 4));
});

test("the error in the trace is that of the sweep's own model", async () => {
  const posterior = await bayesian(small, { ...options, samples: 1, onSample: () => undefined });
  expect(posterior.trace.rmse[1]).toBeCloseTo(rmse(posterior, small), 5);
});

test("aborting it rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const promise = bayesian(small, {
    ...options,
    signal: controller.signal,
    onSample: ({ sweep }) => {
      if (sweep === 2) controller.abort(new Error("enough"));
    },
  });
  expect(await rejected(promise)).toBe("Error: enough");
});

test("what it cannot take is refused by name", async () => {
  expect(await rejected(bayesian(small, { numFeatures: 0 }))).toBe(
    "RangeError: numFeatures must be >= 1, got 0",
  );
  expect(await rejected(bayesian(small, { samples: 2.5 }))).toBe(
    "RangeError: samples must be an integer, got 2.5",
  );
  expect(await rejected(bayesian(small, { seed: Number.NaN }))).toBe(
    "RangeError: seed must be finite, got NaN",
  );
  expect(await rejected(bayesian(small, { sample: 3 } as object))).toMatch(
    'TypeError: option must be one of numFeatures, samples, from, seed, threads, signal, onSample, got "sample"',
  );
  const huge = withValues(
    small,
    small.values.map((_, k) => (k % 2 === 0 ? 1e200 : -1e200)),
  );
  expect(await rejected(bayesian(huge, options))).toBe(
    "RangeError: the ratings' variance must be finite, got Infinity",
  );
});

const folder = findData("ml-100k", ["u1.base", "u1.test"]);
(folder ? test : test.skip)(
  folder ? "fold u1 of ML-100K" : "fold u1 of ML-100K (skipped: ml-100k is not on this machine)",
  async () => {
    const read = (name: string) =>
      ratingsFrom(
        readFileSync(join(folder!, name), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split("\t").map(Number))
          .map(([user, item, value]) => ({ item: item - 1, user: user - 1, value })),
        { numItems: 1682, numUsers: 943 },
      );
    const posterior = await bayesian(read("u1.base"), { numFeatures: 8, samples: 32 });
    const held = read("u1.test");
    expect(rmse(posterior, held, { range: [1, 5] })).toBeLessThan(0.9);
    // One in five tells the coverage to a hundredth.
    const some = pick(
      held,
      Int32Array.from({ length: 4000 }, (_, k) => 5 * k),
    );
    const coverage = covered(posterior, some);
    expect(coverage).toBeGreaterThan(0.75);
    expect(coverage).toBeLessThan(0.85);
  },
);
