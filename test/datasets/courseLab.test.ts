// @module-tag slow
import { describe, expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { courseLab } from "../../src/datasets/courseLab";
import { findData } from "../../src/datasets/find";
import { cost } from "../../src/model/cost";
import { addMeans } from "../../src/model/means";
import type { Model } from "../../src/model/model";
import { predict, recommend } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { train } from "../../src/train/gradient/train";
import { cofiCost } from "../../src/train/tensors";

const has =
  findData("course-lab", ["init-seed1234-X.f64", "small_movies_X.csv"]) &&
  findData("ml-latest-small", ["ratings.csv"]);

/** X, W of ones and b, Y, R as given, 5 items × 4 users × 3 features: the lab's own tests of its cost. */
function labTest(b: number, Y: number, R: number, lambda: number): number {
  return tf.tidy(() => {
    const all = (value: number, rows: number, columns: number) =>
      tf.fill([rows, columns], value) as tf.Tensor2D;
    return cofiCost(
      all(1, 5, 3),
      all(1, 4, 3),
      all(b, 1, 4),
      all(Y, 5, 4),
      all(R, 5, 4),
      lambda,
    ).dataSync()[0];
  });
}

test("the lab's all-ones and all-zeros cases", () => {
  expect(labTest(0, 0, 0, 2)).toBe(27);
  expect(labTest(1, 1, 1, 0)).toBe(90);
  expect(labTest(1, 0, 1, 0)).toBe(160);
  expect(labTest(1, 1, 1, 1)).toBe(103.5);
});

test("the same over rated cells only", () => {
  const ones = (length: number) => new Float64Array(length).fill(1);
  const model: Model = {
    numItems: 5,
    numUsers: 4,
    numFeatures: 3,
    X: ones(15),
    W: ones(12),
    b: ones(4),
    mu: new Float64Array(5),
  };
  const all = (value: number) =>
    ratingsFrom(
      Array.from({ length: 20 }, (_, cell) => ({ item: cell % 5, user: Math.floor(cell / 5), value })),
    );
  expect(cost(model, all(1))).toBe(90);
  expect(cost(model, all(0))).toBe(160);
  expect(cost(model, all(1), { lambda: 1 })).toBe(103.5);
  // Where nothing is rated only the penalty is left; a rating that is predicted exactly adds nothing to it either.
  const exact = ratingsFrom([{ item: 0, user: 0, value: 4 }], { numItems: 5, numUsers: 4 });
  expect(cost(model, exact, { lambda: 2 })).toBe(27);
});

describe.skipIf(!has)(
  `the published run${has ? "" : " (skipped: the lab's files are not on this machine)"}`,
  () => {
    test("J of the small case, without and with a penalty", async () => {
      const { ratings, pretrained } = await courseLab();
      const { X, W, b } = pretrained!;
      const part = (block: Float64Array, rows: number) =>
        Float64Array.from({ length: rows * 3 }, (_, k) => block[Math.floor(k / 3) * 10 + (k % 3)]);
      const model: Model = {
        numItems: 5,
        numUsers: 4,
        numFeatures: 3,
        X: part(X, 5),
        W: part(W, 4),
        b: b.slice(0, 4),
        mu: new Float64Array(5),
      };
      const small = ratingsFrom(
        Array.from(ratings.values, (value, k) => ({
          item: ratings.items[k],
          user: ratings.users[k],
          value,
        })).filter(({ item, user }) => item < 5 && user < 4),
        { numItems: 5, numUsers: 4 },
      );
      expect(cost(model, small)).toBeCloseTo(13.670725805579915, 12);
      expect(cost(model, small, { lambda: 1.5 })).toBeCloseTo(28.09383799145902, 12);
    });

    test("ten losses to the last digit printed, and what it predicts", async () => {
      const lab = await courseLab();
      const mine = new Map([
        [2700, 5],
        [2609, 2],
        [929, 5],
        [246, 5],
        [2716, 3],
        [1150, 5],
        [382, 2],
        [366, 5],
        [622, 5],
        [988, 3],
        [2925, 1],
        [2937, 1],
        [793, 5],
      ]);
      const ratings = ratingsFrom(
        [
          ...Array.from(mine, ([item, value]) => ({ item, user: 0, value })),
          ...Array.from(lab.ratings.values, (value, k) => ({
            item: lab.ratings.items[k],
            user: lab.ratings.users[k] + 1,
            value,
          })),
        ],
        { numItems: 4778, numUsers: 444 },
      );
      const normalized = normalize(ratings);
      const { model, history } = await train(lab.initial!, normalized.ratings, {
        optimizer: "adam",
        learningRate: 0.1,
        lambda: 1,
        iterations: 200,
      });
      const printed = Array.from({ length: 10 }, (_, k) => history[20 * k].toFixed(1));
      expect(printed.join(" ")).toBe(
        "2321191.3 136168.7 51863.3 24598.8 13630.4 8487.6 5807.7 4311.6 3435.2 2902.1",
      );
      const inStars = addMeans(model, normalized);
      const stars = (title: string) =>
        predict(inStars, { item: lab.titles.indexOf(title), user: 0 }).toFixed(2);
      expect(stars("My Sassy Girl (Yeopgijeogin geunyeo) (2001)")).toBe("4.49");
      expect(stars("Memento (2000)")).toBe("4.48");
      expect(stars("Delirium (2014)")).toBe("4.47");
      expect(stars("Shrek (2001)")).toBe("4.90");
      expect(stars("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)")).toBe("2.13");
      expect(stars("Inception (2010)")).toBe("3.00");
      const [first] = recommend(inStars, { user: 0, exclude: ratings, count: 1 });
      expect(lab.titles[first.item]).toBe("My Sassy Girl (Yeopgijeogin geunyeo) (2001)");
    });
  },
);
