import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../commands/programs/command.mjs";
import { failure, Problem, sentenceFor } from "../commands/project/problem.mjs";
import { withLock } from "../commands/setup/lock.mjs";
import { runNpm } from "../commands/setup/npm-packages.mjs";
import { bounds, pipEnvironment } from "../commands/setup/pip.mjs";
import { findPython } from "../commands/setup/python.mjs";
import { removeFolder } from "../commands/setup/remove.mjs";
import { Report } from "../commands/setup/report.mjs";
import { hashOfFile, readStamp, removeStamp, writeStamp } from "../commands/setup/stamp.mjs";
import { here, inBench } from "./places.mjs";

const requirements = here("requirements.txt");
const windows = process.platform === "win32";

/** Which packages a peer's environment is made of; the versions stand in requirements.txt. */
const pythonPeers = {
  tensorflow: ["tensorflow-cpu"],
  scipy: ["numpy", "scipy"],
  cornac: ["cornac"],
  implicit: ["implicit"],
  surprise: ["scikit-surprise"],
  lenskit: ["lenskit"], // with PyTorch and all that it brings: some 5 GB
};

const npmPeers = { libmf: { libmf: "0.2.0", koffi: "2.16.3" } };

/** The two builds of the reference, by the compiler's options. */
const builds = { "reference-128": ["-msse4.2"], "reference-wide": ["-march=native"] };
const compilers = ["g++", "c++", "clang++"];

export const pythonOf = (peer) =>
  windows ? inBench(peer, "Scripts", "python.exe") : inBench(peer, "bin", "python");
export const programOf = (build) => inBench(build, windows ? "reference.exe" : "reference");

/**
 * Makes what the peers named need in `.bench`, each in a folder of its own, and does nothing where that is up to date.
 * A peer that cannot be had is no fault: the reason is told, and the others go on.
 *
 * @returns `missing`: the reason by name; `versions`: that of Python, and of the compiler.
 */
export async function makeEnvironment(names) {
  mkdirSync(inBench(), { recursive: true });
  return withLock(inBench("setup.lock"), async () => {
    const missing = {};
    const report = new Report(names.length, process.stderr);
    const python = names.some((name) => name in pythonPeers) ? await tried(findPython) : {};
    const compiler = names.some((name) => name in builds) ? await tried(findCompiler) : {};
    for (const name of names) {
      try {
        if (name in pythonPeers) await pythonPeer(name, python, report);
        else if (name in npmPeers) await npmPeer(name, report);
        else await reference(name, compiler, report);
      } catch (error) {
        missing[name] = sentenceFor(error);
        console.error(`${name} is left out: ${missing[name]}`);
      }
    }
    return { missing, versions: { Python: python.value?.version, "C++": compiler.value?.version } };
  });
}

const tried = (find) =>
  find().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );

/** Does a step unless its folder's stamp says that it was done from the same things. */
async function step(name, madeFrom, report, run) {
  const folder = inBench(name);
  if (JSON.stringify(readStamp(folder)) === JSON.stringify(madeFrom)) return report.upToDate(name);
  const { note, done } = report.begin(name, "installing");
  removeStamp(folder);
  await removeFolder(folder);
  mkdirSync(folder, { recursive: true });
  try {
    done(await run(folder, note));
  } catch (error) {
    done("failed");
    throw error;
  }
  writeStamp(folder, madeFrom);
}

async function pythonPeer(name, { value: python, error }, report) {
  if (error) throw error;
  const packages = pythonPeers[name];
  const madeFrom = {
    packages,
    requirements: hashOfFile(requirements),
    python: python.version,
    place: inBench(name),
  };
  await step(name, madeFrom, report, async (folder, note) => {
    const env = pipEnvironment();
    const made = await runCommand(python.file, ["-m", "venv", folder], { env });
    if (made.status !== 0)
      throw failure("Python could not make an environment", "the Python package index", made);
    let count = 0;
    const install = ["-m", "pip", "install", ...bounds, "-c", requirements, ...packages];
    const result = await runCommand(pythonOf(name), install, {
      env,
      timeout: 1_800_000,
      onLine: (line) => line.startsWith("Collecting ") && note(`fetching, ${++count}`),
    });
    if (result.status !== 0)
      throw failure(`pip could not install ${packages.join(", ")}`, "the Python package index", result);
    return "installed";
  });
}

async function npmPeer(name, report) {
  const dependencies = npmPeers[name];
  await step(name, { dependencies, node: process.version }, report, async (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
    // No script is run: the library lies in the package as it is.
    const result = await runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
    if (result.status !== 0) throw failure(`npm could not install ${name}`, "the npm registry", result);
    return "installed";
  });
}

async function findCompiler() {
  for (const file of compilers) {
    const { status, output } = await runCommand(file, ["--version"], { timeout: 30_000 });
    if (status === 0) return { file, version: `${file} ${/\d+(\.\d+)+/.exec(output)?.[0]}` };
  }
  throw new Problem(`there is no C++ compiler (${compilers.join(", ")})`);
}

async function reference(name, { value: compiler, error }, report) {
  if (error) throw error;
  const source = here("reference.cpp");
  const options = ["-std=c++20", "-O3", "-fno-math-errno", "-ffp-contract=fast", ...builds[name], "-pthread"];
  const madeFrom = { source: hashOfFile(source), options, compiler: compiler.version };
  await step(name, madeFrom, report, async () => {
    const result = await runCommand(compiler.file, [...options, "-o", programOf(name), source]);
    if (result.status !== 0) throw failure("the C++ reference could not be compiled", "the compiler", result);
    return "compiled";
  });
}
