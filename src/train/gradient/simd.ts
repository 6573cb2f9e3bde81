import { byUser, type Ratings } from "../../ratings/ratings";
import { Arena, bytesFor } from "../../wasm/arena";
import type { Simd } from "../../wasm/backend";
import { evenBounds } from "../../wasm/partition";
import { records } from "../../wasm/records";
import { openWorkers, type Step } from "../../wasm/workers";
import type { GradientProblem, GradientSolver } from "./plain";

/**
 * The solver of SIMD kernels, on so many threads. Each iteration goes over the ratings twice: by user, for the errors
 * and the gradients of W and b, and by item, for the gradients of X, each followed at once by its row's step. A row
 * is thus written by one thread alone, in the order in which the plain solver adds: in float64 it gives the same
 * digits as that, for any number of threads.
 *
 * Memory: 12 bytes for each rating, and 8 more in float64, more where it has a weight; for each row of X and W its numbers, and as many again for
 * each running mean that the optimizer keeps.
 */
export function simdGradient(
  problem: GradientProblem,
  pause: () => Promise<void>,
  { module, threads }: Simd,
): GradientSolver {
  const { model, ratings, loss, lambda, learned, optimizer, learningRate, precision } = problem;
  const { beta1, beta2, epsilon = 0 } = optimizer;
  const { numItems, numUsers, numFeatures } = model;
  const count = ratings.values.length;
  const size = precision === "float32" ? 4 : 8;
  const stride = Math.ceil(numFeatures / (16 / size)) * (16 / size);
  const rowBytes = stride * size;
  const [usesMean, usesSquare] = [beta1 !== undefined, beta2 !== undefined];
  const [learnX, learnW] = [learned.includes("X"), learned.includes("W")];

  const means = +usesMean + +usesSquare;
  const blocksOfX = learnX ? 1 + means : 1;
  const blocksOfW = learnW ? 2 + means : 1;
  const arena = new Arena(
    "training",
    bytesFor([
      { length: blocksOfX * numItems + blocksOfW * numUsers + 8, bytes: rowBytes },
      { length: threads + 1, bytes: rowBytes + 256 },
      { length: 4 * numUsers, bytes: size },
      { length: count, bytes: 12 + 2 * size },
      { length: ratings.weights ? count : 0, bytes: size },
      { length: numItems, bytes: size },
      { length: 2 * (numItems + numUsers), bytes: 16 },
      { length: 40, bytes: 64 },
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
  /** The address of so many bytes, where they are needed. */
  const room = (isNeeded: boolean, bytes: number) => (isNeeded ? arena.allocate(bytes) : 0);
  const gradientW = room(learnW, numUsers * rowBytes);
  const gradientB = arena.allocate(numUsers * size);
  // Rows that two threads write to must not share a line of the cache, nor the one that is fetched with it.
  const scratchBytes = Math.ceil(rowBytes / 128) * 128 + 128;
  const gradientRow = arena.allocate((threads + 1) * scratchBytes);
  const meanX = room(learnX && usesMean, numItems * rowBytes);
  const meanW = room(learnW && usesMean, numUsers * rowBytes);
  const meanB = room(learnW && usesMean, numUsers * size);
  const squareX = room(learnX && usesSquare, numItems * rowBytes);
  const squareW = room(learnW && usesSquare, numUsers * rowBytes);
  const squareB = room(learnW && usesSquare, numUsers * size);

  const userWeights = ratings.weights && numbers(count);
  const { userStart, userItems, userValues, itemStart, itemUsers, itemPlaces } = layOut(
    arena,
    ratings,
    numbers(count),
    userWeights,
  );
  const mu = model.mu.some((mean) => mean !== 0) ? numbers(numItems) : undefined;
  mu?.set(model.mu);
  const losses = arena.float64(numUsers);
  const squaresW = arena.float64(numUsers);
  const squaresX = arena.float64(numItems);
  const job = arena.record(records.Training, {
    rowBytes,
    scratchBytes,
    logistic: +(loss === "logistic"),
    usesMean: +usesMean,
    usesSquare: +usesSquare,
    learnW: +learnW,
    X: parameters.X,
    W: parameters.W,
    b: parameters.b,
    gradientW,
    gradientB,
    gradientRow,
    meanX,
    meanW,
    meanB,
    squareX,
    squareW,
    squareB,
    userStart,
    userItems,
    userValues,
    userWeights: userWeights ?? 0,
    mu: mu ?? 0,
    errors: numbers(count),
    itemStart,
    itemUsers,
    itemPlaces,
    losses,
    squaresW,
    squaresX,
    lambda,
    stepSize: 0,
    meanRate: 1 - (beta1 ?? 0),
    squareRate: 1 - (beta2 ?? 0),
    epsilon,
  });

  // A row costs as much as a few ratings: its penalty, and its step.
  const rowCost = 2 + 1.5 * means;
  const byUsers = evenBounds(userStart, rowCost);
  const byItems = evenBounds(itemStart, rowCost);
  const bits = size * 8;
  const steps: Step[] = [
    { kernel: `users${bits}`, bounds: byUsers, args: [job.address] },
    { kernel: `moveItems${bits}`, bounds: byItems, args: [job.address] },
    { kernel: `moveUsers${bits}`, bounds: byUsers, args: [job.address] },
    { kernel: `squareItems${bits}`, bounds: byItems, args: [job.address] },
  ];
  const [users, moveItems, moveUsers, squareItems] = steps.keys();
  const workers = openWorkers(module, arena.memory, steps, { work: "training", threads, pause });
  let iteration = 0;

  return {
    parameters,
    stride,
    async cost() {
      if (iteration === 0) await workers.run(squareItems);
      await workers.run(users);
      const penalty = lambda === 0 ? 0 : lambda * sumOf(squaresW) + lambda * sumOf(squaresX);
      return sumOf(losses, penalty / 2);
    },
    async step() {
      iteration++;
      job.set("stepSize", optimizer.stepSize(learningRate, iteration));
      if (learnX) await workers.run(moveItems);
      if (learnW) await workers.run(moveUsers);
    },
    close: () => workers.close(),
  };
}

/** The ratings once in the order of users and once in that of items, and from the latter to the former. */
function layOut(
  arena: Arena,
  ratings: Ratings,
  userValues: Float64Array | Float32Array,
  userWeights?: Float64Array | Float32Array,
) {
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
    userValues[k] = ratings.values[order[k]];
    if (userWeights) userWeights[k] = ratings.weights![order[k]];
    itemPlaces[place] = k;
    itemUsers[place] = ratings.users[order[k]];
  }
  return { userStart, userItems, userValues, itemStart, itemUsers, itemPlaces };
}

function sumOf(parts: Float64Array, from = 0): number {
  let sum = from;
  for (const part of parts) sum += part;
  return sum;
}
