import { type ChildProcess, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { workerFile } from "../../platform/project";
import type { Content } from "./message";
import { MarkedText, Order } from "./order";
import { answersPipe, callsPipe, interruptsPipe, readLines, toLine } from "./pipes";
import { killTree } from "./processTree";
import type {
  Answers,
  Call,
  DebugEvent,
  FromEvaluator,
  FromInterrupts,
  ToEvaluator,
  ToInterrupts,
} from "./wire";

/** A line that is about a cell. */
export type OutputLine = Exclude<FromEvaluator, { id: number } | { mark: true }>;

/** The number of a call: not to be guessed, so that what a cell writes into the pipes answers no call but its own. */
const newId = () => randomInt(2 ** 48 - 1);

/** How a process ended, in words: its exit code or the signal that ended it. */
export interface End {
  how: string;
}

/** How the process is started. */
export interface Launch {
  /** The program that starts it in its turn, with arguments: it shuts the process in. @default none */
  through?: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The longest line that is read, in characters. @default any */
  longest?: number;
}

export interface EvaluatorEvents {
  line(line: OutputLine): void;
  /** Bytes that came past the streams of Node: a native library's, or a child process's of the cell. */
  raw(name: "stdout" | "stderr", text: string): void;
  /** What the debugger tells. */
  debug(event: DebugEvent): void;
  ended(end: End): void;
  /** Is told how many bytes have come over any of its streams. */
  received?(bytes: number): void;
}

/**
 * The process that runs cells. Over three pipes of its own it gets calls, sends answers and output, and hears
 * of interrupts; they are not its standard streams, which belong to the cells.
 */
export class Evaluator {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (outcome: { answer: unknown } | End) => void>();
  private readonly debugging = new Map<number, (outcome: Content | Error) => void>();
  private end: End | undefined;

  constructor(events: EvaluatorEvents, { through = [], cwd, env, longest }: Launch = {}) {
    // Nothing that a program prints by chance; the process that runs cells prints it where order matters.
    const mark = `\u0000${randomUUID()}\u0000`;
    const [program, ...given] = [
      ...through,
      ...[process.execPath, ...flags, workerFile("kernel/cells/main"), mark.slice(1, -1)],
    ];
    this.child = spawn(program, given, {
      ...(cwd !== undefined && { cwd }),
      ...(env && { env }),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      // Jupyter's signals to the kernel's group are for the kernel: it passes an interrupt on by the pipe. And all
      // that cells start is in a group with this process, to end with it.
      detached: process.platform !== "win32",
    });
    const order = new Order(3);
    const ends = (["stdout", "stderr"] as const).map((name, k) => {
      const marked = new MarkedText(mark);
      const take = (text: string | undefined) =>
        order.take(k, text === undefined ? "mark" : () => events.raw(name, text.replace(nodesOwn, "")));
      this.child[name]?.setEncoding("utf8").on("data", (piece: string) => marked.read(piece).forEach(take));
      return () => events.raw(name, marked.end());
    });
    // Cells can write to these pipes too: what is no message ends the process, and not the one that reads it.
    const reading = { broken: () => this.kill(), longest };
    const answers = this.child.stdio[answersPipe] as Readable;
    const fromInterrupts = (this.child.stdio as unknown[])[interruptsPipe] as Readable;
    const takeAnswer = (line: FromEvaluator) => {
      if ("mark" in line) order.take(2, "mark");
      else if ("id" in line) order.take(2, () => this.settle(line.id, { answer: line.answer }));
      else order.take(2, () => events.line(line));
    };
    const takeInterrupt = (line: FromInterrupts) => {
      if ("event" in line) return events.debug(line);
      this.debugging.get(line.debug)?.("answer" in line ? line.answer : new Error(line.refused));
      this.debugging.delete(line.debug);
    };
    readLines(answers, takeAnswer, reading);
    readLines(fromInterrupts, takeInterrupt, reading);
    if (events.received)
      for (const stream of [this.child.stdout, this.child.stderr, answers, fromInterrupts])
        stream?.on("data", (piece: string) => events.received?.(piece.length));
    for (const pipe of [callsPipe, interruptsPipe]) this.child.stdio[pipe]?.on("error", () => {}); // it ended while it was written to, as "close" tells
    this.child.on("error", (error) => events.raw("stderr", `${error.message}\n`)); // it could not be started
    this.child.on("exit", () => this.kill()); // what it started and left behind
    this.child.on("close", (code, signal) => {
      for (const end of ends) end();
      order.end();
      this.end = { how: signal === null ? `exit code ${code}` : `signal ${signal}` };
      for (const id of [...this.waiting.keys()]) this.settle(id, this.end);
      for (const settle of this.debugging.values())
        settle(new Error("the process that runs the cells ended"));
      events.ended(this.end);
    });
  }

  /** Asks the process to do one thing; resolves with how it ended where it ends before it has answered. */
  call<K extends Call["do"]>(call: Extract<Call, { do: K }>): Promise<{ answer: Answers[K] } | End> {
    if (this.end !== undefined) return Promise.resolve(this.end);
    const id = newId();
    return new Promise((resolve) => {
      this.waiting.set(id, resolve as (outcome: { answer: unknown } | End) => void);
      this.send(callsPipe, { id, call });
    });
  }

  /** Hands on something that needs no answer, such as what the reader typed. */
  tell(line: Exclude<ToEvaluator, { id: number }>): void {
    this.send(callsPipe, line);
  }

  /** Interrupts a cell, if it is the running one. */
  interrupt(cell: string): void {
    this.send(interruptsPipe, { interrupt: cell });
  }

  /**
   * Asks the debugger, which answers also while a cell is stopped.
   *
   * @throws Error with the reason where it can't do that.
   */
  debug(command: string, given: Content): Promise<Content> {
    if (this.end !== undefined) return Promise.reject(new Error("the process that runs the cells ended"));
    const debug = newId();
    return new Promise((resolve, reject) => {
      this.debugging.set(debug, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      this.send(interruptsPipe, { debug, command, given });
    });
  }

  /** The process's id, where it could be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends the process, and with it all that its cells have started. */
  kill(): void {
    killTree(this.child.pid);
  }

  private send(pipe: number, line: ToEvaluator | ToInterrupts): void {
    (this.child.stdio[pipe] as Writable).write(toLine(line));
  }

  private settle(id: number, outcome: { answer: unknown } | End): void {
    this.waiting.get(id)?.(outcome);
    this.waiting.delete(id);
  }
}

/** What Node says where a cell ends its process, because the kernel's interrupts go through its inspector. */
const nodesOwn = /^Waiting for the debugger to disconnect\.\.\.\n/m;

/**
 * Stopping a loop leaves Node's record of asynchronous calls unbalanced: without this flag Node would end the
 * process over it.
 */
const flags = ["--no-force-async-hooks-checks"];
