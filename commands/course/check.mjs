import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "../project/problem.mjs";
import { runSetup } from "../setup/setup.mjs";
import { given } from "./folder.mjs";
import { Judge, openLine } from "./judges.mjs";

export const help = `npm run course -- check FILE.ipynb

Runs a notebook from top to bottom in a process of its own, as the grader does, and tells what its tests say and what they
would give. Only the tests that stand in the notebook count here: the instructor's hidden ones come with the grading.`;

export const args = ["FILE.ipynb"];

export async function run([path]) {
  const file = given(path);
  if (!existsSync(file)) throw new Problem(`There is no file ${file}.`);
  await runSetup();
  const judge = new Judge();
  try {
    const walls = await judge.walls;
    if (!walls.are) console.log(`${openLine(walls)}\n`);
    const judged = await judge.judge({ source: file, submitted: file, files: [dirname(file)] });
    if ("problem" in judged) throw new Problem(judged.problem);
    console.log(told(judged));
    return 0;
  } finally {
    judge.close();
  }
}

function told({ tests, failures, seconds }) {
  if (tests.length === 0) return "There is no test in this notebook.";
  const cells = failures.map(({ at, text }) => `cell ${at + 1} failed: ${text}`);
  const lines = tests.map(
    ({ name, points, most, text }) => `${name}: ${points} of ${most}\n${text.replace(/^/gm, "  ")}`,
  );
  const sum = (key) => tests.reduce((total, test) => total + test[key], 0);
  return [...cells, ...lines, `${sum("points")} of ${sum("most")} points (${Math.round(seconds)} s)`].join(
    "\n\n",
  );
}
