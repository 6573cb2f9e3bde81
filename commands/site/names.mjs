import ts from "typescript";

const file = "cell.ts";

/**
 * The names of a cell: those that it declares for the cells after it, those that it imports and from where, and those
 * that it takes from before. What only types say is left out: nothing of it is there when the code runs.
 *
 * @returns {{ declared: Set<string>, imported: Map<string, { module: string, name: string }>, free: Set<string> }}
 */
export function namesIn(code) {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const checker = checkerOf(source);
  const names = { declared: new Set(), imported: new Map(), free: new Set() };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) addImports(statement, names.imported);
    else addDeclared(statement, names.declared);
  }
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || isOfTypes(node)) return;
    if (ts.isIdentifier(node) && isFree(node, checker)) names.free.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** What knows which name means what in a single file, without the declarations of any library. */
function checkerOf(source) {
  const host = {
    getSourceFile: (name) => (name === file ? source : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === file,
    readFile: () => undefined,
    writeFile() {},
  };
  const options = { noLib: true, noResolve: true, target: ts.ScriptTarget.ES2022, types: [] };
  return ts.createProgram([file], options, host).getTypeChecker();
}

const isOfTypes = (node) =>
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

function addImports({ importClause: clause, moduleSpecifier }, imported) {
  const module = moduleSpecifier.text;
  if (!clause || clause.isTypeOnly) return;
  if (clause.name) imported.set(clause.name.text, { module, name: "default" });
  const { namedBindings: named } = clause;
  if (named && ts.isNamespaceImport(named)) imported.set(named.name.text, { module, name: "*" });
  for (const { name, propertyName, isTypeOnly } of named?.elements ?? [])
    if (!isTypeOnly) imported.set(name.text, { module, name: (propertyName ?? name).text });
}

function addDeclared(statement, declared) {
  const add = (name) => {
    if (ts.isIdentifier(name)) declared.add(name.text);
    else for (const { name: inner } of name.elements) if (inner) add(inner);
  };
  if (ts.isVariableStatement(statement))
    for (const { name } of statement.declarationList.declarations) add(name);
  else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) add(statement.name);
  else if (ts.isFunctionDeclaration(statement) && statement.body) add(statement.name);
}

/** Whether an identifier stands for something that the file does not declare. */
function isFree(node, checker) {
  const { parent } = node;
  const isPropertysName =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    (parent.name === node &&
      (ts.isObjectLiteralElement(parent) || ts.isClassElement(parent)) &&
      !ts.isShorthandPropertyAssignment(parent));
  if (isPropertysName) return false;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node);
  return !symbol?.declarations?.length;
}
