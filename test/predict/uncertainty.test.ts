import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findData } from "../../src/datasets/find";
import { readRatings } from "../../src/files/readRatings";
import { solve } from "../../src/math/linear";
import { addMeans } from "../../src/model/means";
import { type Model, randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { predictInterval, type Uncertainty, uncertainty } from "../../src/predict/uncertainty";
import { ratingsFrom } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { byUser, type Ratings, withValues } from "../../src/ratings/ratings";
import { foldIn } from "../../src/train/foldIn";
import { train } from "../../src/train/gradient/train";
import { modelWithMeans, randomRatings, rejected, thrown } from "../samples";

const size = { numItems: 12, numUsers: 8, numFeatures: 3 };
const model = modelWithMeans(size, 3);
const ratings = randomRatings(size, { seed: 4, density: 0.5 });
const settings = { lambda: 1.7, damping: 0.8 };
const { lambda } = settings;

const ratedBy = ({ items, users, values }: Ratings, user: number) =>
  [...users.keys()].filter((k) => users[k] === user).map((k) => ({ item: items[k], value: values[k] }));
const rowOf = (block: Float64Array, row: number, n: number) => [...block.subarray(row * n, (row + 1) * n), 1];

/** vᵀ A⁻¹ v, where A is the sum of u uᵀ over `rows`, each with its weight, and a diagonal. */
function quadratic(v: number[], rows: { u: number[]; weight: number }[], diagonal: number[]): number {
  const n = v.length;
  const A = new Float64Array(n * n);
  diagonal.forEach((value, f) => {
    A[f * n + f] = value;
  });
  for (const { u, weight } of rows) {
    for (let f = 0; f < n; f++) for (let g = 0; g < n; g++) A[f * n + g] += weight * u[f] * u[g];
  }
  return solve(A, v)!.reduce((sum, value, f) => sum + value * v[f], 0);
}

/** Both terms of the variance, each by a system of equations of its own. */
function variance(m: Model, r: Ratings, at: { item: number; user: number }, less = 0): [number, number] {
  const F = m.numFeatures;
  const { damping } = settings;
  const mine = ratedBy(r, at.user).map(({ item }) => ({ u: rowOf(m.X, item, F), weight: 1 }));
  const ofUser = quadratic(rowOf(m.X, at.item, F), mine, [...Array(F).fill(lambda), mine.length ? 0 : 1]);
  const count = r.items.filter((item) => item === at.item).length - less;
  const all = Array.from(r.users, (user) => ({
    ...{ u: rowOf(m.W, user, F), weight: count / r.values.length },
  }));
  const ofItem = quadratic(rowOf(m.W, at.user, F), all, [...Array(F).fill(lambda), damping]);
  return [ofUser, ofItem];
}

describe("uncertainty and predictInterval", () => {
  it("have half the width z σ √(1 + variance), both terms computed another way", async () => {
    const sure = await uncertainty(model, ratings, settings);
    for (const [interval, z] of [
      [0.8, 1.2815515655446004],
      [0.5, 0.6744897501960817],
      [0.95, 1.959963984540054],
      [0.999, 3.2905267314919255],
    ]) {
      for (let item = 0; item < 12; item++) {
        for (let user = 0; user < 8; user++) {
          const { score, low, high } = predictInterval(sure, { item, user }, { interval });
          const [ofUser, ofItem] = variance(model, ratings, { item, user });
          const half = z * Math.sqrt(sure.noise * (1 + ofUser + ofItem));
          expect(score).toBe(predict(model, { item, user }));
          expect(high - score).toBeCloseTo(half, 9);
          expect(score - low).toBeCloseTo(half, 9);
        }
      }
    }
    expect(predictInterval(sure, { item: 1, user: 1 })).toEqual(
      predictInterval(sure, { item: 1, user: 1 }, { interval: 0.8 }),
    );
  });

  it("count an item's raters as they are, where everyone has rated everything", async () => {
    const full = randomRatings(size, { seed: 1, density: 1 });
    const sure = await uncertainty(model, full, settings);
    const raters = Array.from({ length: 8 }, (_, user) => ({ u: rowOf(model.W, user, 3), weight: 1 }));
    const diagonal = [...Array(3).fill(settings.lambda), settings.damping];
    for (let user = 0; user < 8; user++) {
      const { score, high } = predictInterval(sure, { item: 5, user });
      const exact = quadratic(rowOf(model.W, user, 3), raters, diagonal);
      const [ofUser] = variance(model, full, { item: 5, user });
      expect(((high - score) / 1.2815515655446004) ** 2 / sure.noise).toBeCloseTo(1 + ofUser + exact, 9);
    }
  });

  it("take the noise from errors on ratings left out, the user's fit made again without each", async () => {
    const users = Array.from({ length: 8 }, (_, user) => foldIn(model, ratedBy(ratings, user), { lambda }));
    const fitted = {
      ...model,
      W: Float64Array.from(users.flatMap(({ w }) => [...w])),
      b: Float64Array.from(users, ({ b }) => b),
    };
    let sum = 0;
    let count = 0;
    for (let user = 0; user < 8; user++) {
      const mine = ratedBy(ratings, user);
      for (const { item, value } of mine) {
        const others = mine.filter((other) => other.item !== item);
        const { w, b } = foldIn(model, others, { lambda });
        const predicted = w.reduce((z, weight, f) => z + weight * model.X[item * 3 + f], b + model.mu[item]);
        const [, ofItem] = variance(fitted, ratings, { item, user }, 1);
        sum += ((value - predicted) * (1 + ofItem)) ** 2;
        count++;
      }
    }
    const { noise } = await uncertainty(fitted, ratings, settings);
    expect(noise).toBeCloseTo(sum / count, 9);
  });

  it("take it from every second user of 1,001 to 2,000, evenly spread", async () => {
    const many = { numItems: 6, numUsers: 1200, numFeatures: 2 };
    const crowd = modelWithMeans(many, 1);
    const given = randomRatings(many, { seed: 2, density: 0.6 });
    const { noise } = await uncertainty(crowd, given);
    const { start } = byUser(given);
    const full = [...Array(1200).keys()].filter((user) => start[user + 1] - start[user] >= 2);
    const second = new Set(full.filter((_, k) => k % 2 === 0));
    const spoilt = (those: (user: number) => boolean) =>
      withValues(
        given,
        given.values.map((value, k) => (those(given.users[k]) ? value + 50 : value)),
      );
    expect(full.length).toBeGreaterThan(1000);
    expect(
      (
        await uncertainty(
          crowd,
          spoilt((user) => !second.has(user)),
        )
      ).noise,
    ).toBe(noise);
    expect(
      (
        await uncertainty(
          crowd,
          spoilt((user) => second.has(user)),
        )
      ).noise,
    ).toBeGreaterThan(2 * noise);
  });

  it("leave most open about an item that nobody has rated: ‖W‖²/λ + 1/d, and less with each rating", async () => {
    const some = ratingsFrom(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((user) => [1, 2, 3].map((item) => ({ item, user, value: user % 5 }))),
      size,
    );
    const still = { ...model, X: new Float64Array(36) };
    const sure = await uncertainty(still, some, settings);
    const open = (known: Uncertainty, item: number) => {
      const { score, high } = predictInterval(known, { item, user: 2 });
      return ((high - score) / 1.2815515655446004) ** 2 / known.noise - 1;
    };
    const norm = [6, 7, 8].reduce((sum, f) => sum + model.W[f] ** 2, 0);
    expect(open(sure, 0)).toBeCloseTo(1 / 3 + norm / settings.lambda + 1 / settings.damping, 9);
    const widths = [0, 1, 2, 5, 100].map((count) =>
      open({ ...sure, counts: sure.counts.map(() => count) }, 0),
    );
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[4]).toBeLessThan(1 / 3 + 0.1);
  });

  it("count what lies beyond the scale as its ends", async () => {
    const sure = await uncertainty(model, ratings, settings);
    const { score, low, high } = predictInterval(sure, { item: 0, user: 0 }, { range: [1, 5] });
    const plain = predictInterval(sure, { item: 0, user: 0 });
    expect([low, high]).toEqual([Math.max(1, plain.low), Math.min(5, plain.high)]);
    expect(score).toBe(Math.min(5, Math.max(1, plain.score)));
  });

  it("refuse what they cannot take", async () => {
    expect(await rejected(uncertainty(model, ratings, { lambda: 0 }))).toBe(
      "RangeError: lambda must be > 0, got 0",
    );
    expect(await rejected(uncertainty(model, ratings, { damping: 0 }))).toBe(
      "RangeError: damping must be > 0, got 0",
    );
    expect(await rejected(uncertainty(model, ratings, { noise: 1 } as never))).toBe(
      'TypeError: option must be one of lambda, damping, signal, got "noise"',
    );
    expect(await rejected(uncertainty(model, randomRatings({ ...size, numItems: 11 }, { seed: 1 })))).toBe(
      "RangeError: ratings must have the model's 12 items, got 11",
    );
    const lone = ratingsFrom([{ item: 0, user: 0, value: 3 }], size);
    expect(await rejected(uncertainty(model, lone))).toBe(
      "RangeError: ratings must have two at least of some user, got none of that kind",
    );
    const stop = AbortSignal.abort(new Error("stopped"));
    expect(await rejected(uncertainty(model, ratings, { signal: stop }))).toBe("Error: stopped");
    const sure = await uncertainty(model, ratings);
    expect(thrown(() => predictInterval(sure, { item: 12, user: 0 }))).toBe(
      "RangeError: item must be in [0, 12), got 12",
    );
    for (const interval of [0, 1]) {
      expect(thrown(() => predictInterval(sure, { item: 1, user: 0 }, { interval }))).toBe(
        `RangeError: interval must be between 0 and 1, got ${interval}`,
      );
    }
    expect(thrown(() => predictInterval(sure, { item: 1, user: 0 }, { range: [5, 1] }))).toBe(
      "RangeError: range must go up, got [5, 1]",
    );
  });
});

const fold = findData("ml-100k", ["u1.base", "u1.test"]);

describe.skipIf(!fold)(`MovieLens 100K${fold ? "" : " (skipped: its folds are not on this machine)"}`, () => {
  it("of the ratings held out in fold u1 an 80% interval holds 75 to 85%, also of those of rarely rated films", async () => {
    const base = await readRatings(join(fold!, "u1.base"));
    const held = await readRatings(join(fold!, "u1.test"));
    const normalized = normalize(base, { damping: 3 });
    const { numItems, numUsers } = base;
    const start = randomModel({ numItems, numUsers, numFeatures: 10 });
    const { model: trained } = await train(start, normalized.ratings, { lambda: 12, iterations: 50 });
    const sure = await uncertainty(addMeans(trained, normalized), base, { lambda: 12, damping: 3 });
    const itemOf = new Map(base.itemIds.map((id, item) => [id, item]));
    const userOf = new Map(base.userIds.map((id, user) => [id, user]));
    const inside: { rare: boolean; hit: boolean }[] = [];
    for (let k = 0; k < held.values.length; k += 4) {
      const item = itemOf.get(held.itemIds[held.items[k]]);
      const user = userOf.get(held.userIds[held.users[k]]);
      if (item === undefined || user === undefined) continue;
      const { low, high } = predictInterval(sure, { item, user });
      const hit = held.values[k] >= low && held.values[k] <= high;
      inside.push({ hit, rare: sure.counts[item] < 30 });
    }
    const share = (list: { hit: boolean }[]) => list.filter(({ hit }) => hit).length / list.length;
    expect(share(inside)).toBeGreaterThan(0.75);
    expect(share(inside)).toBeLessThan(0.85);
    const rare = inside.filter((one) => one.rare);
    expect(rare.length).toBeGreaterThan(300);
    expect(share(rare)).toBeGreaterThan(0.7);
    expect(share(rare)).toBeLessThan(0.9);
  });
});
