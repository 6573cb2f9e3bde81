import type { Content } from "./message";
import type { Packed } from "./packed";

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
  | { do: "isComplete"; code: string }
  | ReachCall
  | DebugCall
  | CommCall;

/** Reads a variable that cells have declared, or calls the function in it; the values are packed. */
export interface ReachCall {
  do: "reach";
  /** The cell that what the function prints belongs to. */
  cell: string;
  name: string;
  arguments?: Packed[];
}

/** What came of reaching for a variable; a function called asynchronously, `promised`, is waited for. */
export type Reached =
  | { kind: "missing" }
  | { kind: "function" }
  | { kind: "value"; value: Packed; promised?: true; changed?: Packed[] }
  | { kind: "thrown"; name: string; message: string; promised?: true };

/** What the panel of variables asks. */
export type VariablesCall =
  | { do: "debug"; command: "inspectVariables" }
  | { do: "debug"; command: "variables"; reference: number }
  | { do: "debug"; command: "richInspectVariables"; name: string };

/** The same, and whether the debugger is to be told of cells. */
export type DebugCall =
  | VariablesCall
  | { do: "debug"; command: "attach" }
  | { do: "debug"; command: "disconnect" };

/** A message of a comm, as the front end sends it or the kernel. */
export type CommContent = { comm_id: string; data: Record<string, unknown> } & (
  | { type: "comm_open"; target_name: string }
  | { type: "comm_msg" }
  | { type: "comm_close" }
);

/** A message of a comm on its way between the kernel's two processes; its binary parts are in base64. */
export interface CommParts {
  content: CommContent;
  metadata: Record<string, unknown>;
  buffers: string[];
}

/** A message of a comm from the front end; `cell` is the id of the request. */
export type CommCall = CommParts & { do: "comm"; cell: string };

/** The answers, by what was asked. */
export interface Answers {
  execute: { failure?: Failure; userExpressions: Content; plainResult?: string };
  complete: Content;
  inspect: Content;
  isComplete: Content;
  reach: Reached;
  debug: Content;
  /** Whether it was a message for which there is a target. */
  comm: boolean;
}

/** Lines to the process that runs cells. */
export type ToEvaluator = { id: number; call: Call } | { input: string; ask: number };

/** Lines to its thread that listens while a cell holds the process. */
export type ToInterrupts = { interrupt: string } | { debug: number; command: string; given: Content };

/** Lines from that thread. */
export type FromInterrupts =
  | { debug: number; answer: Content }
  | { debug: number; refused: string }
  | DebugEvent;

/** What the debugger tells by itself: that a cell was stopped, that it goes on. */
export interface DebugEvent {
  event: "stopped" | "continued";
  body: Content;
}

/** Lines from the process that runs cells. */
export type FromEvaluator =
  | { id: number; answer: unknown }
  | { cell: string; output: Output }
  | { cell: string; comm: CommParts }
  | { cell: string; ask: { id: number; prompt: string; password: boolean } }
  /** All that follows comes after what stands before the marks in the standard streams, and before what follows them. */
  | { mark: true };

/** What a cell puts out while it runs or after. */
export type Output =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; content: Bundle & { transient: { display_id?: string } }; update: boolean }
  | { type: "clear" }
  | ({ type: "result" } & Bundle)
  | ({ type: "error" } & Failure);
