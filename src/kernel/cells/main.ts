import { Socket } from "node:net";
import { answersPipe, type Call, callsPipe, readLines, type ToEvaluator, writeLine } from "../protocol/wire";
import { prepareModules } from "./modules";
import { catchOutput, clearByConsole } from "./output";
import { offerPrompt, takeInput } from "./prompt";
import { guardTimers } from "./timers";

/** The process that runs cells: it takes calls one line at a time and answers each in turn. */
async function main(): Promise<void> {
  prepareModules();
  catchOutput();
  clearByConsole();
  guardTimers();
  offerPrompt();
  const session = import("./session").then(({ Session }) => new Session());
  void session.then((ready) => ready.warmUp());
  let last: Promise<unknown> = session;

  async function answer(id: number, call: Call): Promise<void> {
    writeLine(answersPipe, { id, answer: await (await session).answer(call) });
  }

  const calls = new Socket({ fd: callsPipe, readable: true, writable: false });
  readLines<ToEvaluator>(calls, (line) => {
    if ("input" in line) return takeInput(line.input);
    last = last.then(() => answer(line.id, line.call));
  });
  calls.on("end", () => process.exit(0));
}

void main();
