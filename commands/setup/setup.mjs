import { rmSync } from "node:fs";
import { join } from "node:path";
import { cache, setupLog } from "../project/project.mjs";
import { compiledSources } from "./compile.mjs";
import { jupyterFiles } from "./jupyter-files.mjs";
import { withLock } from "./lock.mjs";
import { npmPackages } from "./npm-packages.mjs";
import { python, pythonPackages } from "./python-packages.mjs";
import { Report } from "./report.mjs";
import { nativeTensorFlow } from "./tensorflow.mjs";

// Each: `name`; `stale(options)`, why it has to be done (undefined: it is up to date); `run(note)`, which does it,
// tells how far it is, and gives what came of it. In this order, because each builds on those before it.
const steps = [python, npmPackages, pythonPackages, nativeTensorFlow, compiledSources, jupyterFiles];

/**
 * Brings everything that the project needs up to date, and does nothing where it is. Safe to stop at any moment and to
 * run again: a step counts as done only by a stamp that is written when it is complete.
 *
 * @param options.retry Try again what could only be had in a lesser form before. @default false
 */
export async function runSetup(options = {}) {
  const report = new Report(steps.length);
  await withLock(join(cache, "setup.lock"), () => runSteps(report, options), {
    onWait: (holder) =>
      console.log(`Waiting for another set-up of this folder (process ${holder}) to finish.`),
  });
  console.log(report.worked ? "Set-up is complete." : "Everything is up to date.");
}

async function runSteps(report, options) {
  for (const step of steps) {
    const why = step.stale(options);
    if (why === undefined) {
      report.upToDate(step.name);
      continue;
    }
    if (!report.worked) rmSync(setupLog, { force: true });
    const { note, done } = report.begin(step.name, why);
    done(await step.run(note));
  }
}
