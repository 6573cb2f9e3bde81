import { Arena, bytesFor, paddedWidth } from "../../wasm/arena";
import type { Simd } from "../../wasm/backend";
import { evenBounds } from "../../wasm/partition";
import { records } from "../../wasm/records";
import { openWorkers, type Step } from "../../wasm/workers";
import { chunk, type Factors, partCount, sumGram } from "./factors";
import { type AlsProblem, type AlsSolver, steps as cgSteps, initialFactors } from "./solver";

/**
 * The solver of SIMD kernels, on so many threads, with its factors in memory that they share. The digits are those of
 * the plain solver, for any number of threads.
 *
 * Memory: 16 bytes for each cell with a count; 4 (numFeatures + 6) for each item and each user; 512 numFeatures².
 */
export async function simdAls(
  problem: AlsProblem,
  pause: () => Promise<void>,
  { module, threads }: Simd,
): Promise<AlsSolver> {
  const { ratings, numFeatures } = problem;
  const width = paddedWidth(numFeatures);
  const scratchBytes = 3 * 4 * width;
  const rows = ratings.numItems + ratings.numUsers;
  const arena = new Arena(
    "factorization",
    bytesFor([
      { length: 2 * ratings.values.length, bytes: 8 },
      { length: rows * (width + 6), bytes: 4 },
      { length: 2 * width * width, bytes: 4 + 8 * partCount },
      { length: threads, bytes: scratchBytes },
      // The records, and the gaps between the arrays.
      { length: 64, bytes: 64 },
    ]),
  );
  const { users, items } = await initialFactors(problem, pause, arena);
  const scratch = arena.allocate(threads * scratchBytes);
  const recordOf = (own: Factors, other: Factors) =>
    arena.record(records.LeastSquares, {
      ...own,
      rowBytes: 4 * width,
      parts: partCount,
      chunk,
      otherV: other.V,
      otherGram: other.gram,
      steps: cgSteps,
      scratch,
      scratchBytes,
    }).address;
  const ofUsers = [recordOf(users, items)];
  const ofItems = [recordOf(items, users)];

  // A row costs a product with the Gram matrix, which is that of so many cells.
  const rowCost = 4 + width / 2;
  const parts = Array.from({ length: partCount + 1 }, (_, part) => part);
  const steps: Step[] = [
    { kernel: "gramParts", bounds: parts, args: ofItems },
    { kernel: "solveRows", bounds: evenBounds(users.start, rowCost), args: ofUsers },
    { kernel: "gramParts", bounds: parts, args: ofUsers },
    { kernel: "solveRows", bounds: evenBounds(items.start, rowCost), args: ofItems },
  ];
  const workers = openWorkers(module, arena.memory, steps, { work: "factorization", threads, pause });
  return {
    users,
    items,
    async solve(own, other) {
      const [gram, rows] = own === users ? [0, 1] : [2, 3];
      await workers.run(gram);
      sumGram(other);
      await workers.run(rows);
    },
    close: () => workers.close(),
  };
}
