import type { Node, SourceFile, Statement } from "@tslab/typescript-for-tslab";
import { ts } from "./tslab";

/**
 * The declarations that hold after a cell failed on its way: the cell's own without the names that it did not
 * come to assign, and for those what earlier cells declared.
 *
 * @param before The declarations before the cell.
 * @param after Those that would hold had it come to its end.
 * @param missing The names that it declares and did not assign.
 */
export function keepAssigned(before: string, after: string, missing: ReadonlySet<string>): string {
  if (missing.size === 0) return after;
  return filterNames(after, (name) => !missing.has(name)) + filterNames(before, (name) => missing.has(name));
}

/** The text of a declaration file with only the names that are to stay; types always do. */
function filterNames(text: string, stays: (name: string) => boolean): string {
  const file = ts.createSourceFile("cell.d.ts", text, ts.ScriptTarget.Latest, true);
  return file.statements.map((statement) => filterStatement(file, statement, stays)).join("");
}

function filterStatement(file: SourceFile, statement: Statement, stays: (name: string) => boolean): string {
  const text = (node: Node) => node.getText(file);
  if (ts.isVariableStatement(statement)) {
    const kept = statement.declarationList.declarations.filter(({ name }) => stays(text(name)));
    const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
    return kept.map((declaration) => `declare ${keyword} ${text(declaration)};\n`).join("");
  }
  if (ts.isImportDeclaration(statement)) return filterImport(file, statement, stays);
  const name = (statement as { name?: Node }).name;
  const isValue =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isValue && name && !stays(text(name)) ? "" : `${text(statement)}\n`;
}

function filterImport(
  file: SourceFile,
  { importClause, moduleSpecifier }: import("@tslab/typescript-for-tslab").ImportDeclaration,
  stays: (name: string) => boolean,
): string {
  const { name, namedBindings } = importClause ?? {};
  const parts: string[] = [];
  if (name && stays(name.text)) parts.push(name.text);
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    if (stays(namedBindings.name.text)) parts.push(namedBindings.getText(file));
  } else if (namedBindings) {
    const kept = namedBindings.elements.filter((element) => stays(element.name.text));
    if (kept.length > 0) parts.push(`{ ${kept.map((element) => element.getText(file)).join(", ")} }`);
  }
  return parts.length === 0 ? "" : `import ${parts.join(", ")} from ${moduleSpecifier.getText(file)};\n`;
}
