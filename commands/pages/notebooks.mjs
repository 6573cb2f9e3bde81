import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { Problem } from "../project/problem.mjs";
import { setupLog, venvPython } from "../project/project.mjs";
import { Report } from "../setup/report.mjs";
import { runSetup } from "../setup/setup.mjs";
import { writeWhole } from "../setup/stamp.mjs";
import { notebooksFolder, sequence } from "./sequence.mjs";
import { solutions } from "./solutions.mjs";

/** Runs a notebook from top to bottom in a kernel of its own, and stores it with its outputs and still images. */
const execute = ["-m", "nbconvert", "--to", "notebook", "--inplace", "--execute"];

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
    const { status } = await runCommand(
      venvPython,
      [...execute, "--ExecutePreprocessor.record_timing=False", file],
      { cwd: notebooksFolder },
    );
    clearInterval(ticking);
    if (status !== 0) throw new Problem(`${file} did not run to its end: see ${setupLog}.`);
    done("stored as executed");
  }
}
