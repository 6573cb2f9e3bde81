import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption } from "../programs/interrupt.mjs";

const BEAT = 5_000;
const SILENT = 30_000; // after this long without a beat the holder is gone, whatever runs under its number now

/**
 * Does some work while no other process holds the same lock file. The file names its holder's process; that of a
 * holder which has ended is taken over.
 *
 * @param options.onWait Called once, with the holder's process number, where another one has to be waited for.
 */
export async function withLock(file, work, { onWait } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    let waited = false;
    while (!taken(file, mine)) {
      const holder = liveHolder(file);
      if (holder === undefined) continue;
      if (!waited) onWait?.(holder);
      waited = true;
      await sleep(200, undefined, { signal: interruption });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const beat = setInterval(() => touch(file), BEAT);
  const release = () => rmSync(file, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

/** Links the lock to a file that is written already, so that nobody ever sees a lock without its holder's number. */
function taken(file, mine) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Cleaned away by `npm run clean`: the work goes on, and fails by itself where it misses something.
  }
}

/** The process that holds the lock; undefined where it is free now, a lock left behind having been removed. */
function liveHolder(file) {
  try {
    const holder = Number(readFileSync(file, "utf8"));
    if (isAlive(holder) && Date.now() - statSync(file).mtimeMs < SILENT) return holder;
    // Of several that find it left behind only one may remove it, and not a new one that another has just made.
    const aside = `${file}.left-by-${holder}`;
    renameSync(file, aside);
    if (Number(readFileSync(aside, "utf8")) !== holder) renameSync(aside, file);
    else rmSync(aside);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return undefined;
}

function isAlive(pid) {
  if (pid === process.pid) return false; // an earlier process had the number that is ours now
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // another user's
  }
}
