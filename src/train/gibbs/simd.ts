import { Arena, bytesFor, paddedWidth } from "../../wasm/arena";
import type { Simd } from "../../wasm/backend";
import { evenBounds } from "../../wasm/partition";
import { records } from "../../wasm/records";
import { openWorkers, type Step } from "../../wasm/workers";
import type { Factors } from "./factors";
import { type GibbsProblem, type GibbsSolver, initialState } from "./sampler";

/** So many ratings the kernel gathers at a time, as wasm/assembly/bayesian.ts has it. */
const chunk = 64;

/**
 * The solver of SIMD kernels, on so many threads, with its state in memory that they share. The digits are those of the
 * plain solver, for any number of threads.
 *
 * Memory: 24 bytes for each rating, 40 where it has a weight; 16 (numFeatures + 1) for each item and for each user, three times.
 */
export function simdGibbs(
  problem: GibbsProblem,
  pause: () => Promise<void>,
  { module, threads }: Simd,
): GibbsSolver {
  const { ratings, width } = problem;
  const { numItems, numUsers } = ratings;
  const padded = paddedWidth(width);
  const scratchBytes = 8 * padded * (2 * chunk + padded + 3);
  const arena = new Arena(
    "sampling",
    bytesFor([
      { length: 2 * ratings.values.length, bytes: ratings.weights ? 20 : 12 },
      { length: (numItems + numUsers) * width, bytes: 4 * 8 },
      { length: (numItems + numUsers) * 4, bytes: 8 },
      { length: 2 * width * (width + 1), bytes: 8 },
      { length: threads, bytes: scratchBytes },
      // The numbers of a row or two, the records, and the gaps between the arrays.
      { length: 64, bytes: 64 },
    ]),
  );
  const state = initialState(problem, arena);
  const { users, items, noise, errors } = state;
  const [ofUsers, ofItems] = [users, items].map((factors) =>
    arena.record(records.Factors, { ...factors, weights: factors.weights ?? 0 }),
  );
  const shared = arena.record(records.Shared, {
    noise,
    errors,
    scratch: arena.allocate(threads * scratchBytes),
    scratchBytes,
    noisePrecision: 1,
  });

  // A row costs its normal equations, and those cost as much to solve as some ratings to add.
  const rowCost = 4 + width / 2;
  const bounds = { users: evenBounds(users.start, rowCost), items: evenBounds(items.start, rowCost) };
  const columns = Array.from({ length: Math.ceil(width / 8) + 1 }, (_, k) => k);
  const forUsers = [ofUsers.address, ofItems.address, shared.address];
  const forItems = [ofItems.address, ofUsers.address, shared.address];
  const steps: Step[] = [
    { kernel: "sampleSideWeights", bounds: columns, args: forUsers },
    { kernel: "sampleSideWeights", bounds: columns, args: forItems },
    { kernel: "sampleRows", bounds: bounds.users, args: forUsers },
    { kernel: "sampleRows", bounds: bounds.items, args: forItems },
    { kernel: "squaredErrors", bounds: bounds.users, args: forUsers },
    { kernel: "squaredErrors", bounds: bounds.items, args: forItems },
  ];
  const [sideWeights, rows, squares] = [0, 2, 4];
  const workers = openWorkers(module, arena.memory, steps, { work: "sampling", threads, pause });
  const run = (step: number) => (own: Factors) => {
    shared.set("noisePrecision", state.noisePrecision);
    ofUsers.set("sideWeightPrecision", users.sideWeightPrecision);
    ofItems.set("sideWeightPrecision", items.sideWeightPrecision);
    return workers.run(own === users ? step : step + 1);
  };
  return {
    state,
    sideWeights: run(sideWeights),
    rows: run(rows),
    errors: run(squares),
    close: () => workers.close(),
  };
}
