import { StringDecoder } from "node:string_decoder";

import { drawing } from "../../../base/drawing";

import { answersPipe, writeLine } from "../../protocol/pipes";
import type { Output } from "../../protocol/wire";
import { readableStacks } from "../errors/stack";
import { currentCell, KeyboardInterrupt } from "../run/cell";
import { standIn } from "../run/standIn";

import { plainData, plainJson } from "./bundleData";
import { inOrder } from "./inOrder";

/** Sends an output of a cell, or hands it to the redraw that it is part of. */
export function put(cell: string, output: Output): void {
  const redraw = drawing();
  inOrder(output, (next) => {
    if (redraw) redraw.take(next);
    else writeLine(answersPipe, { cell, output: next });
  });
}

/** From now on what is printed belongs to the cell whose code prints it, also after that cell is done. */
export function catchOutput(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream);
    const decoders = new Map<string, StringDecoder>();
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const cell = currentCell();
      if (cell === undefined) return original(chunk as string, ...(rest as []));
      // Code that goes on in the background after its cell was interrupted stops at its next output.
      if (cell.stopped) throw new KeyboardInterrupt();
      const encoding = rest.find((argument) => typeof argument === "string") as BufferEncoding | undefined;
      const text = decoded(decoders, cell.id, encodedText(chunk, encoding));
      if (text !== "") put(cell.id, { type: "stream", name, text: readableStacks(text) });
      const done = rest.find((argument) => typeof argument === "function");
      if (done) process.nextTick(done as () => void);
      return true;
    };
  }
}

/** Text, or the bytes of `write("00ff", "hex")`. */
function encodedText(chunk: string | Uint8Array, encoding: BufferEncoding | undefined): string | Uint8Array {
  const isText =
    typeof chunk !== "string" || encoding === undefined || /^(?:utf-?8|ucs-?2|utf-?16le)$/i.test(encoding);
  return isText ? chunk : Buffer.from(chunk, encoding);
}

/** Bytes as text, also where a character is cut between one piece and the next. */
function decoded(decoders: Map<string, StringDecoder>, cell: string, chunk: string | Uint8Array): string {
  const begun = decoders.get(cell);
  decoders.delete(cell);
  if (typeof chunk === "string") return begun ? begun.end() + chunk : chunk;
  const decoder = begun ?? new StringDecoder("utf8");
  const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  if ((decoder as unknown as { lastNeed: number }).lastNeed > 0) decoders.set(cell, decoder);
  return text;
}

/** From now on `console.clear()` empties the output of its cell, as it does a terminal. */
export function clearByConsole(): void {
  console.clear = standIn(console.clear, () => {
    const cell = currentCell();
    if (cell) put(cell.id, { type: "clear" });
  });
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
  if (cell.stopped) throw new KeyboardInterrupt();
  const { data, metadata = {}, transient = {} } = content;
  const plain = {
    data: plainData(data),
    metadata: plainJson(metadata) as Record<string, unknown>,
    transient,
  };
  put(cell.id, { type: "display", content: plain, update });
}
