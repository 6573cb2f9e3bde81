import { runCommand } from "../programs/command.mjs";
import { failure } from "../project/problem.mjs";
import { venvPython } from "../project/project.mjs";

/**
 * What stands in nbgrader's gradebook, manual marks and lateness included: for each submission its student, its assignment,
 * its score, and its cells with theirs.
 */
export async function marks(course) {
  const lines = [];
  const result = await runCommand(venvPython, ["-m", "cofi_grading", "marks", course.root], {
    cwd: course.root,
    onLine: (line) => line.startsWith("{") && lines.push(JSON.parse(line)),
  });
  if (result.status !== 0) throw failure("nbgrader's gradebook could not be read", "nbgrader", result);
  return lines;
}
