import { Arena, bytesFor } from "../../wasm/arena";
import type { Simd } from "../../wasm/backend";
import { records } from "../../wasm/records";
import { openWorkers, type Step } from "../../wasm/workers";
import { layOut, type SgdProblem, type SgdSolver, sizesOf } from "./descent";

/**
 * The solver of SIMD kernels: the blocks of a stratum go to as many threads as there are, at most one a block, so that
 * no row is ever written by two. The digits are those of the plain solver, for any number of threads.
 *
 * Memory: 6 bytes for each rating, 10 where it has a weight, 4 for each number of a row, 4 for each user and block column.
 */
export async function simdSgd(
  problem: SgdProblem,
  pause: () => Promise<void>,
  { module, threads }: Simd,
): Promise<SgdSolver> {
  const arena = new Arena("factorization", bytesFor(sizesOf(problem)));
  const descent = await layOut(problem, arena, pause);
  const { blocks, W, X, width, lambda, biasLambda, squares, heldOut } = descent;
  const { userBounds, itemBounds, starts, items, values, weights, count } = blocks;
  const rowBytes = 4 * width;
  const job = arena.record(records.Descent, {
    rowBytes,
    W,
    X,
    numUsers: (starts.length - 1) / count,
    count,
    userBounds,
    itemBounds,
    starts,
    items,
    values,
    weights,
    squares,
    rate: 0,
    lambda,
    biasLambda,
    stratum: 0,
  });
  const held = arena.record(records.HeldOut, {
    rowBytes,
    W,
    X,
    users: heldOut.users,
    items: heldOut.items,
    values: heldOut.values,
    squares: heldOut.squares,
    blockSize: heldOut.blockSize,
  });
  const blockRows = Int32Array.from({ length: count + 1 }, (_, row) => row);
  const steps: Step[] = [
    { kernel: weights.length > 0 ? "descendWeighted" : "descend", bounds: blockRows, args: [job.address] },
    { kernel: "measure", bounds: heldOut.bounds, args: [held.address] },
  ];
  const [descend, measure] = steps.keys();
  const workers = openWorkers(module, arena.memory, steps, {
    work: "factorization",
    threads: Math.min(threads, count),
    pause,
  });
  return {
    descent,
    descend(stratum) {
      job.set("rate", descent.rate);
      job.set("stratum", stratum);
      return workers.run(descend);
    },
    measure: () => workers.run(measure),
    close: () => workers.close(),
  };
}
