import { answersPipe, type Output, writeLine } from "../protocol/wire";
import { currentCell, KeyboardInterrupt } from "./cell";
import { readableStacks } from "./stack";

/** Sends an output of a cell. */
export function put(cell: string, output: Output): void {
  writeLine(answersPipe, { cell, output });
}

/** From now on what is printed belongs to the cell whose code prints it, also after that cell is done. */
export function catchOutput(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const cell = currentCell();
      if (cell === undefined) return original(chunk as string, ...(rest as []));
      // Code that goes on in the background after its cell was interrupted stops at its next output.
      if (cell.interrupted) throw new KeyboardInterrupt();
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      put(cell.id, { type: "stream", name, text: readableStacks(text) });
      const done = rest.find((argument) => typeof argument === "function");
      if (done) process.nextTick(done as () => void);
      return true;
    };
  }
}

/** From now on `console.clear()` empties the output of its cell, as it does a terminal. */
export function clearByConsole(): void {
  console.clear = () => {
    const cell = currentCell();
    if (cell) put(cell.id, { type: "clear" });
  };
}

/** What tslab's `display` and ours hand over: one content in its forms. */
interface DisplayContent {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
}

/** Shows something in the cell whose code is running, or puts it in the place of what was shown under its id. */
export function display(content: DisplayContent, update = false): void {
  const cell = currentCell();
  if (cell === undefined) throw new Error("display needs a cell: none has run yet");
  if (cell.interrupted) throw new KeyboardInterrupt();
  const { data, metadata = {}, transient = {} } = content;
  put(cell.id, { type: "display", content: { data: plainData(data), metadata, transient }, update });
}

/** The data of a bundle as JSON can carry it: bytes in base64, other typed arrays as lists. */
export function plainData(data: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(data, (_key, value) => {
      if (!ArrayBuffer.isView(value) || value instanceof DataView) return value;
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : Array.from(value as never);
    }),
  );
}
