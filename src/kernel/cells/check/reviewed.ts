import { type BoundFile, type Compiler, ts } from "../compiler/typescript";
import type { Declared } from "../scope/names";
import type { CellDiagnostic } from "./diagnostics";

/** What the compiler found, without what is no fault of a notebook's code. */
export function reviewed(
  found: readonly Compiler.Diagnostic[],
  cell: { file: BoundFile; length: number; declared: Declared },
): { errors: CellDiagnostic[]; untyped: string[] } {
  const errors: CellDiagnostic[] = [];
  const untyped: string[] = [];
  for (const diagnostic of found) {
    if (diagnostic.category !== ts.DiagnosticCategory.Error) continue;
    const { code, file, start = 0, length = 0 } = diagnostic;
    if (code === withoutTypes) untyped.push(/'([^']+)'/.exec(textOf(diagnostic))?.[1] ?? "");
    else if (isLenient(code) || (file === cell.file && isElsewhere(diagnostic, cell))) continue;
    else if (file !== undefined)
      errors.push({
        code,
        start: file.getLineAndCharacterOfPosition(start),
        end: file.getLineAndCharacterOfPosition(start + length),
        messageText: textOf(diagnostic),
        ...(!isPartOf(cell.file, file) && { fileName: ts.sys.resolvePath(file.fileName) }),
      });
    else errors.push({ code, start: beginning, end: beginning, messageText: textOf(diagnostic) });
  }
  return { errors, untyped };
}

/** A cell's declarations of modules that are nowhere to be found are a file beside it. */
function isPartOf(cell: BoundFile, { fileName }: Compiler.SourceFile): boolean {
  return fileName === cell.fileName || fileName === cell.fileName.replace(/\.tsx?$/, ".d.ts");
}

const beginning = { line: 0, character: 0 };
const withoutTypes = 7016;

/** An element of JSX of which no library says what it is: any. */
function isLenient(code: number): boolean {
  return code === 7026;
}

/**
 * Whether a complaint is not about the cell: it is about what stands behind the cell's own code for the check alone,
 * or about a variable of another cell, of which nothing is known but what that cell said: of what a list is that was
 * declared empty, whether a variable has got its value meanwhile.
 */
function isElsewhere(
  { code, start = 0, length = 0, relatedInformation = [] }: Compiler.Diagnostic,
  { file, length: end, declared }: { file: BoundFile; length: number; declared: Declared },
): boolean {
  if (start > end || (start === end && length > 0)) return true;
  if (code === implicitAny || code === notAssigned)
    return !declared.symbols.has(file.text.slice(start, start + length));
  if (file.text.length === end || !isOrder(code)) return false;
  return relatedInformation.length === 0 || relatedInformation.some((related) => (related.start ?? 0) >= end);
}

const implicitAny = 7005;
const notAssigned = 2454;

/** Complaints about the order of what stands in the cell and what was there before. */
function isOrder(code: number): boolean {
  return [2433, 2434, 2448, 2449, 2450].includes(code);
}

function textOf({ messageText }: Compiler.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(messageText, "\n");
}
