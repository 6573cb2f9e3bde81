import { assetUrl } from "../../web/assets";
import { builtin } from "../../web/builtins";
import { isFile, textOf } from "../../web/fs";
import { dirname, isAbsolute, resolve } from "../../web/path";
import { fileURLToPath, pathToFileURL } from "../../web/url";
import type { CellProgram } from "../compiler/program";
import { isBuiltin } from "../compiler/resolver";
import { runScript } from "../run/script";
import { namespaceOf } from "./importSlots";
import { LocalModules } from "./localModules";
import { tslab } from "./tslab";

/** Packages that are there: the project's own, an ES module among the assets, and what that brings along. */
const packages: Record<string, (own: { tf: unknown }) => unknown> = {
  cofi: (own) => own,
  "@tensorflow/tfjs": ({ tf }) => tf,
};

interface CommonModule {
  exports: unknown;
}

/**
 * Loads what cells and the modules beside them import: those modules by compiling them, `cofi` from its bundle, and of
 * Node's own what a browser has too.
 */
export class Loader {
  private readonly local: LocalModules;
  private readonly imported = new Map<string, unknown>();
  private readonly common = new Map<string, CommonModule>();

  constructor(program: CellProgram) {
    this.local = new LocalModules(program, this);
  }

  /** What a module exports, loaded now if it was not; its imports first. */
  async load(given: string, importer: string, path: readonly string[] = []): Promise<unknown> {
    const name = given.startsWith("file:") ? fileURLToPath(given) : given;
    const file = this.local.find(name, importer);
    if (file !== undefined) return this.local.load(file, path);
    if (Object.hasOwn(packages, name) && !this.imported.has(name))
      this.imported.set(name, packages[name](await import(assetUrl("cofi.js"))));
    return this.require(name, importer);
  }

  /** The same without waiting, as `require` in code does. */
  require(name: string, importer: string): unknown {
    if (name === "tslab") return tslab;
    const file = this.local.find(name, importer);
    if (file !== undefined) return this.local.require(file);
    if (isBuiltin(name)) return builtin(name);
    if (this.imported.has(name)) return this.imported.get(name);
    if (Object.hasOwn(packages, name))
      throw new Error(`${name} is not loaded yet: in a browser it has to be imported before it is required`);
    return this.requireFile(resolveIn(name, importer));
  }

  /** What `import()` in a cell or a module gives. */
  async import(name: string, importer: string): Promise<object> {
    return namespaceOf(await this.load(name, importer));
  }

  requireOf(importer: string): NodeJS.Require {
    return this.requireFor(importer);
  }

  /** `require` for code in a file, which also finds the modules beside it. */
  requireFor(importer: string): NodeJS.Require {
    return Object.assign((name: string) => this.require(name, importer), {
      resolve: (name: string) => (isBuiltin(name) ? name : resolveIn(name, importer)),
      cache: {},
    }) as unknown as NodeJS.Require;
  }

  /** What `import.meta` is in a file. */
  metaOf(file: string): object {
    return {
      url: pathToFileURL(file).href,
      filename: file,
      dirname: dirname(file),
      resolve: (name: string) =>
        isBuiltin(name) ? name : pathToFileURL(this.local.find(name, file) ?? resolveIn(name, file)).href,
    };
  }

  dropUnfinished(): void {
    this.local.dropUnfinished();
  }

  forget(changed: ReadonlySet<string>): void {
    this.local.forget(changed);
    this.common.clear();
  }

  /** A file of JSON, or of JavaScript as CommonJS has it. */
  private requireFile(file: string): unknown {
    const known = this.common.get(file);
    if (known) return known.exports;
    const text = textOf(file) as string;
    const module: CommonModule = { exports: {} };
    this.common.set(file, module);
    if (file.endsWith(".json")) module.exports = JSON.parse(text);
    else {
      const head = "(function (exports, require, module, __filename, __dirname) {";
      const run = runScript(`${head}\n${text}\n})`, file) as (...given: unknown[]) => void;
      run.call(module.exports, module.exports, this.requireFor(file), module, file, dirname(file));
    }
    return module.exports;
  }
}

/** The file that a path in an import means. */
function resolveIn(name: string, importer: string): string {
  if (name.startsWith(".") || isAbsolute(name)) {
    const path = resolve(dirname(importer), name);
    const found = ["", ".js", ".cjs", ".json", "/index.js"].map((end) => path + end).find(isFile);
    if (found !== undefined) return found;
  }
  const error = new Error(
    `Cannot find module '${name}': a notebook in a browser has ${Object.keys(packages).join(", ")}, tslab and its own files`,
  );
  throw Object.assign(error, { code: "MODULE_NOT_FOUND" });
}
