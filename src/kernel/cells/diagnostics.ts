import type { Failure } from "../calls";
import { excerpt, red } from "./excerpt";
import type { Diagnostic } from "./tslab";

/** One complaint of the compiler, with the sentences that explain it. */
interface Complaint {
  first: Diagnostic;
  messages: string[];
}

/** How a cell fails that does not pass the check: every complaint with its code, its line and a mark. */
export function checkFailure(
  diagnostics: readonly Diagnostic[],
  cell: { label: string; code: string },
): Failure {
  const complaints = group(diagnostics);
  const isSyntax = complaints.some(({ first: { code } }) => code >= 1000 && code < 2000);
  const ename = isSyntax ? "SyntaxError" : "TypeScriptError";
  const [{ first }] = complaints;
  const more = complaints.length === 1 ? "" : ` (and ${complaints.length - 1} more)`;
  const evalue = `${place(first, cell.label)}: TS${first.code}: ${first.messageText}${more}`;
  const traceback = complaints.flatMap(({ first, messages }) => [
    `${red(`TS${first.code}`)}: ${messages.join("\n")}`,
    `${place(first, cell.label)}:`,
    ...(first.fileName === undefined ? excerpt(cell.code, first.start, first.end) : []),
    "",
  ]);
  return { ename, evalue, traceback: [`${red(ename)}: the cell was not run`, "", ...traceback.slice(0, -1)] };
}

function place({ fileName, start }: Diagnostic, label: string): string {
  return `${fileName ?? label}, line ${start.line + 1}`;
}

/** tslab gives each sentence of an explanation as a diagnostic of its own, in the same place as the first. */
function group(diagnostics: readonly Diagnostic[]): Complaint[] {
  const complaints: Complaint[] = [];
  for (const diagnostic of diagnostics) {
    const last = complaints.at(-1);
    const same =
      last &&
      last.first.start.offset === diagnostic.start.offset &&
      last.first.end.offset === diagnostic.end.offset;
    if (same) last.messages.push(`  ${diagnostic.messageText}`);
    else complaints.push({ first: diagnostic, messages: [diagnostic.messageText] });
  }
  return complaints;
}
