import { Session as Inspector } from "node:inspector";
import { Worker } from "node:worker_threads";
import { workerFile } from "../../../platform/project";
import { ownCell } from "./cell";
import { numSlots, slots } from "./slots";

/** Shared with the thread that listens; `slots` says what stands where. */
export const shared = new Int32Array(new SharedArrayBuffer(4 * numSlots));

/** Under this name the thread finds, through the inspector, the function that stops what is running. */
export const stopName = "cofi.stop";

/** How often this thread shows that it is free, in milliseconds. */
const beatInterval = 200;

/** Node's own record of asynchronous calls, before Node 24; a stopped call leaves it unbalanced. */
interface AsyncRecord {
  async_hook_fields: Uint32Array;
  constants: { kCheck: number };
  clearAsyncIdStack(): void;
}

/**
 * Hears of interrupts on a thread of its own, also while a cell holds this one in a loop. A waiting cell is ended
 * by a message; a script in its first, synchronous part by SIGINT; a loop after an `await` or in a timer by
 * stopping whatever runs, through Node's inspector; a program that the cell waits for by SIGINT, as in a terminal.
 *
 * What a cell waited for may still come after its interrupt, and lead its code into a loop when another cell has its
 * turn: from the first interrupt on the thread stops what a stopped cell holds this one with.
 */
export class Interrupts {
  private busy = false;
  private isBeating = false;
  /** The thread that listens. */
  readonly thread: Worker;

  constructor(interrupt: (cell: string) => void) {
    const inspector = new Inspector();
    inspector.connect();
    const record = asyncRecord();
    Object.assign(globalThis, {
      [Symbol.for(stopName)]: (which: "any" | "stopped") => {
        const cell = ownCell();
        if (this.busy || cell === undefined || !(which === "any" || cell.stopped) || !runsInside()) return;
        if (record) record.async_hook_fields[record.constants.kCheck] = 0;
        record?.clearAsyncIdStack();
        inspector.post("Runtime.terminateExecution");
      },
    });
    this.thread = new Worker(workerFile("kernel/cells/run/interruptsThread"), { workerData: shared });
    this.thread.on("message", (cell: unknown) => {
      if (typeof cell !== "string") return; // it is the debugger's
      Atomics.add(shared, slots.heard, 1);
      Atomics.store(shared, slots.pending, 0);
      this.beat();
      interrupt(cell);
    });
    this.thread.unref();
    process.on("SIGINT", () => {}); // meant for a script or for a program that the cell has started
  }

  /** From now on shows when this thread is free. */
  private beat(): void {
    if (this.isBeating) return;
    this.isBeating = true;
    setInterval(() => Atomics.add(shared, slots.beat, 1), beatInterval).unref();
  }

  /** Runs the kernel's own code for a cell, which must not be stopped half-way; what it does for none never is. */
  protect<T>(run: () => T): T {
    this.busy = true;
    try {
      return run();
    } finally {
      this.busy = false;
    }
  }
}

/** Whether code is running below the function that the inspector calls, rather than nothing at all. */
function runsInside(): boolean {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 10;
  let calls = 0;
  Error.prepareStackTrace = (_, all) => {
    calls = all.filter((call) => !(call as unknown as { isAsync(): boolean }).isAsync()).length;
  };
  void new Error().stack;
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return calls > 3; // this function, the one that asks, the inspector's expression
}

function asyncRecord(): AsyncRecord | undefined {
  if (Number.parseInt(process.versions.node, 10) >= 24) return undefined;
  const { noDeprecation } = process;
  process.noDeprecation = true;
  const record = (process as unknown as { binding(name: string): AsyncRecord }).binding("async_wrap");
  process.noDeprecation = noDeprecation;
  return record;
}
