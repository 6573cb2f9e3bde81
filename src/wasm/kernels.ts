import { kernelBytes } from "../platform/assets";
import { type WasmModule, webAssembly } from "./webassembly";

let compiled: WasmModule | undefined | null;

/**
 * The kernels, compiled once; undefined, which is said once on stderr, where this Node.js cannot run them. What
 * stands in for them gives the same digits, more slowly.
 */
export function kernelModule(): WasmModule | undefined {
  if (compiled === undefined) {
    const found = compile();
    compiled = typeof found === "string" ? null : found;
    if (typeof found === "string")
      console.warn(`${found} here: all work is done in plain TypeScript, slower, with the same digits.`);
  }
  return compiled ?? undefined;
}

/** The compiled kernels, or what is missing for them. */
function compile(): WasmModule | string {
  const bytes = kernelBytes();
  if (typeof bytes === "string") return bytes;
  if (!webAssembly?.validate(bytes)) return "WebAssembly with SIMD is missing";
  return new webAssembly.Module(bytes);
}
