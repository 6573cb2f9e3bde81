/** What comes with the module besides its code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiledFile, projectFolder } from "./project";

/** The text of a file that comes with the module, by its place in the project. */
export const assetText = (name: "data/lecture.json" | "notebooks/exercises.json"): string =>
  readFileSync(join(projectFolder, name), "utf8");

/** The compiled kernels, over memory as `sharesMemory` has it; or what is missing for them. */
export function kernelBytes(): Uint8Array | string {
  if (typeof SharedArrayBuffer === "undefined") return "Memory that threads share is missing";
  return readFileSync(compiledFile("wasm/kernels.wasm"));
}
