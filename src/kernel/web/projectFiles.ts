/**
 * The notebook's files as the project's module finds them in a browser: the same as those of `node:fs`. It takes the
 * notebook's folder for the root; what is there for a while has folders of its own.
 */
import { blobOf, isFile, paths, textOf, unlinkSync, write } from "./fs";
import { notebookFolder } from "./process";

/** Folders that are no part of the notebook's. */
const apart = /^\/(?:tmp|scratch)\//;

/** Where a name leads: also the whole path of a file of the notebook, as `process.cwd()` begins it. */
const placeOf = (name: string): string =>
  apart.test(name) || name.startsWith(`${notebookFolder}/`) ? name : `${notebookFolder}${name}`;

function* names(): Generator<string> {
  for (const path of paths()) {
    if (apart.test(path)) yield path;
    else if (path.startsWith(`${notebookFolder}/`)) yield path.slice(notebookFolder.length);
  }
}

/** From now on the project's module reads and writes them. */
export function shareFiles(): void {
  const files = {
    has: (name: string) => isFile(placeOf(name)),
    get: (name: string) => blobOf(placeOf(name)),
    text: (name: string) => textOf(placeOf(name)),
    keys: names,
    set: (name: string, data: Blob | string) => write(placeOf(name), data),
    delete(name: string) {
      const place = placeOf(name);
      const isThere = isFile(place);
      if (isThere) unlinkSync(place);
      return isThere;
    },
  };
  Object.assign(globalThis, { [Symbol.for("cofi.files")]: files });
}
