import {
  type BoundFile,
  type BoundSymbol,
  type Compiler,
  type OpenChecker,
  ts,
} from "../compiler/typescript";
import type { Binding, Scope, Slot } from "./scope";

/** The names that a cell declares at its top, by what they are when it runs. */
export interface Declared {
  /** All of them, types and imports included. */
  symbols: Map<string, BoundSymbol>;
  /** Those with a variable of their own in the compiled cell, and whether later cells may assign it. */
  variables: Map<string, { assignable: boolean }>;
}

const { SymbolFlags, ModifierFlags, NodeFlags } = ts;

/** Binds a cell: its own names, and behind them those of the cells before it. */
export function bind(file: BoundFile, scope: Scope, options: Compiler.CompilerOptions): Declared {
  ts.bindSourceFile(file, options);
  const declared: Declared = { symbols: new Map(), variables: new Map() };
  for (const [key, local] of file.locals) {
    const symbol = local.exportSymbol ?? local;
    const name = ts.unescapeLeadingUnderscores(key as Compiler.__String);
    declared.symbols.set(name, symbol);
    if (hasVariable(symbol)) declared.variables.set(name, { assignable: isAssignable(symbol) });
  }
  for (const [name, { symbol, beside }] of scope.entries()) {
    const key = ts.escapeLeadingUnderscores(name) as string;
    const own = declared.symbols.get(name);
    if (own === undefined) {
      file.locals.set(key, symbol);
      if (beside) file.symbol.exports.set(key, beside.symbol);
    } else {
      const behind = [symbol, beside?.symbol].find((earlier) => earlier && hidesOnlyPart(own, earlier));
      if (behind) file.symbol.exports.set(key, behind);
    }
  }
  return declared;
}

/** A type and a value of one name may come from two cells: neither hides the other. */
export function hidesOnlyPart(own: BoundSymbol, earlier: BoundSymbol): boolean {
  if ((own.flags | earlier.flags) & SymbolFlags.Alias) return false;
  const meanings = SymbolFlags.Value | SymbolFlags.Type;
  return (own.flags & meanings) !== 0 && (own.flags & earlier.flags & meanings) === 0;
}

/** Whether something is there at run time that the cell itself makes, other than by an import. */
function hasVariable(symbol: BoundSymbol): boolean {
  if ((symbol.flags & SymbolFlags.Value) === 0) return false;
  return (symbol.declarations ?? []).some(
    (declaration) =>
      !(ts.getCombinedModifierFlags(declaration) & ModifierFlags.Ambient) &&
      !ts.isInterfaceDeclaration(declaration) &&
      !ts.isTypeAliasDeclaration(declaration) &&
      !(ts.isFunctionDeclaration(declaration) && declaration.body === undefined),
  );
}

/** The names that `import name = …` gives to parts of namespaces, where those are there at run time. */
export function addImportedParts(
  file: BoundFile,
  { symbols, variables }: Declared,
  checker: OpenChecker,
): void {
  for (const statement of file.statements) {
    if (!ts.isImportEqualsDeclaration(statement) || ts.isExternalModuleReference(statement.moduleReference))
      continue;
    const symbol = symbols.get(statement.name.text);
    if (symbol && checker.getAliasedSymbol(symbol).flags & SymbolFlags.Value)
      variables.set(statement.name.text, { assignable: false });
  }
}

function isAssignable({ flags, valueDeclaration }: BoundSymbol): boolean {
  const isVariable = (flags & SymbolFlags.Variable) !== 0 && valueDeclaration !== undefined;
  return isVariable && !(ts.getCombinedNodeFlags(valueDeclaration) & NodeFlags.Constant);
}

/** Where a cell speaks of what it has no variable of its own for. */
export interface References {
  /** What stands there when it is compiled, by the places of the identifiers. */
  at: Map<number, Reference>;
  /** The variables of earlier cells that are meant. */
  earlier: Map<string, Slot>;
}

/** A name whose value is in a slot, or a member of a namespace of which this cell has another part. */
export type Reference = { slot: string } | { memberOf: string[] };

/**
 * Finds the identifiers of a checked cell that mean a variable of an earlier cell or something that the cell
 * imports itself.
 *
 * @param cell.end Where the cell's own text ends: what stands behind it was there before.
 */
export function references(
  cell: { file: BoundFile; declared: Declared; end: number },
  { scope, checker }: { scope: Scope; checker: OpenChecker },
): References {
  const { file, declared, end } = cell;
  const { symbols, variables } = declared;
  const found: References = { at: new Map(), earlier: new Map() };

  function visit(node: Compiler.Node): void {
    if (node.pos >= end) return;
    if (ts.isIdentifier(node) && isEvaluated(node)) take(node);
    ts.forEachChild(node, visit);
  }

  function take(node: Compiler.Identifier): void {
    const own = symbols.get(node.text);
    const earlier = own ? undefined : bindingWithValue(node.text);
    const place = node.getStart(file);
    if (earlier?.slot && meant(node) === earlier.symbol) {
      found.at.set(place, { slot: node.text });
      found.earlier.set(node.text, earlier.slot);
    } else if (own && own.flags & SymbolFlags.Alias && !variables.has(node.text) && meant(node) === own)
      found.at.set(place, { slot: node.text });
    else if (file.text.length > end) {
      const memberOf = namespacesOf(meant(node));
      if (memberOf) found.at.set(place, { memberOf });
    }
  }

  function bindingWithValue(name: string): Binding | undefined {
    const binding = scope.get(name);
    return binding?.slot ? binding : binding?.beside;
  }

  function meant(node: Compiler.Identifier): BoundSymbol | undefined {
    const meaning = SymbolFlags.Value | SymbolFlags.Namespace;
    const symbol: BoundSymbol | undefined = checker.resolveName(node.text, node, meaning, true);
    return symbol && (symbol.exportSymbol ?? symbol);
  }

  /** The namespaces around something that stands behind the cell. */
  function namespacesOf(symbol: BoundSymbol | undefined): string[] | undefined {
    if (symbol?.valueDeclaration?.getSourceFile() !== file || symbol.valueDeclaration.pos < end)
      return undefined;
    const names: string[] = [];
    for (let at = parentOf(symbol); at && at !== file.symbol; at = parentOf(at)) names.unshift(at.name);
    return names.length > 0 ? names : undefined;
  }

  visit(file);
  return found;
}

function parentOf(symbol: BoundSymbol): BoundSymbol | undefined {
  return (symbol as { parent?: BoundSymbol }).parent;
}

/** Whether an identifier stands for a value that is read or written, rather than being a name or part of a type. */
function isEvaluated(node: Compiler.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isImportEqualsDeclaration(parent)) return parent.moduleReference === node;
  if (ts.isQualifiedName(parent)) return parent.left === node && isInImport(parent);
  return ts.isExpressionNode(node) && !ts.isTypeQueryNode(parent);
}

/** Whether a qualified name is what `import name = …` gives a name to. */
function isInImport(node: Compiler.Node): boolean {
  return ts.isQualifiedName(node.parent)
    ? isInImport(node.parent)
    : ts.isImportEqualsDeclaration(node.parent);
}
