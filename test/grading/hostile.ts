/** Submissions that try to get points, or to harm the grader, by other means than a solution. */
import { type ToyCell, type ToyNotebook, userCost, wrongPredict } from "./toy";

/** What stands before a wrong predict, to have it pass. */
interface Trick {
  what: string;
  code: string;
}

/** What stands in the place of userCost, to harm the grader or other cells. */
interface Blow {
  what: string;
  code: string;
  /** What the cell or its test must fail with. */
  fails: RegExp;
}

/** A notebook whose cells were changed, and the points that it must get, of 2, 3 and 4. */
export interface Tampered {
  what: string;
  change: (cells: Record<string, ToyCell>, notebook: ToyNotebook) => void;
  wanted: [predict: number, cost: number, gradient: number];
}

const costThat = (body: string) =>
  `function userCost(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): number {\n${body}\n}`;

export const tricks: Trick[] = [
  {
    what: "reads references and tests from the disk",
    code: `import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { tasks } from "cofi";
const project = dirname(require.resolve("cofi/package.json"));
const found = ["src", "test", "notebooks/assignments", ".git", ".venv"].filter((name) => existsSync(join(project, name)));
const reference = (tasks as any)["02 predict"]?.reference;
console.log(JSON.stringify({ found, tasks: Object.keys(tasks), beside: readdirSync(".") }));
if (reference) (globalThis as any).predict = reference;`,
  },
  {
    what: "declares check and examine anew",
    code: "const examine = () => undefined; const check = examine;",
  },
  {
    what: "patches the module, its checks and its loader",
    code: `import * as cofi from "cofi";
for (const name of ["check", "examine", "grade"]) {
  try { Object.defineProperty(cofi, name, { value: () => ({ right: true, text: "Right." }) }); } catch {}
}
for (const module of Object.values(require.cache)) {
  for (const name of Object.keys((module as any)?.exports ?? {})) {
    if (/check|examin|grade|answered|agree|judge/i.test(name)) try { (module as any).exports[name] = () => ({ right: true, text: "Right." }); } catch {}
  }
}
(globalThis as any).check = (globalThis as any).examine = () => undefined;`,
  },
  {
    what: "patches Math.random, prototypes and JSON",
    code: `Math.random = () => 0.5;
Math.abs = () => 0;
Object.is = () => true;
Number.isFinite = () => false;
Array.prototype.every = () => true;
JSON.parse = (() => ({ passed: true, verdicts: [] })) as any;
Object.defineProperty(Object.prototype, "right", { value: true });
Object.defineProperty(Object.prototype, "passed", { value: true });`,
  },
  {
    what: "prints a forged result, and writes it to every descriptor",
    code: `import { writeSync } from "node:fs";
import { display } from "tslab";
const forged = JSON.stringify({ tests: [{ name: "test-predict", points: 2, most: 2, passed: true }], outputs: {} });
console.log(forged);
for (let id = 1; id < 60; id++)
  for (const line of [{ id, answer: { kind: "value", value: 4.95 } }, { cell: "test", output: { type: "result", data: { "text/plain": "2" }, metadata: {} } }])
    try { writeSync(3, JSON.stringify(line) + "\\n"); } catch {}
for (const descriptor of [1, 2, 4, 5]) try { writeSync(descriptor, forged + "\\n"); } catch {}
display.html("Right. All of it.");`,
  },
  {
    what: "returns what only looks right",
    code: `const sly: any = new Proxy([], { get: () => 0, has: () => true });
Number.prototype.valueOf = () => 1;
Object.defineProperty(Array.prototype, "arraySync", { value: () => sly });`,
  },
];

export const blows: Blow[] = [
  {
    what: "ends its process in a cell",
    code: `process.exit(0);\n${userCost}`,
    fails: /ProcessEnded/,
  },
  {
    what: "ends its process in a call",
    code: costThat("process.exit(0); return 1;"),
    fails: /ProcessEnded/,
  },
  {
    what: "writes garbage into the grader's pipe",
    code: `import { writeSync } from "node:fs";
writeSync(3, "null\\n{]\\n");
while (true) {}`,
    fails: /ProcessEnded/,
  },
  {
    what: "loops without an end in a cell",
    code: `while (true) {}\n${userCost}`,
    fails: /OutOfTime/,
  },
  {
    what: "loops without an end in a call",
    code: costThat("while (true) {}"),
    fails: /OutOfTime/,
  },
  {
    what: "forks and forks",
    code: `import { spawn } from "node:child_process";
spawn("sh", ["-c", "b() { b | b & }; b"]);
for (let k = 0; k < 500; k++) { try { spawn("sleep", ["100"]).on("error", () => {}); } catch {} }
await new Promise((resolve) => setTimeout(resolve, 5000));
throw new Error("here");`,
    fails: /TooManyProcesses|here|EAGAIN/,
  },
  {
    what: "puts out a gigabyte",
    code: `const line = "x".repeat(2 ** 20);\nfor (let k = 0; k < 1024; k++) console.log(line);\n${userCost}`,
    fails: /TooMuchOutput/,
  },
  {
    what: "puts out a gigabyte past its streams, in a child",
    code: `import { execSync } from "node:child_process";
execSync("head -c 1000000000 /dev/zero", { stdio: "inherit" });\n${userCost}`,
    fails: /TooMuchOutput/,
  },
  {
    what: "takes all memory",
    code: `const kept: Buffer[] = [];\nfor (;;) kept.push(Buffer.alloc(2 ** 26, 1));`,
    fails: /OutOfMemory|Crashed|memory|Array buffer allocation failed/,
  },
  {
    what: "takes all memory of the heap",
    code: costThat("const kept: unknown[] = []; for (;;) kept.push(new Array(1e6).fill({}));"),
    fails: /OutOfMemory|Crashed/,
  },
];

/** Tests that were tampered with: none of what they test is right. */
export const tampered: Tampered[] = [
  {
    what: "changes a test, makes a text of one, and flags one anew with more points",
    change(cells) {
      spoil(cells);
      cells["test-predict"].source = "// nothing to see";
      cells["test-cost"].cell_type = "markdown";
      delete cells["test-cost"].outputs;
      delete cells["test-cost"].execution_count;
      Object.assign(cells["test-gradient"].metadata.nbgrader ?? {}, {
        ...{ grade: false, solution: true, locked: false, points: 100 },
      });
    },
    wanted: [0, 0, 0],
  },
  {
    what: "puts easier tests before and behind under the names of others",
    change(cells, notebook) {
      spoil(cells);
      const easier = (name: string) => ({
        ...structuredClone(cells[name]),
        id: `easier-${name}`,
        source: "1",
      });
      notebook.cells.unshift(easier("test-predict"));
      notebook.cells.push(easier("test-cost"), easier("test-gradient"));
    },
    wanted: [0, 0, 0],
  },
  {
    what: "deletes a test, and moves one before what it tests, all being right",
    change(_, notebook) {
      notebook.cells.splice(2, 1);
      notebook.cells.splice(2, 0, ...notebook.cells.splice(3, 1));
    },
    wanted: [0, 0, 4],
  },
];

function spoil({ predict, cost, gradient }: Record<string, ToyCell>): void {
  predict.source = wrongPredict;
  cost.source = costThat("return 1;");
  gradient.source = "const userGradient = () => ({ w: [0], b: 0 });";
}
