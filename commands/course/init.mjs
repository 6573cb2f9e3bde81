import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Problem } from "../project/problem.mjs";
import { inRoot } from "../project/project.mjs";
import { writeWhole } from "../setup/stamp.mjs";
import { given } from "./folder.mjs";

export const help = `npm run course -- init FOLDER

Makes a course folder that nbgrader manages: its settings, and source/NAME/NAME.ipynb for each assignment of
notebooks/assignments. What is there already stays as it is. Keep the folder to yourself: it holds the solutions.

For files, as a learning platform hands them out, go on with release, collect, grade, feedback and export. For nbgrader's
exchange, set c.Exchange.root in nbgrader_config.py to a folder that the class can reach.`;

export const args = ["FOLDER"];

const settings = (name) => `# nbgrader's settings for this course.
from cofi_grading import configure

c = get_config()
configure(c)
c.CourseDirectory.course_id = ${JSON.stringify(name)}

# The folder by which nbgrader hands out and collects, where students and instructors share a machine:
# c.Exchange.root = "/srv/nbgrader/exchange"
`;

export function run([path]) {
  const folder = given(path);
  const assignments = inRoot("notebooks", "assignments");
  if (folder === inRoot() || folder.startsWith(`${inRoot("notebooks")}`))
    throw new Problem(`A course needs a folder of its own, got ${folder}.`);
  const made = [];
  const make = (file, write) => {
    if (existsSync(file)) return;
    write(file);
    made.push(file);
  };
  mkdirSync(join(folder, "source"), { recursive: true });
  make(join(folder, "nbgrader_config.py"), (file) => writeWhole(file, settings(basename(folder))));
  make(join(folder, ".gitignore"), (file) => writeWhole(file, ".cofi/\ngradebook.db\n"));
  const files = existsSync(assignments) ? readdirSync(assignments) : [];
  for (const file of files.filter((each) => each.endsWith(".ipynb"))) {
    const name = file.slice(0, -".ipynb".length);
    mkdirSync(join(folder, "source", name), { recursive: true });
    make(join(folder, "source", name, file), (target) => copyFileSync(join(assignments, file), target));
  }
  for (const file of made) console.log(`made ${file}`);
  if (made.length === 0) console.log(`${folder} is a course folder already.`);
  console.log(`Next: npm run course -- release ${path} NAME`);
  return 0;
}
