/** Folders of sessions in the system's place for temporary files: none outlives its session for long. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "cofi-spark-";

/** A new folder; those whose process is gone, killed before it could remove them, are removed. */
export function newScratch(): string {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^cofi-spark-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) removeScratch(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes such a folder; one that somebody else removes, or may not be removed, is left to them. */
export function removeScratch(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next session tries again.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
