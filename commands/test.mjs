import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { interruption } from "./programs/interrupt.mjs";
import { descendants, endProcess } from "./programs/process-tree.mjs";
import { cache, modules, root } from "./project/project.mjs";
import { tsc } from "./setup/compile.mjs";
import { runSetup } from "./setup/setup.mjs";
import { readJson } from "./setup/stamp.mjs";

const results = join(cache, "tests.json");

/**
 * Brings the set-up up to date, then checks the style and the types and runs the tests, up to the first that fails.
 *
 * @param args Further arguments for vitest.
 * @returns The exit status of the first check that fails, or 0.
 */
export async function test(args) {
  await runSetup();
  rmSync(results, { force: true });
  const checks = [
    ["style", join(modules, "@biomejs", "biome", "bin", "biome"), "check"],
    ["types", tsc, "--noEmit", "-p", "test"],
    [
      ...["tests", join(modules, "vitest", "vitest.mjs"), "run", "--config", "test/vitest.config.ts"],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${results}`, ...args],
    ],
  ];
  for (const [what, program, ...rest] of checks) {
    interruption.throwIfAborted();
    console.log(`\nChecking the ${what}.`);
    const status = await runHere(program, rest);
    interruption.throwIfAborted();
    if (what === "tests") console.log(summary());
    if (status !== 0) {
      console.log(`The ${what} failed.`);
      return status;
    }
  }
  return 0;
}

/** Runs a Node.js program on this terminal, Ctrl-C included; gives its exit status. */
function runHere(program, args) {
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: "inherit" });
  // With the kernels and servers that tests have started, which the runner would leave behind.
  const end = () => [...descendants(child.pid), child.pid].forEach(endProcess);
  interruption.addEventListener("abort", end);
  return new Promise((resolve) =>
    child.on("close", (status) => {
      interruption.removeEventListener("abort", end);
      resolve(status ?? 1);
    }),
  );
}

function summary() {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = readJson(results) ?? {};
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}
