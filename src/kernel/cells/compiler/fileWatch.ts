import { statSync } from "node:fs";

const missing = "missing";

/** What changes when the file does. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? missing : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
