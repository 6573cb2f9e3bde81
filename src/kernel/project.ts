import { resolve } from "node:path";

/** The project's folder, two above this file's own in the compiled code. */
export const projectFolder = resolve(__dirname, "..", "..");

/** Where notebooks that have no packages of their own find them. */
export const projectModules = resolve(projectFolder, "node_modules");
