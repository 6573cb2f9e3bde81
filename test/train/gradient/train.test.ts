import { describe, expect, it } from "vitest";
import { lecture } from "../../../src/datasets/lecture";
import { random } from "../../../src/math/random";
import { cost, costAndGradient } from "../../../src/model/cost";
import { type Model, randomModel } from "../../../src/model/model";
import { predict } from "../../../src/predict/predict";
import { ratingsFrom } from "../../../src/ratings/build";
import { normalize } from "../../../src/ratings/normalize";
import { type Ratings, withValues } from "../../../src/ratings/ratings";
import { optimizers, updater } from "../../../src/train/gradient/optimizer";
import { type TrainOptions, train } from "../../../src/train/gradient/train";
import {
  modelWithMeans,
  numericGradient,
  randomRatings,
  randomSize,
  rejected,
  relativeDifference,
} from "../../samples";

const size = { numItems: 6, numUsers: 5, numFeatures: 3 };
const ratings = randomRatings(size, { seed: 1 });
const labels = randomRatings(size, { seed: 1, labels: true });
const start = modelWithMeans(size, 2, 0.5);

describe("training", () => {
  it("moves against the gradient, one step an iteration, and records the cost before each", async () => {
    const options = { optimizer: "gradientDescent", learningRate: 0.01, lambda: 0.3 } as const;
    let model = start;
    const costs: number[] = [];
    for (let iteration = 0; iteration < 5; iteration++) {
      const { cost: J, ...slopes } = costAndGradient(model, ratings, { lambda: 0.3 });
      costs.push(J);
      const moved = (name: "X" | "W" | "b") => model[name].map((value, k) => value - 0.01 * slopes[name][k]);
      model = { ...model, X: moved("X"), W: moved("W"), b: moved("b") };
    }
    const trained = await train(start, ratings, { ...options, iterations: 5 });
    costs.forEach((J, t) => {
      expect(trained.history[t]).toBeCloseTo(J, 10);
    });
    expect(trained.history).toHaveLength(5);
    for (const name of ["X", "W", "b"] as const) {
      model[name].forEach((value, k) => {
        expect(trained.model[name][k]).toBeCloseTo(value, 12);
      });
    }
  });

  it.each(["squared", "logistic"] as const)(
    "moves what it learns against the numeric gradient of the %s cost: 200 shapes, learn each way, any penalty",
    async (loss) => {
      let furthest = 0;
      for (let seed = 0; seed < 200; seed++) {
        const shape = randomSize(random(seed));
        const from = modelWithMeans(shape, seed);
        const given = randomRatings(shape, { seed, labels: loss === "logistic" });
        for (const lambda of [0, 0.7]) {
          const numeric = (name: "X" | "W" | "b") =>
            numericGradient(from[name], () => cost(from, given, { lambda, loss }));
          const slopes = { X: numeric("X"), W: numeric("W"), b: numeric("b") };
          for (const learn of ["all", "users", "items"] as const) {
            const step = { optimizer: "gradientDescent", learningRate: 1, iterations: 1 } as const;
            const { model } = await train(from, given, { ...step, learn, lambda, loss });
            const names = { all: ["X", "W", "b"], users: ["W", "b"], items: ["X"] } as const;
            for (const name of names[learn]) {
              // Rows without ratings do not move: they are zero at the end.
              const rated = new Set(name === "X" ? given.items : given.users);
              const width = name === "b" ? 1 : shape.numFeatures;
              const places = [...from[name].keys()].filter((k) => rated.has(Math.floor(k / width)));
              const moved = places.map((k) => from[name][k] - model[name][k]);
              const wanted = places.map((k) => slopes[name][k]);
              furthest = Math.max(furthest, relativeDifference(moved, wanted));
            }
          }
        }
      }
      expect(furthest).toBeLessThan(1e-8);
    },
  );

  it("leaves the given model as it was, and shares no memory with it", async () => {
    const before = structuredClone(start);
    const { model } = await train(start, ratings, { iterations: 3 });
    expect(start).toEqual(before);
    for (const name of ["X", "W", "b", "mu"] as const)
      expect(model[name].buffer).not.toBe(start[name].buffer);
    expect(model.mu).toEqual(start.mu);
  });

  it.each(["squared", "logistic"] as const)(
    "with loss %s lowers the cost to a minimum, where the gradient is nothing",
    async (loss) => {
      const given = loss === "squared" ? ratings : labels;
      const options = {
        loss,
        lambda: 0.5,
        optimizer: "gradientDescent",
        learningRate: loss === "squared" ? 0.03 : 0.3,
        iterations: 60_000,
      } as const;
      const { model, history } = await train(start, given, options);
      for (let t = 1; t < history.length; t++) expect(history[t]).toBeLessThanOrEqual(history[t - 1] + 1e-12);
      const { X, W, b } = costAndGradient(model, given, { loss, lambda: 0.5 });
      expect(Math.max(...[...X, ...W, ...b].map(Math.abs))).toBeLessThan(1e-4);
    },
  );

  it("learns only what it is asked to", async () => {
    const users = (await train(start, ratings, { learn: "users", iterations: 5 })).model;
    expect(users.X).toEqual(start.X);
    expect(users.W).not.toEqual(start.W);
    expect(users.b).not.toEqual(start.b);
    const items = (await train(start, ratings, { learn: "items", iterations: 5 })).model;
    expect([items.W, items.b]).toEqual([start.W, start.b]);
    expect(items.X).not.toEqual(start.X);
  });

  it("gives the users' part the same slopes whatever else is learned", async () => {
    const step = { optimizer: "gradientDescent", learningRate: 0.01, iterations: 1, lambda: 1 } as const;
    const all = (await train(start, ratings, step)).model;
    const users = (await train(start, ratings, { ...step, learn: "users" })).model;
    const items = (await train(start, ratings, { ...step, learn: "items" })).model;
    expect([users.W, users.b, items.X]).toEqual([all.W, all.b, all.X]);
  });

  it("recovers the lecture's features from w = [5,0], [5,0], [0,5], [0,5]", async () => {
    const { ratings: stars } = lecture();
    const W = Float64Array.of(5, 0, 5, 0, 0, 5, 0, 5);
    const blank: Model = {
      numItems: 5,
      numUsers: 4,
      numFeatures: 2,
      X: new Float64Array(10),
      W,
      b: new Float64Array(4),
      mu: new Float64Array(5),
    };
    const { model } = await train(blank, stars, {
      learn: "items",
      optimizer: "gradientDescent",
      learningRate: 0.01,
      iterations: 300,
    });
    [1, 0, 1, 0, 0.8, 0, 0, 0.9, 0, 1].forEach((feature, k) => {
      expect(model.X[k]).toBeCloseTo(feature, 6);
    });
  });

  it("predicts 4.95 for Alice on Cute puppies of love with the lecture's weights", () => {
    const { features } = lecture();
    const W = Float64Array.of(5, 0, 0, 0, 0, 0, 0, 0);
    const model: Model = {
      numItems: 5,
      numUsers: 4,
      numFeatures: 2,
      X: features,
      W,
      b: new Float64Array(4),
      mu: new Float64Array(5),
    };
    expect(predict(model, { item: 2, user: 0 })).toBeCloseTo(4.95, 12);
  });

  it("with means subtracted reaches a cost of the same predictions in fewer iterations", async () => {
    const { ratings: stars } = lecture();
    const centred = normalize(stars).ratings;
    const begin = randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }, { seed: 1 });
    const stepsTo = async (given: Ratings) => {
      const options = { optimizer: "gradientDescent", learningRate: 0.03, iterations: 2000 } as const;
      const { history } = await train(begin, given, options);
      return history.findIndex((J) => J < 1);
    };
    const [withMeans, without] = [await stepsTo(centred), await stepsTo(stars)];
    expect(withMeans).toBeGreaterThan(0);
    expect(withMeans).toBeLessThan(without);
  });

  it("recovers a matrix of known rank from three quarters of its cells", async () => {
    const size = { numItems: 12, numUsers: 10, numFeatures: 2 };
    const source = random(6);
    const b = Float64Array.from({ length: 10 }, source.normal);
    const truth = { ...randomModel(size, { seed: 9, scale: 1 }), b };
    const cells = Array.from({ length: 120 }, (_, cell) => ({
      item: cell % 12,
      user: Math.floor(cell / 12),
    }));
    const all = cells.map((at) => ({ ...at, value: predict(truth, at) }));
    const seen = ratingsFrom(
      all.filter(({ item, user }) => item % 4 !== user % 4),
      truth,
    );
    const options = { iterations: 4000, learningRate: 0.02 };
    const { model } = await train(randomModel(truth, { seed: 3 }), seen, options);
    for (const { item, user, value } of all) expect(predict(model, { item, user })).toBeCloseTo(value, 6);
  });

  it("permutes its result when users and items are permuted", async () => {
    const turn = (index: number, length: number) => length - 1 - index;
    const turned = ratingsFrom(
      Array.from(ratings.values, (value, k) => ({
        item: turn(ratings.items[k], 6),
        user: turn(ratings.users[k], 5),
        value,
      })),
      size,
    );
    const rows = (block: Float64Array, length: number) =>
      Float64Array.from(block, (_, k) => block[turn(Math.floor(k / 3), length) * 3 + (k % 3)]);
    const mirrored: Model = {
      ...start,
      X: rows(start.X, 6),
      W: rows(start.W, 5),
      b: start.b.slice().reverse(),
      mu: start.mu.slice().reverse(),
    };
    const [one, other] = await Promise.all([
      train(start, ratings, { iterations: 30 }),
      train(mirrored, turned, { iterations: 30 }),
    ]);
    for (let item = 0; item < 6; item++) {
      for (let user = 0; user < 5; user++) {
        expect(predict(other.model, { item: turn(item, 6), user: turn(user, 5) })).toBeCloseTo(
          predict(one.model, { item, user }),
          8,
        );
      }
    }
  });

  it("in one step changes only the item and the user of a rating that is left out", async () => {
    const [first, ...others] = Array.from(ratings.values, (value, k) => ({
      item: ratings.items[k],
      user: ratings.users[k],
      value,
    }));
    const step = { optimizer: "gradientDescent", learningRate: 0.01, iterations: 1 } as const;
    const whole = (await train(start, ratings, step)).model;
    const less = (await train(start, ratingsFrom(others, size), step)).model;
    for (let item = 0; item < 6; item++) {
      const row = (model: Model) => model.X.slice(item * 3, item * 3 + 3);
      if (item === first.item) expect(row(less)).not.toEqual(row(whole));
      else expect(relativeDifference(row(less), row(whole))).toBeLessThan(1e-14);
    }
    for (let user = 0; user < 5; user++) {
      if (user === first.user) expect(less.b[user]).not.toBe(whole.b[user]);
      else expect(less.b[user]).toBeCloseTo(whole.b[user], 14);
    }
  });

  it("in single precision takes the same way to six digits, and gives doubles", async () => {
    const double = await train(start, ratings, { iterations: 50, lambda: 0.1 });
    const single = await train(start, ratings, { iterations: 50, lambda: 0.1, precision: "float32" });
    expect(single.model.X).toBeInstanceOf(Float64Array);
    expect([...single.model.X]).toEqual([...single.model.X].map(Math.fround));
    double.history.forEach((J, t) => {
      expect(Math.abs(single.history[t] - J)).toBeLessThan(1e-5 * J + 1e-5);
    });
    expect(single.model.X).not.toEqual(double.model.X);
  });

  it("takes Adam with steps of 0.1 unless told otherwise, and steps of 0.01 with gradient descent", async () => {
    const adamByDefault = await train(start, ratings, { iterations: 4 });
    const asked = { optimizer: "adam", learningRate: 0.1, iterations: 4 } as const;
    expect(adamByDefault).toEqual(await train(start, ratings, asked));
    // Adam's first step is the rate itself, against the sign of the slope.
    const { model } = await train(start, ratings, { iterations: 1 });
    const { b } = costAndGradient(start, ratings);
    b.forEach((slope, user) => {
      expect(start.b[user] - model.b[user]).toBeCloseTo(0.1 * Math.sign(slope), 5);
    });
    const descent = { optimizer: "gradientDescent", iterations: 4 } as const;
    expect(await train(start, ratings, descent)).toEqual(
      await train(start, ratings, { ...descent, learningRate: 0.01 }),
    );
  });

  it("repeats to the last digit", async () => {
    const [one, other] = [
      await train(start, ratings, { iterations: 40 }),
      await train(start, ratings, { iterations: 40 }),
    ];
    expect(other).toEqual(one);
  });
});

describe("stopping", () => {
  it("tells each iteration, and keeps what was learned when told to stop", async () => {
    const steps: { iteration: number; cost: number }[] = [];
    const { model, history } = await train(start, ratings, {
      iterations: 50,
      onIteration: (step) => {
        steps.push(step);
        return step.iteration < 7;
      },
    });
    expect(steps.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(steps.map(({ cost: J }) => J)).toEqual([...history]);
    expect(cost(model, ratings)).toBeCloseTo(history[7], 12);
  });

  it("rejects with the reason of the signal", async () => {
    const abort = new AbortController();
    const options = {
      iterations: 1e6,
      signal: abort.signal,
      onIteration: ({ iteration }: { iteration: number }) =>
        iteration === 3 && abort.abort(new Error("enough")),
    };
    expect(
      await rejected(
        train(start, ratings, { ...options, onIteration: (step) => void options.onIteration(step) }),
      ),
    ).toBe("Error: enough");
    expect(await rejected(train(start, ratings, { signal: AbortSignal.abort(new Error("before")) }))).toBe(
      "Error: before",
    );
  });

  it("lets other work have its turn while it runs", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const large = { numItems: 300, numUsers: 300, numFeatures: 20 };
    await train(randomModel(large), randomRatings(large, { seed: 1 }), { iterations: 900 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it("with a tolerance ends at the first change that is smaller, and no sooner", async () => {
    const options = { optimizer: "gradientDescent", learningRate: 0.02, iterations: 400, lambda: 1 } as const;
    const { history } = await train(start, ratings, options);
    const change = (t: number) => Math.abs(history[t - 1] - history[t]) / history[t - 1];
    const first = Array.from(history.keys()).findIndex((t) => t > 0 && change(t) < 1e-3);
    expect(first).toBeGreaterThan(1);
    const stopped = await train(start, ratings, { ...options, tolerance: 1e-3 });
    expect([...stopped.history]).toEqual([...history.subarray(0, first + 1)]);
  });

  it("ends early when the cost hardly changes any more, if asked to", async () => {
    const options = {
      optimizer: "gradientDescent",
      learningRate: 0.02,
      iterations: 5000,
      lambda: 1,
    } as const;
    const { history } = await train(start, ratings, { ...options, tolerance: 1e-6 });
    expect(history.length).toBeLessThan(5000);
    const last = history.length - 1;
    expect((history[last - 1] - history[last]) / history[last - 1]).toBeLessThan(1e-6);
  });

  it("with no iterations gives a copy", async () => {
    const { model, history } = await train(start, ratings, { iterations: 0 });
    expect(model).toEqual(start);
    expect(history).toHaveLength(0);
  });
});

describe("the optimizers", () => {
  it("gradient descent subtracts the slope times the rate", () => {
    const block = Float64Array.of(1, 2);
    updater(optimizers.gradientDescent, block, 0.5)(Float64Array.of(2, -4));
    expect([...block]).toEqual([0, 4]);
  });

  it("Adam takes the steps of Kingma and Ba's algorithm, with Keras's epsilon", () => {
    const source = random(1);
    const block = Float64Array.of(1, -2, 0.5);
    const step = updater(optimizers.adam, block, 0.1);
    const expected = [...block];
    const m = [0, 0, 0];
    const v = [0, 0, 0];
    for (let t = 1; t <= 20; t++) {
      const g = [source.normal(), source.normal(), source.normal()];
      step(Float64Array.from(g));
      g.forEach((slope, k) => {
        m[k] = 0.9 * m[k] + 0.1 * slope;
        v[k] = 0.999 * v[k] + 0.001 * slope * slope;
        const alpha = (0.1 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
        expected[k] -= (alpha * m[k]) / (Math.sqrt(v[k]) + 1e-7);
      });
    }
    expected.forEach((value, k) => {
      expect(block[k]).toBeCloseTo(value, 12);
    });
  });
});

describe("what cannot be trained on is refused", () => {
  const bad = (options: object, given: Ratings = ratings, model: Model = start) =>
    rejected(train(model, given, options as TrainOptions));
  it("by option", async () => {
    expect(await bad({ learningRate: -1 })).toBe("RangeError: learningRate must be > 0, got -1");
    expect(await bad({ learningRate: Number.NaN })).toBe("RangeError: learningRate must be finite, got NaN");
    expect(await bad({ iterations: 2.5 })).toBe("RangeError: iterations must be an integer, got 2.5");
    expect(await bad({ iterations: -1 })).toBe("RangeError: iterations must be >= 0, got -1");
    expect(await bad({ lambda: -1 })).toBe("RangeError: lambda must be >= 0, got -1");
    expect(await bad({ tolerance: -1 })).toBe("RangeError: tolerance must be >= 0, got -1");
    expect(await bad({ optimizer: "sgd" })).toBe(
      'RangeError: optimizer must be one of "adam", "gradientDescent", got "sgd"',
    );
    expect(await bad({ learn: "none" })).toBe(
      'RangeError: learn must be one of "all", "users", "items", got "none"',
    );
    expect(await bad({ precision: "float16" })).toBe(
      'RangeError: precision must be one of "float64", "float32", got "float16"',
    );
    expect(await bad({ loss: "hinge" })).toBe(
      'RangeError: loss must be one of "squared", "logistic", got "hinge"',
    );
    expect(await bad({ rate: 1 })).toMatch(/^TypeError: option must be one of optimizer, .*, got "rate"$/);
  });

  it("by ratings and model", async () => {
    expect(await bad({ loss: "logistic" })).toMatch(
      /^RangeError: label must be 0 or 1 under loss "logistic", got /,
    );
    expect(await bad({}, ratings, randomModel({ ...size, numItems: 7 }))).toBe(
      "RangeError: ratings must have the model's 7 items, got 6",
    );
    expect(await bad({}, ratings, { ...start, b: Float64Array.of(0, 0, Number.NaN, 0, 0) })).toBe(
      "RangeError: model.b must be finite, got NaN (entry 2)",
    );
  });

  it("and divergence is told, never a model of NaNs", async () => {
    const steep = { optimizer: "gradientDescent", learningRate: 10, iterations: 500 };
    expect(await bad(steep)).toMatch(
      /^RangeError: training diverged at iteration \d+ \(cost is (Infinity|NaN)\): lower learningRate$/,
    );
    // The last step may go too far with no cost computed after it.
    const huge = withValues(
      ratings,
      ratings.values.map(() => 1e150),
    );
    const last = { optimizer: "gradientDescent", learningRate: 1e160, iterations: 1 };
    expect(await bad(last, huge)).toMatch(
      /^RangeError: training diverged at iteration 1 \([XWb] is not finite\): lower learningRate$/,
    );
    // One user's numbers are enough, all others being finite.
    const one = ratingsFrom([{ item: 0, user: 0, value: 1e150 }], size);
    expect(await bad({ ...last, learn: "users" }, one)).toBe(
      "RangeError: training diverged at iteration 1 (W is not finite): lower learningRate",
    );
  });
});
