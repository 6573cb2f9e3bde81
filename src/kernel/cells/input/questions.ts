import { answersPipe, writeLine } from "../../protocol/pipes";
import { type Cell, currentCell, KeyboardInterrupt } from "../run/cell";

/** The questions that were asked and not yet answered. */
const open = new Map<number, (value: string) => void>();
let last = 0;

/** Whether the running code belongs to a cell whose front end can ask its reader. */
export function canAsk(): boolean {
  const cell = currentCell();
  return cell?.allowInput === true && !cell.finished;
}

/** Asks the reader of the notebook for a line of text; several questions are asked one after the other. */
export async function ask(prompt: string, { password = false } = {}): Promise<string> {
  const cell = currentCell();
  if (!cell || !canAsk()) throw refusal(cell);
  const id = ++last;
  const { signal } = cell.controller;
  if (signal.aborted) throw new KeyboardInterrupt();
  return new Promise((resolve, reject) => {
    const interrupted = () => {
      open.delete(id);
      reject(new KeyboardInterrupt());
    };
    signal.addEventListener("abort", interrupted, { once: true });
    open.set(id, (value) => {
      signal.removeEventListener("abort", interrupted);
      resolve(value);
    });
    writeLine(answersPipe, { cell: cell.id, ask: { id, prompt, password } });
  });
}

/** Takes what the reader typed. */
export function takeInput(id: number, value: string): void {
  open.get(id)?.(value);
  open.delete(id);
}

function refusal(cell: Cell | undefined): Error {
  return new Error(
    cell?.finished
      ? "prompt must be called while its cell runs"
      : "prompt needs a front end that can ask its reader, and this one does not allow it (allow_stdin is false)",
  );
}
