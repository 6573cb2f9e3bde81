import type { Random } from "../../math/random";
import type { Ratings } from "../../ratings/ratings";
import { Arena, bytesFor } from "../../wasm/arena";
import { evenBounds } from "../../wasm/partition";
import type { WasmModule } from "../../wasm/webassembly";
import { openCrew, type Step } from "../../wasm/workers";
import type { Side } from "./factors";
import { type Chain, type Hands, startChain } from "./sampler";

/** So many ratings the kernel gathers at a time, as ./assembly/sampling.ts has it. */
const chunk = 64;

/**
 * A chain whose arrays lie in memory that the SIMD kernels share, and the kernels as its hands, on so many threads. The
 * digits are those of the plain hands, for any number of threads.
 *
 * Memory: 24 bytes for each rating; 16 (numFeatures + 1) for each item and for each user, three times.
 */
export function simdChain(
  module: WasmModule,
  ratings: Ratings,
  width: number,
  source: Random,
  options: { threads: number; breathe: () => Promise<void> },
): { chain: Chain; hands: Hands } {
  const { numItems, numUsers } = ratings;
  const padded = Math.ceil(width / 4) * 4;
  const scratchBytes = 8 * padded * (2 * chunk + padded + 3);
  const arena = new Arena(
    bytesFor([
      { length: 2 * ratings.values.length, bytes: 12 },
      { length: (numItems + numUsers) * width, bytes: 4 * 8 },
      { length: (numItems + numUsers) * 4, bytes: 8 },
      { length: 2 * width * (width + 1), bytes: 8 },
      { length: options.threads, bytes: scratchBytes },
      // The numbers of a row or two, the records, and the gaps between the arrays.
      { length: 64, bytes: 64 },
    ]),
  );
  const chain = startChain(ratings, width, source, arena);
  const { users, items, noise, errors } = chain;
  const scratch = arena.allocate(options.threads * scratchBytes);
  const [ofUsers, ofItems] = [users, items].map((side) => sideRecord(arena, side));
  const work = arena.record([noise.byteOffset, errors.byteOffset, scratch, scratchBytes], [1]);

  // A row costs its normal equations, and those cost as much to solve as some ratings to add.
  const rowCost = 4 + width / 2;
  const bounds = { users: evenBounds(users.start, rowCost), items: evenBounds(items.start, rowCost) };
  const columns = Array.from({ length: Math.ceil(width / 8) + 1 }, (_, k) => k);
  const forUsers = [ofUsers.address, ofItems.address, work.address];
  const forItems = [ofItems.address, ofUsers.address, work.address];
  const steps: Step[] = [
    { kernel: "sampleEffects", bounds: columns, args: forUsers },
    { kernel: "sampleEffects", bounds: columns, args: forItems },
    { kernel: "sampleRows", bounds: bounds.users, args: forUsers },
    { kernel: "sampleRows", bounds: bounds.items, args: forItems },
    { kernel: "squaredErrors", bounds: bounds.users, args: forUsers },
    { kernel: "squaredErrors", bounds: bounds.items, args: forItems },
  ];
  const [effects, rows, squares] = [0, 2, 4];
  const crew = openCrew(module, arena.memory, steps, options);
  const run = (step: number) => (side: Side) => {
    work.numbers[0] = chain.noisePrecision;
    ofUsers.numbers[0] = users.effectPrecision;
    ofItems.numbers[0] = items.effectPrecision;
    return crew.run(side === users ? step : step + 1);
  };
  return {
    chain,
    hands: { effects: run(effects), rows: run(rows), errors: run(squares), close: () => crew.close() },
  };
}

/** What the kernels read of a side. */
function sideRecord(arena: Arena, side: Side) {
  const { size, width, start, others, values, share, V, rest, precision, effects, trust } = side;
  const addresses = [start, others, values, share, V, rest, precision, effects, trust].map(
    (view) => view.byteOffset,
  );
  return arena.record([size, width, ...addresses], [side.effectPrecision]);
}
