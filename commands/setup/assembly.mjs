import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, isDiskFull, Problem } from "../project/problem.mjs";
import { dist, modules } from "../project/project.mjs";

const asc = join(modules, "assemblyscript", "bin", "asc.js");

/** The compiled kernels, beside the compiled sources: over memory that threads share, and over memory of one thread. */
export const shared = join(dist, "wasm", "kernels.wasm");
export const single = join(dist, "wasm", "kernels-single.wasm");
export const kernels = [shared, single];

/** Compiles the kernels of src/wasm/assembly to WebAssembly with SIMD. */
export async function compileKernels() {
  mkdirSync(dirname(shared), { recursive: true });
  await Promise.all([
    compile(shared, ["--enable", "simd,threads", "--sharedMemory"]),
    compile(single, ["--enable", "simd"]),
  ]);
}

async function compile(target, features) {
  const source = join("src", "wasm", "assembly", "index.ts");
  const memory = ["--importMemory", "--initialMemory", "1", "--maximumMemory", "65536"];
  const options = ["-O3", "--noAssert", "--runtime", "stub", ...features, ...memory];
  const result = await runCommand(process.execPath, [asc, source, "--outFile", target, ...options]);
  if (isDiskFull(result.output)) throw failure("the kernels could not be compiled", "", result);
  if (result.status !== 0)
    throw new Problem(
      `${result.output.trim()}\n\nsrc/wasm/assembly does not compile: mend the errors above and run this again.`,
    );
}
