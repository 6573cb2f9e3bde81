import fc from "fast-check";
import { expect, it, test } from "vitest";
import { random } from "../../src/math/random";
import { toLabels, withSampledZeros } from "../../src/ratings/labels";
import { byUser, type Ratings } from "../../src/ratings/ratings";
import { checkNoneSeen, type Fold, folds, split } from "../../src/ratings/split";
import { randomRatings, thrown } from "../samples";

/** Ratings with times, of which some are the same. */
function timed(seed: number): Ratings & { times: Float64Array } {
  const ratings = randomRatings({ numItems: 8, numUsers: 6 }, { seed, density: 0.7 });
  const source = random(seed + 0.5);
  return { ...ratings, times: ratings.values.map(() => source.below(30)) };
}

const keys = ({ items, users, values, times }: Ratings) =>
  Array.from(values, (value, k) => `${items[k]} ${users[k]} ${value} ${times?.[k]}`);
const timesOfUser = ({ users, times }: Ratings, user: number) =>
  [...times!].filter((_, k) => users[k] === user);
const sizes = (parts: readonly Fold[]) => parts.map(({ test }) => test.values.length);

function isParted(whole: Ratings, { train, test }: Fold) {
  checkNoneSeen({ train, test });
  expect([...keys(train), ...keys(test)].sort()).toEqual(keys(whole).sort());
}

const seeds = fc.integer({ min: 0, max: 1e6 });

test("by time, all that is held back came after all that is learned from, and no more than was asked for but for the same moment", () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (seed, part) => {
      const ratings = timed(seed);
      const { train, test } = split(ratings, { by: "time", test: part });
      isParted(ratings, { train, test });
      const first = Math.min(...test.times!);
      expect(Math.max(...train.times!)).toBeLessThan(first);
      const wanted = Math.round(part * ratings.values.length);
      const without = test.times!.filter((time) => time > first).length;
      const earliest = Math.max(...train.times!) === Math.min(...ratings.times);
      expect(without < wanted || earliest).toBe(true);
      if (!earliest)
        expect(test.values.length).toBeGreaterThanOrEqual(Math.min(wanted, ratings.values.length - 1));
    }),
  );
});

test("folds by time learn from ever more of the past, and predict what comes next", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, count) => {
      const ratings = timed(seed);
      const parts = folds(ratings, { by: "time", count });
      expect(parts).toHaveLength(count);
      parts.forEach(({ train, test }, k) => {
        expect(Math.max(...train.times!)).toBeLessThan(Math.min(...test.times!));
        const next = parts[k + 1];
        if (next) expect(keys(next.train).sort()).toEqual([...keys(train), ...keys(test)].sort());
        else isParted(ratings, { train, test });
      });
    }),
  );
});

test("by last, each user's latest are held back, unless nothing would be left to learn from", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, count) => {
      const ratings = timed(seed);
      const { start } = byUser(ratings);
      const sizesOfUsers = Array.from({ length: 6 }, (_, user) => start[user + 1] - start[user]);
      fc.pre(sizesOfUsers.some((size) => size > count));
      const { train, test } = split(ratings, { by: "last", test: count });
      isParted(ratings, { train, test });
      sizesOfUsers.forEach((size, user) => {
        const [before, after] = [train, test].map((part) => timesOfUser(part, user));
        expect(after.length).toBe(size > count ? count : 0);
        if (after.length > 0) expect(Math.max(...before)).toBeLessThanOrEqual(Math.min(...after));
      });
    }),
  );
});

test("folds by last go back from the last, and never learn what a user rated later", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const ratings = timed(seed);
      fc.pre(Math.min(...Array.from({ length: 6 }, (_, user) => timesOfUser(ratings, user).length)) > 3);
      const parts = folds(ratings, { by: "last", count: 3 });
      expect(keys(parts[0].test)).toEqual(keys(split(ratings, { by: "last" }).test));
      parts.forEach(({ train, test }, k) => {
        checkNoneSeen({ train, test });
        for (let user = 0; user < 6; user++) {
          const own = timesOfUser(ratings, user).sort((a, b) => a - b);
          expect(timesOfUser(test, user)).toEqual([own[own.length - 1 - k]]);
          expect(timesOfUser(train, user).sort((a, b) => a - b)).toEqual(own.slice(0, own.length - 1 - k));
        }
      });
    }),
  );
});

test("by user, each gives the same part of theirs, to within one rating", () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (seed, part) => {
      const ratings = randomRatings({ numItems: 20, numUsers: 5 }, { seed, density: 0.8 });
      const parts = split(ratings, { by: "user", test: part, seed });
      isParted(ratings, parts);
      const share = parts.test.values.length / ratings.values.length;
      expect(Math.abs(parts.test.values.length - part * ratings.values.length)).toBeLessThanOrEqual(1);
      const dealt = folds(ratings, { by: "user", count: 3, seed });
      const sizesOfFolds = sizes(dealt);
      expect(Math.max(...sizesOfFolds) - Math.min(...sizesOfFolds)).toBeLessThanOrEqual(1);
      for (const fold of dealt) isParted(ratings, fold);
      for (let user = 0; user < 5; user++) {
        const own = ({ users }: Ratings) => users.filter((other) => other === user).length;
        expect(Math.abs(own(parts.test) - share * own(ratings))).toBeLessThan(1);
        const inFolds = dealt.map(({ test }) => own(test));
        expect(Math.max(...inFolds) - Math.min(...inFolds)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("times given count before the ratings' own, and each part keeps its own", () => {
  const ratings = timed(1);
  const turned = ratings.times.map((time) => -time);
  const { train, test } = split(ratings, { by: "time", times: turned });
  expect(Math.min(...train.times!)).toBeGreaterThan(Math.max(...test.times!));
  const random = split(ratings);
  expect(keys(random.train).every((key) => keys(ratings).includes(key))).toBe(true);
  const likes = toLabels(ratings, { threshold: 3, below: "unrated" });
  expect(likes.times).toHaveLength(likes.values.length);
  expect(withSampledZeros(likes, { ratio: 1 }).times).toBeUndefined();
});

const some = timed(2);
const { times: _, ...bare } = some;
const still = { ...some, times: some.times.fill(7) };

it.each<[string, () => unknown, string]>([
  [
    "ratings without times",
    () => split(bare, { by: "time" }),
    "times must be given, for the ratings have none",
  ],
  [
    "too few times",
    () => folds(bare, { by: "last", times: [1, 2] }),
    `times must have ${bare.values.length} entries, got 2`,
  ],
  [
    "a time that is none",
    () => split(bare, { by: "last", times: bare.values.map((_, k) => (k === 3 ? Number.NaN : k)) }),
    "time must be finite, got NaN (rating 3)",
  ],
  [
    "a single moment",
    () => split(still, { by: "time" }),
    "times must tell 2 parts from one another, got none after 7 where one is to begin",
  ],
  [
    "times that would count for nothing",
    () => split(bare, { times: bare.values }),
    'times must come with by "time" or "last", got "random"',
  ],
  [
    "more than anybody rated",
    () => split(still, { by: "last", test: 100 }),
    `ratings must be enough to hold some back, got too few of each user (split: by last, 100 of ${bare.values.length})`,
  ],
  ["part of a count", () => split(still, { by: "last", test: 1.5 }), "test must be an integer, got 1.5"],
  [
    "an unknown way",
    () => split(still, { by: "item" as "user" }),
    'by must be one of "random", "user", "time", "last", got "item"',
  ],
])("refuses %s", (_, call, message) => {
  expect(thrown(call)).toBe(`RangeError: ${message}`);
});
