import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFolder } from "../../platform/project";

/** The versions of the kernel and its parts, read from their packages without loading them. */
export function versions(): { cofi: string; tslab: string; typescript: string; node: string } {
  const tslab = dirname(require.resolve("tslab/package.json"));
  return {
    cofi: versionOf(join(projectFolder, "package.json")),
    tslab: versionOf(join(tslab, "package.json")),
    typescript: versionOf(require.resolve("typescript/package.json")),
    node: process.versions.node,
  };
}

function versionOf(file: string): string {
  return JSON.parse(readFileSync(file, "utf8")).version;
}
