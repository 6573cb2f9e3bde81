import { runCommand } from "../programs/command.mjs";
import { failure } from "../project/problem.mjs";
import { venvPython } from "../project/project.mjs";

/**
 * The students' versions of assignments, without solutions and without hidden tests.
 *
 * @param {string[]} files Notebooks as instructors have them.
 * @returns {Promise<string[]>} The notebooks' texts, in their order.
 */
export async function studentsVersions(files) {
  const result = await runCommand(venvPython, ["-m", "cofi_grading", "students", ...files]);
  if (result.status !== 0)
    throw failure("the students' versions of the assignments could not be made", "nbgrader", result);
  return JSON.parse(result.output.split("\n").findLast((line) => line.startsWith("[")));
}
