import { join } from "node:path";
import { runSetup } from "../setup/setup.mjs";
import { Course } from "./folder.mjs";
import { nbgrader } from "./nbgrader.mjs";

export const help = `npm run course -- feedback FOLDER NAME

Makes the pages that students get back, one for each notebook, in feedback/STUDENT/NAME: their cells with what these put out,
the tests with what they said, and the points. With --exchange they are also put into nbgrader's exchange.`;

export const args = ["FOLDER", "NAME"];
export const options = { exchange: { type: "boolean" } };

export async function run([path, name], { exchange }) {
  const course = new Course(path);
  course.checkAssignment(name);
  await runSetup();
  await nbgrader(course, ["generate_feedback", name, "--force"]);
  console.log(`The pages lie in ${join(course.root, "feedback", "STUDENT", name)}`);
  if (exchange) {
    await nbgrader(course, ["release_feedback", name, "--force"]);
    console.log("They lie in the exchange, too.");
  }
  return 0;
}
