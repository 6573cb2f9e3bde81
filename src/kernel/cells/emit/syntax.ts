import { type Compiler, ts } from "../compiler/typescript";

/** Whether code waits at its top: `await` outside of functions, `for await`, `await using`. */
export function waits(node: Compiler.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier) return true;
  if (
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
  )
    return true;
  if (ts.isFunctionLike(node)) {
    // A method's name and its decorators are evaluated where its class is.
    const { name } = node as { name?: Compiler.Node };
    const outside = [
      ...(ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []),
      ...(name ? [name] : []),
    ];
    return outside.some(waits);
  }
  return ts.forEachChild(node, (child) => waits(child) || undefined) ?? false;
}

/** The names of the functions that elements of JSX are compiled to calls of. */
export function jsxFactories(file: Compiler.SourceFile, options: Compiler.CompilerOptions): string[] {
  if (file.languageVariant !== ts.LanguageVariant.JSX || !hasJsx(file)) return [];
  const named = [...file.text.matchAll(/@jsx(?:Frag)?[ \t]+([\p{ID_Start}_$][\p{ID_Continue}$]*)/gu)].map(
    ([, name]) => name,
  );
  const usual = (options.jsxFactory ?? options.reactNamespace ?? "React").split(".")[0];
  return [...new Set([...named, usual])];
}

function hasJsx(node: Compiler.Node): boolean {
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return true;
  return ts.forEachChild(node, (child) => hasJsx(child) || undefined) ?? false;
}
