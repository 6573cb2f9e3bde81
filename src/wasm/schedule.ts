import { outOfRange } from "../base/check";
import { sharedBytes, sleepUntilTold } from "../platform/cores";

// One word says all: which turn it is, which step is done in it, and how many of its blocks are taken. Whoever takes
// a block compares and exchanges the whole word, so that nobody who slept takes a block of a turn that is over.
const blockBits = 11;
const stepBits = 6;
const turnBits = 14;

/** The most blocks that a step may have: the threads that come too late count on past the last. */
export const mostBlocks = 2 ** blockBits - 2;

/** The most steps that a computation may have. */
const mostSteps = 2 ** stepBits;

const word = 0;
const done = 1;
const stopped = -1;

/** How often a thread looks before it lies down to sleep: some tenths of a millisecond. */
const looks = 10_000;

/** Who does which block: a work queue in a few numbers of shared memory, on which the threads of a pool agree. */
export class WorkQueue {
  readonly control: Int32Array;
  #turn = 0;

  constructor(control: Int32Array = new Int32Array(sharedBytes(8))) {
    this.control = control;
  }

  /**
   * Offers the blocks of a step to all threads. Only when those of the step before are done.
   *
   * @throws RangeError for a step, or a number of blocks, that the queue has no bits for.
   */
  open(step: number, blocks: number): void {
    if (!(step >= 0 && step < mostSteps)) throw outOfRange("step", `in [0, ${mostSteps})`, step);
    if (!(blocks >= 0 && blocks <= mostBlocks)) throw outOfRange("blocks", `at most ${mostBlocks}`, blocks);
    this.#turn = (this.#turn % (2 ** turnBits - 1)) + 1;
    Atomics.store(this.control, done, 0);
    Atomics.store(this.control, word, (this.#turn << (stepBits + blockBits)) | (step << blockBits));
    Atomics.notify(this.control, word);
  }

  /** Takes the next block of a step that has so many; -1 when none is left. */
  take(step: number, blocks: number): number {
    for (;;) {
      const seen = Atomics.load(this.control, word);
      const block = seen & (2 ** blockBits - 1);
      if (seen === stopped || stepOf(seen) !== step || block >= blocks) return -1;
      if (Atomics.compareExchange(this.control, word, seen, seen + 1) === seen) return block;
    }
  }

  /** Says that a block taken is done; wakes whoever waits for the last. */
  finish(blocks: number): void {
    if (Atomics.add(this.control, done, 1) + 1 === blocks) Atomics.notify(this.control, done);
  }

  /** Waits for the blocks that others have taken, but no longer than a few milliseconds; says whether all are done. */
  waitUntilDone(blocks: number): boolean {
    for (let look = 0; look < looks; look++) if (Atomics.load(this.control, done) === blocks) return true;
    const seen = Atomics.load(this.control, done);
    if (seen < blocks) sleepUntilTold(this.control, done, seen, 5);
    return Atomics.load(this.control, done) === blocks;
  }

  /** Ends the work of all other threads, each after the block that it has in hand. */
  stop(): void {
    Atomics.store(this.control, word, stopped);
    Atomics.notify(this.control, word);
  }

  /** Waits until there is something to take; gives its step, or -1 when the work is over. */
  next(blocksOf: (step: number) => number): number {
    for (let look = 0; ; look++) {
      const seen = Atomics.load(this.control, word);
      if (seen === stopped) return -1;
      // Turns count from 1: a word of zero is from before the first.
      if (seen !== 0 && (seen & (2 ** blockBits - 1)) < blocksOf(stepOf(seen))) return stepOf(seen);
      if (look >= looks) sleepUntilTold(this.control, word, seen);
    }
  }
}

const stepOf = (seen: number) => (seen >>> blockBits) & (2 ** stepBits - 1);
