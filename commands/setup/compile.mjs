import { copyFileSync, mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, isDiskFull, Problem } from "../project/problem.mjs";
import { dist, inRoot, modules } from "../project/project.mjs";
import { compileKernels, kernels } from "./assembly.mjs";
import {
  difference,
  filesUnder,
  hashOfFile,
  hashOfFolder,
  readJson,
  readStamp,
  removeStamp,
  stampName,
  writeStamp,
} from "./stamp.mjs";

export const tsc = join(modules, "typescript", "bin", "tsc");

const madeFrom = () => ({
  src: hashOfFolder(inRoot("src"), (file) => /\.(ts|json|py)$/.test(file)),
  "tsconfig.json": hashOfFile(inRoot("tsconfig.json")),
  "TypeScript's version": readJson(join(modules, "typescript", "package.json"))?.version,
  "AssemblyScript's version": readJson(join(modules, "assemblyscript", "package.json"))?.version,
  dist: hashOfFolder(dist, (file) => file !== stampName && !file.startsWith("browser/")),
});

/** src, compiled to JavaScript and type declarations in dist, and its kernels to WebAssembly. */
export const compiledSources = {
  name: "src",

  stale() {
    const stamp = readStamp(dist);
    if (!stamp) return "compiling";
    const changed = difference(stamp, madeFrom());
    return changed && `compiling again, because ${changed} has changed`;
  },

  async run() {
    const { src } = madeFrom();
    removeStamp(dist);
    const options = ["--noEmitOnError", "--listEmittedFiles", "--pretty", "false"];
    const result = await runCommand(process.execPath, [tsc, "-p", ".", ...options]);
    if (isDiskFull(result.output)) throw failure("src could not be compiled", "", result);
    if (result.status !== 0)
      throw new Problem(
        `${result.output.trim()}\n\nsrc does not compile: mend the errors above and run this again.`,
      );
    const emitted = result.output
      .match(/^TSFILE: .*/gm)
      .map((line) => relative(dist, line.slice("TSFILE: ".length)));
    await compileKernels();
    emitted.push(...kernels.map((file) => relative(dist, file)), ...copyPython());
    for (const file of filesUnder(dist))
      if (!emitted.includes(file.replaceAll("/", sep))) rmSync(join(dist, file));
    removeEmptyFolders(dist);
    writeStamp(dist, { ...madeFrom(), src }); // as it was before compiling, so that a change made meanwhile shows
    return "compiled";
  },
};

/** Copies the Python programs of src, which run as they are, beside what is compiled; gives their places in dist. */
function copyPython() {
  const files = filesUnder(inRoot("src")).filter((file) => file.endsWith(".py"));
  for (const file of files) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    copyFileSync(inRoot("src", file), join(dist, file));
  }
  return files;
}

/** Removes the folders below a folder that hold no file at any depth. */
function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const below = join(folder, entry.name);
    removeEmptyFolders(below);
    if (readdirSync(below).length === 0) rmdirSync(below);
  }
}
