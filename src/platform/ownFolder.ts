/** The folder that the reader works in, which on Node is the process's own. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

export const workingFolder = (): string => process.cwd();

/** The names of the files in a folder. */
export const filesInFolder = (folder: string): string[] => readdirSync(folder);

/** A file's text; undefined where there is none. */
export const textOf = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;

/** Writes a text beside and puts it in its place. */
export function replaceText(path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}

/** Removes a file; nothing where there is none. */
export const removeText = (path: string): void => rmSync(path, { force: true });
