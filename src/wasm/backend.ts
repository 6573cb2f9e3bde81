/** Where a solver's work is done: the one place that chooses between plain TypeScript and SIMD, and how many threads. */
import { cores, threadsRefused } from "../platform/cores";
import { kernelModule } from "./kernels";
import type { WasmModule } from "./webassembly";

/** The SIMD kernels, on so many threads. */
export interface Simd {
  module: WasmModule;
  threads: number;
}

/**
 * "plain": readable TypeScript on this thread, which says what is computed; or the SIMD kernels, which compute the same
 * many times as fast, in float64 and in `factorize` to the same digits.
 */
export type Backend = "plain" | Simd;

/** A solver in its two forms, which take the same problem and give the same thing. */
export interface Forms<Problem, Solver> {
  plain(problem: Problem, pause: () => Promise<void>): Solver;
  simd(problem: Problem, pause: () => Promise<void>, on: Simd): Solver;
}

/** From so many products on, loading the kernels takes less time than they save. */
const worthKernels = 5e5;

/** From so many products on, threads take less time to start than they save: some tenths of a second. */
const worthThreads = 3e8;

/**
 * The backend for some work: plain where it is small, or where this Node.js cannot run the kernels; else SIMD, on one
 * thread or, where the work is worth them, on as many as there are cores.
 *
 * @param products How many multiplications the work takes, about.
 * @param threads How many threads were asked for. @default as the work is worth
 */
export function chooseBackend(products: number, threads?: number): Backend {
  const had = threadsHad(threads);
  const module = products < worthKernels ? undefined : kernelModule();
  if (module === undefined) return "plain";
  return { module, threads: had ?? (products < worthThreads ? 1 : cores()) };
}

let told = false;

/**
 * How many threads there are of those that were asked for: where they cannot share memory one, which computes the same
 * digits. One line says so, once.
 */
export function threadsHad(threads: number | undefined): number | undefined {
  const refused = threads !== undefined && threads > 1 ? threadsRefused() : undefined;
  if (refused === undefined) return threads;
  if (!told) console.log(`one thread instead of ${threads}, with the same digits: ${refused}.`);
  told = true;
  return 1;
}

/** A solver's form on a backend, with its problem. */
export function openOn<Problem, Solver>(
  backend: Backend,
  forms: Forms<Problem, Solver>,
  problem: Problem,
  pause: () => Promise<void>,
): Solver {
  return backend === "plain" ? forms.plain(problem, pause) : forms.simd(problem, pause, backend);
}
