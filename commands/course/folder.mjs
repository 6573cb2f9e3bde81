import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Problem } from "../project/problem.mjs";

/** Where a path of the command line leads: from the folder in which the reader typed it, not from the project's. */
export const given = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);

const foldersIn = (path) =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map(({ name }) => name)
        .sort()
    : [];

const notebooksIn = (path) =>
  existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(".ipynb"))
        .map((name) => name.slice(0, -".ipynb".length))
        .sort()
    : [];

/** A course folder as nbgrader lays it out, and what this project keeps in it beside that. */
export class Course {
  /** @throws Problem where the folder is none of a course. */
  constructor(path) {
    this.root = given(path);
    if (!existsSync(join(this.root, "nbgrader_config.py")))
      throw new Problem(
        `${this.root} is no course folder, for it has no nbgrader_config.py: make one with npm run course -- init FOLDER.`,
      );
  }

  get assignments() {
    return foldersIn(join(this.root, "source"));
  }

  /** @throws Problem with the names that there are. */
  checkAssignment(name) {
    if (!this.assignments.includes(name))
      throw new Problem(
        `There is no assignment ${name} in ${join(this.root, "source")}; there are: ${this.assignments.join(", ") || "none"}.`,
      );
  }

  /** The names of an assignment's notebooks. */
  notebooks(assignment) {
    return notebooksIn(join(this.root, "source", assignment));
  }

  sourceFolder(assignment) {
    return join(this.root, "source", assignment);
  }

  sourceFile(assignment, notebook) {
    return join(this.sourceFolder(assignment), `${notebook}.ipynb`);
  }

  submittedFolder(student, assignment) {
    return join(this.root, "submitted", student, assignment);
  }

  /** Who handed in an assignment. */
  students(assignment) {
    return foldersIn(join(this.root, "submitted")).filter((student) =>
      existsSync(this.submittedFolder(student, assignment)),
    );
  }

  /** What an assignment is now, in a word: another where its notebooks changed. */
  digestOf(assignment) {
    return digest(...this.notebooks(assignment).map((name) => this.sourceFile(assignment, name)));
  }

  /** What is kept about an assignment's release. */
  releasedFile(assignment) {
    return join(this.root, ".cofi", "released", `${assignment}.json`);
  }

  /** What is kept about a student's submission. */
  keptFolder(student, assignment) {
    return join(this.root, ".cofi", "judged", assignment, student);
  }
}

/** What a judgement is of, as src/grading/nbgrader reckons it too. */
export function digest(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(createHash("sha256").update(readFileSync(file)).digest());
  return hash.digest("hex");
}
