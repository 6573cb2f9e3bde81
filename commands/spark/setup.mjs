import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure } from "../project/problem.mjs";
import { cache, inRoot, pythonIn } from "../project/project.mjs";
import { withLock } from "../setup/lock.mjs";
import { bounds, pipEnvironment } from "../setup/pip.mjs";
import { findPython } from "../setup/python.mjs";
import { countPackages, makeEnvironment } from "../setup/python-packages.mjs";
import { removeFolder } from "../setup/remove.mjs";
import { Report } from "../setup/report.mjs";
import { difference, hashOfFile, readStamp, removeStamp, writeStamp } from "../setup/stamp.mjs";
import { findJava } from "./java.mjs";

/** The environment that has PySpark: src/spark/environment.ts looks for it there. */
export const sparkFolder = join(cache, "spark");
export const sparkPython = pythonIn(sparkFolder);

const requirements = inRoot("commands", "spark", "requirements.txt");
const packer = inRoot("commands", "spark", "pack.py");
const archive = join(sparkFolder, "cofi-packages.zip");

const help = `npm run spark:setup              installs what onSpark needs: PySpark and its packages, some 900 MB, in .cache/spark
npm run spark:setup -- --help    this page

Python 3.11 or newer is needed, and to run Spark here Java 17 or newer. It is safe to repeat; npm run clean removes it.`;

/** PySpark needs a newer Python than the rest of the project. */
const oldestPython = [3, 11];

const madeFrom = () => ({
  requirements: hashOfFile(requirements),
  packer: hashOfFile(packer),
  place: sparkFolder,
  python: existsSync(sparkPython) ? realpathSync(sparkPython) : undefined,
});

/** Makes the environment of Spark, where that is not done, and says whether Java is there. */
export async function sparkSetup(args = []) {
  if (args.includes("--help")) {
    console.log(help);
    return;
  }
  const report = new Report(1);
  await withLock(join(cache, "spark.lock"), () => environment(report), {
    onWait: (holder) => console.log(`Waiting for another set-up of Spark (process ${holder}) to finish.`),
  });
  if (!report.worked) console.log("Spark's environment is up to date.");
  const { version, problem } = await findJava();
  console.log(problem ?? `Java ${version} is there: Spark runs here.`);
}

async function environment(report) {
  const stamp = readStamp(sparkFolder);
  const changed = stamp && difference(stamp, madeFrom());
  if (stamp && !changed) return;
  const { note, done } = report.begin(
    "Spark",
    changed ? `installing again, because ${changed} has changed` : "installing PySpark",
  );
  const python = await findPython(oldestPython);
  removeStamp(sparkFolder);
  await removeFolder(sparkFolder);
  await makeEnvironment(python.file, sparkFolder, sparkPython);
  const options = ["--require-hashes", ...bounds, "-r", requirements];
  const installed = await runCommand(sparkPython, ["-m", "pip", "install", ...options], {
    env: pipEnvironment(),
    timeout: 1_800_000,
    onLine: countPackages(requirements, note),
  });
  if (installed.status !== 0)
    throw failure("pip could not install PySpark", "the Python package index", installed);
  note("packing what workers may lack");
  const packed = await runCommand(sparkPython, [packer, archive]);
  if (packed.status !== 0) throw failure("PySpark does not work", "the Python package index", packed);
  writeStamp(sparkFolder, madeFrom());
  done(`installed, with Python ${python.version}`);
}
