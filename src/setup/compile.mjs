import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "./command.mjs";
import { Problem } from "./problem.mjs";
import { cache, dist, inRoot, modules } from "./project.mjs";
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
  writeWhole,
} from "./stamp.mjs";

export const tsc = join(modules, "typescript", "bin", "tsc");
const fresh = join(cache, "dist");

const madeFrom = () => ({
  src: hashOfFolder(inRoot("src"), (file) => /\.(ts|json)$/.test(file)),
  "tsconfig.json": hashOfFile(inRoot("tsconfig.json")),
  "TypeScript's version": readJson(join(modules, "typescript", "package.json"))?.version,
  dist: hashOfFolder(dist, (file) => file !== stampName),
});

/** src, compiled to JavaScript and type declarations in dist. */
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
    rmSync(fresh, { recursive: true, force: true });
    const result = await runCommand(process.execPath, [
      tsc,
      "-p",
      ".",
      "--outDir",
      fresh,
      "--pretty",
      "false",
    ]);
    if (result.status !== 0)
      throw new Problem(
        `${result.output.trim()}\n\nsrc does not compile: mend the errors above and run this again.`,
      );
    removeStamp(dist);
    const written = replaceFiles(fresh, dist);
    rmSync(fresh, { recursive: true, force: true });
    writeStamp(dist, { ...madeFrom(), src }); // as it was before compiling, so that a change made meanwhile shows
    return `compiled, ${written} files new`;
  },
};

/** Makes one folder's files those of another. Files that are the same stay untouched, for programs that watch them. */
function replaceFiles(from, to) {
  const files = filesUnder(from);
  for (const file of filesUnder(to)) if (!files.includes(file)) rmSync(join(to, file));
  const changed = files.filter((file) => !sameContent(join(from, file), join(to, file)));
  for (const file of changed) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeWhole(join(to, file), readFileSync(join(from, file)));
  }
  return changed.length;
}

function sameContent(one, other) {
  try {
    return hashOfFile(one) === hashOfFile(other);
  } catch {
    return false; // the other is not there yet
  }
}
