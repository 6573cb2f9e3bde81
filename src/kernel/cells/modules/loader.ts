import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import { projectFolder } from "../../../platform/project";
import type { CellProgram } from "../compiler/program";
import { isBuiltin } from "../compiler/resolver";
import { namespaceOf } from "./importSlots";
import { LocalModules } from "./localModules";
import { dropModules } from "./reload";

/**
 * Loads what cells and the modules beside them import: those modules by compiling them, Node's own and packages as
 * Node's `require` does, from the importing file upwards, and what is an ES module only by a real `import()`.
 */
export class Loader {
  private readonly local: LocalModules;
  private readonly requires = new Map<string, NodeJS.Require>();
  private readonly esModules = new Map<string, unknown>();

  constructor(program: CellProgram) {
    this.local = new LocalModules(program, this);
  }

  /** What a module exports, loaded now if it was not; its imports first. */
  async load(given: string, importer: string, path: readonly string[] = []): Promise<unknown> {
    const name = given.startsWith("file:") ? fileURLToPath(given) : given;
    const file = this.local.find(name, importer);
    if (file !== undefined) return this.local.load(file, path);
    try {
      return this.require(name, importer);
    } catch (error) {
      if (!isEsModuleOnly(error)) throw error;
      const exports = await importFrom(importer, name);
      this.esModules.set(`${dirname(importer)}\n${name}`, exports);
      return exports;
    }
  }

  /** The same without waiting, as `require` in code does. */
  require(name: string, importer: string): unknown {
    if (name === "tslab") return (require("./tslab") as typeof import("./tslab")).tslab;
    const file = this.local.find(name, importer);
    if (file !== undefined) return this.local.require(file);
    const imported = this.esModules.get(`${dirname(importer)}\n${name}`);
    return imported ?? this.requireOf(importer)(name);
  }

  /** What `import()` in a cell or a module gives. */
  async import(name: string, importer: string): Promise<object> {
    return namespaceOf(await this.load(name, importer));
  }

  /** `require` as it stands in a file. */
  requireOf(importer: string): NodeJS.Require {
    let known = this.requires.get(importer);
    if (known === undefined) {
      known = createRequire(importer);
      this.requires.set(importer, known);
    }
    return known;
  }

  /** `require` for code in a file, which also finds the modules beside it. */
  requireFor(importer: string): NodeJS.Require {
    const plain = this.requireOf(importer);
    return Object.assign((name: string) => this.require(name, importer), {
      ...{ resolve: plain.resolve, cache: plain.cache, main: plain.main, extensions: plain.extensions },
    });
  }

  /** What `import.meta` is in a file. */
  metaOf(file: string): object {
    return {
      url: pathToFileURL(file).href,
      filename: file,
      dirname: dirname(file),
      resolve: (name: string) =>
        isBuiltin(name)
          ? name
          : pathToFileURL(this.local.find(name, file) ?? this.requireOf(file).resolve(name)).href,
    };
  }

  /**
   * Lets go of the modules that were being loaded when they were interrupted, and of those that had already seen
   * them half-done: the next import starts anew.
   */
  dropUnfinished(): void {
    this.local.dropUnfinished();
    const stale = new Set(
      Object.entries(require.cache).flatMap(([file, module]) => (module?.loaded ? [] : [file])),
    );
    dropModules(stale);
  }

  /** Lets go of the compiled modules whose files, or what they import, have changed. */
  forget(changed: ReadonlySet<string>): void {
    this.local.forget(changed);
  }
}

/** Whether a module can't be required: it is an ES module, or its package has no way in for `require`. */
function isEsModuleOnly(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    ["ERR_REQUIRE_ESM", "ERR_REQUIRE_ASYNC_MODULE", "ERR_PACKAGE_PATH_NOT_EXPORTED"].includes(code ?? "") ||
    (error instanceof SyntaxError &&
      /Cannot use import statement|Unexpected token 'export'/.test(message ?? ""))
  );
}

/** A real `import()`, as it stands in a file; what is not found from there comes from the project's packages. */
async function importFrom(importer: string, name: string): Promise<unknown> {
  try {
    return await importAs(importer)(isAbsolute(name) ? pathToFileURL(name).href : name);
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND" || name.startsWith(".")) throw error;
    return importAs(join(projectFolder, "notebook.js"))(name);
  }
}

function importAs(filename: string): (name: string) => Promise<unknown> {
  return new Script("(name) => import(name)", {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}
