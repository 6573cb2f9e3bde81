import { parseArgs } from "node:util";
import { Problem } from "../project/problem.mjs";

const help = `npm run course -- init FOLDER                 a new course in a folder of its own, with the assignments
npm run course -- release FOLDER NAME         makes the students' version of an assignment
npm run course -- collect FOLDER NAME FROM    takes in submissions: a folder or zip of a learning platform's files
npm run course -- grade FOLDER NAME           grades what was handed in
npm run course -- feedback FOLDER NAME        makes the pages that students get back
npm run course -- export FOLDER [NAME]        writes marks.csv, and results.json for Gradescope
npm run course -- marks FOLDER NAME           the class as a page: marks by task, and the commonest mistakes
npm run course -- lab FOLDER                  JupyterLab on the course, with nbgrader's menus
npm run course -- check FILE.ipynb            what a notebook would get: for a student alone

Each says more with --help. FOLDER is the course's, NAME an assignment's. notebooks/assignments/README.md tells how to
run a course.`;

const commands = {
  init: () => import("./init.mjs"),
  release: () => import("./release.mjs"),
  collect: () => import("./collect.mjs"),
  grade: () => import("./grade.mjs"),
  feedback: () => import("./feedback.mjs"),
  export: () => import("./export.mjs"),
  marks: () => import("./marks.mjs"),
  lab: () => import("./lab.mjs"),
  check: () => import("./check.mjs"),
};

/**
 * One of the course's commands. A command's file exports its `help`, the names of its arguments in order, those that may
 * be left out with a "?", its options as `parseArgs` takes them, and `run`, which is given both.
 */
export async function course([name, ...args]) {
  if (name === undefined || name === "--help" || name === "-h") {
    console.log(help);
    return 0;
  }
  if (!Object.hasOwn(commands, name)) throw new Problem(`There is no course command ${name}.\n\n${help}`);
  const command = await commands[name]();
  const { values, positionals } = parsed(command, args);
  if (values.help) {
    console.log(command.help);
    return 0;
  }
  const least = command.args.filter((arg) => !arg.endsWith("?")).length;
  if (positionals.length < least || positionals.length > command.args.length) {
    const wanted = command.args.map((arg) => arg.replace("?", " (or none)")).join(", ");
    throw new Problem(`course ${name} takes ${wanted}; got ${positionals.length}.\n\n${command.help}`);
  }
  return command.run(positionals, values);
}

function parsed({ options = {}, help: text }, args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, ...options },
    });
  } catch (error) {
    throw new Problem(`${error.message}\n\n${text}`);
  }
}
