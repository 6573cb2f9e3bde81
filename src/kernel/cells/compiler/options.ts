import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Compiler, ts } from "./typescript";

/** As strict as the project's own tsconfig, but for unused names: a cell declares names for later ones. */
const strictness = {
  strict: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
};

/** What the language has beyond ES2023, each with the question whether the Node that runs has it too. */
const newer: [library: string, isHere: () => boolean][] = [
  ["es2024.arraybuffer", () => "transfer" in ArrayBuffer.prototype],
  ["es2024.collection", () => "groupBy" in Map],
  ["es2024.object", () => "groupBy" in Object],
  ["es2024.promise", () => "withResolvers" in Promise],
  ["es2024.regexp", () => "unicodeSets" in RegExp.prototype],
  ["es2024.sharedmemory", () => "waitAsync" in Atomics],
  ["es2024.string", () => "isWellFormed" in String.prototype],
  ["esnext.array", () => "fromAsync" in Array],
  ["esnext.collection", () => "union" in Set.prototype],
  ["esnext.disposable", () => "DisposableStack" in globalThis],
  ["esnext.error", () => "isError" in Error],
  ["esnext.float16", () => "Float16Array" in globalThis],
  ["esnext.iterator", () => "Iterator" in globalThis],
  ["esnext.promise", () => "try" in Promise],
];

const fixed = {
  target: ts.ScriptTarget.ES2022,
  // Imports as a bundler has them, which is what Node and tsc have together: `exports` of packages, folders with
  // an index, files with and without their endings.
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  preserveConstEnums: true,
  sourceMap: true,
  skipLibCheck: true,
  types: ["node"],
} satisfies Compiler.CompilerOptions;

/** Options by which a folder's own tsconfig.json changes how its cells and modules are checked and compiled. */
const fromConfig =
  /^(?:strict.*|noImplicit.*|noUnchecked.*|noPropertyAccess.*|noFallthrough.*|useUnknown.*|exactOptional.*|alwaysStrict|allowUnreachableCode|allowUnusedLabels|paths|pathsBasePath|baseUrl|rootDirs|jsx.*|reactNamespace|experimentalDecorators|emitDecoratorMetadata|useDefineForClassFields|checkJs|customConditions|lib)$/;

/** How cells and the modules beside them are checked: what a tsconfig.json in the notebook's folder says counts. */
export function optionsFor(folder: string): Compiler.CompilerOptions {
  const lib = ["es2023", ...newer.flatMap(([name, isHere]) => (isHere() ? [name] : []))];
  const own = readConfig(join(folder, "tsconfig.json"));
  return {
    ...fixed,
    lib: lib.map((name) => `lib.${name}.d.ts`),
    ...("strict" in own ? {} : strictness),
    ...own,
  };
}

function readConfig(file: string): Compiler.CompilerOptions {
  if (!existsSync(file)) return {};
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
  const { options = {} } = ts.getParsedCommandLineOfConfigFile(file, undefined, host) ?? {};
  return Object.fromEntries(Object.entries(options).filter(([name]) => fromConfig.test(name)));
}
