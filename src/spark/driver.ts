/** The Python driver as a process: requests to it and its answers, a line of JSON each, and its log. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onAbort } from "../base/pause";
import { compiledFile } from "../platform/project";
import type { Environment } from "./environment";
import { Log } from "./log";

/** How far a request is. */
export interface Step {
  /** What is being done: "reading", "numbering", "counting", "cutting", "starting", "training", … */
  stage: string;
  /** Of a training: the epoch that is done, from 0, and its RMSE. */
  epoch?: number;
  rmse?: number;
  /** And the RMSE on ratings held out. */
  validation?: number;
}

export interface RequestOptions {
  signal?: AbortSignal;
  onStep?: (step: Step) => unknown;
}

interface Answer {
  id: number;
  result?: unknown;
  /** isInLog: Spark's log says more of it. */
  error?: { kind: string; message: string; isInLog?: boolean };
  progress?: Step;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  onStep?: (step: Step) => unknown;
}

/** How long a driver may take to end by itself, in milliseconds. */
const patience = 30_000;

const kinds: Record<string, ErrorConstructor> = { RangeError, TypeError };

export class Driver {
  readonly log = new Log();
  /** The errors that the log says more of. */
  readonly inLog = new WeakSet<object>();
  private readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly ended: Promise<unknown>;
  private last = 0;
  private isClosed = false;

  constructor({ python, javaHome }: Environment, env: Record<string, string>) {
    const args = ["-u", compiledFile("spark/driver/main.py")];
    // Another Spark that this machine may have is not the one that came with this Python.
    const { SPARK_HOME: _, ...own } = process.env;
    // In a group of its own, so that Ctrl-C comes to it as a request that is taken back.
    this.process = spawn(python, args, {
      env: {
        ...own,
        ...(javaHome && { JAVA_HOME: javaHome }),
        ...env,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONUTF8: "1",
      },
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    this.ended = once(this.process, "close").catch(() => {});
    this.process.on("error", (error) => this.fail(`the driver did not start: ${error.message}`));
    this.process.on("close", (status, signal) => this.fail(`the driver has ended (${signal ?? status})`));
    this.process.stdin.on("error", () => {}); // told by "close"
    createInterface({ input: this.process.stdout }).on("line", (line) => this.take(JSON.parse(line)));
    createInterface({ input: this.process.stderr }).on("line", (line) => this.log.add(line));
  }

  /**
   * Asks for something, and gives what the driver answers.
   *
   * @throws what went wrong there, as the error of its kind; the reason of the signal, once that is aborted.
   */
  async request<Result>(name: string, args: object, options: RequestOptions = {}): Promise<Result> {
    if (this.isClosed) throw new Error("the Spark session is closed: start another by onSpark");
    const id = ++this.last;
    let stopped: { reason: unknown } | undefined;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onStep: options.onStep });
    });
    const forget = onAbort(options.signal, (reason) => {
      stopped = { reason };
      this.send({ cancel: id });
    });
    this.hold(true);
    this.send({ id, name, arguments: args });
    try {
      return (await answered) as Result;
    } catch (error) {
      if (stopped) throw stopped.reason;
      // Of use is who asked, and not the line of the answer that it came from.
      Error.captureStackTrace(error as Error);
      throw error;
    } finally {
      forget();
      if (this.waiting.size === 0) this.hold(false);
    }
  }

  /** Ends the driver, and Spark with it; what does not end by itself is ended. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.hold(true);
    this.process.stdin.end();
    const timer = setTimeout(() => this.process.kill("SIGKILL"), patience);
    await this.ended;
    clearTimeout(timer);
  }

  /** Whether Node is to wait for the driver: only while something is asked of it. It ends when Node does. */
  private hold(isHeld: boolean): void {
    for (const part of [this.process, this.process.stdin, this.process.stdout, this.process.stderr] as {
      ref?(): void;
      unref?(): void;
    }[])
      if (isHeld) part.ref?.();
      else part.unref?.();
  }

  private send(message: object): void {
    this.process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  private take({ id, result, error, progress }: Answer): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    if (progress) {
      waiting.onStep?.(progress);
      return;
    }
    this.waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(this.made(error));
  }

  private made({ kind, message, isInLog }: Required<Answer>["error"]): Error {
    const error = new (kinds[kind] ?? Error)(message);
    if (isInLog) this.inLog.add(error);
    return error;
  }

  private fail(message: string): void {
    this.isClosed = true;
    const said = this.log.lines(1)[0];
    const told = said === undefined ? message : `${message}: ${said}`;
    for (const { reject } of this.waiting.values())
      reject(this.made({ kind: "Error", message: told, isInLog: true }));
    this.waiting.clear();
  }
}
