import { type Cell, type CellEnd, currentCell, inCell, KeyboardInterrupt } from "./cell";
import type { Checked } from "./checker";
import { shared } from "./interrupts";
import { bundleOf } from "./richValue";
import { type ConvertResult, createExecutor, type Executor } from "./tslab";

/** Runs checked cells, one at a time, with tslab's executor. */
export class Runner {
  private readonly executor: Executor;
  private prepared: ConvertResult = { diagnostics: [] };
  private thrown: unknown;
  private running: Cell | undefined;
  /** The names that the last cell came to assign. */
  assigned: ReadonlySet<string> = new Set();
  /** Is told of errors in the background of cells that are done. */
  reportLate: (cell: Cell, thrown: unknown) => void = () => {};

  constructor() {
    const converter = { convert: () => this.prepared, addModule: () => [], close() {} };
    // The executor prints what a cell threw instead of throwing it.
    const catcher = { log() {}, error: (thrown: unknown) => (this.thrown = thrown) };
    this.executor = createExecutor(
      process.cwd(),
      { node: converter, browser: converter, close() {} } as never,
      catcher,
    );
    for (const event of ["unhandledRejection", "uncaughtException"] as const)
      process.on(event, (thrown: unknown) => this.takeStray(thrown));
    process.on("SIGINT", () => {}); // the one that stops a script may come just after its end
  }

  /** The variables that cells have declared. */
  variables(): [string, unknown][] {
    return Object.entries(this.executor.locals).filter(([name]) => !name.startsWith("$"));
  }

  /** From now on interrupts are for this cell, which is being checked and then run. */
  begin(cell: Cell): void {
    this.running = cell;
  }

  /** Runs a cell to its end: the forms of its last value, or what it threw. */
  async run(cell: Cell, code: string, checked: Checked & { file: string }): Promise<CellEnd> {
    const { converted, names, file } = checked;
    const variables = this.executor.locals;
    const before = new Map(names.filter((name) => name in variables).map((name) => [name, variables[name]]));
    this.prepared = {
      ...converted,
      ...(converted.output !== undefined && { output: `${converted.output}\n//# sourceURL=${file}` }),
      lastExpressionVar: undefined,
    };
    Object.assign(globalThis, { [Symbol.for("cofi.interrupt")]: cell.controller.signal });
    // In a turn of its own: where a loop is stopped, all calls up to that turn's start go with it.
    setImmediate(() => inCell(cell, () => void this.start(cell, code, converted.lastExpressionVar)));
    const end = await cell.ended;
    this.running = undefined;
    this.executor.interrupt(); // lets go of a cell that ended while it was waiting
    this.assigned = new Set(
      names.filter(
        (name) => name in variables && !(before.has(name) && before.get(name) === variables[name]),
      ),
    );
    return end;
  }

  /** Interrupts a cell, if it is the running one. */
  interrupt(id: string): void {
    const cell = this.running;
    if (cell === undefined || cell.id !== id || cell.interrupted) return;
    cell.end({ thrown: new KeyboardInterrupt() });
    cell.controller.abort(new KeyboardInterrupt());
  }

  private async start(cell: Cell, code: string, last: string | undefined): Promise<void> {
    if (cell.interrupted) return;
    this.thrown = undefined;
    Atomics.store(shared, 0, 1);
    const executed = this.executor.execute(code);
    Atomics.store(shared, 0, 0);
    if (!(await executed)) {
      const { thrown } = this;
      const stopped = (thrown as { code?: string } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      if (stopped) this.interrupt(cell.id);
      cell.end({ thrown });
      return;
    }
    // A turn of the loop, so that a rejection that nobody handles is told while the cell is still running.
    await new Promise((resume) => setImmediate(resume));
    const variables = this.executor.locals;
    const value = last === undefined ? undefined : variables[last];
    if (last !== undefined) delete variables[last];
    try {
      cell.end(value === undefined ? {} : { bundle: await bundleOf(value) });
    } catch (thrown) {
      cell.end({ thrown });
    }
  }

  /** An error that no code caught: it fails the running cell, or is shown in the one that it came from. */
  private takeStray(thrown: unknown): void {
    const cell = currentCell();
    if (cell === undefined) console.error(thrown);
    else if (cell.interrupted)
      return; // it was told to stop
    else if (cell === this.running) cell.end({ thrown });
    else this.reportLate(cell, thrown);
  }
}
