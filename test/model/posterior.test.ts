import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../src/math/random";
import { randomModel } from "../../src/model/model";
import { drawsAt, type Posterior, type Sample } from "../../src/model/posterior";
import { predict, recommend } from "../../src/predict/predict";

const size = { numItems: 5, numUsers: 4, numFeatures: 3 };

/** Samples drawn at random, with noise of the given standard deviation for users and 1 for items. */
function posteriorOf(count: number, spread: (sample: number) => number): Posterior {
  const samples = Array.from({ length: count }, (_, s): Sample => {
    const { X, W, b, mu } = randomModel(size, { seed: s, scale: 1 });
    return {
      ...{
        X: Float32Array.from(X),
        W: Float32Array.from(W),
        b: Float32Array.from(b),
        mu: Float64Array.from(mu),
      },
      userSpread: new Float32Array(size.numUsers).fill(spread(s)),
      itemSpread: new Float32Array(size.numItems).fill(1),
    };
  });
  const none = new Float64Array(0);
  return { ...size, samples, trace: { rmse: none, noise: none, userBias: none, itemBias: none, warmUp: 0 } };
}

test("a prediction is the mean over the samples, each a model of its own", () => {
  const posterior = posteriorOf(7, () => 1);
  const at = { item: 4, user: 2 };
  const each = Array.from({ length: 7 }, (_, seed) => predict(randomModel(size, { seed, scale: 1 }), at));
  Array.from(drawsAt(posterior, 4, 2)).forEach((draw, s) => {
    expect(draw).toBeCloseTo(each[s], 5);
  });
  expect(predict(posterior, at)).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / 7, 5);
  const best = recommend(posterior, { user: 2, count: 2 });
  const all = [0, 1, 2, 3, 4].map((item) => predict(posterior, { item, user: 2 })).sort((a, b) => b - a);
  expect(best.map(({ score }) => score)).toEqual(all.slice(0, 2));
});

test("of one sample the interval is that of its normal distribution", () => {
  const { mean, low, high } = predict(
    posteriorOf(1, () => 0.5),
    { item: 1, user: 1 },
    { interval: 0.8 },
  );
  expect(high - mean).toBeCloseTo(0.5 * 1.2815515655446004, 5);
  expect(mean - low).toBeCloseTo(0.5 * 1.2815515655446004, 5);
});

test("of many samples it holds so much of their mixture, and as much below as above", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 0.99, noNaN: true }), fc.integer(), (interval, seed) => {
      const posterior = posteriorOf(6, (s) => 0.2 + 0.3 * s);
      const { low, high } = predict(posterior, { item: 0, user: 3 }, { interval });
      const draws = drawsAt(posterior, 0, 3);
      const source = random(seed);
      const count = 4000;
      let [below, above] = [0, 0];
      for (let k = 0; k < count; k++) {
        const s = source.below(6);
        const rating = draws[s] + (0.2 + 0.3 * s) * source.normal();
        below += Number(rating < low) / count;
        above += Number(rating > high) / count;
      }
      const tail = (1 - interval) / 2;
      const slack = 5 * Math.sqrt((tail * (1 - tail)) / count);
      expect(Math.abs(below - tail)).toBeLessThan(slack);
      expect(Math.abs(above - tail)).toBeLessThan(slack);
    }),
    { numRuns: 40 },
  );
});

test("an interval that is none is refused, and one of a single model", () => {
  const posterior = posteriorOf(2, () => 1);
  const at = { item: 0, user: 0 };
  for (const interval of [0, 1, -0.5]) {
    expect(() => predict(posterior, at, { interval })).toThrow(
      `interval must be between 0 and 1, got ${interval}`,
    );
  }
  expect(() => predict(posterior, at, { interval: Number.NaN })).toThrow("interval must be finite, got NaN");
  expect(() => predict(posterior, { item: 5, user: 0 }, { interval: 0.8 })).toThrow(
    "item must be in [0, 5), got 5",
  );
  const model = randomModel(size) as unknown as Posterior;
  expect(() => predict(model, at, { interval: 0.8 })).toThrow(
    "model must be a posterior for an interval, got a single model",
  );
});
