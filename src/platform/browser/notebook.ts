/** The way from this module to the output of a notebook's cell, in a browser: a kernel in the page offers it. */
import type { Display } from "../notebook";

const key = Symbol.for("cofi.display");

/** What a kernel in this page, or in this worker, has put there for the code of its cells. */
export const notebook = (): Display | undefined => (globalThis as { [key]?: Display })[key];
