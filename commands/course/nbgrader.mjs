import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { Problem } from "../project/problem.mjs";
import { setupLog, venvPython } from "../project/project.mjs";

/** Runs one of nbgrader's commands on a course, to its end. */
export async function nbgrader(course, args) {
  mkdirSync(join(course.root, ".cofi"), { recursive: true });
  const { status, output } = await runCommand(venvPython, ["-m", "nbgrader", ...args], { cwd: course.root });
  if (status === 0) return;
  throw new Problem(`nbgrader ${args[0]} failed: ${reasonIn(output)} Details: ${setupLog}`);
}

/** Why nbgrader failed: of its log the last line that names an error, and not only that there was one. */
export function reasonIn(log) {
  const lines = log.split("\n").filter((line) => !/see the the above traceback|Traceback/.test(line));
  const last =
    lines.findLast((line) => /^\s*[\w.]*(Error|Exception|Entry): ./.test(line)) ??
    lines.findLast((line) => /ERROR|Error/.test(line));
  return last?.trim() ?? "it gave no reason";
}
