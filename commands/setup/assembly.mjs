import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, isDiskFull, Problem } from "../project/problem.mjs";
import { cache, dist, modules } from "../project/project.mjs";

const asc = join(modules, "assemblyscript", "bin", "asc.js");

/** The compiled kernels, beside the compiled sources. */
export const kernels = join(dist, "wasm", "kernels.wasm");

/** The same kernels for where threads cannot share memory: in browsers, on most pages. */
export const ownKernels = join(cache, "kernels-own.wasm");

/** Compiles the kernels of src/wasm/assembly to WebAssembly with SIMD, over memory that threads share. */
export const compileKernels = () => compile(kernels, ["--sharedMemory"]);

/** Compiles them over a memory of their own, where they have been compiled anew since. */
export async function compileOwnKernels() {
  const madeAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (madeAt(ownKernels) <= madeAt(kernels)) await compile(ownKernels, []);
}

async function compile(target, kind) {
  mkdirSync(dirname(target), { recursive: true });
  const source = join("src", "wasm", "assembly", "index.ts");
  const memory = ["--importMemory", ...kind, "--initialMemory", "1", "--maximumMemory", "65536"];
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,threads", ...memory];
  const result = await runCommand(process.execPath, [asc, source, "--outFile", target, ...options]);
  if (isDiskFull(result.output)) throw failure("the kernels could not be compiled", "", result);
  if (result.status !== 0)
    throw new Problem(
      `${result.output.trim()}\n\nsrc/wasm/assembly does not compile: mend the errors above and run this again.`,
    );
}
