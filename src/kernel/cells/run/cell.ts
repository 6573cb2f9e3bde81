import { AsyncLocalStorage } from "node:async_hooks";
import type { Bundle } from "../../protocol/wire";

/** How long an interrupted cell may take to go through its `finally`, in milliseconds. */
const timeToUnwind = 1000;

/** One run of one cell. */
export class Cell {
  /** Aborted when the cell is interrupted; `train` and other long work listen to it. */
  readonly controller = new AbortController();
  finished = false;
  /** How many promises it waits for in such a way that an interrupt ends the waiting. */
  waits = 0;
  private unwinding = false;
  private settle: (end: CellEnd) => void = () => {};
  /** How the cell ended, if something from outside its own code ended it. */
  readonly ended = new Promise<CellEnd>((resolve) => {
    this.settle = resolve;
  });

  constructor(
    readonly id: string,
    /** What stands in the cell's prompt, `In [3]`. */
    readonly label: string,
    readonly allowInput: boolean,
  ) {}

  get interrupted(): boolean {
    return this.controller.signal.aborted;
  }

  /** Whether it was interrupted and has had its time to clean up. */
  get stopped(): boolean {
    return this.interrupted && !this.unwinding;
  }

  /**
   * Interrupts the cell: at once, or where it waits inside a `try` with a `finally`, when that is done, or has taken
   * too long.
   */
  interrupt(): void {
    const thrown = new KeyboardInterrupt();
    this.unwinding = this.waits > 0;
    // First its end: what comes after may itself be stopped half-way.
    if (this.unwinding) setTimeout(() => this.end({ thrown }), timeToUnwind);
    else this.end({ thrown });
    this.controller.abort(thrown);
  }

  /** Ends the cell while its code may still be waiting for something. */
  end(end: CellEnd): void {
    this.unwinding = false;
    this.settle(end);
  }
}

/** How a cell ends: with the forms of its last value, if it has one, or with what it threw. */
export type CellEnd = { bundle?: Bundle } | { thrown: unknown };

/** What a cell that was interrupted fails with, wherever it is. */
export class KeyboardInterrupt extends Error {
  override name = "KeyboardInterrupt";
}

const storage = new AsyncLocalStorage<Cell>();
let latest: Cell | undefined;

/** Runs a function as part of a cell; what it starts stays part of it, timers and promises included. */
export function inCell<T>(cell: Cell, run: () => T): T {
  latest = cell;
  return storage.run(cell, run);
}

/** The cell that the running code is part of; undefined for the kernel's own code. */
export function ownCell(): Cell | undefined {
  return storage.getStore();
}

/** The cell that output belongs to: the one whose code puts it out, or the last one where that can't be told. */
export function currentCell(): Cell | undefined {
  return ownCell() ?? latest;
}

/** The symbols under which Node keeps, on a promise, which cell made it; none where it keeps that elsewhere. */
export function storedUnder(): symbol[] {
  return storage.run({} as Cell, () => Object.getOwnPropertySymbols(Promise.resolve()));
}
