import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Problem } from "../project/problem.mjs";
import { venvPython } from "../project/project.mjs";
import { runSetup } from "../setup/setup.mjs";
import { readJson, writeWhole } from "../setup/stamp.mjs";
import { Course } from "./folder.mjs";
import { nbgrader } from "./nbgrader.mjs";

export const help = `npm run course -- release FOLDER NAME

Makes the students' version of an assignment: without solutions and without hidden tests, in release/NAME. Hand out that
folder. With --exchange it is also put into nbgrader's exchange, from which students fetch it by JupyterLab's Assignment List.`;

export const args = ["FOLDER", "NAME"];
export const options = { exchange: { type: "boolean" } };

export async function run([path, name], { exchange }) {
  const course = new Course(path);
  course.checkAssignment(name);
  await runSetup();
  await release(course, name);
  console.log(`Hand out ${join(course.root, "release", name)}`);
  if (exchange) {
    await nbgrader(course, ["release_assignment", name, "--force"]);
    console.log("It lies in the exchange, too.");
  }
  return 0;
}

/** Makes the students' version; nbgrader's gradebook learns the assignment's tests and points by it, too. */
export async function release(course, name) {
  const of = course.digestOf(name);
  try {
    await nbgrader(course, ["generate_assignment", name, "--force"]);
  } catch (error) {
    if (!/Cannot add or remove cells/.test(error.message)) throw error;
    throw new Problem(
      `${name} has other cells than when it was graded first, and nbgrader's gradebook takes none in or out once it has marks. Put the cells back as they were; or drop its marks, those given by hand too, and grade again: cd "${course.root}" && "${venvPython}" -m nbgrader db assignment remove ${name} --force`,
    );
  }
  const file = course.releasedFile(name);
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, JSON.stringify({ of }));
}

/** Whether what was released is what the assignment is now. */
export const isReleased = (course, name) => readJson(course.releasedFile(name))?.of === course.digestOf(name);
