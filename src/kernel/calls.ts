import type { Content } from "./message";

/** How a failure is told in Jupyter's protocol. */
export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** One content in several forms by MIME type. */
export interface Bundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What the process that keeps the protocol asks of the one that runs cells. */
export type Call =
  | {
      do: "execute";
      /** The id of the request: output that comes later still finds its cell by it. */
      cell: string;
      /** The number in the cell's prompt, `In [3]`. */
      count: number;
      code: string;
      silent: boolean;
      allowInput: boolean;
      userExpressions: Record<string, string>;
    }
  | { do: "complete"; code: string; cursor: number }
  | { do: "inspect"; code: string; cursor: number }
  | { do: "isComplete"; code: string };

/** The answers, by what was asked. */
export interface Answers {
  execute: { failure?: Failure; userExpressions: Content; plainResult?: string };
  complete: Content;
  inspect: Content;
  isComplete: Content;
}

/** Lines to the process that runs cells. */
export type ToEvaluator = { id: number; call: Call } | { input: string };

/** Lines to its thread that listens while a cell holds the process. */
export type ToBreaker = { interrupt: string };

/** Lines from the process that runs cells. */
export type FromEvaluator =
  | { id: number; answer: unknown }
  | { cell: string; output: Output }
  | { cell: string; ask: { prompt: string; password: boolean } };

/** What a cell puts out while it runs or after. */
export type Output =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; content: Bundle & { transient: { display_id?: string } }; update: boolean }
  | { type: "clear" }
  | ({ type: "result" } & Bundle)
  | ({ type: "error" } & Failure);
