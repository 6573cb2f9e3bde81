import { type Block, dot } from "../math/dot";
import { eigen } from "../math/linear";
import { random } from "../math/random";
import { extent } from "../math/statistics";
import { Arena, bytesFor, paddedWidth } from "../wasm/arena";
import type { Simd } from "../wasm/backend";
import { records } from "../wasm/records";
import { mostBlocks } from "../wasm/schedule";
import { instantiate } from "../wasm/webassembly";
import { openWorkers } from "../wasm/workers";

/** For each row of W the rows of X with the highest w·x + mu are wanted: maximum inner product search. */
export interface ProductQuery {
  W: Block;
  X: Block;
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

/** Rows of more features than that are split along so many main axes, for to find all would take too long. */
const mostTurned = 96;
const mainAxes = 64;

/** From so many products on, a rotation takes less time than it saves. */
const worthRotation = 1e9;

/**
 * All rows of X that may belong to the `count` best of each row of W, found in numbers of 32 bits with a bound on
 * their error: whoever computes the candidates' scores exactly, and sorts, has the best `count`, without a mistake.
 *
 * Rows are rotated by the eigenvectors of XᵀX + WᵀW (each to the same trace), so that a short head decides most
 * cases; the items with the highest bounds come first. Where features are many, the eigenvectors of the largest
 * eigenvalues do, and what they leave of a row is its rest.
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
  const { given, width, panels, capacity, scratchBytes, numUsers } = sizes;
  const arena = arenaFor(query, sizes, threads);
  const kernels = instantiate(module, arena.memory);
  let users = await paddedRows(arena, query.W, query.numFeatures, given, pause);
  const items = await paddedRows(arena, query.X, query.numFeatures, given, pause);
  let rotated = items;
  let rotation: Float32Array | undefined;
  if (sizes.turn === "all") {
    rotation = rotationBy(arena, await wholeBasis(query, pause), query.numFeatures, width);
    rotated = arena.float32(items.length);
    const addresses = [items, rotated, rotation].map((view) => view.byteOffset);
    await byRows(items.length / width, width * width, pause, (from, to) =>
      kernels.rotate(from, to, ...addresses, width),
    );
  } else if (sizes.turn === "main") {
    const basis = await mainBasis(arena, kernels, [users, items], given, pause);
    const split = async (rows: Float32Array) => {
      const count = rows.length / given;
      const parts = arena.float32(count * width);
      const addresses = [rows, parts, basis].map((view) => view.byteOffset);
      await byRows(count, 2 * mainAxes * given, pause, (from, to) =>
        kernels.project(from, to, ...addresses, given, mainAxes),
      );
      return parts;
    };
    rotated = await split(items);
    users = await split(users);
  }

  const head =
    sizes.turn === "none" ? width : headOf(rotated, width, sizes.turn === "main" ? mainAxes : width);
  const lengths = new Float64Array(query.mu.length);
  for (let item = 0; item < lengths.length; item++) {
    lengths[item] = lengthOf(rotated, item * width, width);
    if (item % 100 === 0) await pause();
  }
  const { order, placeOf } = orderByBound(query.mu, lengths, typicalLength(users, width));
  const panelled = await layOutPanels(
    arena,
    { rotated, mu: query.mu, lengths, order, head, width, panels },
    pause,
  );
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
    rotation: rotation ?? 0,
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
    // Split rows are off by as much again, for their axes are at right angles only about.
    slack: ((sizes.turn === "main" ? 6 : 2) * width + 16) * 2 ** -24,
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

/** Some rows after the other, with pauses: each row costs so many products. */
async function byRows(
  rows: number,
  products: number,
  pause: () => Promise<void>,
  work: (from: number, to: number) => void,
): Promise<void> {
  const together = Math.max(1, Math.floor(productsAtOnce / products));
  for (let row = 0; row < rows; row += together) {
    work(row, Math.min(row + together, rows));
    await pause();
  }
}

/** So many products take the kernels some milliseconds. */
const productsAtOnce = 1e7;

interface Sizes {
  numItems: number;
  numUsers: number;
  /**
   * How rows are turned: not at all where the work is too small for it; all their numbers, by as many eigenvectors; or,
   * where features are many, split along the main ones and what is left.
   */
  turn: "none" | "all" | "main";
  /** Numbers in a row as it is given: the features, and zeros up to a multiple of four. */
  given: number;
  /** Numbers in a row as it is searched. */
  width: number;
  panels: number;
  blocks: number;
  /** How many candidates there is room for, for each user. */
  capacity: number;
  scratchBytes: number;
}

function sizesOf({ mu, leaveStart, numFeatures, count }: ProductQuery): Sizes {
  const numItems = mu.length;
  const numUsers = leaveStart.length - 1;
  const given = paddedWidth(numFeatures);
  const isWorth = numUsers * numItems * numFeatures > worthRotation;
  const turn = !isWorth ? "none" : numFeatures <= mostTurned ? "all" : "main";
  const width = turn === "main" ? given + mainAxes : given;
  const panels = Math.ceil(numItems / 8);
  return {
    numItems,
    numUsers,
    turn,
    given,
    width,
    panels,
    blocks: Math.ceil(panels / panelsInBlock),
    capacity: Math.min(count, numItems) + spare,
    scratchBytes: Math.ceil((8 * width * 4 + 256 + 4 * (panels + 16)) / 64) * 64,
  };
}

function arenaFor({ leave }: ProductQuery, sizes: Sizes, threads: number): Arena {
  const { numItems, numUsers, turn, given, width, blocks, capacity, scratchBytes } = sizes;
  return new Arena(
    "search",
    bytesFor([
      { length: (numUsers + 3 * numItems + 64) * width, bytes: 4 },
      { length: turn === "none" ? 0 : turn === "all" ? width * width : 2 * mainAxes * given, bytes: 4 },
      { length: turn === "main" ? (numUsers + numItems) * given : 0, bytes: 4 },
      { length: 8 * numItems + 2 * blocks + 64, bytes: 4 },
      { length: leave.length + numUsers + 1, bytes: 4 },
      { length: numUsers * (2 * capacity + 1), bytes: 4 },
      { length: threads + 1, bytes: scratchBytes },
      { length: 32, bytes: 64 },
    ]),
  );
}

/** The rows of a block in numbers of 32 bits, each filled up with zeros. */
async function paddedRows(
  arena: Arena,
  block: Block,
  numFeatures: number,
  width: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const rows = numFeatures === 0 ? 0 : block.length / numFeatures;
  const padded = arena.float32(rows * width);
  for (let row = 0; row < rows; row++) {
    if (row % 100 === 0) await pause();
    for (let f = 0; f < numFeatures; f++) padded[row * width + f] = block[row * numFeatures + f];
  }
  return padded;
}

/** An orthogonal basis, the eigenvectors of what the rows of W and X span, and which of them come first. */
interface Basis {
  V: Float64Array;
  axes: readonly number[];
}

/** The basis to rotate all numbers of a row by. */
async function wholeBasis({ W, X, numFeatures }: ProductQuery, pause: () => Promise<void>): Promise<Basis> {
  const { values, V } = eigen(await sharedGram(W, X, numFeatures, pause), numFeatures, 4);
  const axes = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  return { V, axes };
}

/**
 * The main axes of the rows: an orthonormal basis, a row of n numbers for each of `mainAxes`, about that of the largest
 * eigenvalues of XᵀX / tr + WᵀW / tr. By subspace iteration on some hundreds of rows of each, without making that matrix:
 * O(rows × n × axes) a round.
 *
 * Source: Halko, Martinsson and Tropp, "Finding structure with randomness" (2011).
 */
async function mainBasis(
  arena: Arena,
  kernels: ReturnType<typeof instantiate>,
  blocks: readonly Float32Array[],
  n: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const basis = arena.float32(mainAxes * n);
  const next = arena.float32(mainAxes * n);
  const sampled = blocks.map((rows) => {
    const count = rows.length / n;
    const step = Math.max(1, Math.floor(count / sampledRows));
    let trace = 0;
    for (let row = 0; row < count; row += step) trace += lengthOf(rows, row * n, n) ** 2;
    return { rows, count, step, share: trace > 0 ? 1 / trace : 0 };
  });
  const source = random(1);
  for (let k = 0; k < basis.length; k++) basis[k] = source.normal();
  await orthonormalize(basis, n, pause);
  for (let round = 0; round < rounds; round++) {
    next.fill(0);
    const [to, from] = [next.byteOffset, basis.byteOffset];
    for (const { rows, count, step, share } of sampled) {
      for (let row = 0; row < count; row += 20 * step) {
        const end = Math.min(row + 20 * step, count);
        kernels.spread(row, end, rows.byteOffset, to, from, n, mainAxes, step, share);
        await pause();
      }
    }
    basis.set(next);
    await orthonormalize(basis, n, pause);
  }
  return basis;
}

/** Rounds of subspace iteration, each of which tells the main axes from the others better, and of how many rows of each. */
const rounds = 2;
const sampledRows = 200;

/** Makes rows orthonormal, in their order; zero where nothing is left of one. Twice, for the sake of the last digits. */
async function orthonormalize(basis: Float32Array, n: number, pause: () => Promise<void>): Promise<void> {
  const Q = Float64Array.from(basis);
  for (let k = 0; k < Q.length; k += n) {
    const before = Math.sqrt(dot(Q, k, Q, k, n));
    for (let again = 0; again < 2; again++)
      for (let j = 0; j < k; j += n) {
        const along = dot(Q, k, Q, j, n);
        for (let f = 0; f < n; f++) Q[k + f] -= along * Q[j + f];
      }
    const length = Math.sqrt(dot(Q, k, Q, k, n));
    const isNothing = length <= 1e-10 * before || length === 0;
    for (let f = 0; f < n; f++) Q[k + f] = isNothing ? 0 : Q[k + f] / length;
    await pause();
  }
  basis.set(Q);
}

/** The rotation as the kernel reads it: a row of `width` numbers for each number given. */
function rotationBy(arena: Arena, basis: Basis, numFeatures: number, width: number): Float32Array {
  const rotation = arena.float32(width * width);
  for (let f = 0; f < numFeatures; f++)
    for (let n = 0; n < numFeatures; n++) rotation[f * width + n] = basis.V[f * numFeatures + basis.axes[n]];
  return rotation;
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
async function layOutPanels(
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
  pause: () => Promise<void>,
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
    if (place % 100 === 0) await pause();
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
async function sharedGram(W: Block, X: Block, n: number, pause: () => Promise<void>): Promise<Float64Array> {
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

/** How many of the first numbers, in steps of four, carry all but `restShare` of the rows' squared lengths; `limit` at most. */
function headOf(rows: Float32Array, width: number, limit: number): number {
  const energy = new Float64Array(width);
  for (let k = 0; k < rows.length; k++) energy[k % width] += rows[k] * rows[k];
  let left = energy.reduce((sum, part) => sum + part, 0);
  const most = restShare * left;
  let head = 0;
  while (head < limit && (head % 4 !== 0 || left > most)) left -= energy[head++];
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
