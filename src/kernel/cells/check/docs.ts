import { type BoundFile, type Compiler, type OpenChecker, ts } from "../compiler/typescript";

/*
 * The comments of the language's, Node's and packages' declarations, most of their text, are not parsed when they are
 * read: only those of what a reader asks about are, when it is asked.
 */

/** Parses the doc comments of what stands at a place, where that has not been done. */
export function addDocs(file: BoundFile, place: number, checker: OpenChecker): void {
  const symbol = symbolAt(file, place, checker);
  if (symbol === undefined) return;
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  for (const declaration of meant.declarations ?? []) addTo(commented(declaration));
}

function symbolAt(file: BoundFile, place: number, checker: OpenChecker): Compiler.Symbol | undefined {
  const find = (node: Compiler.Node): Compiler.Node | undefined => {
    if (place < node.getStart(file) || place > node.end) return undefined;
    return ts.forEachChild(node, find) ?? node;
  };
  const node = ts.forEachChild(file, find);
  return node && checker.getSymbolAtLocation(node);
}

/** The node above which the comment of a declaration stands: for a variable, its statement. */
function commented(declaration: Compiler.Node): Compiler.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

type Documented = Compiler.Node & { jsDoc?: Compiler.JSDoc[] };

function addTo(node: Documented): void {
  if (node.jsDoc !== undefined) return;
  const { text } = node.getSourceFile();
  const comments = (ts.getLeadingCommentRanges(text, node.pos) ?? []).filter(({ pos }) =>
    text.startsWith("/**", pos),
  );
  const parsed = comments.flatMap(
    ({ pos, end }) => ts.parseIsolatedJSDocComment(text, pos, end - pos)?.jsDoc ?? [],
  );
  for (const each of parsed) setParents(each, node);
  if (parsed.length > 0) node.jsDoc = parsed;
}

function setParents(node: Compiler.Node, parent: Compiler.Node): void {
  (node as { parent: Compiler.Node }).parent = parent;
  ts.forEachChild(node, (child) => setParents(child, node));
}
