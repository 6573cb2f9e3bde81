/** What several tests start from: random ratings and models, and the cost computed another way. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "vitest";
import { findData } from "../src/datasets/find";
import { type Random, random, shuffled } from "../src/math/random";
import type { Loss } from "../src/model/cost";
import { type Model, type ModelSize, randomModel } from "../src/model/model";
import { ratingsFrom } from "../src/ratings/build";
import { pick, type Ratings, toMatrices } from "../src/ratings/ratings";

/** Ratings of some of the cells, drawn at random, at least one; stars of 0 to 5, or labels of 0 and 1. */
export function randomRatings(
  size: { numItems: number; numUsers: number },
  options: { seed: number; density?: number; labels?: boolean },
): Ratings {
  const { seed, density = 0.6, labels = false } = options;
  const source = random(seed);
  const { numItems, numUsers } = size;
  const cells = numItems * numUsers;
  const rated = Math.max(1, Math.round(cells * density));
  const triples = Array.from(shuffled(cells, source).slice(0, rated), (cell) => ({
    item: Math.floor(cell / numUsers),
    user: cell % numUsers,
    value: labels ? source.below(2) : source.below(11) / 2,
  }));
  return ratingsFrom(triples, size);
}

/** A whole number from 1 to 4 for each rating, at random. */
export function wholeWeights({ values }: Ratings, seed: number): Float64Array {
  const source = random(seed);
  return Float64Array.from(values, () => 1 + source.below(4));
}

/** Ratings whose weights are whole numbers with each in its place as often as its weight says, and without weights. */
export function repeated({ weights, ...ratings }: Ratings): Ratings {
  const places = Int32Array.from(
    [...ratings.values.keys()].flatMap((k) => Array<number>(weights![k]).fill(k)),
  );
  return pick(ratings, places);
}

/** Ratings of 300 items, 2 to 31 each, whose true means have deviation `between` around 3. */
export function ratingsOfSpread(between: number, within: number, seed: number) {
  const source = random(seed);
  const triples = Array.from({ length: 300 }, (_, item) => {
    const quality = 3 + between * source.normal();
    return Array.from({ length: 2 + source.below(30) }, (_, user) => ({
      ...{ item, user, value: quality + within * source.normal() },
    }));
  }).flat();
  return ratingsFrom(triples);
}

/** A shape of at most 6 items, 6 users and 4 features. */
export function randomSize(source: Random): ModelSize {
  return { numItems: 1 + source.below(6), numUsers: 1 + source.below(6), numFeatures: 1 + source.below(4) };
}

/** A random model, its means too, as one has that learned them itself. */
export function modelWithMeans(size: ModelSize, seed: number, scale = 1): Model {
  const source = random(seed + 0.5);
  return {
    ...randomModel(size, { seed, scale }),
    mu: Float64Array.from({ length: size.numItems }, source.normal),
  };
}

/**
 * The cost as the lecture's double sum over every cell of the dense matrices, written without a thought for speed
 * or for large z.
 */
export function denseCost(
  { X, W, b, mu, numItems, numUsers, numFeatures }: Model,
  ratings: Ratings,
  { lambda = 0, loss = "squared" as Loss } = {},
): number {
  const { Y, R } = toMatrices(ratings);
  let J = 0;
  for (let i = 0; i < numItems; i++) {
    for (let j = 0; j < numUsers; j++) {
      let z = b[j] + mu[i];
      for (let k = 0; k < numFeatures; k++) z += W[j * numFeatures + k] * X[i * numFeatures + k];
      const y = Y[i * numUsers + j];
      const g = 1 / (1 + Math.exp(-z));
      const L = loss === "squared" ? (z - y) ** 2 / 2 : -y * Math.log(g) - (1 - y) * Math.log(1 - g);
      J += R[i * numUsers + j] * L;
    }
  }
  for (const block of [W, X]) for (const value of block) J += (lambda / 2) * value ** 2;
  return J;
}

/** The derivative of `f` with respect to every entry of `block`, by central differences. */
export function numericGradient(block: Float64Array, f: () => number, step = 1e-5): Float64Array {
  return block.map((value, k) => {
    block[k] = value + step;
    const above = f();
    block[k] = value - step;
    const below = f();
    block[k] = value;
    return (above - below) / (2 * step);
  });
}

/** ‖a − b‖ / (‖a‖ + ‖b‖), the usual measure of a gradient check; 0 where both are 0. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let normA = 0;
  let normB = 0;
  for (let k = 0; k < a.length; k++) {
    difference += (a[k] - b[k]) ** 2;
    normA += a[k] ** 2;
    normB += b[k] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference) / (Math.sqrt(normA) + Math.sqrt(normB));
}

/** The message and the class of what a call throws, for comparison with the exact text. */
export function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return "nothing thrown";
}

/** The same for a promise. */
export async function rejected(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "nothing thrown", String);
}

/** Whether the reference files of the course's practice lab are at hand; where not, its tests are skipped. */
export const hasCourseLab = ["init-seed1234-X.f64", "small_movies_X.csv"].every((file) =>
  [process.env.COFI_DATA, "data", "../shared/data"].some(
    (place) =>
      place &&
      existsSync(resolve(__dirname, "..", place, "course-lab", file)) &&
      existsSync(resolve(__dirname, "..", place, "ml-latest-small", "ratings.csv")),
  ),
);

/** A test of real data, which is skipped, saying so, where that is not on this machine. */
export function testWith(
  folder: string,
  files: string[],
  title: string,
  body: (folder: string) => Promise<void>,
) {
  const found = findData(folder, files);
  if (found) test(title, () => body(found));
  else test.skip(`${title} (skipped: ${folder} is not on this machine)`, () => {});
}
