import type { Failure } from "../../protocol/wire";
import { excerpt, red } from "./excerpt";

/** What is wrong with a cell, or with a module that it imports. */
export interface CellDiagnostic {
  code: number;
  messageText: string;
  start: Position;
  end: Position;
  /** The module's file. */
  fileName?: string;
}

/** Zero-based. */
interface Position {
  line: number;
  character: number;
}

/** How a cell fails that does not pass the check: every complaint with its code, its line and a mark. */
export function checkFailure(
  diagnostics: readonly CellDiagnostic[],
  cell: { label: string; code: string },
): Failure {
  const [first] = diagnostics;
  const isSyntax = diagnostics.some(({ code }) => code >= 1000 && code < 2000);
  const ename = isSyntax ? "SyntaxError" : "TypeScriptError";
  const more = diagnostics.length === 1 ? "" : ` (and ${diagnostics.length - 1} more)`;
  const [sentence] = first.messageText.split("\n");
  const evalue = `${place(first, cell.label)}: TS${first.code}: ${sentence}${more}`;
  const traceback = diagnostics.flatMap((diagnostic) => [
    "",
    `${red(`TS${diagnostic.code}`)}: ${diagnostic.messageText}`,
    `${place(diagnostic, cell.label)}:`,
    ...(diagnostic.fileName === undefined ? excerpt(cell.code, diagnostic.start, diagnostic.end) : []),
  ]);
  return { ename, evalue, traceback: [`${red(ename)}: the cell was not run`, ...traceback] };
}

function place({ fileName, start }: CellDiagnostic, label: string): string {
  return `${fileName ?? label}, line ${start.line + 1}`;
}
