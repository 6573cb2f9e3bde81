import { dirname } from "node:path";
import { loadScript } from "./codeCache";

const compilerFile = require.resolve("typescript");

/** The TypeScript compiler, its code kept compiled on disk. */
export const compiler: unknown = loadScript(compilerFile);

/** Where the declarations of the language itself stand. */
export const libraryFolder = dirname(compilerFile);
