import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure } from "../project/problem.mjs";
import { inRoot, modules, root } from "../project/project.mjs";
import { difference, hashOfFile, readJson, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const lockFile = inRoot("package-lock.json");

const HOPELESS = 20; // requests that failed in a row

const madeFrom = () => ({
  "package-lock.json": hashOfFile(lockFile),
  "the platform": `${process.platform}-${process.arch}`,
});

/** The npm packages, exactly those of package-lock.json. */
export const npmPackages = {
  name: "npm packages",

  stale() {
    const stamp = readStamp(modules);
    if (!stamp) return "installing those of package-lock.json";
    const changed = difference(stamp, madeFrom());
    if (changed) return `installing again, because ${changed} has changed`;
    const damaged = firstDamaged();
    return damaged && `installing again, because ${damaged} is missing or damaged`;
  },

  async run(note) {
    mkdirSync(modules, { recursive: true });
    removeStamp(modules);
    const total = packagesForHere();
    let count = 0;
    let failures = 0;
    const result = await runNpm(["ci", "--loglevel=http", "--ignore-scripts", "--no-audit", "--no-fund"], {
      timeout: 1_800_000,
      onLine(line, giveUp) {
        // Fetched, or taken from npm's cache.
        if (/^npm http (fetch GET 200|cache) .*\.tgz/.test(line))
          note(`${Math.min(++count, total)} of ${total}`);
        // npm itself would go on to each of the packages, for many minutes where nothing answers.
        if (/^npm http fetch GET .* attempt \d+ failed/.test(line)) failures++;
        else failures = 0;
        if (failures === HOPELESS) giveUp();
      },
    });
    if (result.status !== 0) throw failure("npm could not install the packages", "the npm registry", result);
    const damaged = firstDamaged();
    if (damaged)
      throw failure(`npm could not install all packages (${damaged} is missing)`, "the npm registry", result);
    writeStamp(modules, madeFrom());
    return `${Object.keys(installed()).length} installed`;
  },
};

/** Runs npm, the one that runs this where there is one; it gives up soon where nothing answers. */
export function runNpm(args, options) {
  const bounds = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"];
  const program = npmProgram();
  return program
    ? runCommand(process.execPath, [program, ...args, ...bounds], options)
    : runCommand("npm", [...args, ...bounds], options);
}

function npmProgram() {
  const running = process.env.npm_execpath;
  if (running && basename(running) === "npm-cli.js") return running;
  // What is called npm on Windows is a batch file; the program itself lies beside node.exe.
  if (process.platform === "win32")
    return join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  return undefined;
}

/** How many packages the lock file has for this platform. */
function packagesForHere() {
  const fits = (rule, value) =>
    !rule || rule.includes(value) || (!rule.includes(`!${value}`) && rule[0].startsWith("!"));
  return Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages).filter(
    ([path, { os, cpu, link }]) =>
      path !== "" && !link && fits(os, process.platform) && fits(cpu, process.arch),
  ).length;
}

/** What npm installed, by its own list: paths with versions. */
const installed = () => readJson(join(modules, ".package-lock.json"))?.packages ?? {};

/** The first package that npm installed but is not there in that version now. */
function firstDamaged() {
  const packages = Object.entries(installed());
  if (packages.length === 0) return "npm's own list of packages";
  return packages.find(
    ([path, { version }]) => version && readJson(join(root, path, "package.json"))?.version !== version,
  )?.[0];
}
