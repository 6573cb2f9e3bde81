import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { interruptsPipe, readLines, type ToInterrupts } from "../protocol/wire";

/** How long the main thread may take to hear of an interrupt before what it runs is stopped, in milliseconds. */
const patience = 100;

const shared: Int32Array = workerData;
const inspector = new Session();
inspector.connectToMainThread();
const expression = 'globalThis[Symbol.for("cofi.stop")]()';

const interrupts = new Socket({ fd: interruptsPipe, readable: true, writable: false });
readLines<ToInterrupts>(interrupts, ({ interrupt: cell }) => {
  const heard = Atomics.load(shared, 1);
  parentPort?.postMessage(cell);
  insist(heard);
});

/** Stops what the main thread runs until it has heard of the interrupt. */
function insist(heard: number): void {
  const inScript = Atomics.load(shared, 0) === 1;
  if (inScript && process.platform !== "win32") process.kill(process.pid, "SIGINT");
  setTimeout(() => {
    if (Atomics.load(shared, 1) !== heard) return;
    if (Atomics.load(shared, 0) === 0 || process.platform === "win32")
      inspector.post("Runtime.evaluate", { expression });
    insist(heard);
  }, patience);
}

// The other end is closed when the kernel ends, however it does; a loop in a cell must not outlive it.
interrupts.on("end", () => process.kill(process.pid, "SIGKILL"));
