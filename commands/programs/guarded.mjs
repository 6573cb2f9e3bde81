import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { root } from "../project/project.mjs";

const guard = fileURLToPath(new URL("guard.mjs", import.meta.url));

/** Starts a program in a process group of its own, out of reach of Ctrl-C, which ends when this process does. */
export function spawnGuarded(
  file,
  args,
  { cwd = root, env = process.env, stdout = "pipe", stderr = "pipe" } = {},
) {
  return spawn(process.execPath, [guard, file, ...args], {
    cwd,
    env,
    stdio: ["pipe", stdout, stderr],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}
