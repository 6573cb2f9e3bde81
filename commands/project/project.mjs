import { join } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** Where everything of the project is, as absolute paths. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
export const inRoot = (...parts) => join(root, ...parts);
export const modules = inRoot("node_modules");
export const dist = inRoot("dist");
export const venv = inRoot(".venv");
/** The Python of an environment. */
export const pythonIn = (folder) =>
  windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
export const venvPython = pythonIn(venv);
export const cache = inRoot(".cache");
export const setupLog = join(cache, "setup.log");
