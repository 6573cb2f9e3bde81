import type { Content } from "../../protocol/message";
import type { Checker } from "../check/checker";
import { type Compiler, ts } from "../compiler/typescript";

/** The type of what stands at or before the cursor, and its doc comment. */
export function inspection(checker: Checker, { code, cursor }: { code: string; cursor: number }): Content {
  return checker.ask(code, (service, file, document) => {
    for (const place of placesToInspect(code, cursor)) {
      document(place);
      const info = service.getQuickInfoAtPosition(file, place);
      if (info && !isUnknown(info))
        return { "text/plain": plainInfo(info), "text/markdown": markdownInfo(info) };
    }
    const name = nameAt(code, cursor);
    if (name === undefined || isKeyword(name)) return {};
    return { "text/plain": `${name}: nothing is known of it; no cell that has run declares it` };
  });
}

/** Where a name is not declared, the compiler has nothing to say but `any`. */
function isUnknown({ displayParts, kind }: Compiler.QuickInfo): boolean {
  return kind === ts.ScriptElementKind.unknown && textOf(displayParts) === "any";
}

/** The cursor, the name that ends at it, and the function whose arguments it stands in. */
function placesToInspect(code: string, cursor: number): number[] {
  const places = [cursor];
  if (cursor > 0) places.push(cursor - 1);
  let depth = 0;
  for (let k = cursor - 1; k >= 0; k--) {
    if (code[k] === ")") depth++;
    else if (code[k] === "(" && depth-- === 0) {
      places.push(code.slice(0, k).trimEnd().length - 1);
      break;
    }
  }
  return places.filter((place) => place >= 0);
}

/** The name that the cursor stands in, before or behind. */
function nameAt(code: string, cursor: number): string | undefined {
  const before = /[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.exec(code.slice(0, cursor))?.[0] ?? "";
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))?.[0] ?? "";
  return before + after || undefined;
}

function isKeyword(name: string): boolean {
  return ts.identifierToKeywordKind(ts.factory.createIdentifier(name)) !== undefined;
}

function textOf(parts: { text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function tagsOf(info: Compiler.QuickInfo): { name: string; text: string }[] {
  return (info.tags ?? []).map(({ name, text }) => ({ name, text: textOf(text) }));
}

function plainInfo(info: Compiler.QuickInfo): string {
  const tags = tagsOf(info).map(({ name, text }) => `@${name} ${text}`.trimEnd());
  return [textOf(info.displayParts), textOf(info.documentation), tags.join("\n")]
    .filter(Boolean)
    .join("\n\n");
}

function markdownInfo(info: Compiler.QuickInfo): string {
  const tags = tagsOf(info).map(({ name, text }) => `- *@${name}* ${text}`.trimEnd());
  const signature = `\`\`\`typescript\n${textOf(info.displayParts)}\n\`\`\``;
  return [signature, textOf(info.documentation), tags.join("\n")].filter(Boolean).join("\n\n");
}

/** Whether code can be run as it is, waits for more, or never will do. */
export function completeness(code: string): Content {
  const forced = /(^|\n)\s*\n\s*$/.test(code);
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const { parseDiagnostics: errors } = file as unknown as {
    parseDiagnostics: Compiler.DiagnosticWithLocation[];
  };
  if (!forced && errors.some((error) => isOpen(error, code)))
    return { status: "incomplete", indent: indentAfter(code) };
  if (errors.length === 0) return { status: "complete" };
  const open = errors.some(
    ({ code: which }) => which === unterminatedTemplate || which === unterminatedComment,
  );
  return open ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

/** Whether something was expected where the code ends. */
function isOpen({ start, length, messageText }: Compiler.DiagnosticWithLocation, code: string): boolean {
  return (
    start === code.length &&
    length <= 1 &&
    ts.flattenDiagnosticMessageText(messageText, "").endsWith("expected.")
  );
}

/** The blanks that the next line starts with. */
function indentAfter(code: string): string {
  const line = code.slice(code.lastIndexOf("\n") + 1);
  return `${/^[ \t]*/.exec(line)?.[0]}${/[{([]\s*$/.test(line) ? "  " : ""}`;
}

const unterminatedTemplate = 1160;
const unterminatedComment = 1010;
