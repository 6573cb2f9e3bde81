/** Places of the project: its folder, its packages, what is compiled of it. */
import { join, resolve } from "node:path";

/** The folder of the project, which holds both `src` and the compiled `dist`; two above this file's own in either. */
export const projectFolder = resolve(__dirname, "..", "..");

/** Where notebooks that have no packages of their own find them. */
export const projectModules = join(projectFolder, "node_modules");

/** A compiled file of the project, by its place in `src` without the extension: also where sources run as they are. */
export const compiledFile = (name: string): string => join(projectFolder, "dist", name);

/** The compiled file that a thread is started with: `workerFile("wasm/worker")`. */
export const workerFile = (name: string): string => compiledFile(`${name}.js`);
