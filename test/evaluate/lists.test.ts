import fc from "fast-check";
import { expect, it, test } from "vitest";
import { ranking, rankingAsync } from "../../src/evaluate/ranking";
import { random, shuffled } from "../../src/math/random";
import { type Model, randomModel } from "../../src/model/model";
import { ratingsFrom } from "../../src/ratings/build";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { randomRatings, rejected, thrown } from "../samples";
import cases from "./facts/lists.json";

/** A model that gives these scores: row j of W picks out user j's column of X. */
function byScores(scores: readonly (readonly number[])[]): Model {
  const [numUsers, numItems] = [scores.length, scores[0].length];
  const model = randomModel({ numItems, numUsers, numFeatures: numUsers }, { scale: 0 });
  scores.forEach((row, user) => {
    model.W[user * numUsers + user] = 1;
    row.forEach((score, item) => {
      model.X[item * numUsers + user] = score;
    });
  });
  return model;
}

const cells = (rows: readonly (readonly number[])[], value: number) =>
  rows.flatMap((items, user) => items.map((item) => ({ item, user, value })));

const partsOf = (
  seen: readonly (readonly number[])[],
  relevant: readonly (readonly number[])[],
  numItems: number,
) => {
  const size = { numItems, numUsers: seen.length };
  return { train: ratingsFrom(cells(seen, 5), size), test: ratingsFrom(cells(relevant, 5), size) };
};

// lists.json holds what ir_measures says of random lists, over all orders of equal scores; lists.py beside it made it.
it.each(cases)("case %#: lists are judged as by ir_measures, whatever the order of equal scores", (known) => {
  const { scores, seen, relevant, count, figures } = known;
  const found = ranking(byScores(scores), {
    ...partsOf(seen, relevant, scores[0].length),
    count,
    relevant: 5,
  });
  for (const [name, value] of Object.entries(figures))
    expect(found[name as keyof typeof figures], name).toBeCloseTo(value, 12);
});

/** Few different scores, so that many are equal. */
function drawn(seed: number) {
  const source = random(seed);
  const [numItems, numUsers] = [9, 4];
  const scores = Array.from({ length: numUsers }, () =>
    Array.from({ length: numItems }, () => source.below(4)),
  );
  const part = scores.map((row) => row.map(() => source.below(3)));
  const itemsOf = (which: number) => part.map((row) => [...row.keys()].filter((item) => row[item] === which));
  return { scores, seen: itemsOf(0), relevant: itemsOf(1), numItems, source };
}

test("nothing depends on how items are numbered", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 10 }), (seed, count) => {
      const { scores, seen, relevant, numItems, source } = drawn(seed);
      fc.pre(relevant.flat().length > 0 && seen.flat().length > 0);
      const features = Float64Array.from({ length: numItems * 2 }, () => source.normal());
      const judged = (place: ArrayLike<number>) => {
        const moved = (row: readonly number[]) => row.map((item) => place[item]);
        const turned = scores.map((row) => {
          const own: number[] = [];
          row.forEach((score, item) => {
            own[place[item]] = score;
          });
          return own;
        });
        const X = new Float64Array(features.length);
        for (let item = 0; item < numItems; item++)
          X.set(features.subarray(2 * item, 2 * item + 2), 2 * place[item]);
        return ranking(byScores(turned), {
          ...partsOf(seen.map(moved), relevant.map(moved), numItems),
          ...{ count, relevant: 5, features: { X } },
        });
      };
      const { protocol, intervals: _, ...figures } = judged(Array.from({ length: numItems }, (_, k) => k));
      const { protocol: same, ...others } = judged(shuffled(numItems, source));
      expect(same).toEqual(protocol);
      for (const [name, figure] of Object.entries(figures))
        if (Number.isNaN(figure)) expect(others[name as "ndcg"], name).toBeNaN();
        else expect(others[name as "ndcg"], name).toBeCloseTo(figure as number, 12);
    }),
  );
});

test("coverage, novelty, popularity and diversity are means over all orders of equal scores, by brute force", () => {
  const scores = [[3, 1, 1, 1, 0, 2]];
  const train = ratingsFrom(
    [
      { item: 5, user: 0, value: 1 },
      { item: 0, user: 1, value: 1 },
      { item: 1, user: 1, value: 1 },
      { item: 1, user: 2, value: 1 },
    ],
    { numItems: 6, numUsers: 3 },
  );
  const held = ratingsFrom([{ item: 4, user: 0, value: 1 }], { numItems: 6, numUsers: 3 });
  const model = byScores([...scores, [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]);
  const X = [1, 0, 0, 1, 2, 2, 0, 0, 1, 1, 3, 1];
  const found = ranking(model, { train, test: held, count: 3, features: { X } });
  // Item 0 comes first, and two of items 1, 2 and 3 fill the list.
  const lists = [
    [0, 1, 2],
    [0, 1, 3],
    [0, 2, 3],
  ];
  const mean = (of: (list: number[]) => number) => lists.reduce((sum, list) => sum + of(list), 0) / 3;
  const counts = [1, 2, 0, 0, 0, 1];
  const within = (list: number[], of: (item: number) => number) =>
    list.reduce((sum, item) => sum + of(item), 0) / list.length;
  const cosine = (i: number, k: number) => {
    const dot = X[2 * i] * X[2 * k] + X[2 * i + 1] * X[2 * k + 1];
    const lengths = Math.hypot(X[2 * i], X[2 * i + 1]) * Math.hypot(X[2 * k], X[2 * k + 1]);
    return lengths === 0 ? 0 : dot / lengths;
  };
  expect(found.coverage).toBeCloseTo(3 / 6, 12);
  expect(found.popularity).toBeCloseTo(
    mean((list) => within(list, (item) => counts[item])),
    12,
  );
  expect(found.novelty).toBeCloseTo(
    mean((list) => within(list, (item) => -Math.log2((counts[item] + 1) / 4))),
    12,
  );
  expect(found.diversity).toBeCloseTo(
    mean(([i, k, l]) => 1 - (cosine(i, k) + cosine(i, l) + cosine(k, l)) / 3),
    12,
  );
});

const size = { numItems: 40, numUsers: 30 };
const all = randomRatings(size, { seed: 3, density: 0.5 });
const isHeld = (k: number) => k % 3 === 0;
const some = (which: (k: number) => boolean) =>
  ratingsFrom(
    Array.from(all.values, (value, k) => ({ item: all.items[k], user: all.users[k], value })).filter((_, k) =>
      which(k),
    ),
    size,
  );
const parts = { train: some((k) => !isHeld(k)), test: some(isHeld) };
const model = randomModel({ ...size, numFeatures: 3 }, { seed: 4, scale: 1 });

test("intervals are those of a bootstrap over people: they hold the mean, and narrow as it is to be less sure", () => {
  const wide = ranking(model, { ...parts, interval: 0.95, seed: 1 });
  const narrow = ranking(model, { ...parts, interval: 0.5, seed: 1 });
  expect(ranking(model, { ...parts, interval: 0.95, seed: 1 })).toEqual(wide);
  expect(Object.keys(wide.intervals!).sort()).toEqual(
    [
      ...["aucByUser", "hitRate", "map", "mrr", "ndcg", "novelty", "popularity", "precision", "recall"],
    ].sort(),
  );
  for (const [name, { mean, low, high }] of Object.entries(wide.intervals!)) {
    expect(mean).toBe(wide[name as "ndcg"]);
    const inner = narrow.intervals![name as "ndcg"]!;
    expect([low, inner.low, mean, inner.high, high]).toEqual(
      [low, inner.low, mean, inner.high, high].sort((a, b) => a - b),
    );
    expect(low).toBeLessThan(high);
  }
  // Of a mean the bootstrap's deviation is s / √n, so that 95% lie within 1.96 of them, about.
  const { low, high } = wide.intervals!.aucByUser!;
  const { relevant } = wide.protocol;
  const isWanted = (k: number) => isHeld(k) && all.values[k] >= relevant;
  const people = new Set(all.users.filter((_, k) => isWanted(k)));
  expect(people.size).toBe(wide.protocol.users);
  const each = Array.from(people, (user) => {
    const own = some((k) => isWanted(k) && all.users[k] === user);
    return ranking(model, { train: parts.train, test: own, relevant }).aucByUser;
  });
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
  const deviation = Math.sqrt(each.reduce((sum, value) => sum + (value - mean) ** 2, 0) / each.length);
  expect(mean).toBeCloseTo(wide.aucByUser, 12);
  const half = (1.96 * deviation) / Math.sqrt(each.length);
  expect((high - low) / 2 / half).toBeGreaterThan(0.85);
  expect((high - low) / 2 / half).toBeLessThan(1.15);
});

test("with pauses it is the same, tells how far it is, and stops where it is told to", async () => {
  const steps: number[] = [];
  const told = await rankingAsync(model, { ...parts, onUser: ({ done }) => void steps.push(done) });
  expect(told).toEqual(ranking(model, parts));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps.length).toBeGreaterThan(1);
  const stopped = await rankingAsync(model, { ...parts, onUser: async () => false });
  expect(stopped.protocol.users).toBe(4);
  expect(
    await rejected(rankingAsync(model, { ...parts, signal: AbortSignal.abort(new Error("enough")) })),
  ).toBe("Error: enough");
});

test("a posterior's lists are those of its mean scores", async () => {
  const posterior = await bayesian(parts.train, { numFeatures: 2, samples: 6 });
  const { samples, numFeatures: n } = posterior;
  const scores = Array.from({ length: size.numUsers }, (_, user) =>
    Array.from({ length: size.numItems }, (_, item) => {
      const draws = samples.map(({ X, W, b, mu }) => {
        let sum = b[user] + mu[item];
        for (let f = 0; f < n; f++) sum += W[user * n + f] * X[item * n + f];
        return sum;
      });
      return draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    }),
  );
  expect(ranking(posterior, parts)).toEqual(ranking(byScores(scores), parts));
});

it.each<[string, object, string]>([
  ["no place", { count: 0 }, "RangeError: count must be >= 1, got 0"],
  ["a certain interval", { interval: 1 }, "RangeError: interval must be between 0 and 1, got 1"],
  ["no draw", { resamples: 0 }, "RangeError: resamples must be >= 1, got 0"],
  [
    "features of other items",
    { features: { X: [1, 2, 3] } },
    "RangeError: features.X must be rows of one length, one for each of 40 items, got 3 numbers",
  ],
  [
    "an unknown option",
    { ndcg: true },
    'TypeError: option must be one of train, test, count, relevant, features, interval, resamples, seed, got "ndcg"',
  ],
])("refuses %s", (_, options, message) => {
  expect(thrown(() => ranking(model, { ...parts, ...options }))).toBe(message);
});

test("a test inside the training part is refused, naming the first cell by its ids", () => {
  const names = { itemIds: ["x", "y"], userIds: ["a", "b"] };
  const train = ratingsFrom([{ item: 1, user: 1, value: 3 }], names);
  const both = ratingsFrom(
    [
      { item: 0, user: 0, value: 3 },
      { item: 1, user: 1, value: 3 },
    ],
    names,
  );
  const small = randomModel({ ...train, numFeatures: 1 });
  expect(thrown(() => ranking(small, { train, test: both }))).toBe(
    'RangeError: test must hold nothing that train does, got item "y", user "b" in both (rating 1 of test)',
  );
});

test("a model that holds a NaN is refused, naming the cell", () => {
  const broken = { ...model, mu: model.mu.slice() };
  broken.mu[7] = Number.NaN;
  expect(thrown(() => ranking(broken, parts))).toMatch(
    /^RangeError: the model's prediction must be finite, got NaN \(item 7, user \d+\)$/,
  );
});
