interface Position {
  /** Zero-based. */
  line: number;
  /** Zero-based. */
  character: number;
}

/** How many lines to show above the one that matters. */
const context = 2;

/** The lines around a place in a cell, with a mark under what is meant. */
export function excerpt(code: string, start: Position, end?: Position): string[] {
  const lines = code.split("\n");
  if (start.line < 0 || start.line >= lines.length) return [];
  const width = String(start.line + 1).length;
  const shown = lines.slice(Math.max(0, start.line - context), start.line + 1);
  const first = start.line + 1 - shown.length;
  const numbered = shown.map((line, k) => {
    const number = String(first + k + 1).padStart(width);
    return first + k === start.line ? `${red(">")} ${number} | ${line}` : `  ${number} | ${line}`;
  });
  const last = lines[start.line].length;
  const until = end?.line === start.line ? end.character : end === undefined ? start.character + 1 : last;
  // Tabs stay tabs, so that the mark stands under its place.
  const space = lines[start.line].slice(0, start.character).replace(/[^\t]/g, " ");
  const mark = end === undefined ? "^" : "~".repeat(Math.max(1, until - start.character));
  return [...numbered, `  ${" ".repeat(width)} | ${space}${red(mark)}`];
}

export function red(text: string): string {
  return `\u001b[0;31m${text}\u001b[0m`;
}

export function green(text: string): string {
  return `\u001b[0;32m${text}\u001b[0m`;
}
