import { expect, test } from "vitest";
import { withRatingsOf } from "../../src/ratings/build";
import { withSampledZeros } from "../../src/ratings/labels";
import { normalize } from "../../src/ratings/normalize";
import { pick } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { weightBy, withWeights } from "../../src/ratings/weights";
import { randomRatings, repeated, thrown, wholeWeights } from "../samples";

const size = { numItems: 8, numUsers: 7 };
const ratings = randomRatings(size, { seed: 4 });
const weighted = withWeights(ratings, wholeWeights(ratings, 5));

test("weights go with their ratings, and who comes later counts once", () => {
  const places = Int32Array.from([5, 2, 9]);
  expect(Array.from(pick(weighted, places).weights!)).toEqual(
    Array.from(places, (k) => weighted.weights![k]),
  );
  const { train, test: held } = split(weighted, { seed: 1 });
  const all = [...train.weights!, ...held.weights!].reduce((sum, weight) => sum + weight, 0);
  expect(all).toBe(weighted.weights!.reduce((sum, weight) => sum + weight, 0));
  expect(withRatingsOf(weighted, [{ item: 1, value: 4 }]).weights!.at(-1)).toBe(1);
  const labels = withWeights(randomRatings(size, { seed: 2, density: 0.2, labels: true }), Array(11).fill(3));
  const drawn = withSampledZeros(labels, { ratio: 1 });
  expect(drawn.weights).toHaveLength(drawn.values.length);
  expect(drawn.weights!.at(-1)).toBe(1);
});

test("means of weighted ratings are those of ratings repeated", () => {
  for (const by of ["item", "user"] as const) {
    for (const damping of [0, 3]) {
      const found = normalize(weighted, { by, damping }).means;
      const wanted = normalize(repeated(weighted), { by, damping }).means;
      for (const [k, mean] of wanted.entries()) expect(found[k]).toBeCloseTo(mean, 12);
    }
    expect(weightBy(by, weighted)).toEqual(weightBy(by, repeated(weighted)));
  }
});

test("refuses weights that are none", () => {
  expect(thrown(() => withWeights(ratings, [1, 2]))).toBe(
    `RangeError: weights must have ${ratings.values.length} entries, got 2`,
  );
  const broken = (weight: number) => wholeWeights(ratings, 1).fill(weight, 3, 4);
  expect(thrown(() => withWeights(ratings, broken(0)))).toBe(
    "RangeError: weight must be > 0, got 0 (rating 3)",
  );
  expect(thrown(() => withWeights(ratings, broken(Number.NaN)))).toBe(
    "RangeError: weight must be finite, got NaN (rating 3)",
  );
  expect(thrown(() => normalize({ ...ratings, weights: broken(-1) }))).toBe(
    "RangeError: weight must be > 0, got -1 (rating 3)",
  );
});
