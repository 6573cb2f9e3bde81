import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { addMeans } from "../../src/model/means";
import { type Model, randomModel } from "../../src/model/model";
import { recommendSurely } from "../../src/predict/lowerBound";
import { recommend } from "../../src/predict/predict";
import { predictInterval, uncertainty } from "../../src/predict/uncertainty";
import { withRatingsOf } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { foldIn, withUser } from "../../src/train/foldIn";
import { train } from "../../src/train/gradient/train";
import { modelWithMeans, randomRatings, thrown } from "../samples";

const size = { numItems: 12, numUsers: 8, numFeatures: 3 };
const model = modelWithMeans(size, 3);
const ratings = randomRatings(size, { seed: 4, density: 0.5 });
const settings = { lambda: 1.7, damping: 0.8 };

describe("recommendSurely", () => {
  const known = uncertainty(model, ratings, settings);

  it("ranks by score − z σ √variance what predictInterval gives, exclusions left out: by brute force", async () => {
    const sure = await known;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 14 }), (user, count) => {
        const found = recommendSurely(sure, { user, exclude: ratings, count });
        const wanted = recommend(model, { user, exclude: ratings, count: 12 })
          .map(({ item, score }) => {
            const half = predictInterval(sure, { item, user }).high - score;
            const open = (half / 1.2815515655446004) ** 2 / sure.noise - 1;
            return {
              item,
              score,
              sure: score - 1.2815515655446004 * Math.sqrt(sure.noise * open),
            };
          })
          .sort((a, b) => b.sure - a.sure)
          .slice(0, count);
        expect(found.map(({ item }) => item)).toEqual(wanted.map(({ item }) => item));
        found.forEach(({ item, low, high, score, sure: bound }, k) => {
          expect({ score, low, high }).toEqual(predictInterval(sure, { item, user }));
          expect(bound).toBeCloseTo(wanted[k].sure, 9);
        });
      }),
    );
    expect(recommendSurely(sure, { user: 0 })).toHaveLength(10);
  });

  it("with novelty ranks by sure + ν σ (1 − p), and with none as without", async () => {
    const sure = await known;
    const all = recommendSurely(sure, { user: 1, count: 12 });
    expect(recommendSurely(sure, { user: 1, count: 12, novelty: 0 })).toEqual(all);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (novelty) => {
        const key = ({ item, sure: bound }: (typeof all)[number]) => {
          const others = all.filter((other) => other.item !== item).map((other) => sure.counts[other.item]);
          const fewer = others.filter((count) => count < sure.counts[item]).length;
          const asMany = others.filter((count) => count === sure.counts[item]).length;
          return bound + novelty * Math.sqrt(sure.noise) * (1 - (fewer + asMany / 2) / others.length);
        };
        const wanted = [...all].sort((a, b) => key(b) - key(a) || a.item - b.item);
        const found = recommendSurely(sure, { user: 1, count: 12, novelty });
        found.forEach((one, k) => {
          expect(key(one)).toBeCloseTo(key(wanted[k]), 12);
        });
        expect(new Set(found.map(({ item }) => item)).size).toBe(12);
      }),
    );
  });

  it("of equals takes the lower item first, clips after ranking, and pads nothing", async () => {
    const flat: Model = { ...randomModel(size, { scale: 0 }), mu: new Float64Array(12).fill(9) };
    const even = await uncertainty(flat, randomRatings(size, { seed: 1, density: 1 }), settings);
    for (const novelty of [0, 1]) {
      const items = recommendSurely(even, { user: 0, count: 20, novelty }).map(({ item }) => item);
      expect(items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
    const sure = await known;
    const plain = recommendSurely(sure, { user: 3 });
    const clip = (stars: number) => Math.min(2, Math.max(1, stars));
    expect(recommendSurely(sure, { user: 3, range: [1, 2] })).toEqual(
      plain.map(({ item, ...stars }) => ({
        item,
        ...Object.fromEntries(Object.entries(stars).map(([name, value]) => [name, clip(value)])),
      })),
    );
  });

  it("refuses what it cannot take", async () => {
    const sure = await known;
    const refusal = (options: object) => thrown(() => recommendSurely(sure, { user: 0, ...options }));
    expect(refusal({ user: 8 })).toBe("RangeError: user must be in [0, 8), got 8");
    expect(refusal({ novelty: 1.1 })).toBe("RangeError: novelty must be in [0, 1], got 1.1");
    expect(refusal({ novelty: -0.1 })).toBe("RangeError: novelty must be in [0, 1], got -0.1");
    expect(refusal({ count: -1 })).toBe("RangeError: count must be >= 0, got -1");
    expect(refusal({ interval: 2 })).toBe("RangeError: interval must be between 0 and 1, got 2");
    expect(refusal({ sure: 2 })).toBe(
      'TypeError: option must be one of user, exclude, count, interval, novelty, range, got "sure"',
    );
  });
});

test("a new user's list holds no film of one rating, which without damping or bounds would lead it", async () => {
  const films = generateFilms({
    ...{ numItems: 1500, numUsers: 120, numRatings: 6000 },
    ...{ scale: { min: 1, max: 5, step: 1 }, years: [1930, 2018] },
  });
  const normalized = normalize(films.ratings);
  const start = randomModel({ numItems: 1500, numUsers: 120, numFeatures: 4 });
  const { model: trained } = await train(start, normalized.ratings, { lambda: 5, iterations: 60 });
  const mine = [0, 1, 2, 3].map((item, k) => ({ item, value: 5 - k }));
  const withMeans = addMeans(trained, normalized);
  const all = withRatingsOf(films.ratings, mine);
  const mineToo = withUser(withMeans, foldIn(withMeans, mine, { lambda: 5 }));
  const sure = await uncertainty(mineToo, all, { lambda: 5, damping: 0.1 });
  const rare = (list: { item: number }[]) => list.filter(({ item }) => sure.counts[item] <= 1).length;
  expect(rare(recommend(mineToo, { user: 120, exclude: all }))).toBeGreaterThan(3);
  expect(rare(recommendSurely(sure, { user: 120, exclude: all }))).toBe(0);
});
