/** Where data sets are kept on this machine. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { projectFolder } from "../base/project";

/** Where data sets are kept that were downloaded. */
export const ownData = join(projectFolder, "data");

/**
 * The folder of a data set, among the places where data may be: that named by the environment variable
 * COFI_DATA, the project's `data`, and `shared/data` beside the project. Undefined when none holds every one of
 * the files wanted.
 */
export function findData(name: string, files: readonly string[]): string | undefined {
  const places = [ownData, resolve(projectFolder, "..", "shared", "data")];
  if (process.env.COFI_DATA) places.unshift(resolve(process.env.COFI_DATA));
  return places
    .map((place) => join(place, name))
    .find((folder) => files.every((file) => existsSync(join(folder, file))));
}
