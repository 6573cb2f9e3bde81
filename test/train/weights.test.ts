// @module-tag slow

import { describe, expect, it, test } from "vitest";
import { random } from "../../src/math/random";
import { cost, costAndGradient } from "../../src/model/cost";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import type { Ratings } from "../../src/ratings/ratings";
import { withWeights } from "../../src/ratings/weights";
import { implicitOn } from "../../src/train/als/als";
import { biases, contentBased, globalMean, itemMean, popularity } from "../../src/train/baselines";
import { foldIn, foldInCovariance } from "../../src/train/foldIn";
import { foldInImplicit } from "../../src/train/foldInImplicit";
import { foldInItem } from "../../src/train/foldInItem";
import { bayesianOn } from "../../src/train/gibbs/bayesian";
import { trainOn } from "../../src/train/gradient/train";
import { factorizeOn } from "../../src/train/sgd/factorize";
import { trainTensors } from "../../src/train/tensors";
import { kernelModule } from "../../src/wasm/kernels";
import {
  modelWithMeans,
  numericGradient,
  randomRatings,
  rejected,
  relativeDifference,
  repeated,
  wholeWeights,
} from "../samples";

const size = { numItems: 14, numUsers: 11, numFeatures: 3 };
const weigh = (ratings: Ratings, seed = 7) => withWeights(ratings, wholeWeights(ratings, seed));
const stars = weigh(randomRatings(size, { seed: 2 }));
const labels = weigh(randomRatings(size, { seed: 3, labels: true }));
const ofOne = withWeights(stars, new Float64Array(stars.values.length).fill(1));
const { weights: _, ...unweighted } = stars;
const backends = ["plain", ...[1, 2, 3].map((threads) => ({ module: kernelModule()!, threads }))] as const;

/** The largest difference of two models' predictions. */
function apart(one: Model, other: Model): number {
  let most = 0;
  for (let item = 0; item < one.numItems; item++)
    for (let user = 0; user < one.numUsers; user++)
      most = Math.max(most, Math.abs(predict(one, { item, user }) - predict(other, { item, user })));
  return most;
}

describe.each([
  ["squared", stars],
  ["logistic", labels],
] as const)("a rating of weight v is v ratings, under loss %s", (loss, ratings) => {
  const start = modelWithMeans(size, 4, 0.5);

  it("in the cost and its gradient, which is that of central differences", () => {
    const options = { lambda: 0.3, loss };
    const found = costAndGradient(start, ratings, options);
    const wanted = costAndGradient(start, repeated(ratings), options);
    expect(found.cost).toBeCloseTo(wanted.cost, 10);
    for (const name of ["X", "W", "b"] as const) {
      expect(relativeDifference(found[name], wanted[name])).toBeLessThan(1e-13);
      const changing = { ...start, [name]: start[name].slice() };
      const numeric = numericGradient(changing[name], () => cost(changing, ratings, options));
      expect(relativeDifference(found[name], numeric)).toBeLessThan(1e-7);
    }
  });

  it.each([
    ["float64", 1e-10],
    ["float32", 1e-3],
  ] as const)("in training, plain and by kernels, in %s", async (precision, tolerance) => {
    const options = { iterations: 30, lambda: 0.5, learningRate: 0.05, loss, precision };
    const wanted = await trainOn("plain", start, repeated(ratings), { ...options, precision: "float64" });
    const runs = await Promise.all(backends.map((backend) => trainOn(backend, start, ratings, options)));
    for (const { model, history } of runs) {
      expect(apart(model, wanted.model)).toBeLessThan(tolerance);
      expect(history.at(-1)! / wanted.history.at(-1)!).toBeCloseTo(1, precision === "float64" ? 12 : 4);
    }
    if (precision === "float64") for (const run of runs) expect(run).toEqual(runs[0]);
    else for (const run of runs.slice(2)) expect(run).toEqual(runs[1]);
  });

  it("in training in TensorFlow.js", async () => {
    const options = { iterations: 20, lambda: 0.5, learningRate: 0.05, loss };
    const wanted = await trainOn("plain", start, repeated(ratings), options);
    expect(apart((await trainTensors(start, ratings, options)).model, wanted.model)).toBeLessThan(1e-3);
  });

  it("in folding in: where the slope of the weighted cost is nothing", () => {
    const own = [...ratings.values.keys()].slice(0, 8);
    const weighted = own.map((k) => ({ value: ratings.values[k], weight: ratings.weights![k] }));
    const mine = weighted.map((rating, item) => ({ ...rating, item }));
    const theirs = weighted.map((rating, user) => ({ ...rating, user }));
    const crossEntropy = (z: number, y: number) => Math.log1p(Math.exp(z)) - y * z;
    const lossOf = (z: number, y: number) => (loss === "squared" ? (z - y) ** 2 / 2 : crossEntropy(z, y));
    const costOf = (theta: Float64Array, rows: readonly Float64Array[], offsets: readonly number[]) => {
      let J = 0;
      weighted.forEach(({ value, weight }, k) => {
        let z = theta[3] + offsets[k];
        for (let f = 0; f < 3; f++) z += theta[f] * rows[k][f];
        J += weight * lossOf(z, value);
      });
      return J + 0.35 * (theta[0] ** 2 + theta[1] ** 2 + theta[2] ** 2);
    };
    const rowsOf = (block: Float64Array) => own.map((_, k) => block.subarray(3 * k, 3 * k + 3));
    const { w, b } = foldIn(start, mine, { lambda: 0.7, loss });
    const { x, mu } = foldInItem(start, theirs, { lambda: 0.7, loss });
    const user = Float64Array.of(...w, b);
    const item = Float64Array.of(...x, mu);
    const ofUser = numericGradient(user, () => costOf(user, rowsOf(start.X), [...start.mu]));
    const ofItem = numericGradient(item, () => costOf(item, rowsOf(start.W), [...start.b]));
    for (const slope of [...ofUser, ...ofItem]) expect(Math.abs(slope)).toBeLessThan(1e-6);
  });
});

test("what is tried first counts weights as repeats", () => {
  for (const learn of [
    globalMean,
    popularity,
    (given: Ratings) => itemMean(given, { damping: 2 }),
    (given: Ratings) => biases(given),
  ])
    expect(apart(learn(stars), learn(repeated(stars)))).toBeLessThan(1e-9);
});

test("a ridge of weights c times as large is one of a lambda c times as small", () => {
  const content = { X: randomModel(size, { seed: 5, scale: 1 }).X };
  const times = withWeights(
    stars,
    stars.weights!.map((weight) => 5 * weight),
  );
  const one = contentBased(stars, content, { lambda: 0.4 });
  expect(apart(one, contentBased(times, content, { lambda: 2 }))).toBeLessThan(1e-9);
  expect(apart(one, contentBased(unweighted, content, { lambda: 0.4 }))).toBeGreaterThan(0.01);
  const start = modelWithMeans(size, 1);
  const mine = [0, 1, 2].map((item) => ({ item, weight: 3 }));
  const few = mine.map(({ item }) => ({ item }));
  const covariance = foldInCovariance(start, mine, { lambda: 3 });
  for (const [k, value] of foldInCovariance(start, few, { lambda: 1 }).entries())
    expect(covariance[k]).toBeCloseTo(value / 3, 12);
});

describe("stochastic gradient descent", () => {
  const options = { numFeatures: 3, epochs: 150, lambda: 0.05, seed: 1 };

  it("gives the same digits on any number of threads, and plain", async () => {
    const short = { ...options, epochs: 12, validation: stars };
    const [plain, ...others] = await Promise.all(backends.map((on) => factorizeOn(on, stars, short)));
    for (const one of others) expect(one).toEqual(plain);
  });

  it("goes where ratings repeated go, and not where they go unweighted", async () => {
    const shape = { numItems: 60, numUsers: 50, numFeatures: 2 };
    const truth = modelWithMeans(shape, 5);
    const cells = randomRatings(shape, { seed: 5, density: 0.5 });
    // Noise that is smaller where the weight is greater, and much of it: what fits best depends on the weights.
    const noise = random(4);
    const weights = wholeWeights(cells, 3);
    const values = cells.values.map(
      (_, k) =>
        predict(truth, { item: cells.items[k], user: cells.users[k] }) + (noise.normal() * 2) / weights[k],
    );
    const train = withWeights({ ...cells, values }, weights);
    const learn = async (ratings: Ratings) => (await factorizeOn("plain", ratings, options)).model;
    /** The objective as `factorize` states it, in the units that it states. */
    const objective = ({ X, W, b, mu }: Model) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const mean = values.reduce((sum, value, k) => sum + weights[k] * value, 0) / total;
      const spread = values.reduce((sum, value, k) => sum + weights[k] * (value - mean) ** 2, 0) / total;
      const unit = Math.sqrt(spread) / 1.1257;
      let J = 0;
      for (const [k, item] of train.items.entries()) {
        const user = train.users[k];
        let z = b[user] + mu[item];
        let lengths = 0;
        for (let f = 0; f < 3; f++) {
          const [w, x] = [W[3 * user + f], X[3 * item + f]];
          z += w * x;
          lengths += (w / unit) ** 2 + x ** 2;
        }
        const offsets = (b[user] / unit) ** 2 + ((mu[item] - mean) / unit) ** 2;
        J += weights[k] * (((values[k] - z) / unit) ** 2 + 0.05 * lengths + 0.005 * offsets);
      }
      return J / total;
    };
    const wanted = objective(await learn(repeated(train)));
    expect(objective(await learn(train))).toBeLessThan(1.02 * wanted);
    expect(objective(await learn({ ...cells, values }))).toBeGreaterThan(1.05 * wanted);
  });

  it("takes weights a million times as large as others, and of any scale alike", async () => {
    const heavy = stars.weights!.map((weight, k) => (k % 7 === 0 ? 1e6 : weight));
    const { model, history } = await factorizeOn("plain", withWeights(stars, heavy), options);
    expect(history.at(-1)).toBeLessThan(0.2);
    expect(model.X.every(Number.isFinite)).toBe(true);
    const powers = stars.weights!.map((weight) => 2 ** 40 * weight);
    expect(await factorizeOn("plain", withWeights(stars, powers), options)).toEqual(
      await factorizeOn("plain", stars, options),
    );
  });
});

describe("the sampler", () => {
  const options = { numFeatures: 3, samples: 20, seed: 1 };

  it("gives the same digits on any number of threads, and plain; weights of 1 those of none", async () => {
    const [plain, ...others] = await Promise.all(backends.map((on) => bayesianOn(on, stars, options)));
    for (const one of others) expect(one).toEqual(plain);
    expect(await bayesianOn("plain", ofOne, options)).toEqual(await bayesianOn("plain", unweighted, options));
  });

  it("believes a rating of great weight", async () => {
    const weights = new Float64Array(stars.values.length).fill(1);
    const at = { item: stars.items[0], user: stars.users[0] };
    weights[0] = 500;
    const far = { ...unweighted, values: stars.values.map((value, k) => (k === 0 ? 12 : value)) };
    const [heavy, light] = [
      await bayesianOn("plain", withWeights(far, weights), { ...options, samples: 200 }),
      await bayesianOn("plain", far, { ...options, samples: 200 }),
    ];
    expect(Math.abs(predict(heavy, at) - 12)).toBeLessThan(Math.abs(predict(light, at) - 12) / 5);
  });
});

test("counts of weight v are counts v times as large", async () => {
  const counts = { ...stars, values: stars.values.map((value) => Math.ceil(value)) };
  const times = {
    ...unweighted,
    values: counts.values.map((value, k) => value * stars.weights![k]),
  };
  const options = { numFeatures: 4, iterations: 5 };
  const wanted = await implicitOn("plain", times, options);
  for (const backend of backends) {
    const found = await implicitOn(backend, counts, options);
    expect(found.confidence).toBe(wanted.confidence);
    expect(apart(found.model, wanted.model)).toBeLessThan(1e-5);
  }
  const mine = [0, 2, 5].map((item) => ({ item, value: item + 1, weight: 2 }));
  const { confidence } = wanted;
  expect(foldInImplicit(wanted.model, mine, { confidence })).toEqual(
    foldInImplicit(
      wanted.model,
      mine.map(({ item, value }) => ({ item, value: 2 * value })),
      { confidence },
    ),
  );
});

test("weights that are none are refused by every trainer", async () => {
  const broken = { ...stars, weights: stars.weights!.map((weight, k) => (k === 4 ? -1 : weight)) };
  const wanted = "RangeError: weight must be > 0, got -1 (rating 4)";
  const { factorize } = await import("../../src/train/sgd/factorize");
  const { bayesian } = await import("../../src/train/gibbs/bayesian");
  const { factorizeImplicit } = await import("../../src/train/als/als");
  const { train } = await import("../../src/train/gradient/train");
  const { lectureModel } = await import("../../src/train/lectureModel");
  const { trainWithContent } = await import("../../src/train/content");
  const content = { X: new Float64Array(14), names: ["one"] };
  const start = randomModel(size);
  const trainers: (() => unknown)[] = [
    () => cost(start, broken),
    () => train(start, broken),
    () => trainTensors(start, broken),
    () => lectureModel(broken),
    () => factorize(broken),
    () => bayesian(broken),
    () => factorizeImplicit(broken),
    () => trainWithContent(broken, content),
    () => contentBased(broken, content),
    () => biases(broken),
    () => itemMean(broken),
    () => globalMean(broken),
    () => popularity(broken),
  ];
  for (const trainer of trainers) expect(await rejected((async () => trainer())())).toBe(wanted);
});
