import { createRequire } from "node:module";
import { ts } from "../compiler/typescript";

/*
 * The only file that loads tslab: what `import * as tslab from "tslab"` gives a cell, with the channel of its
 * displays. Of tslab's own compiler and converter, another nine megabytes, nothing is used but the version's number.
 */
const fromTslab = createRequire(require.resolve("tslab"));

function provide(file: string, exports: object): void {
  const place = fromTslab.resolve(file);
  fromTslab.cache[place] = { id: place, filename: place, loaded: true, exports, children: [] } as never;
}

provide("@tslab/typescript-for-tslab", { version: ts.version });
provide("./converter", {});

const jupyter = fromTslab("./jupyter");

/** tslab as cells import it. */
export const tslab: typeof import("tslab") = fromTslab("tslab");

/** Gives tslab's `display` and `newDisplay` their way to the notebook. */
export function setDisplay(display: (content: never, update?: boolean) => void): void {
  jupyter.lastWriteDisplayData = display;
}
