/** A thread, seen from itself. */
import { parentPort, workerData } from "node:worker_threads";

/** A thread, seen from itself. */
export interface OwnThread {
  post(message: unknown): void;
  /** Calls back with each message; the thread then lasts until it is ended. */
  // biome-ignore lint/suspicious/noExplicitAny: each thread is told what it is told.
  onMessage(listener: (message: any) => unknown): void;
}

/** Runs in a thread what it was started for, with what it was given. */
export function inThread<Data>(run: (data: Data, thread: OwnThread) => void): void {
  run(workerData as Data, {
    post: (message) => parentPort!.postMessage(message),
    onMessage: (listener) => void parentPort!.on("message", listener),
  });
}
