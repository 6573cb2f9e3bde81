import { readFileSync } from "node:fs";
import { compiledFile } from "../base/project";
import { type WasmMemory, type WasmModule, webAssembly } from "./webassembly";

/** A kernel works on the rows or blocks [from, to), with the arguments that its step gives. */
export type Kernel = (from: number, to: number, ...rest: number[]) => void;

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

/** The kernels over a memory. */
export function instantiate(module: WasmModule, memory: WasmMemory): Record<string, Kernel> {
  const env = { memory, exp: Math.exp, log1p: Math.log1p };
  return new webAssembly!.Instance(module, { env }).exports as Record<string, Kernel>;
}

/** The compiled kernels, or what is missing for them. */
function compile(): WasmModule | string {
  if (typeof SharedArrayBuffer === "undefined") return "Memory that threads share is missing";
  const bytes = readFileSync(compiledFile("wasm/kernels.wasm"));
  if (!webAssembly?.validate(bytes)) return "WebAssembly with SIMD is missing";
  return new webAssembly.Module(bytes);
}
