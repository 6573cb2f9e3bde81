import type { Worker } from "node:worker_threads";
import { cellPath } from "../../protocol/cellPath";
import type { DebuggedCell } from "./debugger";
import { placesOf } from "./places";

/** A run of a cell, of which the debugger is told. */
export interface Run {
  file: string;
  label: string;
  code: string;
  map: string;
}

/** Tells the debugger, in its thread, of the cells that run: nothing as long as there is nobody who debugs. */
export class Debugging {
  private isOn = false;
  private readonly waiting = new Map<string, () => void>();

  constructor(private readonly thread: Worker) {
    thread.on("message", (message: unknown) => {
      const { added } = message as { added?: string };
      if (added === undefined) return;
      this.waiting.get(added)?.();
      this.waiting.delete(added);
    });
  }

  /** From now on the debugger is told of each cell, first of those that have run: their functions may be called again. */
  start(runs: Iterable<Run>): void {
    this.isOn = true;
    for (const run of runs) void this.add(run);
  }

  stop(): void {
    this.isOn = false;
  }

  /** Resolves when the debugger has its breakpoints in a cell that is about to run. */
  async add({ file, label, code, map }: Run): Promise<void> {
    if (!this.isOn) return;
    const added = new Promise<void>((resolve) => this.waiting.set(file, resolve));
    const cell: DebuggedCell = { file, label, path: cellPath(code), places: placesOf(map) };
    this.thread.postMessage(cell);
    await added;
  }
}
