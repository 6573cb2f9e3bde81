import { compiledFile } from "../../../platform/project";
import type { Content } from "../../protocol/message";
import type { Checker } from "../check/checker";
import { isBuiltin } from "../compiler/resolver";
import { type Compiler, ts } from "../compiler/typescript";

interface Match {
  text: string;
  kind: string;
}

/** What could stand at the cursor, each with what it is: a function, a class, a property, a package, … */
export function completion(checker: Checker, { code, cursor }: { code: string; cursor: number }): Content {
  return checker.ask(code, (service, file) => {
    const list = service.getCompletionsAtPosition(file, cursor, {
      includeCompletionsForImportStatements: true,
      includeCompletionsWithSnippetText: false,
    });
    const string = stringAt(code, cursor);
    const start =
      string === undefined
        ? cursor - wordBefore(code, cursor).length
        : placeInString(code, string, { cursor, list });
    const prefix = code.slice(start, cursor);
    const found = (list?.entries ?? [])
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, kind }): Match => ({ text: name, kind }));
    if (string !== undefined && list !== undefined && isImport(code, string))
      found.push(...packages(checker, prefix, found));
    if (found.length > 0 || string !== undefined || prefix.length < 3) return answer(found, start, cursor);
    const line = code.lastIndexOf("\n", cursor - 1) + 1;
    return answer(withImports(service, file, { code, cursor, line, prefix }), line, cursor);
  });
}

function answer(matches: Match[], start: number, end: number): Content {
  return { matches: matches.map(({ text }) => text), types: matches.map(({ kind }) => kind), start, end };
}

/** The name that is being written; after a dot or a blank, nothing of one yet. */
function wordBefore(code: string, cursor: number): string {
  return /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, cursor))?.[0] ?? "";
}

/** Where the string begins that the cursor stands in. */
function stringAt(code: string, cursor: number): number | undefined {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const find = (node: Compiler.Node): Compiler.Node | undefined => {
    if (cursor <= node.getFullStart() || cursor > node.end) return undefined;
    return ts.forEachChild(node, find) ?? node;
  };
  const node = find(file);
  if (node === undefined || !ts.isStringLiteralLike(node)) return undefined;
  const first = node.getStart(file) + 1;
  return cursor >= first ? first : undefined;
}

/** Where what is being written in a string begins: a whole package's name, or the last part of a path. */
function placeInString(
  code: string,
  begin: number,
  { cursor, list }: { cursor: number; list: Compiler.CompletionInfo | undefined },
): number {
  const span = list?.entries.find(({ replacementSpan }) => replacementSpan)?.replacementSpan;
  if (span) return span.start;
  const written = code.slice(begin, cursor);
  return /^[./]/.test(written) || !isImport(code, begin) ? begin + written.lastIndexOf("/") + 1 : begin;
}

/** Whether a string says what to import. */
function isImport(code: string, begin: number): boolean {
  return /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*$/.test(code.slice(0, begin - 1));
}

/** The packages of the project, which are found from every folder. */
function packages(checker: Checker, prefix: string, found: Match[]): Match[] {
  if (prefix.startsWith(".")) return [];
  const known = new Set(found.map(({ text }) => text));
  return checker.packages
    .filter((name) => name.startsWith(prefix) && !known.has(name))
    .map((text) => ({ text, kind: ts.ScriptElementKind.externalModuleName }));
}

/**
 * Where no name in scope fits: those that the project and the modules imported so far export, each written as the
 * line with its import above it.
 */
function withImports(
  service: Compiler.LanguageService,
  file: string,
  { code, cursor, line, prefix }: { code: string; cursor: number; line: number; prefix: string },
): Match[] {
  const list = service.getCompletionsAtPosition(file, cursor, { includeCompletionsForModuleExports: true });
  const before = code.slice(line, cursor - prefix.length);
  const found = new Map<string, Match>();
  for (const { name, kind, source, hasAction, data } of list?.entries ?? []) {
    if (source === undefined || !hasAction || !name.startsWith(prefix)) continue;
    const from = data?.fileName === projectDeclarations ? "cofi" : source;
    // Node's own modules go by two names, and what stands elsewhere on the disk is no one's to import by its place.
    if (/^\.\.|^\/|^[A-Z]:/.test(from) || (isBuiltin(from) && !from.startsWith("node:"))) continue;
    const text = `import { ${name} } from "${from}";\n${before}${name}`;
    found.set(text, { text, kind });
  }
  return [...found.values()];
}

/** What the compiler knows of the project from. */
const projectDeclarations = compiledFile("index.d.ts").replace(/\\/g, "/");
