import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inRoot, venvPython } from "../../commands/project/project.mjs";

/** What starts this project's kernel. */
export const ownKernel = [inRoot("dist", "kernel", "main.js"), "--config", "{connection_file}"];

/**
 * Runs one of the scripts beside this file in an empty folder, where Jupyter knows a kernel by the name of "asked".
 *
 * @param {string} script Its name.
 * @param {string[]} args Its arguments; "{folder}" stands for a folder of its own.
 * @param {string[]} [kernel] What Node is to run for a kernel; "{connection_file}" stands for the connection's.
 * @returns {Promise<{ status: number | null, out: string, log: string }>}
 */
export async function runPython(script, args, kernel = ownKernel) {
  const folder = mkdtempSync(join(tmpdir(), "cofi-tools-"));
  const spec = { argv: [process.execPath, ...kernel], display_name: "asked", language: "typescript" };
  mkdirSync(join(folder, "jupyter", "kernels", "asked"), { recursive: true });
  writeFileSync(
    join(folder, "jupyter", "kernels", "asked", "kernel.json"),
    JSON.stringify({ ...spec, ...(kernel === ownKernel && { interrupt_mode: "message" }) }),
  );
  mkdirSync(join(folder, "work"));
  const env = {
    ...process.env,
    JUPYTER_PATH: join(folder, "jupyter"),
    PYTHONPATH: inRoot("src", "kernel", "papermill"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const filled = args.map((arg) => (arg === "{folder}" ? join(folder, "work") : arg));
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(venvPython, [path, ...filled], { cwd: join(folder, "work"), env });
  let out = "";
  let log = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    log += text;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true, force: true });
  return { status, out, log };
}

/**
 * What a script prints in its last line, as JSON.
 *
 * @param {string} script Its name.
 * @param {string[]} [kernel] What Node is to run for a kernel.
 * @returns {Promise<any>}
 */
export async function answerOf(script, kernel) {
  const { status, out, log } = await runPython(script, ["{folder}", "asked"], kernel);
  if (status !== 0) throw new Error(log);
  return JSON.parse(out.trim().split("\n").at(-1));
}
