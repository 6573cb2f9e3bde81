import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A stamp is a small JSON file inside what a step made. It says what that was made from, and is written last: where it
 * is missing the step was never completed, and where it says something else the step is to be done again.
 */
export const stampName = ".cofi.json";

export const readStamp = (folder) => readJson(join(folder, stampName));

/** A file's JSON, or undefined where there is no such file or it was cut off in writing. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

export const writeStamp = (folder, content) =>
  writeWhole(join(folder, stampName), `${JSON.stringify(content, null, 2)}\n`);

export const removeStamp = (folder) => rmSync(join(folder, stampName), { force: true });

/** The first name whose value differs between the two, or undefined where they say the same. */
export function difference(was, is) {
  return Object.keys(is).find((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
}

/** Writes a file so that it is either the old one or the whole new one, whenever the machine stops. */
export function writeWhole(file, content) {
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, content);
  renameSync(part, file);
}

export const hashOf = (...contents) => {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content).update("\0");
  return hash.digest("hex");
};

export const hashOfFile = (file) => hashOf(readFileSync(file));

/**
 * One hash for the names and contents of the files under a folder; of no files where the folder is missing.
 *
 * @param {string} folder
 * @param {(file: string) => boolean} [keep] Which of them count; defaults to all.
 */
export function hashOfFolder(folder, keep = () => true) {
  const contents = filesUnder(folder)
    .filter(keep)
    .flatMap((file) => [file, readFileSync(join(folder, file))]);
  return hashOf(...contents);
}

/** The sizes of the files under a folder, by name: for those too big to be read at every start. */
export const sizesUnder = (folder) =>
  Object.fromEntries(
    filesUnder(folder).map((file) => [file, statSync(join(folder, file), { throwIfNoEntry: false })?.size]),
  );

/** The files under a folder, as sorted paths relative to it, with "/" between the parts. */
export function filesUnder(folder, prefix = "") {
  let entries;
  try {
    entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
    )
    .sort();
}
