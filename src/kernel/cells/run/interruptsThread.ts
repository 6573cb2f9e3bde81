import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { interruptsPipe, readLines, toLine } from "../../protocol/pipes";
import { killTree, signalChildren } from "../../protocol/processTree";
import type { FromInterrupts, ToInterrupts } from "../../protocol/wire";
import { type DebuggedCell, Debugger } from "./debugger";
import { slots } from "./slots";

/** How long the main thread may take to hear of an interrupt before what it runs is stopped, in milliseconds. */
const patience = 100;

/** The same where it waits for a program, which may have something to put in order before it ends. */
const patienceWithChild = 1000;

/** How many times that long code may take that was told to stop. */
const turnsToUnwind = 10;

const shared: Int32Array = workerData;
const inspector = new Session();
inspector.connectToMainThread();
const evaluate = (which: "any" | "stopped") =>
  inspector.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("cofi.stop")]("${which}")` });

const interrupts = new Socket({ fd: interruptsPipe, readable: true, writable: true });
const tell = (line: FromInterrupts) => interrupts.write(toLine(line));
const debug = new Debugger(inspector, tell);
parentPort?.on("message", async (cell: DebuggedCell) => {
  await debug.add(cell).catch((error: Error) => console.error("kernel: no breakpoints:", error.message));
  parentPort?.postMessage({ added: cell.file });
});
readLines<ToInterrupts>(interrupts, (line) => {
  if ("debug" in line) {
    const { debug: id, command, given } = line;
    debug.answer(command, given).then(
      (answer) => tell({ debug: id, answer }),
      (error: Error) => tell({ debug: id, refused: error.message }),
    );
    return;
  }
  const { interrupt: cell } = line;
  debug.release();
  const heard = Atomics.load(shared, slots.heard);
  Atomics.add(shared, slots.asked, 1);
  Atomics.store(shared, slots.pending, 1);
  parentPort?.postMessage(cell);
  insist(heard);
  watchStrays();
});

const windows = process.platform === "win32";

/**
 * Stops what the main thread runs until it has heard of the interrupt: at once the program that it waits for, if it
 * does; then itself, once it has had time to hear by itself.
 */
function insist(heard: number, times = 0): void {
  const inChild = Atomics.load(shared, slots.inChild) === 1;
  // A program that does not care is ended the hard way.
  if (inChild && !windows) signalChildren(process.pid, times < 2 ? "SIGINT" : "SIGKILL");
  setTimeout(
    () => {
      if (Atomics.load(shared, slots.heard) !== heard) return;
      // Code that has heard of it itself may still have its `finally` to go through.
      const unwinding = Atomics.load(shared, slots.pending) === 0 && times < turnsToUnwind;
      if (!unwinding && (times > 0 || !inChild)) stop();
      insist(heard, times + 1);
    },
    inChild ? patienceWithChild : patience,
  );
}

function stop(): void {
  const inScript = Atomics.load(shared, slots.inScript) === 1;
  if (inScript && !windows) process.kill(process.pid, "SIGINT");
  else evaluate("any");
}

/** How long what a stopped cell left behind may hold the main thread, in milliseconds. */
const strayPatience = 500;
let isWatching = false;

/** From the first interrupt on: where the main thread is not free, code of a stopped cell that holds it is stopped. */
function watchStrays(): void {
  if (isWatching) return;
  isWatching = true;
  let last = -1;
  setInterval(() => {
    const beat = Atomics.load(shared, slots.beat);
    if (beat === last) evaluate("stopped");
    last = beat;
  }, strayPatience);
}

// The other end is closed when the kernel ends, however it does; neither a loop in a cell nor a program that it
// started may outlive it.
interrupts.on("end", () => killTree(process.pid));
