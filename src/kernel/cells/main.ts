import { Socket } from "node:net";
import { killTree } from "../protocol/processTree";
import { answersPipe, type Call, callsPipe, readLines, type ToEvaluator, writeLine } from "../protocol/wire";
import { hideAsyncRecords } from "./asyncRecords";
import { watchChildren } from "./children";
import { catchDescriptors } from "./descriptors";
import { prepareModules } from "./modules";
import { catchOutput, clearByConsole } from "./output";
import { hideOwnFrames } from "./ownFrames";
import { offerPrompt } from "./prompt";
import { takeInput } from "./questions";
import { offerStdin } from "./stdin";
import { guardTimers } from "./timers";

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
  void session.then((ready) => ready.warmUp());
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

void main();
