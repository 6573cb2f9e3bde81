import { describe, expect, it } from "vitest";
import { sigmoid } from "../../src/math/logistic";
import { random } from "../../src/math/random";
import { cost, costAndGradient, type Loss } from "../../src/model/cost";
import { randomModel } from "../../src/model/model";
import { ratingsFrom } from "../../src/ratings/build";
import {
  denseCost,
  modelWithMeans,
  numericGradient,
  randomRatings,
  randomSize,
  relativeDifference,
  thrown,
} from "../samples";

const losses: Loss[] = ["squared", "logistic"];

/** A random shape with its model and ratings (labels under the logistic loss), by number. */
function sample(seed: number, loss: Loss) {
  const size = randomSize(random(seed));
  return {
    model: modelWithMeans(size, seed),
    ratings: randomRatings(size, { seed, labels: loss === "logistic" }),
  };
}

describe.each(losses)("the %s cost", (loss) => {
  it("is that of the dense double sum, on 200 random shapes, with and without a penalty", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { model, ratings } = sample(seed, loss);
      for (const lambda of [0, 0.7]) {
        expect(cost(model, ratings, { lambda, loss })).toBeCloseTo(
          denseCost(model, ratings, { lambda, loss }),
          10,
        );
      }
    }
  });

  it("has the gradient that a numeric one finds, on 200 random shapes, with and without a penalty", () => {
    let furthest = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { model, ratings } = sample(seed, loss);
      for (const lambda of [0, 0.7]) {
        const gradient = costAndGradient(model, ratings, { lambda, loss });
        expect(gradient.cost).toBe(cost(model, ratings, { lambda, loss }));
        for (const name of ["X", "W", "b"] as const) {
          const numeric = numericGradient(model[name], () => cost(model, ratings, { lambda, loss }));
          furthest = Math.max(furthest, relativeDifference(gradient[name], numeric));
        }
      }
    }
    expect(furthest).toBeLessThan(1e-7);
  });

  it("has nothing to do with cells that are not rated", () => {
    const model = modelWithMeans({ numItems: 3, numUsers: 3, numFeatures: 2 }, 1);
    const ratings = ratingsFrom([{ item: 1, user: 1, value: 1 }], { numItems: 3, numUsers: 3 });
    const before = cost(model, ratings, { loss });
    const others = {
      ...model,
      X: model.X.slice(),
      W: model.W.slice(),
      b: model.b.slice(),
      mu: model.mu.slice(),
    };
    others.mu[0] = 9;
    others.X.set([9, 9], 0);
    others.W.set([9, 9], 4);
    others.b[2] = 9;
    expect(cost(others, ratings, { loss })).toBe(before);
    const gradient = costAndGradient(model, ratings, { loss });
    const unrated = [...gradient.X.subarray(0, 2), ...gradient.W.subarray(4, 6), gradient.b[2]];
    expect(unrated.map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
  });

  it("without a penalty does not look at how large the parameters of others are", () => {
    const model = randomModel({ numItems: 2, numUsers: 1, numFeatures: 1 });
    model.X[1] = 1e200;
    const ratings = ratingsFrom([{ item: 0, user: 0, value: 1 }], { numItems: 2, numUsers: 1 });
    expect(Number.isFinite(cost(model, ratings, { loss }))).toBe(true);
  });

  it("puts no penalty on b", () => {
    const { model, ratings } = sample(3, loss);
    const penalty = (b: Float64Array) =>
      cost({ ...model, b }, ratings, { loss, lambda: 5 }) - cost({ ...model, b }, ratings, { loss });
    expect(penalty(model.b.map((value) => value + 100))).toBeCloseTo(penalty(model.b), 8);
  });

  it("is no worse for another order of the ratings", () => {
    const { model, ratings } = sample(8, loss);
    const order = Array.from(ratings.values.keys()).reverse();
    const turned = ratingsFrom(
      order.map((k) => ({ item: ratings.items[k], user: ratings.users[k], value: ratings.values[k] })),
      ratings,
    );
    expect(cost(model, turned, { loss, lambda: 1 })).toBeCloseTo(
      cost(model, ratings, { loss, lambda: 1 }),
      12,
    );
  });
});

describe("the lecture's identity", () => {
  it("the costs by user, by item and over all share one squared-error term", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { model, ratings } = sample(seed, "squared");
      const only = (keep: (k: number) => boolean) => {
        const kept = Array.from(ratings.values.keys()).filter(keep);
        if (kept.length === 0) return 0;
        const triples = kept.map((k) => ({
          item: ratings.items[k],
          user: ratings.users[k],
          value: ratings.values[k],
        }));
        return cost(model, ratingsFrom(triples, ratings));
      };
      const sum = (count: number, part: (index: number) => number) =>
        Array.from({ length: count }, (_, index) => part(index)).reduce((a, b) => a + b, 0);
      const byUser = sum(model.numUsers, (user) => only((k) => ratings.users[k] === user));
      const byItem = sum(model.numItems, (item) => only((k) => ratings.items[k] === item));
      expect(byUser).toBeCloseTo(cost(model, ratings), 10);
      expect(byItem).toBeCloseTo(cost(model, ratings), 10);
    }
  });
});

describe("the logistic form", () => {
  const at = (z: number, label: number) => {
    const model = {
      ...randomModel({ numItems: 1, numUsers: 1, numFeatures: 1 }, { scale: 0 }),
      b: Float64Array.of(z),
    };
    return costAndGradient(model, ratingsFrom([{ item: 0, user: 0, value: label }]), { loss: "logistic" });
  };

  it("bears a z of a thousand, in either direction", () => {
    expect([at(1000, 1).cost, at(1000, 0).cost, at(-1000, 1).cost, at(-1000, 0).cost]).toEqual([
      0, 1000, 1000, 0,
    ]);
    expect([at(1000, 0).b[0], at(-1000, 1).b[0], at(1000, 1).b[0]]).toEqual([1, -1, 0]);
  });

  it("is −log g(z) for a like and −log(1 − g(z)) for none", () => {
    for (const z of [-3, -0.5, 0, 2]) {
      expect(at(z, 1).cost).toBeCloseTo(-Math.log(sigmoid(z)), 12);
      expect(at(z, 0).cost).toBeCloseTo(-Math.log(1 - sigmoid(z)), 12);
    }
  });

  it("has a logistic function that is ½ at 0, symmetric, and never leaves [0, 1]", () => {
    expect(sigmoid(0)).toBe(0.5);
    expect([sigmoid(1000), sigmoid(-1000), sigmoid(Infinity), sigmoid(-Infinity)]).toEqual([1, 0, 1, 0]);
    // Where eᶻ is still a number, and e⁻ᶻ no longer one.
    expect(sigmoid(-720) / Math.exp(-720)).toBeCloseTo(1, 9);
    for (const z of [0.1, 1, 7, 30]) expect(sigmoid(z) + sigmoid(-z)).toBeCloseTo(1, 14);
  });
});

describe("what has no cost is refused", () => {
  const model = randomModel({ numItems: 3, numUsers: 2, numFeatures: 2 });
  const ratings = ratingsFrom([{ item: 2, user: 1, value: 4 }]);
  it.each([
    [() => cost(model, ratings, { lambda: -0.5 }), "RangeError: lambda must be >= 0, got -0.5"],
    [() => cost(model, ratings, { lambda: Number.NaN }), "RangeError: lambda must be finite, got NaN"],
    [
      () => cost(model, ratings, { loss: "hinge" as Loss }),
      'RangeError: loss must be one of "squared", "logistic", got "hinge"',
    ],
    [
      () => cost(model, ratings, { lamda: 1 } as object),
      'TypeError: option must be one of lambda, loss, got "lamda"',
    ],
    [() => cost({ ...model, numUsers: 3 }, ratings), "RangeError: model.W must have 6 entries, got 4"],
    [
      () => cost(randomModel({ numItems: 4, numUsers: 2, numFeatures: 2 }), ratings),
      "RangeError: ratings must have the model's 4 items, got 3",
    ],
    [
      () => cost(randomModel({ numItems: 3, numUsers: 5, numFeatures: 2 }), ratings),
      "RangeError: ratings must have the model's 5 users, got 2",
    ],
    [
      () => costAndGradient(model, ratings, { loss: "logistic" }),
      'RangeError: label must be 0 or 1 under loss "logistic", got 4 (rating 0)',
    ],
  ])("%#: %s", (call, message) => {
    expect(thrown(call)).toBe(message);
  });
});
