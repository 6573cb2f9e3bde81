import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { answersPipe, callsPipe, readLines, writeLine } from "../protocol/pipes";
import { killTree } from "../protocol/processTree";
import type { Call, ToEvaluator } from "../protocol/wire";
import { hideOwnFrames } from "./errors/ownFrames";
import { offerPrompt } from "./input/prompt";
import { takeInput } from "./input/questions";
import { offerStdin } from "./input/stdin";
import { prepareModules } from "./modules/modules";
import { hideAsyncRecords } from "./output/asyncRecords";
import { watchChildren } from "./output/children";
import { catchDescriptors } from "./output/descriptors";
import { catchOutput, clearByConsole } from "./output/output";
import { guardTimers } from "./run/timers";

/** The process that runs cells: it takes calls one line at a time and answers each in turn. */
async function main(): Promise<void> {
  prepareModules();
  hideOwnFrames();
  hideAsyncRecords();
  catchOutput();
  catchDescriptors();
  clearByConsole();
  watchChildren();
  guardTimers();
  offerPrompt();
  offerStdin();
  const session = import("./session").then(({ Session }) => new Session());
  void session.then((ready) => ready.warmUp()).then(keepHeapSmall);
  let last: Promise<unknown> = session;

  async function answer(id: number, call: Call): Promise<void> {
    writeLine(answersPipe, { id, answer: await (await session).answer(call) });
  }

  const calls = new Socket({ fd: callsPipe, readable: true, writable: false });
  readLines<ToEvaluator>(calls, (line) => {
    if ("input" in line) return takeInput(line.ask, line.input);
    // A message of a comm does not wait for the cell that runs: it may be what that waits for.
    if (line.call.do === "comm" || line.call.do === "debug") void answer(line.id, line.call);
    else last = last.then(() => answer(line.id, line.call));
  });
  calls.on("end", () => killTree(process.pid)); // the kernel is gone; what cells have started ends too
}

/**
 * How much may be added to what the process holds, in percent, before garbage is looked for. V8's own measure lets a
 * kernel of 100 MB grow to twice that by what is left of trivial cells.
 */
const growth = 8;

/** From now on the garbage of cells is collected before much of it has gathered. */
function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}

void main();
