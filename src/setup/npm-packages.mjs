import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runCommand } from "./command.mjs";
import { failure } from "./problem.mjs";
import { inRoot, modules, root } from "./project.mjs";
import { difference, hashOfFile, readJson, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const lockFile = inRoot("package-lock.json");

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
    const result = await runNpm(["ci", "--loglevel=http", "--ignore-scripts", "--no-audit", "--no-fund"], {
      timeout: 1_800_000,
      // One such line a package: fetched, or taken from npm's cache.
      onLine: (line) =>
        /^npm http (fetch|cache) /.test(line) && note(`${Math.min(++count, total)} of ${total}`),
    });
    if (result.status !== 0) throw failure("npm could not install the packages", "the npm registry", result);
    const damaged = firstDamaged();
    if (damaged) throw failure(`npm left ${damaged} out`, "the npm registry", result);
    writeStamp(modules, madeFrom());
    return `${Object.keys(installed()).length} installed`;
  },
};

/** Runs npm, the one that runs this where there is one; it gives up soon where nothing answers. */
export function runNpm(args, options) {
  const bounds = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"];
  const program = process.env.npm_execpath;
  if (program && basename(program) === "npm-cli.js")
    return runCommand(process.execPath, [program, ...args, ...bounds], options);
  const shell = process.platform === "win32"; // npm is a batch file there
  return runCommand("npm", [...args, ...bounds], { ...options, shell });
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
