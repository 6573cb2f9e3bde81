/** Threads that run beside this one. */
import { Worker } from "node:worker_threads";
import { workerFile } from "./project";

/** What threads do: files of `src`, each of which calls `inThread`. */
export type ThreadName = "wasm/worker" | "modelSelection/poolWorker";

/** What a thread is told, and tells. */
export interface ThreadEvents {
  // biome-ignore lint/suspicious/noExplicitAny: each thread tells what it tells.
  message?(message: any): void;
  /** It failed: it has thrown, or could not be started. */
  error?(error: Error): void;
  /** It has ended, with a status of 0 where it had no more to do. */
  exit?(status: number): void;
}

/** A thread, seen from the one that started it. */
export interface Thread {
  post(message: unknown): void;
  /** Whether the program goes on as long as the thread does. */
  hold(): void;
  /** Ends it, whatever it does. */
  terminate(): Promise<unknown>;
}

/**
 * Starts a thread with what it is given.
 *
 * @param options.held Whether the program goes on as long as the thread does. @default true
 */
export function startThread(
  name: ThreadName,
  data: unknown,
  on: ThreadEvents,
  options: { held?: boolean } = {},
): Thread {
  const worker = new Worker(workerFile(name), { workerData: data });
  if (options.held === false) worker.unref();
  if (on.message) worker.on("message", on.message);
  if (on.error) worker.on("error", on.error);
  if (on.exit) worker.on("exit", on.exit);
  return {
    post: (message) => worker.postMessage(message),
    hold: () => worker.ref(),
    terminate: () => worker.terminate(),
  };
}
