import { join } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** Where everything of the project is, as absolute paths. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
export const inRoot = (...parts) => join(root, ...parts);
export const modules = inRoot("node_modules");
export const dist = inRoot("dist");
export const venv = inRoot(".venv");
export const venvPython = windows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");
export const cache = inRoot(".cache");
export const setupLog = join(cache, "setup.log");
