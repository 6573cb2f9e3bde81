/** The notebooks of a folder, and small files beside them. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that a notebook runs in, which is its own. */
export const workingFolder = (): string => process.cwd();

/** The names of the files in a folder, in their order. @throws Error where there is no such folder. */
export const namesIn = (folder: string): string[] => readdirSync(folder).sort();

/** The text of a file, undefined where there is none. */
export function textIn(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Writes a file so that it is either the old one or the whole new one. */
export function writeIn(folder: string, name: string, text: string): void {
  const beside = join(folder, `${name}.${process.pid}`);
  writeFileSync(beside, text);
  renameSync(beside, join(folder, name));
}

/** Takes a file away, if it is there. */
export const removeIn = (folder: string, name: string): void => rmSync(join(folder, name), { force: true });
