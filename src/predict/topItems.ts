import { eigen } from "../math/linear";
import { Arena, bytesFor } from "../wasm/arena";
import { instantiate } from "../wasm/kernels";
import { mostBlocks } from "../wasm/schedule";
import type { WasmModule } from "../wasm/webassembly";
import { openCrew, type Step } from "../wasm/workers";

/** For each row of W the rows of X with the highest w·x + mu are wanted. */
export interface Query {
  W: Float64Array;
  X: Float64Array;
  /** One for each row of X. */
  mu: Float64Array;
  numFeatures: number;
  count: number;
  /** Of row j of W, the rows of X to leave out: leave[leaveStart[j]] … leave[leaveStart[j + 1] − 1]. */
  leaveStart: Int32Array;
  leave: Int32Array;
}

/** The candidates of row j are the rows of X at[j × width] … at[j × width + found[j] − 1]; found −1: undecided. */
export interface Candidates {
  found: Int32Array;
  at: Int32Array;
  width: number;
}

const panelsInBlock = 16;

/** Room for candidates whose scores numbers of 32 bits cannot tell from the last that is wanted. */
const spare = 16;

/** A head that carries all but so much of the rows' squared lengths is long enough: found by trial. */
const restShare = 0.2;

/** From so many products on, a rotation takes less time than it saves. */
const worthRotation = 1e9;

/**
 * All rows of X that may belong to the `count` best of each row of W, found in numbers of 32 bits with a bound on
 * their error: whoever computes the candidates' scores exactly, and sorts, has the best `count`, without a mistake.
 *
 * Rows are rotated by the eigenvectors of XᵀX + WᵀW (each to the same trace), so that a short head decides most
 * cases; the items with the highest bounds come first.
 *
 * Sources: Li, Chan, Yiu and Mamoulis, "FEXIPRO: Fast and Exact Inner Product Retrieval in Recommender Systems" (2017);
 * Teflioudi and Gemulla, "Exact and Approximate Maximum Inner Product Search with LEMP" (2016).
 */
export async function candidates(
  module: WasmModule,
  query: Query,
  options: { threads: number; breathe: () => Promise<void> },
): Promise<Candidates> {
  const { W, X, mu, numFeatures, count, leaveStart, leave } = query;
  const numItems = mu.length;
  const numUsers = W.length / numFeatures;
  const width = Math.ceil(numFeatures / 4) * 4;
  const panels = Math.ceil(numItems / 8);
  const blocks = Math.ceil(panels / panelsInBlock);
  const capacity = Math.min(count, numItems) + spare;
  const { threads } = options;
  const scratchBytes = Math.ceil((8 * width * 4 + 256 + 4 * (panels + 16)) / 64) * 64;
  const arena = new Arena(
    bytesFor([
      { length: (numUsers + 3 * numItems + width + 64) * width, bytes: 4 },
      { length: 8 * numItems + 2 * blocks + 64, bytes: 4 },
      { length: leave.length + numUsers + 1, bytes: 4 },
      { length: numUsers * (2 * capacity + 1), bytes: 4 },
      { length: threads + 1, bytes: scratchBytes },
      { length: 32, bytes: 64 },
    ]),
  );
  const rows = (block: Float64Array) => {
    const count = block.length / numFeatures;
    const padded = arena.float32(count * width);
    for (let row = 0; row < count; row++)
      for (let f = 0; f < numFeatures; f++) padded[row * width + f] = block[row * numFeatures + f];
    return padded;
  };
  const users = rows(W);
  const items = rows(X);
  const rotation = arena.float32(width * width);
  const isLarge = numUsers * numItems * numFeatures > worthRotation;
  const basis = isLarge
    ? eigen(await sharedGram(W, X, numFeatures, options.breathe), numFeatures, 4)
    : undefined;
  const axes = Array.from({ length: numFeatures }, (_, n) => n);
  if (basis) axes.sort((a, b) => basis.values[b] - basis.values[a]);
  for (let f = 0; f < numFeatures; f++)
    for (const [n, axis] of axes.entries())
      rotation[f * width + n] = basis ? basis.V[f * numFeatures + axis] : +(f === axis);
  const rotated = basis ? arena.float32(items.length) : items;
  if (basis) {
    const kernels = instantiate(module, arena.memory);
    for (let item = 0; item < numItems; item += 1000) {
      const addresses = [items, rotated, rotation].map((view) => view.byteOffset);
      kernels.rotate(item, Math.min(item + 1000, numItems), ...addresses, width);
      await options.breathe();
    }
  }

  const head = basis ? headOf(rotated, width) : width;
  const lengths = Float64Array.from({ length: numItems }, (_, item) =>
    lengthOf(rotated, item * width, width),
  );
  const typical = lengthsOf(users, width);
  const order = Int32Array.from({ length: numItems }, (_, item) => item);
  const bound = mu.map((mean, item) => mean + typical * lengths[item]);
  order.sort((a, b) => bound[b] - bound[a] || a - b);
  const placeOf = new Int32Array(numItems);
  for (const [place, item] of order.entries()) placeOf[item] = place;

  const heads = arena.float32(panels * 8 * head);
  const means = arena.float32(panels * 8).fill(Number.NEGATIVE_INFINITY);
  const restLengths = arena.float32(panels * 8);
  const rests = arena.float32(numItems * (width - head));
  const blockMu = arena.float32(blocks).fill(Number.NEGATIVE_INFINITY);
  const blockLength = arena.float32(blocks);
  for (const [place, item] of order.entries()) {
    const panel = place >> 3;
    const row = item * width;
    for (let n = 0; n < head; n++) heads[(panel * head + n) * 8 + (place & 7)] = rotated[row + n];
    rests.set(rotated.subarray(row + head, row + width), place * (width - head));
    means[place] = mu[item];
    restLengths[place] = lengthOf(rotated, row + head, width - head);
    const block = Math.floor(panel / panelsInBlock);
    blockMu[block] = Math.max(blockMu[block], mu[item]);
    blockLength[block] = Math.max(blockLength[block], lengths[item]);
  }
  const starts = arena.int32(numUsers + 1);
  starts.set(leaveStart);
  const places = arena.int32(leave.length);
  for (let k = 0; k < leave.length; k++) places[k] = placeOf[leave[k]];
  const found = arena.int32(numUsers);
  const foundPlaces = arena.int32(numUsers * capacity);
  const foundScores = arena.float32(numUsers * capacity);
  const scratch = arena.allocate(threads * scratchBytes);
  const job = arena.record(
    [
      ...[width, head, panels, panelsInBlock],
      ...[users, rotation, heads, means, restLengths, rests, blockMu, blockLength].map(
        (view) => view.byteOffset,
      ),
      ...[starts, places, found, foundPlaces, foundScores].map((view) => view.byteOffset),
      ...[Math.min(count, numItems), capacity, scratch, scratchBytes],
    ],
    [
      (2 * width + 16) * 2 ** -24,
      lengths.reduce((a, b) => Math.max(a, b), 0),
      mu.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
    ],
  );
  // Four users go together: blocks begin at multiples of four.
  const userBlocks = Math.min(mostBlocks, Math.ceil(numUsers / 16));
  const bounds = Int32Array.from({ length: userBlocks + 1 }, (_, k) =>
    k === userBlocks ? numUsers : Math.floor((numUsers * k) / userBlocks / 4) * 4,
  );
  const step: Step = { kernel: "search", bounds, args: [job.address] };
  const crew = openCrew(module, arena.memory, [step], options);
  try {
    await crew.run(0);
  } finally {
    await crew.close();
  }
  return { found, at: foundPlaces.map((place) => order[place]), width: capacity };
}

/** XᵀX / tr + WᵀW / tr, from some hundreds of rows of each. */
async function sharedGram(
  W: Float64Array,
  X: Float64Array,
  n: number,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const sum = new Float64Array(n * n);
  for (const block of [W, X]) {
    const gram = new Float64Array(n * n);
    const rows = block.length / n;
    const step = Math.max(1, Math.floor(rows / 500));
    for (let row = 0; row < rows; row += step) {
      for (let f = 0; f < n; f++) {
        const value = block[row * n + f];
        for (let g = 0; g < n; g++) gram[f * n + g] += value * block[row * n + g];
      }
      await breathe();
    }
    let trace = 0;
    for (let f = 0; f < n; f++) trace += gram[f * n + f];
    if (trace > 0) for (let k = 0; k < sum.length; k++) sum[k] += gram[k] / trace;
  }
  return sum;
}

/** How many of the first numbers, in steps of four, carry all but `restShare` of the rows' squared lengths. */
function headOf(rows: Float32Array, width: number): number {
  const energy = new Float64Array(width);
  for (let k = 0; k < rows.length; k++) energy[k % width] += rows[k] * rows[k];
  let left = energy.reduce((sum, part) => sum + part, 0);
  const most = restShare * left;
  let head = 0;
  while (head < width && (head % 4 !== 0 || left > most)) left -= energy[head++];
  return head;
}

function lengthOf(rows: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let k = from; k < from + count; k++) sum += rows[k] * rows[k];
  return Math.sqrt(sum);
}

/** The root of the mean of the rows' squared lengths. */
function lengthsOf(rows: Float32Array, width: number): number {
  return lengthOf(rows, 0, rows.length) / Math.sqrt(rows.length / width);
}
