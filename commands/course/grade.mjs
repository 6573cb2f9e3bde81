import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { interruption } from "../programs/interrupt.mjs";
import { Problem } from "../project/problem.mjs";
import { venvPython } from "../project/project.mjs";
import { runSetup } from "../setup/setup.mjs";
import { readJson, writeWhole } from "../setup/stamp.mjs";
import { Course, digest } from "./folder.mjs";
import { Judge, openLine } from "./judges.mjs";
import { reasonIn } from "./nbgrader.mjs";
import { isReleased, release } from "./release.mjs";

export const help = `npm run course -- grade FOLDER NAME

Grades what was handed in for an assignment, in submitted/STUDENT/NAME: each notebook runs in a process of its own, within
bounds of time, memory and output, and the tests run out of its reach. Marks go to nbgrader's gradebook.

An assignment that was not released, or has changed since, is released first: the gradebook has its tests and points from there.
What is graded already is left alone unless it was handed in anew or the assignment changed: after an interrupt, run it again
to go on. The bounds stand in the assignment's metadata, { "cofi": { "limits": { "cellSeconds": 60, "seconds": 300,
"memory": 2048, "output": 1, "processes": 32 } } }, where they are not these.

  --again         grades everything once more, with other drawn cases
  --at-once N     so many at a time; as many as there are cores, unless said`;

export const args = ["FOLDER", "NAME"];
export const options = { again: { type: "boolean" }, "at-once": { type: "string" } };

export async function run([path, assignment], { again = false, "at-once": atOnce }) {
  const course = new Course(path);
  course.checkAssignment(assignment);
  const workers = atOnce === undefined ? availableParallelism() : Number(atOnce);
  if (!Number.isInteger(workers) || workers < 1)
    throw new Problem(`--at-once must be a whole number from 1, got ${atOnce}.`);
  await runSetup();
  const all = course.students(assignment).map((student) => new Submitted(course, assignment, student));
  const todo = again ? all : all.filter((submitted) => !submitted.isDone);
  if (all.length === 0)
    throw new Problem(`Nobody has handed in ${assignment}: see npm run course -- collect --help.`);
  if (todo.length < all.length)
    console.log(`${all.length - todo.length} of ${all.length} are graded already.`);
  if (todo.length === 0) return 0;
  if (!isReleased(course, assignment)) {
    console.log(
      `${assignment} is not released as it is now: its tests and points go to the gradebook, and release/ anew.`,
    );
    await release(course, assignment);
  }
  const problems = await graded(course, assignment, todo, { workers, again });
  for (const { student, problem } of problems) console.log(`NOT GRADED ${student}: ${problem}`);
  console.log(
    problems.length === 0
      ? `All ${all.length} are graded.`
      : `${problems.length} could not be graded, and have no marks: see above.`,
  );
  return problems.length === 0 ? 0 : 1;
}

/** Judges and records, several at once; whoever could not be graded, and why. */
async function graded(course, assignment, todo, { workers, again }) {
  const recorder = new Recorder(course, assignment);
  const judges = Array.from({ length: Math.min(workers, todo.length) }, () => new Judge());
  const problems = [];
  const started = Date.now();
  let done = 0;
  const work = async (judge) => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const problem = (await one.judge(judge, again)) ?? (await recorder.record(one.student));
      if (problem === undefined) one.markDone();
      else problems.push({ student: one.student, problem });
      done++;
      console.log(
        `[${done}/${todo.length}] ${one.student}: ${problem === undefined ? one.told() : "not graded"}`,
      );
    }
  };
  const waiting = [...todo];
  try {
    const walls = await judges[0].walls;
    if (!walls.are) console.log(openLine(walls));
    await Promise.all(judges.map(work));
  } finally {
    for (const judge of judges) judge.close();
    recorder.close();
  }
  console.log(`${done} in ${Math.round((Date.now() - started) / 1000)} s.`);
  return problems;
}

/** What a student handed in for an assignment, and what is kept about it. */
class Submitted {
  #course;
  #assignment;
  #judged = [];

  constructor(course, assignment, student) {
    this.#course = course;
    this.#assignment = assignment;
    this.student = student;
  }

  /** The notebooks of it that the assignment has. */
  get #notebooks() {
    const folder = this.#course.submittedFolder(this.student, this.#assignment);
    return this.#course
      .notebooks(this.#assignment)
      .map((name) => ({
        name,
        source: this.#course.sourceFile(this.#assignment, name),
        submitted: join(folder, `${name}.ipynb`),
      }))
      .filter(({ submitted }) => existsSync(submitted));
  }

  get #kept() {
    return this.#course.keptFolder(this.student, this.#assignment);
  }

  /** What the marks in the gradebook are of. */
  get #of() {
    return this.#notebooks.map(({ source, submitted }) => digest(source, submitted)).join(" ");
  }

  get isDone() {
    return readJson(join(this.#kept, "recorded"))?.of === this.#of;
  }

  markDone() {
    writeWhole(join(this.#kept, "recorded"), JSON.stringify({ of: this.#of }));
  }

  /** Judges what is not judged yet; why it can't be judged, where that is so. */
  async judge(judge, again) {
    mkdirSync(this.#kept, { recursive: true });
    const names = this.#course.notebooks(this.#assignment);
    if (this.#notebooks.length === 0)
      return `there is no ${names.map((name) => `${name}.ipynb`).join(", ")} in what was handed in`;
    for (const { name, source, submitted } of this.#notebooks) {
      const file = join(this.#kept, `${name}.json`);
      const of = digest(source, submitted);
      const kept = readJson(file);
      if (kept?.of === of && !again) {
        this.#judged.push(kept.judged);
        continue;
      }
      const folders = [
        this.#course.submittedFolder(this.student, this.#assignment),
        this.#course.sourceFolder(this.#assignment),
      ];
      const judged = await judge.judge({ source, submitted, files: folders });
      if ("problem" in judged) return judged.problem;
      writeWhole(file, JSON.stringify({ of, judged }));
      this.#judged.push(judged);
    }
    return undefined;
  }

  /** The points of its tests, in words. */
  told() {
    const tests = this.#judged.flatMap((judged) => judged.tests);
    const sum = (key) => tests.reduce((total, test) => total + test[key], 0);
    return `${sum("points")} of ${sum("most")}`;
  }
}

/** nbgrader, which writes marks into its gradebook, one student after the other. */
class Recorder {
  #child;
  #waiting = [];
  #log = "";

  constructor(course, assignment) {
    this.#child = spawn(venvPython, ["-m", "cofi_grading", "record", course.root, assignment], {
      cwd: course.root,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (text) => {
      this.#log = (this.#log + text).slice(-10_000);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) =>
      this.#waiting.shift()?.(JSON.parse(line)),
    );
    this.#child.on("close", () => {
      for (const settle of this.#waiting.splice(0)) settle({ right: false, log: this.#log });
    });
    interruption.addEventListener("abort", this.#end);
  }

  /** Records a student's marks; why it could not, where that is so. */
  async record(student) {
    const answer = await new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${student}\n`);
    });
    interruption.throwIfAborted();
    if (answer.right) return undefined;
    return reasonIn(answer.log);
  }

  close() {
    interruption.removeEventListener("abort", this.#end);
    this.#child.stdin.end();
  }

  #end = () => this.#child.kill();
}
