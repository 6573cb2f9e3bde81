import { rmSync } from "node:fs";
import { relative } from "node:path";
import { cache, dist, modules, root, venv } from "./project/project.mjs";

/** Removes all that set-up made, and nothing else: data and notebooks stay. */
export function clean() {
  for (const folder of [dist, venv, modules, cache]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    console.log(`removed ${relative(root, folder)}`);
  }
}
