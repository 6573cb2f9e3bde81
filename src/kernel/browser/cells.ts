/** The worker that runs cells: it takes calls as messages and answers each in turn. */

import { hideOwnFrames } from "../cells/errors/ownFrames";
import { offerPrompt } from "../cells/input/prompt";
import { takeInput } from "../cells/input/questions";
import { allSent } from "../cells/output/inOrder.browser";
import { catchOutput, clearByConsole } from "../cells/output/output";
import { listenAt, takeInterrupt } from "../cells/run/interrupts.browser";
import { guardTimers } from "../cells/run/timers";
import type { Session } from "../cells/session";
import type { FromCells, Start, ToCells } from "../protocol/evaluator.browser";
import { answersPipe, writeLine } from "../protocol/pipes";
import type { Call } from "../protocol/wire";
import { setAssets } from "../web/assets";
import { contexts, followPromises } from "../web/asyncHooks";
import { nodeConsole } from "../web/console";
import { declare, declareFor } from "../web/declarations";
import { bytesOf, isFile, mkdirSync, onChange, put, rmSync } from "../web/fs";
import { join } from "../web/path";
import { makeProcess, notebookFolder } from "../web/process";
import { shareFiles } from "../web/projectFiles";
import { showPromises } from "../web/promises";
import { offerTimers } from "../web/timers";
import { rememberProxies } from "../web/util";
import { scope } from "../web/worker";
import type { FilesMessage } from "./messages";

const post = (line: FromCells) => writeLine(answersPipe, line);

followPromises();
offerTimers();
showPromises();
rememberProxies();
Object.assign(globalThis, { global: globalThis, Buffer });
Object.assign(globalThis, { process: makeProcess((exit) => post({ exit })) });
Object.assign(console, nodeConsole);
hideOwnFrames();
catchOutput();
clearByConsole();
guardTimers();
offerPrompt();

/** Loaded once the declarations are there. */
async function start({ base, files, shared, poll }: Start): Promise<Session> {
  setAssets({ base, files });
  listenAt(shared, poll);
  await declare("declarations.json");
  for (const folder of [notebookFolder, "/tmp"]) mkdirSync(folder, { recursive: true });
  onChange((path) => changed.add(path));
  shareFiles();
  const { Session: SessionOf } = await import("../cells/session");
  return new SessionOf();
}

let begun: (session: Promise<Session>) => void;
const session = new Promise<Session>((resolve) => {
  begun = resolve;
});
let last: Promise<unknown> = session;

async function answer(id: number, call: Call): Promise<void> {
  const ready = await session;
  if ("code" in call) await declareFor(call.code);
  const given = await ready.answer(call);
  await allSent();
  tellFiles();
  post({ id, answer: given });
}

/** Files of the notebook that code has written or removed since they were last told. */
const changed = new Set<string>();

function tellFiles(): void {
  const own = [...changed].filter((path) => path.startsWith(`${notebookFolder}/`));
  changed.clear();
  if (own.length === 0) return;
  const name = (path: string) => path.slice(notebookFolder.length + 1);
  post({ files: Object.fromEntries(own.map((path) => [name(path), bytesOf(path)?.slice().buffer ?? null])) });
}

function takeFiles(files: FilesMessage["files"]): void {
  for (const [name, data] of Object.entries(files)) {
    const path = join(notebookFolder, name);
    if (data !== null) put(path, data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    else if (isFile(path)) rmSync(path);
    changed.delete(path);
  }
}

scope.onmessage = ({ data }) =>
  contexts.outside(() => {
    const line = data as ToCells;
    if ("start" in line) {
      begun(start(line.start));
      session.then(
        (ready) => {
          post({ ready: true });
          return ready.warmUp();
        },
        (error: Error) => post({ failed: error.message }),
      );
    } else if ("interrupt" in line) takeInterrupt(line.interrupt, line.number, line.poll);
    else if ("files" in line) takeFiles(line.files);
    else if ("input" in line) takeInput(line.ask, line.input);
    // A message of a comm does not wait for the cell that runs: it may be what that waits for.
    else if (line.call.do === "comm" || line.call.do === "debug") void answer(line.id, line.call);
    else last = last.then(() => answer(line.id, line.call));
  });
