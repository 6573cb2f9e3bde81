import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, sep } from "node:path";
import { interruption } from "./programs/interrupt.mjs";
import { descendants, endProcess } from "./programs/process-tree.mjs";
import { cache, inRoot, modules, root } from "./project/project.mjs";
import { tsc } from "./setup/compile.mjs";
import { runSetup } from "./setup/setup.mjs";
import { filesUnder, readJson } from "./setup/stamp.mjs";

const results = join(cache, "tests.json");

const help = `npm test                      sets up, checks the style and the types, and runs all the tests
npm test -- --quick           the same without the slow tests: no kernel, browser, notebook or big training
npm test -- test/ratings      only the tests whose path has this in it; several may be named, with --quick too
npm test -- -t "lambda"       only the tests whose title has this in it
npm test -- --help            this page

Whatever else follows -- goes to vitest. Which tests are slow, each says itself: CONTRIBUTING.md.`;

/** What a test file says that `--quick` is to leave out. */
const slow = /^\/\/ @module-tag slow\b/;

/** A file of quick tests that takes longer than this, in milliseconds, is told of. */
const quickEnough = 5000;

/**
 * Brings the set-up up to date, then checks the style and the types and runs the tests, up to the first that fails.
 *
 * @param args `--quick`, `--help`, and further arguments for vitest.
 * @returns The exit status of the first check that fails, or 0.
 */
export async function test(args) {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const quick = args.includes("--quick");
  await runSetup();
  rmSync(results, { force: true });
  const checks = [
    { what: "style", program: join(modules, "@biomejs", "biome", "bin", "biome"), options: ["check"] },
    { what: "types", program: tsc, options: ["--noEmit", "-p", "test"] },
    { what: "types of browsers", program: tsc, options: ["--noEmit", "-p", "src/platform/browser"] },
    { what: "types of pages", program: tsc, options: ["--noEmit", "-p", "web"] },
    { what: "tests", program: join(modules, "vitest", "vitest.mjs"), options: forVitest(args, quick) },
  ];
  for (const { what, program, options } of checks) {
    interruption.throwIfAborted();
    console.log(`\nChecking the ${what}.`);
    const status = await runHere(program, options);
    interruption.throwIfAborted();
    if (what === "tests") console.log(summary(quick));
    if (status !== 0) {
      console.log(`The ${what} failed.`);
      return status;
    }
  }
  return 0;
}

function forVitest(args, quick) {
  const options = ["run", "--config=test/vitest.config.ts", "--reporter=default", "--reporter=json"];
  options.push(`--outputFile.json=${results}`);
  // As many files at once as there are cores: much of what the slow ones take is waiting for other programs.
  options.push(`--maxWorkers=${availableParallelism()}`);
  if (quick) options.push(...slowTests().map((file) => `--exclude=${file}`));
  return [...options, ...args.filter((arg) => arg !== "--quick")];
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

/** The test files that call themselves slow, by their paths in the project. */
function slowTests() {
  return filesUnder(inRoot("test"))
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith(".test.ts") && slow.test(readFileSync(inRoot(file), "utf8")));
}

function summary(quick) {
  const read = readJson(results) ?? {};
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, testResults = [] } = read;
  const late = testResults.filter(({ startTime, endTime }) => endTime - startTime > quickEnough);
  const lines = late.map(({ name, startTime, endTime }) => {
    const file = relative(root, name).replaceAll(sep, "/");
    return `${file} took ${((endTime - startTime) / 1000).toFixed(1)} s: is it slow? See CONTRIBUTING.md.`;
  });
  const counts = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  return [...(quick ? lines : []), counts].join("\n");
}
