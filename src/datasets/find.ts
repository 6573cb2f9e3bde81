/** Where data sets are kept on this machine. */
import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { projectFolder } from "../base/project";

/** Whether this is a copy that npm installed, whose folder npm may replace at any time. */
const isInstalled = projectFolder.split(sep).includes("node_modules");

/** Where data sets are kept that were downloaded: beside the sources, or in the working folder of who installed them. */
export const ownData = join(isInstalled ? process.cwd() : projectFolder, "data");

/**
 * The folder of a data set, among the places where data may be: that named by the environment variable
 * COFI_DATA, the project's `data` (in the working folder, where npm installed Cofi), and `shared/data` beside the project. Undefined when none holds every one of
 * the files wanted.
 */
export function findData(name: string, files: readonly string[]): string | undefined {
  const places = [ownData, resolve(projectFolder, "..", "shared", "data")];
  if (process.env.COFI_DATA) places.unshift(resolve(process.env.COFI_DATA));
  return places
    .map((place) => join(place, name))
    .find((folder) => files.every((file) => existsSync(join(folder, file))));
}
