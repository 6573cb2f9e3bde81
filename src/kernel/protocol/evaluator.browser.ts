import { type ChildWorker, scope, startWorker } from "../web/worker";
import type { Content } from "./message";
import type { Answers, Call, CommParts, Output, ToEvaluator } from "./wire";

/** A line that is about a cell. */
export type OutputLine =
  | { cell: string; output: Output }
  | { cell: string; comm: CommParts }
  | { cell: string; ask: { id: number; prompt: string; password: boolean } };

/** How a worker ended, in words. */
export interface End {
  how: string;
}

/** Files by path; null for one that is gone. */
export type Files = Record<string, ArrayBuffer | string | Blob | null>;

/** Messages from the worker that runs cells. */
export type FromCells =
  | { id: number; answer: unknown }
  | OutputLine
  | { heard: number }
  | { exit: number }
  | { ready: true }
  | { failed: string }
  | { files: Files };

/** Messages to it: first how to start. */
export type ToCells =
  | { start: Start }
  | ToEvaluator
  | { interrupt: string; number: number; poll: string | undefined }
  | { files: Files };

/** What the worker that runs cells starts with. */
export interface Start {
  /** Assets that are there already, by name. */
  files: Record<string, ArrayBuffer | Blob | string>;
  base: string;
  /** Shared with it where the page allows sharing: `slots` says what stands where. */
  shared: Int32Array | undefined;
  /** Where it can't be shared: an address that is gone once the running code is to stop. */
  poll: string | undefined;
}

/** What every worker of this kernel starts with, one after the other. */
export const source: {
  script: string;
  start: Promise<Pick<Start, "base" | "files">>;
  /** The notebook's files: a worker that takes the place of another finds them again. */
  notebook: Files;
  /** Is told of files that cells wrote or removed. */
  changed(files: Files): void;
  /** Hands files to the worker that runs. */
  give(files: Files): void;
} = { script: "", start: new Promise(() => {}), notebook: {}, changed() {}, give() {} };

/** The place of the flag that an interrupt came, in what is shared. */
const pending = 4;

/**
 * How long what runs may take to stop when it is interrupted, in milliseconds, before its worker is ended: twice what
 * the worker took to start, by which a machine shows how slow it is, within these bounds.
 */
const [leastPatience, mostPatience] = [3000, 6000];

/** The worker that runs cells, and how it is interrupted while code holds it. */
export class Evaluator {
  private readonly worker: ChildWorker;
  private readonly waiting = new Map<number, (outcome: { answer: unknown } | End) => void>();
  private readonly shared = scope.crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(20)) : undefined;
  private readonly started: Promise<void>;
  private poll = this.shared === undefined ? newPoll() : undefined;
  private lastId = 0;
  private interrupts = 0;
  private heard = 0;
  private end: End | undefined;
  private isReady = false;
  private startedAt = 0;
  private patience = leastPatience;

  constructor(
    private readonly events: {
      line(line: OutputLine): void;
      raw(name: "stdout" | "stderr", text: string): void;
      debug(event: { event: "stopped" | "continued"; body: Content }): void;
      ended(end: End): void;
    },
  ) {
    this.worker = startWorker(source.script, "cofi cells");
    const { worker } = this;
    worker.onmessage = ({ data }) => this.take(data as FromCells);
    worker.onerror = (event) => {
      event.preventDefault();
      const how = event.message || "its memory ran out";
      if (this.isReady) this.stop({ how });
      else this.fail(how);
    };
    this.started = source.start.then(
      (start) => {
        this.startedAt = performance.now();
        worker.postMessage({ start: { ...start, shared: this.shared, poll: this.poll } } satisfies ToCells);
        worker.postMessage({ files: source.notebook } satisfies ToCells);
      },
      (error: Error) => this.fail(error.message),
    );
    source.give = (files) => this.post({ files });
  }

  /** Asks the worker to do one thing; resolves with how it ended where it ends before it has answered. */
  call<K extends Call["do"]>(call: Extract<Call, { do: K }>): Promise<{ answer: Answers[K] } | End> {
    if (this.end !== undefined) return Promise.resolve(this.end);
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve as (outcome: { answer: unknown } | End) => void);
      this.post({ id, call });
    });
  }

  /** Hands on something that needs no answer, such as what the reader typed. */
  tell(line: Exclude<ToEvaluator, { id: number }>): void {
    this.post(line);
  }

  /** Interrupts a cell, if it is the running one; a worker that does not come to hear of it is ended. */
  interrupt(cell: string): void {
    const number = ++this.interrupts;
    if (this.shared) Atomics.store(this.shared, pending, 1);
    else {
      URL.revokeObjectURL(this.poll as string);
      this.poll = newPoll();
    }
    this.post({ interrupt: cell, number, poll: this.poll });
    setTimeout(() => {
      if (this.end === undefined && this.heard < number)
        this.stop({ how: "what it ran could not be interrupted" });
    }, this.patience);
  }

  /** There is no debugger in a browser's kernel. */
  debug(command: string): Promise<Content> {
    return Promise.reject(
      new Error(`${command}: cells that run in a browser are debugged with the browser's own tools`),
    );
  }

  /** Ends the worker at once. */
  kill(): void {
    this.worker.terminate();
    if (this.poll) URL.revokeObjectURL(this.poll);
  }

  private post(line: ToCells): void {
    void this.started.then(() => this.worker.postMessage(line));
  }

  private take(line: FromCells): void {
    if (this.end !== undefined) return;
    if ("heard" in line) this.heard = line.heard;
    else if ("exit" in line) this.stop({ how: `exit code ${line.exit}` });
    else if ("ready" in line) this.ready();
    else if ("failed" in line) this.fail(line.failed);
    else if ("files" in line) source.changed(line.files);
    else if ("id" in line) {
      this.waiting.get(line.id)?.({ answer: line.answer });
      this.waiting.delete(line.id);
    } else this.events.line(line);
  }

  private ready(): void {
    this.isReady = true;
    const taken = performance.now() - this.startedAt;
    this.patience = Math.min(Math.max(2 * taken, leastPatience), mostPatience);
  }

  /** It ended: another takes its place. */
  private stop(end: End): void {
    this.settleAll(end);
    this.events.ended(end);
  }

  /** It never came to run; another would not either. */
  private fail(how: string): void {
    console.error(`kernel: ${how}`);
    this.settleAll({ how });
  }

  private settleAll(end: End): void {
    this.kill();
    this.end = end;
    for (const settle of this.waiting.values()) settle(end);
    this.waiting.clear();
  }
}

/** An address that can be read until it is taken back. */
function newPoll(): string {
  return URL.createObjectURL(new Blob(["1"]));
}
