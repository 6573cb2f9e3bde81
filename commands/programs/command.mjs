import { once } from "node:events";
import { appendFileSync, mkdirSync } from "node:fs";
import { cache, setupLog } from "../project/project.mjs";
import { spawnGuarded } from "./guarded.mjs";
import { interruption } from "./interrupt.mjs";
import { endTree } from "./process-tree.mjs";

const KEPT = 200_000; // characters of output that are kept to look for the cause of a failure

/**
 * Runs a program to its end, together with all that it starts; its output goes to the set-up's log.
 *
 * @param options.cwd The folder to run it in. @default the project's
 * @param options.timeout Milliseconds after which it is ended. @default 10 minutes
 * @param options.onLine Called with each line of its output, and a function that ends the program as out of time.
 * @returns Its exit status (null: it was ended), the last part of its output, and whether it ran out of time.
 */
export async function runCommand(file, args, { cwd, env, timeout = 600_000, onLine } = {}) {
  interruption.throwIfAborted();
  log(`\n$ ${[file, ...args].join(" ")}\n`);
  const child = spawnGuarded(file, args, { cwd, env });
  const end = () => endTree(child);
  let timedOut = false;
  const giveUp = () => {
    timedOut = true;
    end();
  };
  const timer = setTimeout(giveUp, timeout);
  interruption.addEventListener("abort", end);
  process.on("exit", end);
  let output = "";
  const take = (text) => {
    log(text);
    output = (output + text).slice(-KEPT);
  };
  for (const stream of [child.stdout, child.stderr])
    readLines(stream, take, (line) => onLine?.(line, giveUp));
  const [status] = await once(child, "close");
  clearTimeout(timer);
  interruption.removeEventListener("abort", end);
  process.off("exit", end);
  interruption.throwIfAborted();
  return { status, output, timedOut };
}

function readLines(stream, take, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    take(text);
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
}

function log(text) {
  try {
    mkdirSync(cache, { recursive: true });
    appendFileSync(setupLog, text);
  } catch {
    // A log that cannot be written must not hide why: the program's own failure says it.
  }
}
