import { type Compiler, ts } from "../compiler/typescript";
import type { Scope } from "./scope";

/** A namespace that goes on where an earlier cell's of that name ended, or adds to its class, function or enum. */
export interface Merged {
  names: string[];
  /** What those cells said of the names, for the check alone: it stands behind the cell's own text. */
  text: string;
}

/**
 * The namespaces of a cell that go on with what is there under their names. One that exports a name again, as the
 * same cell does when it is run again, begins anew.
 */
export function mergedNamespaces(code: string, scope: Scope): Merged {
  const merged: Merged = { names: [], text: "" };
  if (!/\b(?:namespace|module)\b/.test(code)) return merged;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const own = file.statements.filter(isNamespace);
  const others = new Set(
    file.statements.filter((statement) => !isNamespace(statement)).map((statement) => nameOf(statement)),
  );
  for (const name of new Set(own.map((statement) => statement.name.text))) {
    const earlier = scope.get(name)?.symbol.declarations?.filter(canGrow) ?? [];
    if (earlier.length === 0 || others.has(name)) continue;
    const exported = new Set(own.filter((each) => each.name.text === name).flatMap(exportsOf));
    if (earlier.flatMap(exportsOf).some((each) => exported.has(each))) continue;
    merged.names.push(name);
    merged.text += earlier.map((declaration) => `\n${declaration.getText()}`).join("");
  }
  return merged;
}

type Namespace = Compiler.ModuleDeclaration & { name: Compiler.Identifier };

function isNamespace(node: Compiler.Node): node is Namespace {
  return ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && node.name.text !== "global";
}

function canGrow(node: Compiler.Node): boolean {
  return (
    isNamespace(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

function nameOf(node: Compiler.Node): string | undefined {
  const { name } = node as { name?: Compiler.Node };
  return name && ts.isIdentifier(name) ? name.text : undefined;
}

/** The names that a namespace exports. */
function exportsOf(node: Compiler.Node): string[] {
  if (!isNamespace(node)) return [];
  if (node.body && isNamespace(node.body)) return [node.body.name.text];
  if (!node.body || !ts.isModuleBlock(node.body)) return [];
  return node.body.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (!ts.isVariableStatement(statement)) return nameOf(statement) ?? [];
    return statement.declarationList.declarations.flatMap((declaration) => nameOf(declaration) ?? []);
  });
}
