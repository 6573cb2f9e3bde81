import { stampOf } from "./fileWatch";
import { type BoundFile, type Compiler, ts } from "./typescript";

interface Source {
  file: BoundFile;
  snapshot: Compiler.IScriptSnapshot;
  stamp: string;
}

/**
 * The files that the compiler has read, each parsed once. Those of packages don't change under a running kernel;
 * others are looked at when a cell is run, not all the time: what the cell sees is then surely the newest.
 */
export class Sources implements Pick<Compiler.DocumentRegistry, keyof Compiler.DocumentRegistry> {
  private readonly files = new Map<string, Source>();

  constructor(private readonly options: Compiler.CompilerOptions) {}

  /** A file's text; undefined where there is none. */
  snapshot(name: string): Compiler.IScriptSnapshot | undefined {
    return this.read(name)?.snapshot;
  }

  version(name: string): string {
    return this.read(name)?.stamp ?? "missing";
  }

  /** Takes a file that is not on disk: a cell. */
  add(file: BoundFile): void {
    this.files.set(file.fileName, {
      file,
      snapshot: ts.ScriptSnapshot.fromString(file.text),
      stamp: "cell",
    });
  }

  remove(name: string): void {
    this.files.delete(name);
  }

  /** Forgets what has changed on disk since it was read; whether there was any. */
  refresh(): boolean {
    let changed = false;
    for (const [name, { stamp }] of this.files) {
      if (stamp === "cell" || name.includes("/node_modules/") || stampOf(name) === stamp) continue;
      this.files.delete(name);
      changed = true;
    }
    return changed;
  }

  private read(name: string): Source | undefined {
    const known = this.files.get(name);
    if (known) return known;
    const stamp = stampOf(name);
    const text = ts.sys.readFile(name);
    if (text === undefined) return undefined;
    const source = {
      file: parse(name, text, this.options),
      snapshot: ts.ScriptSnapshot.fromString(text),
      stamp,
    };
    this.files.set(name, source);
    return source;
  }

  acquireDocument = (name: string): BoundFile => this.read(name)!.file;
  updateDocument = this.acquireDocument;
  acquireDocumentWithKey = this.acquireDocument;
  updateDocumentWithKey = this.acquireDocument;
  getKeyForCompilationSettings = () => "" as Compiler.DocumentRegistryBucketKey;
  releaseDocument(): void {}
  releaseDocumentWithKey(): void {}
  reportStats = () => "";
}

/** Parses a file; all but declarations and JSON are modules, whether or not they import or export something. */
export function parse(name: string, text: string, options: Compiler.CompilerOptions): BoundFile {
  const isModule = !/\.d\.[cm]?ts$|\.json$/.test(name);
  return ts.createSourceFile(
    name,
    text,
    {
      languageVersion: options.target!,
      jsDocParsingMode: name.includes("/node_modules/")
        ? ts.JSDocParsingMode.ParseNone
        : ts.JSDocParsingMode.ParseAll,
      ...(isModule && {
        setExternalModuleIndicator: (file: Compiler.SourceFile) => {
          (file as BoundFile).externalModuleIndicator ??= true;
        },
      }),
    },
    isModule && !name.includes("/node_modules/"),
  ) as BoundFile;
}
