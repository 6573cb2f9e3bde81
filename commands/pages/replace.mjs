import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";

/** Puts a folder that was written beside in the place of another, which stays where that cannot be done. */
export function replaceFolder(beside, folder) {
  const old = `${beside}-old`;
  const replaces = existsSync(folder);
  if (replaces) renameSync(folder, old);
  try {
    renameSync(beside, folder);
  } catch (error) {
    if (replaces) renameSync(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Whether a file is the notebook of another, executed: the same cells, whole, whatever their outputs. */
export function isExecutionOf(executed, stored) {
  const cells = (file) =>
    JSON.parse(readFileSync(file, "utf8")).cells.map(({ cell_type, source }) => [
      cell_type,
      [source].flat().join(""),
    ]);
  try {
    return JSON.stringify(cells(executed)) === JSON.stringify(cells(stored));
  } catch {
    // Nothing there, no JSON, or JSON that is no notebook: what it is not is all that is asked.
    return false;
  }
}
