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
  const last = output
    .split("\n")
    .filter((line) => /ERROR|Error/.test(line))
    .at(-1);
  throw new Problem(
    `nbgrader ${args[0]} failed: ${last?.trim() ?? "it gave no reason"} Details: ${setupLog}`,
  );
}
