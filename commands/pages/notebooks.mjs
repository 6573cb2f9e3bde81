import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { Problem } from "../project/problem.mjs";
import { inRoot, setupLog, venvPython } from "../project/project.mjs";
import { Report } from "../setup/report.mjs";
import { runSetup } from "../setup/setup.mjs";
import { writeWhole } from "../setup/stamp.mjs";
import { isExecutionOf } from "./replace.mjs";
import { notebooksFolder, sequence } from "./sequence.mjs";
import { solutions } from "./solutions.mjs";

/** Runs a notebook from top to bottom in a kernel of its own, and writes it with its outputs and still images. */
const running = [
  ...["-m", "nbconvert", "--to", "notebook", "--execute"],
  "--ExecutePreprocessor.record_timing=False",
];

/**
 * Executes all notebooks, one after the other, and stores what they show. One that fails keeps what it had.
 *
 * @param args Names of notebooks, to execute only these. @default all of them
 */
export async function notebooks(args) {
  await runSetup();
  const wanted = sequence().filter(
    ({ file, name }) => args.length === 0 || args.includes(file) || args.includes(name),
  );
  if (wanted.length === 0)
    throw new Problem(`There is no notebook named ${args.join(" or ")} in notebooks/.`);
  writeWhole(join(notebooksFolder, "solutions.md"), solutions());
  const report = new Report(wanted.length);
  for (const { file, name } of wanted) {
    const { note, done } = report.begin(name, "running");
    const started = Date.now();
    const ticking = setInterval(() => note(`running, ${Math.round((Date.now() - started) / 1000)} s`), 1000);
    try {
      await execute(file);
    } finally {
      clearInterval(ticking);
    }
    done("stored as executed");
  }
}

/**
 * Executes one notebook beside the stored one, and puts it in its place once it is there whole: nbconvert can end
 * well, or be ended, with half a file or an empty one.
 */
export async function execute(file) {
  const beside = inRoot(`.notebooks-${process.pid}`);
  const [executed, stored] = [join(beside, file), join(notebooksFolder, file)];
  try {
    const { status } = await runCommand(
      venvPython,
      [...running, `--output-dir=${beside}`, `--output=${file}`, file],
      { cwd: notebooksFolder },
    );
    if (status !== 0) throw new Problem(`${file} did not run to its end: see ${setupLog}.`);
    if (!isExecutionOf(executed, stored))
      throw new Problem(`${file} was not written whole, and stays as it was: see ${setupLog}.`);
    renameSync(executed, stored);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
