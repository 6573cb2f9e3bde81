import { type BoundFile, type Compiler, type OpenChecker, ts } from "../compiler/typescript";

/** What a cell or a module imports at its top, in the order in which it says so. */
export interface Import {
  specifier: string;
  /** The names that it gives, each with what is meant: an export, the default one, or all of them. */
  names: { name: string; of: string }[];
}

/** The whole of a module, `import * as name`. */
export const everything = "*";
/** What `module.exports` is, `import name = require("…")`. */
export const required = "=";

/** What is to be loaded before a cell runs: modules for their effects, or for at least one value. */
export function importsOf(file: BoundFile, checker: OpenChecker): Import[] {
  return file.statements.flatMap((statement): Import[] => {
    const found = importOf(statement);
    if (found === undefined) return [];
    const names = found.names.filter(({ node }) => isValue(node, checker));
    if (names.length === 0 && found.names.length > 0) return [];
    return [{ specifier: found.specifier, names: names.map(({ node, of }) => ({ name: node.text, of })) }];
  });
}

interface Found {
  specifier: string;
  names: { node: Compiler.Identifier; of: string }[];
}

function importOf(statement: Compiler.Statement): Found | undefined {
  if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
    const { expression } = statement.moduleReference;
    if (statement.isTypeOnly || !ts.isStringLiteral(expression)) return undefined;
    return { specifier: expression.text, names: [{ node: statement.name, of: required }] };
  }
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && !statement.isTypeOnly)
    return { specifier: (statement.moduleSpecifier as Compiler.StringLiteral).text, names: [] };
  if (!ts.isImportDeclaration(statement)) return undefined;
  const { importClause: clause, moduleSpecifier } = statement;
  if (clause?.isTypeOnly) return undefined;
  const names: Found["names"] = clause?.name ? [{ node: clause.name, of: "default" }] : [];
  const { namedBindings } = clause ?? {};
  if (namedBindings && ts.isNamespaceImport(namedBindings))
    names.push({ node: namedBindings.name, of: everything });
  else
    for (const { name, propertyName, isTypeOnly } of namedBindings?.elements ?? [])
      if (!isTypeOnly) names.push({ node: name, of: (propertyName ?? name).text });
  if (clause && names.length === 0) return undefined;
  return { specifier: (moduleSpecifier as Compiler.StringLiteral).text, names };
}

/** Whether an imported name is there at run time; where nothing is known of it, it is taken to be. */
function isValue(name: Compiler.Identifier, checker: OpenChecker): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return true;
  const target = checker.getAliasedSymbol(symbol);
  return checker.isUnknownSymbol(target) || (target.flags & ts.SymbolFlags.Value) !== 0;
}
