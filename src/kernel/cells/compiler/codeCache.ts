import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

/** Where compiled code is kept: in the user's own cache, as it is for one user and one Node. */
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cofi", "code");

/**
 * Loads a large CommonJS file as `require` does, from the code that V8 made of it the last time where that is on
 * disk: a compiler of nine megabytes is there in a third of the time. Without a place to keep it, it is loaded
 * as any other.
 */
export function loadScript(file: string): unknown {
  const cached = require.cache[file];
  if (cached) return cached.exports;
  const kept = join(folder, `${keyOf(file)}.bin`);
  const cachedData = readIfThere(kept);
  const script = new Script(Module.wrap(readFileSync(file, "utf8")), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const module = new Module(file);
  module.filename = file;
  require.cache[file] = module;
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, Module.createRequire(file), module, file, dirname(file));
  module.loaded = true;
  if (script.cachedDataRejected !== false) setTimeout(() => keep(kept, script), 3000).unref();
  return module.exports;
}

/** The file, Node and what V8 was told: code that was kept for others is of no use. */
function keyOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  const about = [file, mtimeMs, size, process.version, process.arch, process.execArgv.join(" ")].join("\n");
  return createHash("sha256").update(about).digest("hex").slice(0, 32);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // not kept yet
  }
}

/** Keeps what has been compiled so far, functions that have run included. */
function keep(file: string, script: Script): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, script.createCachedData());
    renameSync(beside, file);
  } catch {
    // A home that can't be written to costs time at the next start, nothing else.
  }
}
