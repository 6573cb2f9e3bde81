/** The code of a source's tests, and of what they use of its cells, as the grader runs it. */
import { type Compiler, ts } from "../kernel/cells/compiler/typescript";
import { isTest, type Notebook } from "./notebook";

/** A cell, compiled to the body of an async function that returns what it declares. */
export interface CompiledCell {
  code: string;
  declares: readonly string[];
  /** All names that stand in it. */
  names: ReadonlySet<string>;
}

/** What a name that a source imports stands for. */
export interface ImportedName {
  from: string;
  /** `"*"` for all of the module. */
  name: string;
}

/** What tests use of a source: the names that its cells import, and cells of the instructor's that declare others. */
export interface Surroundings {
  imports: Record<string, ImportedName>;
  locked: CompiledCell[];
}

const options = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
} as const;

/**
 * Compiles one cell.
 *
 * @throws SyntaxError with the first error that the compiler finds.
 */
export function compiled(source: string): CompiledCell {
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    compilerOptions: options,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0)
    throw new SyntaxError(ts.flattenDiagnosticMessageText(diagnostics[0].messageText, "\n"));
  const declares = declaredIn(source);
  return { code: `${outputText}\nreturn { ${declares.join(", ")} };`, declares, names: namesIn(source) };
}

/** What the tests of a source find around them. */
export function surroundingsOf(source: Notebook): Surroundings {
  const imports: Record<string, ImportedName> = {};
  const locked: CompiledCell[] = [];
  for (const cell of source.cells) {
    if (cell.cell_type !== "code") continue;
    Object.assign(imports, importedIn(cell.source));
    if (cell.grading?.locked && !isTest(cell)) locked.push(compiled(cell.source));
  }
  return { imports, locked };
}

const parsed = (source: string) => ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022);

function declaredIn(source: string): string[] {
  const names: string[] = [];
  const add = (name: Compiler.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (!ts.isOmittedExpression(element)) add(element.name);
  };
  for (const statement of parsed(source).statements) {
    if (ts.isVariableStatement(statement)) {
      if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) continue;
      for (const { name } of statement.declarationList.declarations) add(name);
    } else if (
      (ts.isFunctionDeclaration(statement) && statement.body) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)
    )
      if (statement.name) names.push(statement.name.text);
  }
  return [...new Set(names)];
}

function namesIn(source: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: Compiler.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parsed(source));
  return names;
}

function importedIn(source: string): Record<string, ImportedName> {
  const names: Record<string, ImportedName> = {};
  for (const statement of parsed(source).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const from = statement.moduleSpecifier.text;
    const { name, namedBindings, isTypeOnly } = statement.importClause ?? {};
    if (isTypeOnly) continue;
    if (name) names[name.text] = { from, name: "default" };
    if (namedBindings === undefined) continue;
    if (ts.isNamespaceImport(namedBindings)) names[namedBindings.name.text] = { from, name: "*" };
    else
      for (const element of namedBindings.elements)
        names[element.name.text] = { from, name: (element.propertyName ?? element.name).text };
  }
  return names;
}
