import { availableParallelism } from "node:os";

/** From so many products on, threads take less time to start than they save: some tenths of a second. */
const worthThreads = 3e8;

/** As many threads as there are cores, for work that is worth them; one for less. */
export function defaultThreads(work: number): number {
  return work < worthThreads ? 1 : availableParallelism();
}
