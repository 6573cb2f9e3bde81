import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { interruption } from "./interrupt.mjs";
import { endTree } from "./process-tree.mjs";
import { cache, root, setupLog } from "./project.mjs";

const KEPT = 200_000; // characters of output that are kept to look for the cause of a failure

/**
 * Runs a program to its end, in a process group of its own so that all it started ends with it; its output goes to the
 * set-up's log.
 *
 * @param options.timeout Milliseconds after which it is ended. @default 10 minutes
 * @param options.onLine Called with each line of its output.
 * @returns Its exit status (null: it was ended or could not be started), the last part of its output, and whether it ran out of time.
 */
export async function runCommand(
  file,
  args,
  { cwd = root, env = process.env, timeout = 600_000, onLine, shell } = {},
) {
  interruption.throwIfAborted();
  log(`\n$ ${[file, ...args].join(" ")}\n`);
  const child = spawn(file, args, {
    cwd,
    env,
    shell,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const end = () => endTree(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeout);
  interruption.addEventListener("abort", end);
  process.on("exit", end);
  let output = "";
  const take = (text) => {
    log(text);
    output = (output + text).slice(-KEPT);
  };
  for (const stream of [child.stdout, child.stderr]) readLines(stream, take, onLine);
  const status = await new Promise((resolve) => {
    child.on("error", (error) => {
      take(`${error.message}\n`);
      resolve(null);
    });
    child.on("close", resolve);
  });
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
    if (onLine) lines.forEach(onLine);
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
