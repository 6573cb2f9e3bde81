import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Problem } from "../project/problem.mjs";
import { venvPython } from "../project/project.mjs";

/**
 * What stands in nbgrader's gradebook, manual marks and lateness included: for each submission its student, its assignment,
 * its score, and its cells with theirs.
 */
export async function marks(course) {
  try {
    const { stdout } = await promisify(execFile)(venvPython, ["-m", "cofi_grading", "marks", course.root], {
      cwd: course.root,
      maxBuffer: 1e9,
    });
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  } catch (error) {
    throw new Problem(
      `nbgrader's gradebook could not be read: ${String(error.stderr ?? error)
        .trim()
        .split("\n")
        .at(-1)}`,
    );
  }
}
