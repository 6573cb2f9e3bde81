import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFolder } from "../../platform/project";

/** The versions of the kernel and its parts, what it runs on, and whether cells can be debugged there. */
export interface Versions {
  cofi: string;
  tslab: string;
  typescript: string;
  platform: string;
  hasDebugger: boolean;
}

/** Read from the packages without loading them. */
export function versions(): Versions {
  const tslab = dirname(require.resolve("tslab/package.json"));
  return {
    cofi: versionOf(join(projectFolder, "package.json")),
    tslab: versionOf(join(tslab, "package.json")),
    typescript: versionOf(require.resolve("typescript/package.json")),
    platform: `Node ${process.versions.node}`,
    hasDebugger: true,
  };
}

function versionOf(file: string): string {
  return JSON.parse(readFileSync(file, "utf8")).version;
}
