import type { QuickInfo } from "@tslab/typescript-for-tslab";
import type { Content } from "../protocol/message";
import type { Checker } from "./checker";
import { isCompleteCode, ts } from "./tslab";

/** What could stand at the cursor, each with what it is: a function, a class, a property, … */
export function completion(checker: Checker, { code, cursor }: { code: string; cursor: number }): Content {
  const { candidates, original, start, end } = checker.complete(code, cursor);
  const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
  return { matches: candidates, types: candidates.map((name) => kinds.get(name) ?? ""), start, end };
}

/** The type of what stands at or before the cursor, and its doc comment. */
export function inspection(checker: Checker, { code, cursor }: { code: string; cursor: number }): Content {
  for (const place of placesToInspect(code, cursor)) {
    const info = checker.inspect(code, place);
    if (info) return { "text/plain": plainInfo(info), "text/markdown": markdownInfo(info) };
  }
  return {};
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

function textOf(parts: { text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function tagsOf(info: QuickInfo): { name: string; text: string }[] {
  return (info.tags ?? []).map(({ name, text }) => ({ name, text: textOf(text) }));
}

function plainInfo(info: QuickInfo): string {
  const tags = tagsOf(info).map(({ name, text }) => `@${name} ${text}`.trimEnd());
  return [textOf(info.displayParts), textOf(info.documentation), tags.join("\n")]
    .filter(Boolean)
    .join("\n\n");
}

function markdownInfo(info: QuickInfo): string {
  const tags = tagsOf(info).map(({ name, text }) => `- *@${name}* ${text}`.trimEnd());
  const signature = `\`\`\`typescript\n${textOf(info.displayParts)}\n\`\`\``;
  return [signature, textOf(info.documentation), tags.join("\n")].filter(Boolean).join("\n\n");
}

/** Whether code can be run as it is, waits for more, or never will do. */
export function completeness(code: string): Content {
  const { completed, indent = "" } = isCompleteCode(code);
  if (!completed) return { status: "incomplete", indent };
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const errors = (file as unknown as { parseDiagnostics: { start: number; code: number }[] })
    .parseDiagnostics;
  if (errors.length === 0) return { status: "complete" };
  const open = errors.some(
    ({ code: which }) => which === unterminatedTemplate || which === unterminatedComment,
  );
  return open ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

const unterminatedTemplate = 1160;
const unterminatedComment = 1010;
