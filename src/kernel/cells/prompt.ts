import { answersPipe, writeLine } from "../protocol/wire";
import { currentCell } from "./cell";

declare global {
  /**
   * Asks the reader of the notebook for a line of text.
   *
   * @param message What stands before the field. Defaults to nothing.
   * @param options.password Hides what is typed. Defaults to false.
   */
  function prompt(message?: string, options?: { password?: boolean }): Promise<string>;
}

let answered: ((value: string) => void) | undefined;

/** Gives cells their `prompt`. */
export function offerPrompt(): void {
  globalThis.prompt = (message = "", { password = false } = {}) => {
    const cell = currentCell();
    if (!cell?.allowInput || cell.finished)
      return Promise.reject(
        new Error(
          cell?.finished
            ? "prompt must be called while its cell runs"
            : "prompt needs a front end that can ask its reader, and this one does not allow it (allow_stdin is false)",
        ),
      );
    return new Promise((resolve) => {
      answered = resolve;
      writeLine(answersPipe, { cell: cell.id, ask: { prompt: message, password } });
    });
  };
}

/** Takes what the reader typed. */
export function takeInput(value: string): void {
  answered?.(value);
  answered = undefined;
}
