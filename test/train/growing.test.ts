// @module-tag slow

import { describe, expect, it, test } from "vitest";
import { rmse } from "../../src/evaluate/errors";
import { random } from "../../src/math/random";
import { type Model, randomModel } from "../../src/model/model";
import type { Predictor } from "../../src/model/posterior";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import type { Ratings } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { factorize } from "../../src/train/sgd/factorize";
import { rejected } from "../samples";

/** Ratings of a known model with noise, their items and users named, in an order of the test's own. */
const size = { numItems: 150, numUsers: 200, numFeatures: 3 };
const truth: Model = {
  ...randomModel(size, { seed: 1, scale: 0.7 }),
  mu: Float64Array.from({ length: 150 }, (_, k) => 3 + 0.5 * Math.sin(k)),
};
const source = random(4);
const cells = Array.from({ length: 150 * 200 }, (_, k) => ({ item: k % 150, user: Math.floor(k / 150) }))
  .filter(() => source.uniform() < 0.3)
  .map((at) => ({ ...at, value: predict(truth, at) + 0.3 * source.normal() }));
const all = ratingsFrom(cells, {
  itemIds: Array.from({ length: 150 }, (_, k) => `film ${k}`),
  userIds: Array.from({ length: 200 }, (_, k) => `person ${k}`),
});
const { train: now, test: held } = split(all, { seed: 1, test: 0.15 });

/** What was there before: fewer items, users and ratings, numbered the other way round. */
const earlier: Ratings = ratingsFrom(
  [...now.values.keys()]
    .filter((k) => now.items[k] < 130 && now.users[k] < 170 && k % 10 > 0)
    .map((k) => ({ item: 129 - now.items[k], user: 169 - now.users[k], value: now.values[k] })),
  {
    itemIds: Array.from({ length: 130 }, (_, k) => `film ${129 - k}`),
    userIds: Array.from({ length: 170 }, (_, k) => `person ${169 - k}`),
  },
);

const ways: {
  name: string;
  learn: (ratings: Ratings, rounds?: number, from?: Predictor) => Promise<Predictor>;
  rounds: number;
}[] = [
  {
    name: "factorize",
    learn: async (ratings, epochs, from) =>
      (await factorize(ratings, { numFeatures: 4, lambda: 0.01, epochs, from: from as Model, threads: 1 }))
        .model,
    rounds: 60,
  },
  {
    name: "bayesian",
    learn: (ratings, samples, from) =>
      bayesian(ratings, { numFeatures: 3, samples, from: from as never, threads: 1 }),
    rounds: 100,
  },
];

describe.each(ways)(
  "$name goes on from what it has learned of fewer ratings, people and items",
  ({ learn, rounds }) => {
    const before = learn(earlier, rounds);

    it("reaches the error of a fit from nothing in a quarter of its rounds, on what is new and what was there", async () => {
      const [whole, short, grown] = await Promise.all([
        learn(now, rounds),
        learn(now, Math.ceil(rounds / 4)),
        learn(now, Math.ceil(rounds / 4), await before),
      ]);
      expect(rmse(grown, held)).toBeLessThan(1.03 * rmse(whole, held));
      expect(rmse(grown, held)).toBeLessThan(rmse(short, held));
      const part = (isOld: boolean) => ({
        ...held,
        ...Object.fromEntries(
          (["items", "users", "values"] as const).map((name) => [
            name,
            held[name].filter((_, k) => (held.items[k] < 130 && held.users[k] < 170) === isOld),
          ]),
        ),
        times: undefined,
      });
      for (const isOld of [true, false])
        expect(rmse(grown, part(isOld))).toBeLessThan(1.06 * rmse(whole, part(isOld)));
    });

    it("repeats, and leaves the earlier as it was", async () => {
      const given = await before;
      const copy = structuredClone(given);
      const [one, other] = [await learn(now, 4, given), await learn(now, 4, given)];
      expect(other).toEqual(one);
      expect(given).toEqual(copy);
    });

    it("refuses what it cannot go on from", async () => {
      const given = await before;
      const others = { ...now, itemIds: now.itemIds.map((id) => (id === "film 3" ? "another" : id)) };
      expect(await rejected(learn(others, 4, given))).toBe(
        'RangeError: ratings must have all items of from, and lack "film 3"',
      );
      const { itemIds: _, userIds: __, ...nameless } = given;
      const few = ratingsFrom([{ item: 0, user: 0, value: 1 }], { numItems: 150, numUsers: 3 });
      expect(await rejected(learn(few, 4, nameless as Predictor))).toBe(
        "RangeError: ratings must have the 170 users of from at least, got 3",
      );
    });
  },
);

test("without a round factorize gives the earlier model back, in new places; who has no rating now is kept", async () => {
  const { model } = await factorize(earlier, { numFeatures: 4 });
  const same = (await factorize(now, { from: model, epochs: 0 })).model;
  for (const [item, user] of [
    [3, 5],
    [100, 160],
  ]) {
    const wanted = predict(model, { item: 129 - item, user: 169 - user });
    expect(predict(same, { item, user })).toBeCloseTo(wanted, 4);
  }
  const onlyNew = ratingsFrom([{ item: 140, user: 180, value: 4 }], now);
  const kept = (await factorize(onlyNew, { from: model, epochs: 2 })).model;
  expect(kept.X.some((value, k) => k < 4 * 130 && value !== 0)).toBe(true);
  for (const block of [kept.W.subarray(4 * 170, 4 * 180), kept.b.subarray(170, 180)])
    expect(block.every((value) => value === 0)).toBe(true);
});

test("numbers of features that are not those of the earlier are refused", async () => {
  const { model } = await factorize(earlier, { numFeatures: 4, epochs: 1 });
  expect(await rejected(factorize(now, { from: model, numFeatures: 5 }))).toBe(
    "RangeError: numFeatures must be that of from, 4, got 5",
  );
  const posterior = await bayesian(earlier, { numFeatures: 2, samples: 2 });
  expect(await rejected(bayesian(now, { from: posterior, numFeatures: 5 }))).toBe(
    "RangeError: numFeatures must be that of from, 2, got 5",
  );
  expect(await rejected(bayesian(now, { from: model as never }))).toBe(
    "TypeError: from must be a posterior, got a single model",
  );
  expect(await rejected(factorize(now, { from: posterior as never }))).toBe(
    "TypeError: model must be a single model here, got a posterior",
  );
});
