import type { Model } from "../../model/model";
import { byUser, type Ratings } from "../../ratings/ratings";
import { Arena, bytesFor } from "../../wasm/arena";
import { evenBounds } from "../../wasm/partition";
import type { WasmModule } from "../../wasm/webassembly";
import { openCrew, type Step } from "../../wasm/workers";
import { adamRate } from "./optimizer";
import type { Engine, Training } from "./plain";

/**
 * The engine of SIMD kernels, on so many threads. Each iteration goes over the ratings twice: by user, for the errors
 * and the gradients of W and b, and by item, for the gradients of X, each followed at once by its row's step. A row
 * is thus written by one thread alone, in the order in which the plain engine adds: in float64 it gives the same
 * digits as that, for any number of threads.
 *
 * Memory: 12 bytes for each rating, and 8 more in float64; for each row of X and W its numbers, and with Adam twice
 * as many again.
 */
export function simdEngine(
  module: WasmModule,
  model: Model,
  ratings: Ratings,
  training: Training,
  options: { threads: number; breathe: () => Promise<void> },
): Engine {
  const { optimizer, learningRate, lambda, loss, learned, precision } = training;
  const { numItems, numUsers, numFeatures } = model;
  const { threads } = options;
  const count = ratings.values.length;
  const size = precision === "float32" ? 4 : 8;
  const stride = Math.ceil(numFeatures / (16 / size)) * (16 / size);
  const rowBytes = stride * size;
  const isAdam = optimizer === "adam";
  const learnX = learned.includes("X");
  const learnW = learned.includes("W");

  const blocksOfX = learnX && isAdam ? 3 : 1;
  const blocksOfW = learnW ? (isAdam ? 4 : 2) : 1;
  const arena = new Arena(
    bytesFor([
      { length: blocksOfX * numItems + blocksOfW * numUsers + 8, bytes: rowBytes },
      { length: threads + 1, bytes: rowBytes + 256 },
      { length: 4 * numUsers, bytes: size },
      { length: count, bytes: 12 + 2 * size },
      { length: 2 * (numItems + numUsers), bytes: 16 },
      { length: 32, bytes: 64 },
    ]),
  );
  const numbers = (length: number) => (size === 4 ? arena.float32(length) : arena.float64(length));
  const rows = (block: Float64Array, count: number) => {
    const padded = numbers(count * stride);
    for (let row = 0; row < count; row++)
      padded.set(block.subarray(row * numFeatures, (row + 1) * numFeatures), row * stride);
    return padded;
  };
  const parameters = { X: rows(model.X, numItems), W: rows(model.W, numUsers), b: numbers(numUsers) };
  parameters.b.set(model.b);
  const gradientW = learnW ? arena.allocate(numUsers * rowBytes) : 0;
  const gradientB = arena.allocate(numUsers * size);
  // Rows that two threads write to must not share a line of the cache, nor the one that is fetched with it.
  const scratchBytes = Math.ceil(rowBytes / 128) * 128 + 128;
  const gradientRow = arena.allocate((threads + 1) * scratchBytes);
  const moments = (length: number) => (length === 0 ? 0 : arena.allocate(length));
  const state = [
    ...[learnX && isAdam ? numItems * rowBytes : 0, learnW && isAdam ? numUsers * rowBytes : 0],
    isAdam ? numUsers * size : 0,
  ];
  const [meanX, meanW, meanB] = state.map(moments);
  const [squareX, squareW, squareB] = state.map(moments);

  const list = layOut(arena, ratings, numbers(count));
  const errors = numbers(count);
  const losses = arena.float64(numUsers);
  const squaresW = arena.float64(numUsers);
  const squaresX = arena.float64(numItems);
  const job = arena.record(
    [
      ...[rowBytes, scratchBytes, +(loss === "logistic"), +isAdam, +learnW],
      ...[parameters.X, parameters.W, parameters.b].map((view) => view.byteOffset),
      ...[gradientW, gradientB, gradientRow, meanX, meanW, meanB, squareX, squareW, squareB],
      ...[list.userStart, list.userItems, list.values, errors].map((view) => view.byteOffset),
      ...[list.itemStart, list.itemUsers, list.itemPlaces].map((view) => view.byteOffset),
      ...[losses, squaresW, squaresX].map((view) => view.byteOffset),
    ],
    [lambda, 0],
  );
  const alpha = 1;

  // A row costs as much as a few ratings: its penalty, and its step.
  const byUsers = evenBounds(list.userStart, isAdam ? 5 : 2);
  const byItems = evenBounds(list.itemStart, isAdam ? 5 : 2);
  const bits = size * 8;
  const steps: Step[] = [
    { kernel: `users${bits}`, bounds: byUsers, args: [job.address] },
    { kernel: `moveItems${bits}`, bounds: byItems, args: [job.address] },
    { kernel: `moveUsers${bits}`, bounds: byUsers, args: [job.address] },
    { kernel: `squareItems${bits}`, bounds: byItems, args: [job.address] },
  ];
  const [users, moveItems, moveUsers, squareItems] = steps.keys();
  const crew = openCrew(module, arena.memory, steps, options);
  let iteration = 0;

  return {
    parameters,
    stride,
    async cost() {
      if (iteration === 0) await crew.run(squareItems);
      await crew.run(users);
      const penalty = lambda === 0 ? 0 : lambda * sumOf(squaresW) + lambda * sumOf(squaresX);
      return sumOf(losses, penalty / 2);
    },
    async step() {
      iteration++;
      job.numbers[alpha] = isAdam ? adamRate(learningRate, iteration) : learningRate;
      if (learnX) await crew.run(moveItems);
      if (learnW) await crew.run(moveUsers);
    },
    close: () => crew.close(),
  };
}

/** The ratings once in the order of users and once in that of items, and from the latter to the former. */
function layOut(arena: Arena, ratings: Ratings, values: Float64Array | Float32Array) {
  const { numItems, numUsers } = ratings;
  const count = ratings.values.length;
  const { start, order } = byUser(ratings);
  const userStart = arena.int32(numUsers + 1);
  const userItems = arena.int32(count);
  const itemStart = arena.int32(numItems + 1);
  const itemUsers = arena.int32(count);
  const itemPlaces = arena.int32(count);
  userStart.set(start);
  for (const item of ratings.items) itemStart[item + 1]++;
  for (let item = 0; item < numItems; item++) itemStart[item + 1] += itemStart[item];
  const next = itemStart.slice();
  for (let k = 0; k < count; k++) {
    const item = ratings.items[order[k]];
    const place = next[item]++;
    userItems[k] = item;
    values[k] = ratings.values[order[k]];
    itemPlaces[place] = k;
    itemUsers[place] = ratings.users[order[k]];
  }
  return { userStart, userItems, values, itemStart, itemUsers, itemPlaces };
}

function sumOf(parts: Float64Array, from = 0): number {
  let sum = from;
  for (const part of parts) sum += part;
  return sum;
}
