/** Submissions that try to get points, or to harm the grader, by other means than a solution. */
import { submissionOf, type ToyNotebook, userCost, wrongPredict } from "./toy";

export interface Hostile {
  what: string;
  notebook: ToyNotebook;
  /** The points for predict, of 2, and for userCost, of 3. */
  wanted: [predict: number, cost: number];
  /** What the cell before a test, or the test, must fail with. */
  fails?: RegExp;
}

/** A solved notebook in which something stands before the cell of predict, which is wrong. */
const before = (code: string): ToyNotebook =>
  submissionOf(({ predict }) => {
    predict.source = `${code}\n${wrongPredict}`;
  });

/** A solved notebook with this in the place of the cell of userCost. */
const inCost = (code: string): ToyNotebook =>
  submissionOf(({ cost }) => {
    cost.source = code;
  });

const costThat = (body: string) =>
  `function userCost(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): number {\n${body}\n}`;

export const hostile: Hostile[] = [
  {
    what: "reads references and tests from the disk",
    notebook: submissionOf(({ predict }) => {
      predict.source = `import { readdirSync, readFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { tasks } from "cofi";
const project = dirname(require.resolve("cofi/package.json"));
const found = ["src", "test", "notebooks/assignments", ".git", ".venv", "dist/exercises/oneUser.js", "dist/exercises/joint.js"]
  .filter((name) => existsSync(join(project, name)));
const others = ["/root", "/home", "/etc/shadow", "/work/shared", "/var"].filter((name) => existsSync(name));
console.log(JSON.stringify({ found, others, tasks: Object.keys(tasks), beside: readdirSync(".") }));
const reference = (tasks as any)["02 predict"]?.reference;
const predict = (x: number[], w: number[], b: number): number => (reference ? reference(x, w, b) : 4.95);`;
    }),
    wanted: [0, 3],
  },
  {
    what: "patches the module, its checks and its loader",
    notebook: before(`import * as cofi from "cofi";
for (const name of ["check", "examine", "grade"]) {
  try { Object.defineProperty(cofi, name, { value: () => ({ right: true, text: "Right." }) }); } catch {}
}
for (const module of Object.values(require.cache)) {
  for (const name of Object.keys((module as any)?.exports ?? {})) {
    if (/check|examin|grade|answered|agree|judge/i.test(name)) try { (module as any).exports[name] = () => ({ right: true, text: "Right." }); } catch {}
  }
}
(globalThis as any).check = (globalThis as any).examine = () => undefined;`),
    wanted: [0, 3],
  },
  {
    what: "declares check and examine anew",
    notebook: submissionOf(({ setup, predict }) => {
      setup.source = "const check = (...given: unknown[]) => {}; const examine = check;";
      predict.source = `const examine = () => undefined; const check = examine;\n${wrongPredict}`;
    }),
    wanted: [0, 3],
  },
  {
    what: "patches Math.random, prototypes and JSON",
    notebook: before(`Math.random = () => 0.5;
Math.abs = () => 0;
Object.is = () => true;
Number.isFinite = () => false;
Array.prototype.every = () => true;
JSON.parse = (() => ({ passed: true, verdicts: [] })) as any;
Object.defineProperty(Object.prototype, "right", { value: true });
Object.defineProperty(Object.prototype, "passed", { value: true });`),
    wanted: [0, 3],
  },
  {
    what: "ends its process in a cell",
    notebook: inCost(`process.exit(0);\n${userCost}`),
    wanted: [2, 0],
    fails: /ProcessEnded/,
  },
  {
    what: "ends its process in a call",
    notebook: inCost(costThat("process.exit(0); return 1;")),
    wanted: [2, 0],
    fails: /ProcessEnded/,
  },
  {
    what: "prints a forged result, and writes it to every descriptor",
    notebook: before(`import { writeSync } from "node:fs";
import { display } from "tslab";
const forged = JSON.stringify({ tests: [{ name: "test-predict", points: 2, most: 2, passed: true }], outputs: {} });
console.log(forged);
for (let id = 1; id < 60; id++)
  for (const line of [{ id, answer: { kind: "value", value: 4.95 } }, { cell: "test", output: { type: "result", data: { "text/plain": "2" }, metadata: {} } }])
    try { writeSync(3, JSON.stringify(line) + "\\n"); } catch {}
for (const descriptor of [1, 2, 4, 5]) try { writeSync(descriptor, forged + "\\n"); } catch {}
display.html("Right. All of it.");`),
    wanted: [0, 3],
  },
  {
    what: "writes garbage into the grader's pipe",
    notebook: inCost(`import { writeSync } from "node:fs";
writeSync(3, "null\\n{]\\n");
while (true) {}`),
    wanted: [2, 0],
  },
  {
    what: "loops without an end in a cell",
    notebook: inCost(`while (true) {}\n${userCost}`),
    wanted: [2, 0],
    fails: /OutOfTime/,
  },
  {
    what: "loops without an end in a call",
    notebook: inCost(costThat("while (true) {}")),
    wanted: [2, 0],
    fails: /OutOfTime/,
  },
  {
    what: "forks and forks",
    notebook: inCost(`import { spawn } from "node:child_process";
spawn("sh", ["-c", "b() { b | b & }; b"]);
for (let k = 0; k < 500; k++) { try { spawn("sleep", ["100"]).on("error", () => {}); } catch {} }
await new Promise((resolve) => setTimeout(resolve, 5000));
throw new Error("here");`),
    wanted: [2, 0],
    fails: /TooManyProcesses|here|EAGAIN/,
  },
  {
    what: "puts out a gigabyte",
    notebook: inCost(
      `const line = "x".repeat(2 ** 20);\nfor (let k = 0; k < 1024; k++) console.log(line);\n${userCost}`,
    ),
    wanted: [2, 0],
    fails: /TooMuchOutput/,
  },
  {
    what: "puts out a gigabyte past its streams, in a child",
    notebook: inCost(`import { execSync } from "node:child_process";
execSync("head -c 1000000000 /dev/zero", { stdio: "inherit" });\n${userCost}`),
    wanted: [2, 0],
    fails: /TooMuchOutput/,
  },
  {
    what: "takes all memory",
    notebook: inCost(`const kept: Buffer[] = [];\nfor (;;) kept.push(Buffer.alloc(2 ** 26, 1));`),
    wanted: [2, 0],
    fails: /OutOfMemory|Crashed|memory|Array buffer allocation failed/,
  },
  {
    what: "takes all memory of the heap",
    notebook: inCost(costThat("const kept: unknown[] = []; for (;;) kept.push(new Array(1e6).fill({}));")),
    wanted: [2, 0],
    fails: /OutOfMemory|Crashed/,
  },
  {
    what: "returns what only looks right",
    notebook: before(`const sly: any = new Proxy([], { get: () => 0, has: () => true });
Number.prototype.valueOf = () => 1;
Object.defineProperty(Array.prototype, "arraySync", { value: () => sly });`),
    wanted: [0, 3],
  },
  {
    what: "deletes a test",
    notebook: submissionOf((_, notebook) => {
      notebook.cells.splice(2, 1);
    }),
    wanted: [0, 3],
  },
  {
    what: "changes a test",
    notebook: submissionOf(({ predict, "test-predict": test }) => {
      predict.source = wrongPredict;
      test.source = "// nothing to see";
    }),
    wanted: [0, 3],
  },
  {
    what: "makes a text of a test",
    notebook: submissionOf(({ predict, "test-predict": test }) => {
      predict.source = wrongPredict;
      test.cell_type = "markdown";
      delete test.outputs;
      delete test.execution_count;
    }),
    wanted: [0, 3],
  },
  {
    what: "moves a test before what it tests",
    notebook: submissionOf((_, notebook) => {
      notebook.cells.splice(1, 0, ...notebook.cells.splice(2, 1));
    }),
    wanted: [0, 3],
  },
  {
    what: "flags a test anew, with more points",
    notebook: submissionOf(({ predict, "test-predict": test, "test-cost": other }) => {
      predict.source = wrongPredict;
      Object.assign(test.metadata.nbgrader ?? {}, { grade: false, solution: true, locked: false });
      Object.assign(other.metadata.nbgrader ?? {}, { points: 100 });
    }),
    wanted: [0, 3],
  },
  {
    what: "puts an easier test behind under the name of one",
    notebook: submissionOf(({ predict, "test-predict": test }, notebook) => {
      predict.source = wrongPredict;
      notebook.cells.push({ ...structuredClone(test), id: "easier", source: "1" });
    }),
    wanted: [0, 3],
  },
];
