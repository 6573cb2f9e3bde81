import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const windows = process.platform === "win32";

/** Ends a program that was started in a process group of its own, with everything in that group, at once. */
export function endTree(child) {
  if (child.pid === undefined) return; // it was never started
  if (windows) execFileSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
  else endProcess(-child.pid);
}

/** Ends one process (or, for a negative number, one process group) at once; one that is gone already is no fault. */
export function endProcess(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** The processes below one, its children's children included: those in a group of their own too, as kernels are. */
export function descendants(pid) {
  const parents = windows ? [] : process.platform === "linux" ? parentsFromProc() : parentsFromPs();
  const below = [pid];
  for (const parent of below) {
    for (const [child, itsParent] of parents) if (itsParent === parent) below.push(child);
  }
  return below.slice(1);
}

function parentsFromProc() {
  const pairs = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // "pid (program name) state parent …"; the name may itself contain spaces and brackets.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      pairs.push([Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]);
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return pairs;
}

function parentsFromPs() {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return listing
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}
