import { join } from "node:path";
import type { Checked } from "./check/checker";
import { importSlots } from "./modules/importSlots";
import type { Loader } from "./modules/loader";
import { bundleOf } from "./output/richValue";
import { type Cell, type CellEnd, currentCell, inCell } from "./run/cell";
import { interruptible } from "./run/interruptible";
import { places } from "./run/place";
import { runScript } from "./run/script";
import { onStray } from "./run/strays";
import { turn, wait } from "./run/unwinding";
import type { Slot } from "./scope/scope";

/** What a compiled cell is given to say what it declares and what it gives, and to load modules. */
interface Own {
  declare(slots: Record<string, Slot>): void;
  result: unknown;
  import(name: string): Promise<object>;
  meta: object;
  turn(): void;
  wait(value: unknown): unknown;
}

/** Runs checked cells, one at a time. */
export class Runner {
  private running: Cell | undefined;
  /** The cell that was interrupted last while another ran or none: it may still be on its way here. */
  private early: string | undefined;
  /** The variables that the last cell declared, by their names. */
  slots: ReadonlyMap<string, Slot> = new Map();
  /** The value that the last cell gave. */
  result: unknown;
  /** Is told of errors in the background of cells that are done. */
  reportLate: (cell: Cell, thrown: unknown) => void = () => {};
  /** What cells are taken to stand in. */
  private readonly file = join(process.cwd(), "notebook.ts").replace(/\\/g, "/");
  private readonly surroundings: unknown[];

  constructor(private readonly loader: Loader) {
    const module = { exports: {} };
    this.surroundings = [loader.requireFor(this.file), module, module.exports, this.file, process.cwd()];
    onStray((thrown) => this.takeStray(thrown));
  }

  /** From now on interrupts are for this cell, which is being checked and then run. */
  begin(cell: Cell): void {
    this.running = cell;
    if (cell.id === this.early) this.interrupt(cell.id);
  }

  /** Runs a cell to its end: the forms of its last value, or what it threw. */
  async run(cell: Cell, checked: Checked & { file: string }): Promise<CellEnd> {
    const slots = new Map<string, Slot>();
    this.slots = slots;
    this.result = undefined;
    Object.assign(globalThis, { [Symbol.for("cofi.interrupt")]: cell.controller.signal });
    // In a turn of its own: where a loop is stopped, all calls up to that turn's start go with it.
    setImmediate(() => inCell(cell, () => void this.start(cell, checked, slots)));
    const end = await cell.ended;
    this.running = undefined;
    if (cell.interrupted) this.loader.dropUnfinished();
    return end;
  }

  /** Interrupts a cell, if it is the running one. */
  interrupt(id: string): void {
    const cell = this.running;
    if (cell?.id !== id) this.early = id;
    if (cell === undefined || cell.id !== id || cell.interrupted) return;
    cell.interrupt();
  }

  private async start(
    cell: Cell,
    checked: Checked & { file: string },
    slots: Map<string, Slot>,
  ): Promise<void> {
    if (cell.interrupted) return;
    const own: Own = {
      declare: (declared) => {
        for (const [name, slot] of Object.entries(declared)) slots.set(name, slot);
      },
      result: undefined,
      import: (name) => this.loader.import(name, this.file),
      meta: this.loader.metaOf(this.file),
      turn,
      wait,
      ...places,
    };
    try {
      for (const each of checked.imports) {
        const exports = await interruptible(() => this.loader.load(each.specifier, this.file));
        for (const [name, slot] of importSlots(each, exports)) slots.set(name, slot);
      }
      const compiled = runScript(checked.code, checked.file) as (...given: unknown[]) => () => unknown;
      const imported = checked.imports.flatMap(({ names }) => names.map(({ name }) => slots.get(name)));
      const body = compiled(own, ...checked.earlier.values(), ...imported, ...this.surroundings);
      await interruptible(body);
      // A turn of the loop, so that a rejection that nobody handles is told while the cell is still running.
      await new Promise((resume) => setImmediate(resume));
      this.result = own.result;
      cell.end(own.result === undefined ? {} : { bundle: await bundleOf(own.result) });
    } catch (thrown) {
      if ((thrown as { code?: string } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED")
        this.interrupt(cell.id);
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
