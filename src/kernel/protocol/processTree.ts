import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Ends a process that leads a group of its own, and all that it started which is still in that group. */
export function killTree(pid: number | undefined): void {
  if (pid === undefined) return; // it never started
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"]);
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // all have ended by themselves
  }
}

/** Sends a signal to all programs that a process has started, and to those that these have; not on Windows. */
export function signalChildren(pid: number, signal: NodeJS.Signals): void {
  for (const child of descendants(pid)) send(child, signal);
}

/** Sends a signal to a process too; on Windows it is ended, with those that it has started. */
export function signalTree(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return; // it never started
  if (process.platform === "win32") killTree(pid);
  else for (const one of [...descendants(pid), pid]) send(one, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended by itself
  }
}

/** The processes that a process has started, and those that these have. */
export function descendants(pid: number): number[] {
  const parents = parentsOfAll();
  const found: number[] = [];
  for (let level = [pid]; level.length > 0; found.push(...level))
    level = parents.filter(([, parent]) => level.includes(parent)).map(([child]) => child);
  return found;
}

/** All processes, each with its parent. */
function parentsOfAll(): [pid: number, parent: number][] {
  if (process.platform !== "linux") {
    const list = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    return list
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
      .filter(([child]) => Number.isInteger(child));
  }
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name): [number, number][] => {
    try {
      // `pid (name) state parent …`, where the name may hold anything.
      const [, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return [[Number(name), Number(parent)]];
    } catch {
      return []; // it has just ended
    }
  });
}
