import { join } from "node:path";
import { inRoot } from "../commands/project/project.mjs";

/** Where the benchmark keeps what it makes; nothing of it is part of the project's set-up. */
export const bench = inRoot(".bench");
export const data = join(bench, "data");
export const inBench = (...parts) => join(bench, ...parts);
export const here = (name) => inRoot("bench", name);
