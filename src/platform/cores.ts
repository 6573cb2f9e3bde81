/** How many threads may compute together, and on what memory. */
import { availableParallelism } from "node:os";

/** How many threads are worth starting. */
export const cores = (): number => availableParallelism();

/** Why more threads than this one cannot compute here; undefined where they can. */
export const threadsRefused = (): string | undefined => undefined;

/** Whether WebAssembly's memory is one that threads share. */
export const sharesMemory = (): boolean => true;

/** So many bytes that all threads of a computation see. */
export const sharedBytes = (length: number): ArrayBufferLike => new SharedArrayBuffer(length);

/**
 * Sleeps until another thread changes the number at a place of shared memory and tells of it, but no longer than the
 * time given, in milliseconds.
 */
export const sleepUntilTold = (cells: Int32Array, place: number, seen: number, longest?: number): unknown =>
  Atomics.wait(cells, place, seen, longest);
