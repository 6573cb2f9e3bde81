import { join } from "node:path";
import { compiledFile } from "../../../platform/project";
import { optionsFor } from "./options";
import { isBuiltin, projectTypes, Resolver } from "./resolver";
import { parse, Sources } from "./sources";
import {
  type BoundFile,
  type Compiler,
  libraryFolder,
  type OpenChecker,
  type OpenProgram,
  type Resolution,
  ts,
} from "./typescript";

/** The declarations of what cells find without an import. */
const globals = ["kernel/cells/input/prompt.d.ts", "kernel/cells/output/results.d.ts"].map((name) =>
  compiledFile(name).replace(/\\/g, "/"),
);

/**
 * All that cells are checked against: the language, Node, and the modules that were imported so far. A cell is not
 * part of the program: it is bound and handed to the checker, which stays, so that a cell that imports nothing new
 * costs what is in it. Only new modules, changed files and cells that extend global declarations make another one.
 */
export class CellProgram {
  readonly folder = process.cwd().replace(/\\/g, "/");
  private readonly given = optionsFor(this.folder);
  readonly options: Compiler.CompilerOptions = {
    ...this.given,
    jsx: this.given.jsx ?? ts.JsxEmit.React,
    typeRoots: [projectTypes],
  };
  readonly service: Compiler.LanguageService;
  /** Whether cells are JSX without saying so themselves. */
  private readonly hasJsx = this.given.jsx !== undefined;
  private readonly sources = new Sources(this.options);
  private readonly resolver = new Resolver(this.options, this.folder);
  /** Modules that cells imported, and cells that extend what is declared globally. */
  private readonly roots = new Set<string>();
  private readonly resolutions = new WeakMap<Compiler.SourceFile, Map<string, Resolution>>();
  private readonly ambient = new WeakMap<Compiler.SourceFile, BoundFile>();
  private program: OpenProgram | undefined;
  private version = 0;
  /** The file that the language service is asked about. */
  private asked: BoundFile | undefined;

  constructor() {
    this.service = ts.createLanguageService(this.host(), this.sources);
  }

  /**
   * Parses a cell: a module with places as they are in its text, whose imports are looked up.
   *
   * @param behind What stands behind the cell for the check alone.
   */
  parse(title: string, code: string, behind = ""): BoundFile {
    const name = `${title}.${this.hasJsx || jsxPragma.test(code) ? "tsx" : "ts"}`;
    const { text, declarations } = this.ambientModules(parse(name, code + behind, this.options));
    const file = parse(name, text, this.options);
    if (declarations) this.ambient.set(file, parse(`${title}.d.ts`, declarations, this.options));
    const { importedFiles } = ts.preProcessFile(file.text);
    const found = importedFiles.map(
      ({ fileName }) => [fileName, this.resolver.resolve(fileName, name)] as const,
    );
    file.path = file.resolvedPath = name as Compiler.Path;
    file.originalFileName = name;
    if (!extendsGlobals(file))
      Object.assign(file, { imports: [], moduleAugmentations: [], ambientModuleNames: [] });
    this.resolutions.set(file, new Map(found));
    return file;
  }

  /** The program with all that a file needs, the file itself being part of it only where it must. */
  including(file: BoundFile): OpenProgram {
    const before = this.roots.size;
    for (const { resolvedModule } of this.resolutions.get(file)?.values() ?? []) {
      const name = resolvedModule?.resolvedFileName;
      if (name && !isUntyped(name) && !this.program?.getSourceFile(name)) this.roots.add(name);
    }
    const ambient = this.ambient.get(file);
    for (const each of [...(extendsGlobals(file) ? [file] : []), ...(ambient ? [ambient] : [])]) {
      this.sources.add(each);
      this.roots.add(each.fileName);
    }
    if (this.roots.size > before) this.version++;
    return this.current();
  }

  /** The program without a cell that was refused. */
  without(file: BoundFile): void {
    for (const name of [file.fileName, this.ambient.get(file)?.fileName]) {
      if (name === undefined || !this.roots.delete(name)) continue;
      this.sources.remove(name);
      this.version++;
    }
  }

  /** What a cell declares of modules that are nowhere to be found, as a file of its own. */
  ambientOf(file: BoundFile): BoundFile[] {
    const ambient = this.ambient.get(file);
    return ambient ? [ambient] : [];
  }

  checker(): OpenChecker {
    return this.current().getTypeChecker() as OpenChecker;
  }

  /** The file that an import leads to. */
  resolve(name: string, importer: string): string | undefined {
    return this.resolver.resolve(name, importer).resolvedModule?.resolvedFileName;
  }

  /** Makes sure that what follows sees files as they are now. */
  refresh(): void {
    if (!this.sources.refresh()) return;
    this.resolver.forget();
    for (const name of this.roots) if (this.sources.snapshot(name) === undefined) this.roots.delete(name);
    this.version++;
  }

  /** The files beside the notebook that a cell imports, directly or not. */
  *localFiles(file: BoundFile): Generator<BoundFile> {
    const seen = new Set<string>();
    const waiting = [...(this.resolutions.get(file)?.values() ?? [])];
    for (const { resolvedModule } of waiting) {
      const name = resolvedModule?.resolvedFileName;
      if (name === undefined || name.includes("/node_modules/") || seen.has(name)) continue;
      seen.add(name);
      const local = this.program?.getSourceFile(name) as BoundFile | undefined;
      if (local === undefined || local.isDeclarationFile) continue;
      yield local;
      for (const { text } of local.imports ?? []) waiting.push(this.resolver.resolve(text, name));
    }
  }

  /**
   * Reads what modules declare before a cell imports them, a file a step, so that whoever takes the steps can turn
   * to something else between them.
   */
  *readAhead(modules: readonly string[]): Generator<void> {
    const found = modules.flatMap((name) => this.resolve(name, `${this.folder}/notebook.ts`) ?? []);
    const waiting = new Set(found);
    for (const name of waiting) {
      const file = this.sources.acquireDocument(name);
      yield;
      for (const specifier of importedBy(file)) {
        const next = this.resolve(specifier, name);
        if (next !== undefined && !isUntyped(next)) waiting.add(next);
      }
    }
    for (const name of found) this.roots.add(name);
    this.version++;
    this.current();
  }

  /** Runs a question to the language service about a file that is none of the program. */
  ask<T>(file: BoundFile, question: (service: Compiler.LanguageService) => T): T {
    this.including(file);
    this.asked = file;
    try {
      return question(this.service);
    } finally {
      this.asked = undefined;
      this.without(file);
    }
  }

  /**
   * Takes `declare module "…"` out of a cell where there is no such module: in a module, as a cell is one, it can
   * only extend one that exists. All else stays in its place.
   */
  private ambientModules({ text, statements, fileName }: BoundFile): { text: string; declarations?: string } {
    const found = statements.filter(
      (statement) =>
        ts.isModuleDeclaration(statement) &&
        ts.isStringLiteral(statement.name) &&
        this.resolve(statement.name.text, fileName) === undefined &&
        !isBuiltin(statement.name.text),
    );
    if (found.length === 0) return { text };
    const isTaken = (at: number) => found.some(({ pos, end }) => at >= pos && at < end);
    const part = (taken: boolean) =>
      text.replace(/[^\r\n]/g, (letter, at: number) => (isTaken(at) === taken ? letter : " "));
    return { text: part(false), declarations: part(true) };
  }

  private current(): OpenProgram {
    const program = this.service.getProgram() as OpenProgram;
    if (program === this.program) return program;
    const { getResolvedModule, getSourceFile } = program;
    program.getResolvedModule = (file, name, mode) =>
      this.resolutions.get(file)?.get(name) ?? getResolvedModule(file, name, mode);
    program.getSourceFile = (name) => (name === this.asked?.fileName ? this.asked : getSourceFile(name));
    this.program = program;
    return program;
  }

  private host(): Compiler.LanguageServiceHost {
    const { sources, resolver } = this;
    return {
      ...ts.sys,
      getProjectVersion: () => String(this.version),
      getScriptFileNames: () => [...globals, ...this.roots],
      getScriptVersion: (name) => (name === this.asked?.fileName ? "asked" : sources.version(name)),
      getScriptSnapshot: (name) =>
        name === this.asked?.fileName
          ? ts.ScriptSnapshot.fromString(this.asked.text)
          : sources.snapshot(name),
      getCompilationSettings: () => this.options,
      getCurrentDirectory: () => this.folder,
      getDefaultLibFileName: () => join(libraryFolder, "lib.d.ts").replace(/\\/g, "/"),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      resolveModuleNameLiterals: (literals, importer) =>
        literals.map(({ text }) => resolver.resolve(text, importer)),
      resolveTypeReferenceDirectiveReferences: (references, importer) =>
        references.map((reference) =>
          resolver.resolveTypes(typeof reference === "string" ? reference : reference.fileName, importer),
        ),
    };
  }
}

/** The comment with which a cell says that it is JSX. */
const jsxPragma = /^\s*\/\*\*?(?:(?!\*\/)[\s\S])*@jsx\b/;

/** Whether a cell declares something for all, `declare global` or `declare module`: it has to be in the program. */
function extendsGlobals(file: BoundFile): boolean {
  return file.statements.some(
    (statement) =>
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  );
}

/** What the statements of a file import and export from elsewhere. */
function importedBy(file: BoundFile): string[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

/** Whether an import leads to code of a package without declarations: it is not read. */
function isUntyped(file: string): boolean {
  return file.includes("/node_modules/") && /\.[cm]?jsx?$/.test(file) && !file.endsWith(".json");
}
