import { join } from "node:path";
import { runSetup } from "../setup/setup.mjs";
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
  await nbgrader(course, ["generate_assignment", name, "--force"]);
  console.log(`Hand out ${join(course.root, "release", name)}`);
  if (exchange) {
    await nbgrader(course, ["release_assignment", name, "--force"]);
    console.log("It lies in the exchange, too.");
  }
  return 0;
}
