import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./kernelClient";

const python =
  process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");

/** The commands that start the kernels to compare: this project's, and tslab as it comes. */
const kernels = {
  cofi: [join(root, "dist", "kernel", "main.js"), "--config", "{connection_file}"],
  stock: [join(__dirname, "stockKernel.cjs"), "{connection_file}"],
};

export type KernelName = keyof typeof kernels;

/** Runs one of the scripts beside this file in an empty folder, where Jupyter knows the kernels by their names. */
export async function runPython(
  script: string,
  ...args: string[]
): Promise<{ status: number | null; out: string; log: string }> {
  const folder = mkdtempSync(join(tmpdir(), "cofi-tools-"));
  for (const [name, command] of Object.entries(kernels)) {
    const spec = { argv: [process.execPath, ...command], display_name: name, language: "typescript" };
    mkdirSync(join(folder, "jupyter", "kernels", name), { recursive: true });
    writeFileSync(
      join(folder, "jupyter", "kernels", name, "kernel.json"),
      JSON.stringify({ ...spec, ...(name === "cofi" && { interrupt_mode: "message" }) }),
    );
  }
  mkdirSync(join(folder, "work"));
  const env = {
    ...process.env,
    JUPYTER_PATH: join(folder, "jupyter"),
    PYTHONPATH: join(root, "src", "kernel", "papermill"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const filled = args.map((arg) => (arg === "{folder}" ? join(folder, "work") : arg));
  const child = spawn(python, [join(__dirname, script), ...filled], { cwd: join(folder, "work"), env });
  let out = "";
  let log = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (log += text));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true, force: true });
  return { status, out, log };
}
