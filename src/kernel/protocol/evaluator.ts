import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { workerFile } from "../../base/project";
import {
  type Answers,
  answersPipe,
  type Call,
  callsPipe,
  type FromEvaluator,
  interruptsPipe,
  readLines,
  type ToEvaluator,
  type ToInterrupts,
  toLine,
} from "./wire";

/** How a process ended: its exit code or the signal that ended it. */
export interface End {
  code: number | null;
  signal: string | null;
}

export interface EvaluatorEvents {
  line(line: Exclude<FromEvaluator, { id: number }>): void;
  /** Bytes that came past the streams of Node: a native library's, or a child process's of the cell. */
  raw(name: "stdout" | "stderr", text: string): void;
  ended(end: End): void;
}

/**
 * The process that runs cells. Over three pipes of its own it gets calls, sends answers and output, and hears
 * of interrupts; they are not its standard streams, which belong to the cells.
 */
export class Evaluator {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (outcome: { answer: unknown } | End) => void>();
  private lastId = 0;
  private end: End | undefined;

  constructor(events: EvaluatorEvents) {
    this.child = spawn(process.execPath, [...flags, workerFile("kernel/cells/main")], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      // Jupyter's signals to the kernel's group are for the kernel: it passes an interrupt on by the pipe.
      detached: process.platform !== "win32",
    });
    const { stdout, stderr } = this.child;
    stdout?.setEncoding("utf8").on("data", (text: string) => events.raw("stdout", text));
    stderr?.setEncoding("utf8").on("data", (text: string) => events.raw("stderr", text));
    readLines<FromEvaluator>(this.child.stdio[answersPipe] as Readable, (line) => {
      if ("id" in line) this.settle(line.id, { answer: line.answer });
      else events.line(line);
    });
    for (const pipe of [callsPipe, interruptsPipe]) this.child.stdio[pipe]?.on("error", () => {}); // it ended while it was written to, as "close" tells
    this.child.on("close", (code, signal) => {
      this.end = { code, signal };
      for (const id of [...this.waiting.keys()]) this.settle(id, this.end);
      events.ended(this.end);
    });
  }

  /** Asks the process to do one thing; resolves with how it ended where it ends before it has answered. */
  call<K extends Call["do"]>(call: Extract<Call, { do: K }>): Promise<{ answer: Answers[K] } | End> {
    if (this.end !== undefined) return Promise.resolve(this.end);
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve as (outcome: { answer: unknown } | End) => void);
      this.send(callsPipe, { id, call });
    });
  }

  /** Hands on what the reader typed. */
  input(value: string): void {
    this.send(callsPipe, { input: value });
  }

  /** Interrupts a cell, if it is the running one. */
  interrupt(cell: string): void {
    this.send(interruptsPipe, { interrupt: cell });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private send(pipe: number, line: ToEvaluator | ToInterrupts): void {
    (this.child.stdio[pipe] as Writable).write(toLine(line));
  }

  private settle(id: number, outcome: { answer: unknown } | End): void {
    this.waiting.get(id)?.(outcome);
    this.waiting.delete(id);
  }
}

/**
 * Stopping a loop leaves Node's record of asynchronous calls unbalanced: without this flag Node would end the
 * process over it.
 */
const flags = ["--no-force-async-hooks-checks"];
