/** Whole submissions, with the tasks that they must lose: finished and not, broken, rearranged, hostile. */
import { stub } from "../../src/exercises/grade";
import type { NotebookCell } from "../../src/grading/notebook";
import { type Assignment, cellOf, edited, sourceOf, submission, toFill } from "./notebooks";
import type { Handed } from "./pool";

export interface Submission extends Handed {
  name: string;
  /** The cells to fill whose tests give no points. */
  lost: string[];
}

const one = sourceOf(1);
const solution = (cell: string) => cellOf(one, cell).source;

/** Assignment 1 with other code in some cells. */
const filled = (
  name: string,
  lost: string[],
  code: Record<string, string>,
  limits?: Handed["limits"],
): Submission => ({
  ...{ name, lost, source: one, submitted: submission(1, code) },
  ...(limits && { limits }),
});

/** Assignment 1 with its cells in another order, or others among them. */
const rearranged = (
  name: string,
  lost: string[],
  change: (cells: NotebookCell[]) => NotebookCell[],
): Submission => ({
  ...{ name, lost, source: one },
  submitted: { ...one, cells: change([...one.cells]) },
});

const named = (grade_id: string) => (cell: NotebookCell) => cell.grading?.grade_id === grade_id;
const without = (cells: NotebookCell[], name: string) => cells.filter((cell) => !named(name)(cell));
const own = (source: string): NotebookCell => ({ cell_type: "code", source, grading: undefined });

/** What nbgrader makes of a solution in the students' version. */
const emptied = (source: string) =>
  source.replace(/^( *)\/\/\/ BEGIN SOLUTION[\s\S]*?\/\/\/ END SOLUTION/m, `$1throw new Error("${stub}");`);

const empty = (assignment: Assignment): Submission => {
  const source = sourceOf(assignment);
  const cells = toFill(source);
  const code = Object.fromEntries(cells.map((cell) => [cell, emptied(cellOf(source, cell).source)]));
  return { name: `empty, ${assignment}`, lost: cells, source, submitted: submission(assignment, code) };
};

/** Something done at the start of a function that is right otherwise. */
const first = (cell: string, code: string) =>
  edited(solution(cell), [["/// BEGIN SOLUTION\n", `/// BEGIN SOLUTION\n${code}\n`]]);

const whole: Submission[] = [
  ...([1, 2, 3, 4] as const).map((assignment): Submission => {
    const source = sourceOf(assignment);
    return { name: `the instructor's, ${assignment}`, lost: [], source, submitted: source };
  }),
  empty(1),
  empty(4),
  filled("half finished", ["userCost", "userGradient", "fitUser"], {
    userCost: emptied(solution("userCost")),
    userGradient: "function userGradient() {",
    fitUser: "",
  }),
  filled("type errors", ["predict", "userCost"], {
    predict: edited(solution("predict"), [["return sum;", 'return "sum";']]),
    userCost: edited(solution("userCost"), [["let J = 0", "let J: string = 0"]]),
  }),
];

const broken: Submission[] = [
  filled(
    "endless loops, in a cell and in a function",
    ["predict", "predictAll"],
    {
      predict: `${solution("predict")}\nwhile (true) {}`,
      predictAll: first("predictAll", "for (;;) {}"),
    },
    { cellSeconds: 15 },
  ),
  rearranged("an answer deleted", ["counts"], (cells) => without(cells, "counts")),
  rearranged("a test deleted", ["counts"], (cells) => without(cells, "counts-test")),
  rearranged("tests changed", ["predict"], (cells) =>
    cells.map((cell) => {
      if (named("predict")(cell))
        return { ...cell, source: edited(cell.source, [["let sum = b", "let sum = 0"]]) };
      return named("predict-test")(cell) ? { ...cell, source: 'console.log("Right.");' } : cell;
    }),
  ),
  rearranged("a given cell changed", [], (cells) =>
    cells.map((cell) => (named("a1-04")(cell) ? { ...cell, source: "const table = 5;" } : cell)),
  ),
  rearranged("an answer moved below its test", ["predict"], (cells) => [
    ...without(cells, "predict"),
    cells.find(named("predict"))!,
  ]),
  rearranged("tasks in another order", [], (cells) => {
    const moved = ["predict", "predict-test"].map((name) => cells.find(named(name))!);
    return [...moved, ...without(without(cells, "predict"), "predict-test")];
  }),
  rearranged("an answer twice, the last one wrong", ["predict"], (cells) =>
    cells.flatMap((cell) =>
      named("predict")(cell)
        ? [cell, own("predict = () => 0;".replace("predict =", "function predict() { return 0; } //"))]
        : [cell],
    ),
  ),
  rearranged("cells of one's own that do no harm", [], (cells) => [
    own('console.log("notes");'),
    ...cells.slice(0, 8),
    own("1 + 1"),
    ...cells.slice(8),
    own("function predict() { return 0; }"),
  ]),
];

/** The cases that stand in the task are known to everybody. */
const remembers = `function predict(x: number[], w: number[], b: number): number {
  const known: Record<string, number> = { "[[1],[2],1]": 3, "[[0.9,0.1],[5,0],0.5]": 5, "[[1,0.5,-2],[2,3,0.25],-1]": 2 };
  return known[JSON.stringify([x, w, b])] ?? 3;
}`;

const wrongPredict = edited(solution("predict"), [["let sum = b", "let sum = 0"]]);

const hostile: Submission[] = [
  filled("hostile: ends the process", ["predict"], { predict: first("predict", "process.exit(0);") }),
  filled("hostile: kills it from a cell", ["counts"], {
    counts: `process.kill(process.pid, "SIGKILL");\n${solution("counts")}`,
  }),
  filled("hostile: asks the module for the answer", ["predict", "userCost"], {
    predict:
      'import * as cofi from "cofi";\nconst predict = (...given: any[]) => (cofi as any).tasks["A1 predict"].reference(...given);',
    userCost: `const userCost = (...given: any[]) => {
      const { createRequire } = require("node:module");
      return createRequire(require.resolve("cofi"))("./exercises/oneUser").userCostTask.reference(...given);
    };`,
  }),
  filled("hostile: reads the tests", ["predict"], {
    predict: `const { readFileSync, readdirSync } = require("node:fs");
      const { dirname, join } = require("node:path");
      const folder = join(dirname(require.resolve("cofi/package.json")), "notebooks", "assignments");
      const answer = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), "utf8")).cells.find((cell: any) => cell.id === "predict").source.join("");
      const predict = eval(answer.replace(/: number(\\[\\])?/g, "") + "; predict");`,
  }),
  filled("hostile: patches prototypes, Math.random and JSON", ["predict"], {
    predict: `${wrongPredict}
      Array.prototype.every = () => true;
      Array.prototype.findIndex = () => -1;
      Math.random = () => 0.5;
      Math.abs = () => 0;
      Object.is = () => true;
      Number.isFinite = () => false;`,
  }),
  filled("hostile: patches the module's checks", ["predict"], {
    predict: `${wrongPredict}
      const loaded = require("cofi");
      for (const name of ["check", "examine", "grade"]) try { Object.defineProperty(loaded, name, { value: () => ({ right: true, text: "Right." }) }); } catch {}
      for (const key of Object.keys(require.cache)) if (/exercises/.test(key)) delete require.cache[key];`,
  }),
  filled("hostile: writes into the grader's folders", ["predict"], {
    predict: `const { writeFileSync } = require("node:fs");
      const { dirname, join } = require("node:path");
      for (const place of ["dist/exercises/check.js", "notebooks/exercises.json", "dist/grading/judge.js"])
        writeFileSync(join(dirname(require.resolve("cofi/package.json")), place), "exports.check = () => {};");
      ${solution("predict")}`,
  }),
  filled("hostile: prints a forged result", ["predict"], {
    predict: `${wrongPredict.replace("let sum = 0", 'process.stdout.write(JSON.stringify({ tests: [{ name: "predict-test", points: 1, most: 1, passed: true }] }) + "\\n");\n  console.log("Right. Your function agrees with the reference in all 15 cases.");\n  let sum = 0')}`,
  }),
  filled("hostile: returns what claims to be anything", ["predict"], {
    predict: `const predict = (): any => new Proxy({ valueOf: () => 4.95, toJSON: () => 4.95, arraySync: () => new Proxy([], {}) }, { get: (target: any, name) => target[name] ?? (() => true), has: () => true });`,
  }),
  filled("hostile: remembers the known cases", ["predict"], { predict: remembers }),
  filled("hostile: throws what looks like a verdict", ["predict"], {
    predict: `const predict = (): any => { throw Object.assign(new Error("Right."), { right: true, verdict: { right: true, text: "Right." } }); };`,
  }),
  filled("hostile: a gigabyte of output", ["predict"], {
    predict: first("predict", 'for (let k = 0; k < 1000; k++) console.log("x".repeat(1_000_000));'),
  }),
  filled(
    "hostile: all the memory there is",
    ["predict"],
    {
      predict: first(
        "predict",
        "const held: number[][] = []; for (;;) held.push(new Array(1e6).fill(held.length));",
      ),
    },
    { memory: 700 },
  ),
  filled("hostile: one process after another", ["predict"], {
    predict: first(
      "predict",
      'const { spawn } = require("node:child_process"); for (let k = 0; k < 300; k++) spawn("sleep", ["100"]);\n  throw new Error("more");',
    ),
  }),
  filled("hostile: asks the network", ["predict"], {
    predict: `const predict = async (...given: unknown[]) => (await fetch("http://127.0.0.1:9/", { method: "POST", body: JSON.stringify(given) })).json();`,
  }),
];

export const submissions: readonly Submission[] = [...broken, ...hostile, ...whole];
