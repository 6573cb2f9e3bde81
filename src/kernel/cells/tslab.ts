import { createRequire } from "node:module";
import type Compiler from "@tslab/typescript-for-tslab";
import type { Converter, ConverterOptions } from "tslab/dist/converter";
import type { Executor } from "tslab/dist/executor";
import { adjust } from "./compiler";

/*
 * The only file that loads tslab. Its converter calls the compiler through the module system's cache; there
 * stands, from now on, the same compiler with some functions wrapped: that is how its options, its way of
 * finding modules and its source maps are adjusted without a fork.
 */
const fromTslab = createRequire(require.resolve("tslab/dist/converter"));
const compilerFile = fromTslab.resolve("@tslab/typescript-for-tslab");

/** tslab's own TypeScript compiler. */
export const ts: typeof Compiler = fromTslab(compilerFile);

/** The compiler as the converter calls it, and what it leaves for us to use. */
export const adjusted = adjust(ts);

require.cache[compilerFile]!.exports = { ...ts, ...adjusted.functions };

const converter: typeof import("tslab/dist/converter") = fromTslab("./converter");
const jupyter = fromTslab("./jupyter");

export const createConverter: (options?: ConverterOptions) => Converter = converter.createConverter;
export const createExecutor: typeof import("tslab/dist/executor").createExecutor =
  fromTslab("./executor").createExecutor;
export const isCompleteCode = converter.isCompleteCode;
export const getCodeMetadata: typeof import("tslab/dist/metadata").getCodeMetadata =
  fromTslab("./metadata").getCodeMetadata;

/** Gives tslab's `display` and `newDisplay` their way to the notebook. */
export function setDisplay(display: (content: never, update?: boolean) => void): void {
  jupyter.lastWriteDisplayData = display;
}

export type { Converter, ConvertResult, Diagnostic } from "tslab/dist/converter";
export type { Executor };
