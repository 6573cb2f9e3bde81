import { createWriteStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { inRoot } from "../commands/project/project.mjs";
import { hashOfFile, readStamp, removeStamp, writeStamp } from "../commands/setup/stamp.mjs";
import { data } from "./places.mjs";

const require = createRequire(import.meta.url);

/** The sizes that are generated: MovieLens's own shapes, and a small one. `count`: all ratings, held out ones too. */
export const sizes = {
  "10k": { count: 10_000, numUsers: 100, numItems: 700 },
  "100k": { count: 100_000, numUsers: 943, numItems: 1_682 },
  "1m": { count: 1_000_000, numUsers: 6_040, numItems: 3_706 },
  "10m": { count: 10_000_000, numUsers: 69_878, numItems: 10_677 },
  "25m": { count: 25_000_000, numUsers: 162_541, numItems: 59_047 },
};

const RANK = 10; // of the truth
const FACTORS = 64; // of the model that is generated for top lists
const HELD_OUT = 0.05;
const HEAD = 40; // Zipf–Mandelbrot: an item's popularity is 1 / (rank + HEAD), so that no item is rated by everyone
const TAIL = 1.5; // Pareto exponent of how much users rate
const spread = { mean: 3.5, item: 0.4, user: 0.4, factors: 0.6, noise: 0.8075 }; // in stars, standard deviations

/**
 * Generated ratings of one size: how much users rate follows a power law, which items they rate Zipf's, and the stars
 * are a truth of rank 10 with biases, plus noise, rounded to halves from 0.5 to 5. Written user by user, as little-
 * endian files, so that memory stays small; nothing is done where they are there already.
 *
 * Files: `train-` and `test-` `items.i32`, `users.i32`, `values.f32`; `factors-X.f32`, `factors-W.f32` (rows of 64)
 * and `factors-mu.f32`, a model with the truth in it, for top lists.
 *
 * @returns the folder, and `shape`: numItems, numUsers, train, test (numbers of ratings), oracle (RMSE of the truth).
 */
export async function generate(size, { seed = 1, note = () => {} } = {}) {
  const folder = join(data, size);
  const madeFrom = { ...sizes[size], seed, program: hashOfFile(new URL(import.meta.url)) };
  const stamp = readStamp(folder);
  if (stamp && JSON.stringify(stamp.madeFrom) === JSON.stringify(madeFrom) && whole(folder, stamp.shape))
    return { folder, shape: stamp.shape };
  note(`generating ${sizes[size].count.toLocaleString("en")} ratings`);
  mkdirSync(folder, { recursive: true });
  removeStamp(folder);
  const { random, shuffled } = require(inRoot("dist", "math", "random.js"));
  const source = random(seed);
  const { count, numUsers, numItems } = sizes[size];
  const truth = drawTruth(source, numUsers, numItems);
  const itemAt = popularItems(source, shuffled(numItems, source));
  const degrees = userDegrees(source, count, numUsers, numItems);
  const shape = { numItems, numUsers, ...(await writeRatings(folder, source, degrees, truth, itemAt)) };
  await writeFactors(folder, source, truth);
  writeStamp(folder, { madeFrom, shape });
  return { folder, shape };
}

/** Takes generated ratings away again. */
export const remove = (size) => rmSync(join(data, size), { recursive: true, force: true });

function whole(folder, { train }) {
  const file = join(folder, "train-items.i32");
  return existsSync(file) && statSync(file).size === 4 * train;
}

function drawTruth(source, numUsers, numItems) {
  const normal = (length, deviation) => Float32Array.from({ length }, () => deviation * source.normal());
  // The product of two such rows, summed over the rank, then has the deviation wanted.
  const each = Math.sqrt(spread.factors) / RANK ** 0.25;
  return {
    numUsers,
    numItems,
    itemBias: normal(numItems, spread.item),
    userBias: normal(numUsers, spread.user),
    X: normal(numItems * RANK, each),
    W: normal(numUsers * RANK, each),
  };
}

/**
 * How much each user rates: a power law from a least number upwards, at most a third of the items, scaled so that the
 * sum is `count`.
 */
function userDegrees(source, count, numUsers, numItems) {
  const most = Math.floor(numItems / 3);
  const weights = Float64Array.from({ length: numUsers }, () => (1 - source.uniform()) ** (-1 / TAIL));
  const degree = (scale) => (weight) => Math.max(1, Math.min(most, Math.round(scale * weight)));
  const sum = (scale) => weights.reduce((total, weight) => total + degree(scale)(weight), 0);
  let [low, high] = [0, count];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sum(middle) < count) low = middle;
    else high = middle;
  }
  const degrees = Int32Array.from(weights, degree(low));
  let missing = count - degrees.reduce((total, n) => total + n, 0);
  for (let user = 0; missing > 0; user = (user + 1) % numUsers)
    if (degrees[user] < most) {
      degrees[user]++;
      missing--;
    }
  return degrees;
}

/**
 * Draws items by Zipf's law in constant time (Walker's alias method); ranks are given out at random, so that an
 * item's number says nothing of how popular it is.
 */
function popularItems(source, itemOfRank) {
  const n = itemOfRank.length;
  const weights = Float64Array.from(itemOfRank, (_, rank) => 1 / (rank + 1 + Math.min(HEAD, n / 20)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * n) / total);
  const alias = new Int32Array(n);
  const [small, large] = [[], []];
  share.forEach((value, rank) => {
    (value < 1 ? small : large).push(rank);
  });
  while (small.length && large.length) {
    const less = small.pop();
    const more = large.at(-1);
    alias[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) small.push(large.pop());
  }
  for (const rank of [...small, ...large]) share[rank] = 1;
  return () => {
    const place = source.uniform() * n;
    const rank = Math.floor(place);
    return itemOfRank[place - rank < share[rank] ? rank : alias[rank]];
  };
}

async function writeRatings(folder, source, degrees, truth, itemAt) {
  const outputs = { train: new Columns(folder, "train"), test: new Columns(folder, "test") };
  const ratedBy = new Int32Array(truth.numItems).fill(-1); // the last user who rated it: no cell comes twice
  let squares = 0;
  for (let user = 0; user < truth.numUsers; user++) {
    for (let k = 0; k < degrees[user]; k++) {
      let item = itemAt();
      while (ratedBy[item] === user) item = itemAt();
      ratedBy[item] = user;
      const score = truthAt(truth, item, user);
      const noisy = Math.round(2 * (score + spread.noise * source.normal())) / 2;
      const value = Math.min(5, Math.max(0.5, noisy));
      // The first of every user is trained on, so that none is quite unknown.
      const part = source.uniform() < HELD_OUT && k > 0 ? outputs.test : outputs.train;
      part.push(item, user, value);
      if (part === outputs.test) squares += (Math.min(5, Math.max(0.5, score)) - value) ** 2;
    }
    await outputs.train.room();
    await outputs.test.room();
  }
  const [train, test] = await Promise.all([outputs.train.close(), outputs.test.close()]);
  return { train, test, oracle: Math.sqrt(squares / test) };
}

function truthAt({ itemBias, userBias, X, W }, item, user) {
  let score = spread.mean + itemBias[item] + userBias[user];
  for (let k = 0; k < RANK; k++) score += X[item * RANK + k] * W[user * RANK + k];
  return score;
}

/** Three files of numbers, written in blocks. */
class Columns {
  #files;
  #length = 0;
  #total = 0;

  constructor(folder, part) {
    this.#files = [
      ["items.i32", Int32Array],
      ["users.i32", Int32Array],
      ["values.f32", Float32Array],
    ].map(([name, Type]) => ({
      stream: createWriteStream(join(folder, `${part}-${name}`)),
      block: new Type(1 << 17), // more than any user rates
    }));
  }

  push(...cell) {
    cell.forEach((value, k) => {
      this.#files[k].block[this.#length] = value;
    });
    this.#length++;
  }

  /** Writes out what has come together, when the next user might not fit any more. */
  async room() {
    if (this.#length >= 1 << 16) await this.#flush();
  }

  async #flush() {
    const bytes = 4 * this.#length;
    await Promise.all(
      this.#files.map(({ stream, block }) => {
        // The stream keeps what it is given until it is written.
        const part = Buffer.from(block.buffer.slice(0, bytes));
        return new Promise((resolve, reject) =>
          stream.write(part, (error) => (error ? reject(error) : resolve())),
        );
      }),
    );
    this.#total += this.#length;
    this.#length = 0;
  }

  async close() {
    await this.#flush();
    await Promise.all(this.#files.map(({ stream }) => finished(stream.end())));
    return this.#total;
  }
}

/**
 * A model of 64 factors for top lists: the truth in the first ten, and in the others what a fit adds to it, less and
 * less from factor to factor. How unlike the lengths of the rows are decides how much can be pruned.
 */
async function writeFactors(folder, source, { numUsers, numItems, itemBias, X, W }) {
  const rows = (truth, count) => {
    const all = new Float32Array(count * FACTORS);
    for (let row = 0; row < count; row++) {
      all.set(truth.subarray(row * RANK, (row + 1) * RANK), row * FACTORS);
      for (let k = RANK; k < FACTORS; k++)
        all[row * FACTORS + k] = (0.25 / Math.sqrt(k - RANK + 1)) * source.normal();
    }
    return all;
  };
  const files = {
    "factors-X.f32": rows(X, numItems),
    "factors-W.f32": rows(W, numUsers),
    "factors-mu.f32": itemBias.map((bias) => spread.mean + bias),
  };
  for (const [name, values] of Object.entries(files)) {
    const stream = createWriteStream(join(folder, name));
    stream.end(Buffer.from(values.buffer));
    await finished(stream);
  }
}
