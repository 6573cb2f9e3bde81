import { Interface } from "node:readline";
import * as promises from "node:readline/promises";
import { Readable } from "node:stream";
import { currentCell, KeyboardInterrupt } from "../run/cell";
import { ask } from "./questions";

// biome-ignore lint/suspicious/noExplicitAny: the signatures are Node's; here arguments only pass through.
type Question = (this: { input: unknown }, query: string, ...rest: any[]) => any;

/** Standard input as cells read it: each line is asked of the reader of the notebook when somebody waits for one. */
class ReaderInput extends Readable {
  /** What stands before the field of the next line. */
  query = "";
  asking = false;
  private wanted = false;

  override _read(): void {
    this.wanted = true;
  }

  override read(size?: number): unknown {
    // In a turn of its own: who reads with `rl.question` says what the question is after the reading has begun.
    setImmediate(() => this.askNext());
    return super.read(size);
  }

  /** Asks for a line, where one is waited for and none was asked for yet. */
  askNext(): void {
    const cell = currentCell();
    if (!this.wanted || this.asking || this.isPaused() || !cell || cell.finished || cell.interrupted) return;
    const { query } = this;
    this.query = "";
    this.asking = true;
    ask(query)
      .finally(() => {
        this.asking = false;
      })
      .then(
        (line) => {
          this.wanted = false;
          this.push(`${line}\n`);
        },
        (error) => {
          // Who was reading is gone with its cell, and must not take the lines of the next.
          for (const event of ["data", "readable"]) this.removeAllListeners(event);
          this.pause();
          if (!(error instanceof KeyboardInterrupt)) this.emit("error", error);
        },
      );
  }
}

/** Gives cells a standard input, `process.stdin`, with which `node:readline` works as in a terminal. */
export function offerStdin(): void {
  const input = new ReaderInput({ encoding: "utf8" });
  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: () => input });
  for (const { prototype } of [Interface, promises.Interface]) {
    const target = prototype as unknown as { question: Question };
    const { question } = target;
    target.question = function (query, ...rest) {
      if (this.input !== input || input.asking || currentCell() === undefined)
        return question.call(this, query, ...rest);
      input.query = String(query);
      setImmediate(() => input.askNext());
      return question.call(this, "", ...rest);
    };
  }
}
