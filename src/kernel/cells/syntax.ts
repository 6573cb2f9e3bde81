import type { Node } from "@tslab/typescript-for-tslab";
import { ts } from "./tslab";

/**
 * What has to be known of a cell before it is converted: its code without `export`, which means nothing between
 * cells and which tslab adds by itself, and whether it loops with `for await` outside of a function.
 *
 * What is taken away becomes blanks, so that every place stays where it was.
 */
export function readSyntax(code: string): { code: string; awaits: boolean } {
  if (!/\bexport\b|\bfor\s+await\b/.test(code)) return { code, awaits: false };
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  let text = code;
  for (const statement of file.statements) {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) continue;
    const exported = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (exported) text = `${text.slice(0, exported.end - 6)}      ${text.slice(exported.end)}`;
  }
  return { code: text, awaits: loopsWithAwait(file) };
}

function loopsWithAwait(node: Node): boolean {
  if (ts.isForOfStatement(node) && node.awaitModifier) return true;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return ts.forEachChild(node, (child) => loopsWithAwait(child) || undefined) ?? false;
}
