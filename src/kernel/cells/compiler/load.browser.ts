import typescript from "typescript";
import { declarations } from "../../web/declarations";
import { bytesOf, entriesOf, isFile, isFolder, textOf } from "../../web/fs";
import { notebookFolder } from "../../web/process";

/** The files in memory as the compiler reads them. */
const system: typeof typescript.sys = {
  args: [],
  newLine: "\n",
  useCaseSensitiveFileNames: true,
  write() {},
  readFile: textOf,
  getFileSize: (path) => bytesOf(path)?.byteLength ?? 0,
  writeFile() {},
  resolvePath: (path) => path,
  fileExists: isFile,
  directoryExists: isFolder,
  createDirectory() {},
  getExecutingFilePath: () => `${declarations.compiler}/typescript.js`,
  getCurrentDirectory: () => notebookFolder,
  getDirectories: (path) => entriesOf(path).filter((name) => isFolder(`${path}/${name}`)),
  readDirectory: () => [],
  realpath: declarations.realpath,
  exit() {},
};

/** It looks for a system in Node when it is loaded, and takes another by this function, which its types leave out. */
(typescript as unknown as { setSys(given: typeof system): void }).setSys(system);

/** The TypeScript compiler. */
export const compiler: unknown = typescript;

/** Where the declarations of the language itself stand. */
export const libraryFolder = declarations.compiler;
