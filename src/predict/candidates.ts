import { eigen } from "../math/linear";
import { extent } from "../math/statistics";
import { Arena, bytesFor, paddedWidth } from "../wasm/arena";
import type { Simd } from "../wasm/backend";
import { instantiate } from "../wasm/kernels";
import { records } from "../wasm/records";
import { mostBlocks } from "../wasm/schedule";
import { openWorkers } from "../wasm/workers";

/** For each row of W the rows of X with the highest w·x + mu are wanted: maximum inner product search. */
export interface ProductQuery {
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

/** Eight items go together in a panel, and so many panels in a block that is passed over as a whole. */
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
  query: ProductQuery,
  pause: () => Promise<void>,
  { module, threads }: Simd,
): Promise<Candidates> {
  const sizes = sizesOf(query);
  const { width, panels, capacity, scratchBytes, numUsers } = sizes;
  const arena = arenaFor(query, sizes, threads);
  const users = paddedRows(arena, query.W, query.numFeatures, width);
  const items = paddedRows(arena, query.X, query.numFeatures, width);
  const basis = await basisFor(query, sizes, pause);
  const rotation = rotationBy(arena, basis, query.numFeatures, width);
  const rotated = basis ? arena.float32(items.length) : items;
  if (basis) await rotate(instantiate(module, arena.memory), items, rotated, rotation, width, pause);

  const head = basis ? headOf(rotated, width) : width;
  const lengths = Float64Array.from(query.mu, (_, item) => lengthOf(rotated, item * width, width));
  const { order, placeOf } = orderByBound(query.mu, lengths, typicalLength(users, width));
  const panelled = layOutPanels(arena, { rotated, mu: query.mu, lengths, order, head, width, panels });
  const leaveStart = arena.int32(numUsers + 1);
  leaveStart.set(query.leaveStart);
  const leave = arena.int32(query.leave.length);
  for (let k = 0; k < leave.length; k++) leave[k] = placeOf[query.leave[k]];

  const found = arena.int32(numUsers);
  const foundPlaces = arena.int32(numUsers * capacity);
  const [lowest, highest] = extent(query.mu);
  const job = arena.record(records.Search, {
    width,
    head,
    panels,
    panelsInBlock,
    W: users,
    rotation,
    ...panelled,
    leaveStart,
    leave,
    found,
    foundPlaces,
    foundScores: arena.float32(numUsers * capacity),
    count: Math.min(query.count, query.mu.length),
    capacity,
    scratch: arena.allocate(threads * scratchBytes),
    scratchBytes,
    slack: (2 * width + 16) * 2 ** -24,
    greatestLength: Math.max(0, extent(lengths)[1]),
    greatestMu: Math.max(Math.abs(lowest), Math.abs(highest)),
  });
  const step = { kernel: "search", bounds: boundsInFours(numUsers), args: [job.address] };
  const workers = openWorkers(module, arena.memory, [step], { work: "search", threads, pause });
  try {
    await workers.run(0);
  } finally {
    await workers.close();
  }
  return { found, at: foundPlaces.map((place) => order[place]), width: capacity };
}

interface Sizes {
  numItems: number;
  numUsers: number;
  /** Numbers in a row: the features, and zeros up to a multiple of four. */
  width: number;
  panels: number;
  blocks: number;
  /** How many candidates there is room for, for each user. */
  capacity: number;
  scratchBytes: number;
}

function sizesOf({ mu, leaveStart, numFeatures, count }: ProductQuery): Sizes {
  const numItems = mu.length;
  const width = paddedWidth(numFeatures);
  const panels = Math.ceil(numItems / 8);
  return {
    numItems,
    numUsers: leaveStart.length - 1,
    width,
    panels,
    blocks: Math.ceil(panels / panelsInBlock),
    capacity: Math.min(count, numItems) + spare,
    scratchBytes: Math.ceil((8 * width * 4 + 256 + 4 * (panels + 16)) / 64) * 64,
  };
}

function arenaFor({ leave }: ProductQuery, sizes: Sizes, threads: number): Arena {
  const { numItems, numUsers, width, blocks, capacity, scratchBytes } = sizes;
  return new Arena(
    "search",
    bytesFor([
      { length: (numUsers + 3 * numItems + width + 64) * width, bytes: 4 },
      { length: 8 * numItems + 2 * blocks + 64, bytes: 4 },
      { length: leave.length + numUsers + 1, bytes: 4 },
      { length: numUsers * (2 * capacity + 1), bytes: 4 },
      { length: threads + 1, bytes: scratchBytes },
      { length: 32, bytes: 64 },
    ]),
  );
}

/** The rows of a block in numbers of 32 bits, each filled up with zeros. */
function paddedRows(arena: Arena, block: Float64Array, numFeatures: number, width: number): Float32Array {
  const rows = block.length / numFeatures;
  const padded = arena.float32(rows * width);
  for (let row = 0; row < rows; row++)
    for (let f = 0; f < numFeatures; f++) padded[row * width + f] = block[row * numFeatures + f];
  return padded;
}

/** An orthogonal basis, the eigenvectors of what the rows of W and X span, and which of them come first. */
interface Basis {
  V: Float64Array;
  axes: readonly number[];
}

/** The basis to rotate by; undefined where the work is too small for that. */
async function basisFor(
  { W, X, numFeatures }: ProductQuery,
  { numUsers, numItems }: Sizes,
  pause: () => Promise<void>,
): Promise<Basis | undefined> {
  if (numUsers * numItems * numFeatures <= worthRotation) return undefined;
  const { values, V } = eigen(await sharedGram(W, X, numFeatures, pause), numFeatures, 4);
  const axes = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  return { V, axes };
}

/** The rotation as the kernel reads it: a row of `width` numbers for each number given; the identity without a basis. */
function rotationBy(
  arena: Arena,
  basis: Basis | undefined,
  numFeatures: number,
  width: number,
): Float32Array {
  const rotation = arena.float32(width * width);
  for (let f = 0; f < numFeatures; f++)
    for (let n = 0; n < numFeatures; n++)
      rotation[f * width + n] = basis ? basis.V[f * numFeatures + basis.axes[n]] : +(f === n);
  return rotation;
}

async function rotate(
  kernels: ReturnType<typeof instantiate>,
  items: Float32Array,
  rotated: Float32Array,
  rotation: Float32Array,
  width: number,
  pause: () => Promise<void>,
): Promise<void> {
  const rows = items.length / width;
  const addresses = [items, rotated, rotation].map((view) => view.byteOffset);
  for (let row = 0; row < rows; row += 1000) {
    kernels.rotate(row, Math.min(row + 1000, rows), ...addresses, width);
    await pause();
  }
}

/** The items by the most that their scores may be for a user of typical length, the highest first. */
function orderByBound(mu: Float64Array, lengths: Float64Array, typical: number) {
  const bound = mu.map((mean, item) => mean + typical * lengths[item]);
  const order = Int32Array.from(mu.keys()).sort((a, b) => bound[b] - bound[a] || a - b);
  const placeOf = new Int32Array(mu.length);
  for (const [place, item] of order.entries()) placeOf[item] = place;
  return { order, placeOf };
}

/** What the kernel reads of the items, in their order: heads by panels of eight, what is left of them, and bounds. */
function layOutPanels(
  arena: Arena,
  items: {
    rotated: Float32Array;
    mu: Float64Array;
    lengths: Float64Array;
    order: Int32Array;
    head: number;
    width: number;
    panels: number;
  },
) {
  const { rotated, mu, lengths, order, head, width, panels } = items;
  const blocks = Math.ceil(panels / panelsInBlock);
  const heads = arena.float32(panels * 8 * head);
  const means = arena.float32(panels * 8).fill(Number.NEGATIVE_INFINITY);
  const restLengths = arena.float32(panels * 8);
  const rests = arena.float32(order.length * (width - head));
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
  return { heads, mu: means, restLengths, rests, blockMu, blockLength };
}

/** Blocks of users that begin at multiples of four: the kernel takes four together. */
function boundsInFours(numUsers: number): Int32Array {
  const blocks = Math.min(mostBlocks, Math.ceil(numUsers / 16));
  return Int32Array.from({ length: blocks + 1 }, (_, k) =>
    k === blocks ? numUsers : Math.floor((numUsers * k) / blocks / 4) * 4,
  );
}

/** XᵀX / tr + WᵀW / tr, from some hundreds of rows of each. */
async function sharedGram(
  W: Float64Array,
  X: Float64Array,
  n: number,
  pause: () => Promise<void>,
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
      await pause();
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
function typicalLength(rows: Float32Array, width: number): number {
  return lengthOf(rows, 0, rows.length) / Math.sqrt(rows.length / width);
}
