import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { stampOf } from "../compiler/fileWatch";
import type { CellProgram } from "../compiler/program";
import { isBuiltin } from "../compiler/resolver";
import { compileModule } from "../emit/emitModule";
import { rememberModule } from "../errors/stack";
import { places } from "../run/place";
import { runScript } from "../run/script";
import { turn, wait } from "../run/unwinding";

/** What loads everything else that a module imports. */
export interface Imports {
  load(name: string, importer: string, path: readonly string[]): Promise<unknown>;
  import(name: string, importer: string): Promise<object>;
  requireOf(importer: string): NodeJS.Require;
  requireFor(importer: string): NodeJS.Require;
  metaOf(file: string): object;
}

/** A module from beside the notebook. */
interface LocalModule {
  file: string;
  stamp: string;
  exports: object;
  /** What it imports at its top, in order. */
  imports: string[];
  /** Whether it waits at its top. */
  waits: boolean;
  body: (...surroundings: unknown[]) => unknown;
  state: "new" | "loading" | "loaded";
  loading?: Promise<unknown>;
}

/**
 * The modules beside the notebook, compiled when they are first imported, and anew when they or what they import has
 * changed. Modules that import each other see what the other has exported so far, as everywhere.
 */
export class LocalModules {
  private readonly modules = new Map<string, LocalModule>();

  constructor(
    private readonly program: CellProgram,
    private readonly loader: Imports,
  ) {}

  /** The file of a module to be compiled, where an import leads to one: never for Node's own or a package's. */
  find(name: string, importer: string): string | undefined {
    if (isBuiltin(name) || importer.includes("/node_modules/")) return undefined;
    const file = this.program.resolve(name, importer.replace(/\\/g, "/"));
    if (file === undefined || file.includes("/node_modules/") || file.endsWith(".json")) return undefined;
    if (/\.d\.[cm]?ts$/.test(file)) return undefined;
    return /\.[cm]?js$/.test(file) && !isModern(file) ? undefined : file;
  }

  /** Loads a module after all that it imports. */
  async load(file: string, path: readonly string[]): Promise<object> {
    const module = this.module(file);
    if (module.state === "loaded" || path.includes(file)) return module.exports;
    module.loading ??= this.start(module, [...path, file]).finally(() => {
      module.loading = undefined;
    });
    await module.loading;
    return module.exports;
  }

  /** Loads a module that can be had without waiting. */
  require(file: string): object {
    const module = this.module(file);
    if (module.state !== "new") return module.exports;
    if (module.waits)
      throw new Error(`${file} waits at its top (top-level await): import it instead of requiring it`);
    module.state = "loading";
    try {
      this.run(module);
      module.state = "loaded";
    } finally {
      if (module.state === "loading") this.modules.delete(file);
    }
    return module.exports;
  }

  dropUnfinished(): void {
    for (const [file, { state }] of this.modules) if (state === "loading") this.modules.delete(file);
  }

  forget(changed: ReadonlySet<string>): void {
    const stale = new Set(changed);
    for (const { file, stamp } of this.modules.values()) if (stampOf(file) !== stamp) stale.add(file);
    for (let size = -1; size !== stale.size; ) {
      size = stale.size;
      for (const { file, imports } of this.modules.values())
        if (imports.some((name) => stale.has(this.fileOf(name, file)))) stale.add(file);
    }
    for (const file of stale) this.modules.delete(file);
  }

  private async start(module: LocalModule, path: readonly string[]): Promise<void> {
    module.state = "loading";
    try {
      for (const name of module.imports) await this.loader.load(name, module.file, path);
      await this.run(module);
      module.state = "loaded";
    } finally {
      if (module.state === "loading" && this.modules.get(module.file) === module)
        this.modules.delete(module.file);
    }
  }

  private run({ file, exports, body }: LocalModule): unknown {
    const { loader } = this;
    const own = {
      import: (name: string) => loader.import(name, file),
      meta: loader.metaOf(file),
      ...{ turn, wait, ...places },
    };
    return body.call(exports, own, loader.requireFor(file), { exports }, exports, file, dirname(file));
  }

  private module(file: string): LocalModule {
    const known = this.modules.get(file);
    if (known) return known;
    const stamp = stampOf(file);
    const { code, map, imports, waits } = compileModule(
      file,
      readFileSync(file, "utf8"),
      this.program.options,
    );
    rememberModule(file, map);
    const body = runScript(code, file) as LocalModule["body"];
    const module: LocalModule = { file, stamp, exports: {}, imports, waits, body, state: "new" };
    this.modules.set(file, module);
    return module;
  }

  /** The file behind an import, whether it is compiled here or loaded by Node. */
  private fileOf(name: string, importer: string): string {
    const local = this.find(name, importer);
    if (local !== undefined || !name.startsWith(".")) return local ?? "";
    try {
      return this.loader.requireOf(importer).resolve(name);
    } catch {
      return ""; // gone: the check says so
    }
  }
}

/** Whether a file of JavaScript is written with imports and exports. */
function isModern(file: string): boolean {
  return file.endsWith(".mjs") || /^\s*(?:import\b(?!\s*\()|export\b)/m.test(readFileSync(file, "utf8"));
}
