import type { Ratings } from "../../ratings/ratings";
import { Arena, bytesFor } from "../../wasm/arena";
import { heap, type Store } from "../../wasm/store";
import type { WasmModule } from "../../wasm/webassembly";
import { openCrew, type Step } from "../../wasm/workers";
import { cutIntoStrata } from "./blocks";
import { type Descent, descendBlock, product } from "./plain";

/** Strata for up to so many threads: as many for fewer, so that their number does not change the digits. */
const usualStrata = 8;

/** Ratings held out, measured in blocks of so many. */
const blockSize = 50_000;

/** A factorization under way, and who does the work. */
export interface Sweeper {
  descent: Descent;
  /** Goes over all ratings once, by steps of length `rate`; gives the mean squared error on the way. */
  sweep(rate: number): Promise<number>;
  /** The mean squared error of the ratings held out. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

/** What a factorization starts from. */
export interface SweeperOptions {
  numFeatures: number;
  lambda: number;
  biasLambda: number;
  seed: number;
  threads: number;
  validation?: Ratings;
  breathe: () => Promise<void>;
}

/**
 * The ratings laid out in strata, and threads to descend over them: in each of `count` rounds of a sweep, stratum s of
 * the users meets stratum s + round of the items, so that no row is ever written by two threads. Without a module
 * the same in plain TypeScript on this thread, with the same digits.
 *
 * Memory: 6 bytes for each rating, 4 for each number of a row, 4 for each user and stratum.
 */
export function openSweeper(
  module: WasmModule | undefined,
  ratings: Ratings,
  options: SweeperOptions,
): Sweeper {
  const { numItems, numUsers } = ratings;
  const { numFeatures, lambda, biasLambda, seed, threads, validation, breathe } = options;
  const width = Math.ceil((numFeatures + 2) / 4) * 4;
  const atLeast = Math.max(usualStrata, threads);
  const held = validation?.values.length ?? 0;
  const heldBlocks = Math.ceil(held / blockSize);
  const arena =
    module &&
    new Arena(
      bytesFor([
        { length: ratings.values.length, bytes: 6 },
        { length: (numItems + numUsers) * width, bytes: 4 },
        { length: (atLeast + Math.ceil(numItems / 65536)) * (numUsers + 4), bytes: 4 },
        { length: 12 * held + 8 * heldBlocks, bytes: 1 },
        { length: 32, bytes: 64 },
      ]),
    );
  const store: Store = arena ?? heap;
  const strata = cutIntoStrata(ratings, { atLeast, seed, store });
  const W = store.float32(numUsers * width);
  const X = store.float32(numItems * width);
  const descent: Descent = { numFeatures, width, W, X, strata, rate: 0, lambda, biasLambda };
  const squares = store.float64(strata.count);
  const users = store.int32(held);
  const items = store.int32(held);
  const values = store.float32(held);
  const heldSquares = store.float64(heldBlocks);
  if (validation) {
    users.set(validation.users);
    items.set(validation.items.map((item) => strata.placeOf[item]));
    values.set(validation.values.map((value) => value - strata.mean));
  }
  const mean = (sums: Float64Array, count: number) => sums.reduce((sum, part) => sum + part, 0) / count;
  const hands = arena
    ? simdHands(module!, arena, descent, { squares, users, items, values, heldSquares }, options)
    : plainHands(descent, { squares, users, items, values, heldSquares }, breathe);
  return {
    descent,
    async sweep(rate) {
      descent.rate = rate;
      let sum = 0;
      for (let round = 0; round < strata.count; round++) {
        await hands.descend(round);
        sum += mean(squares, ratings.values.length);
      }
      return sum;
    },
    async measure() {
      await hands.measure();
      return mean(heldSquares, held);
    },
    close: () => hands.close(),
  };
}

/** Where the work leaves its sums of squared errors, and the ratings held out. */
interface Sums {
  /** Of each stratum of users, in a round. */
  squares: Float64Array;
  users: Int32Array;
  items: Int32Array;
  values: Float32Array;
  /** Of each block of the ratings held out. */
  heldSquares: Float64Array;
}

/** The work that goes over the ratings: a round of a sweep, or all that are held out. */
interface Hands {
  descend(round: number): Promise<void>;
  measure(): Promise<void>;
  close(): Promise<void>;
}

/** The readable hands, and the reference for the others. */
function plainHands(descent: Descent, sums: Sums, breathe: () => Promise<void>): Hands {
  const { strata, W, X, width } = descent;
  const { squares, users, items, values, heldSquares } = sums;
  return {
    async descend(round) {
      for (let stratum = 0; stratum < strata.count; stratum++) {
        squares[stratum] = descendBlock(descent, stratum, (stratum + round) % strata.count);
        await breathe();
      }
    },
    async measure() {
      heldSquares.fill(0);
      for (let k = 0; k < values.length; k++) {
        const e = Math.fround(values[k] - product(W, users[k] * width, X, items[k] * width, width));
        heldSquares[Math.floor(k / blockSize)] += e * e;
      }
    },
    close: async () => {},
  };
}

/** The kernels as hands, on so many threads. */
function simdHands(
  module: WasmModule,
  arena: Arena,
  descent: Descent,
  sums: Sums,
  { threads, breathe }: SweeperOptions,
): Hands {
  const { strata, W, X, width, lambda, biasLambda } = descent;
  const { userBounds, itemBounds, starts, items: places, values: centred, count } = strata;
  const { squares, users, items, values, heldSquares } = sums;
  const address = (view: { byteOffset: number }) => view.byteOffset;
  const job = arena.record(
    [
      ...[4 * width, address(W), address(X), (starts.length - 1) / count, count],
      ...[userBounds, itemBounds, starts, places, centred, squares].map(address),
    ],
    [0, lambda, biasLambda, 0],
  );
  const heldJob = arena.record(
    [4 * width, ...[W, X, users, items, values, heldSquares].map(address), blockSize],
    [],
  );
  const blocks = Int32Array.from({ length: count + 1 }, (_, stratum) => stratum);
  const heldBounds = Int32Array.from({ length: heldSquares.length + 1 }, (_, k) =>
    Math.min(k * blockSize, values.length),
  );
  const steps: Step[] = [
    { kernel: "descend", bounds: blocks, args: [job.address] },
    { kernel: "measure", bounds: heldBounds, args: [heldJob.address] },
  ];
  const [descend, measure] = steps.keys();
  const crew = openCrew(module, arena.memory, steps, { threads: Math.min(threads, count), breathe });
  return {
    descend(round) {
      job.numbers.set([descent.rate, lambda, biasLambda, round]);
      return crew.run(descend);
    },
    measure: () => crew.run(measure),
    close: () => crew.close(),
  };
}
