/** Where data sets are kept on this machine. */
import { dataFolders, exists } from "../platform/dataFiles";
import { join } from "../platform/paths";

export { ownData } from "../platform/dataFiles";

/**
 * The folder of a data set, among the places where data may be: that named by the environment variable
 * COFI_DATA, the project's `data` (in the working folder, where npm installed Cofi), and `shared/data` beside the project. Undefined when none holds every one of
 * the files wanted.
 */
export function findData(name: string, files: readonly string[]): string | undefined {
  return dataFolders()
    .map((place) => join(place, name))
    .find((folder) => files.every((file) => exists(join(folder, file))));
}

/** The archive of a data set, `ml-100k.zip`, in one of these places; undefined where there is none. */
export const findArchive = (name: string): string | undefined =>
  dataFolders()
    .map((place) => join(place, `${name}.zip`))
    .find(exists);
