/** Quotes that open and do not belong: a cell that would run over the ends of lines which are rows by themselves. */
import { chunksOf, linesOf } from "../platform/dataFiles";
import { cellsOf, type Quoting } from "./textFile";

/**
 * The first line, from 1, whose quoted cell runs over line ends although all of its lines have as many cells as a row
 * without it, or that is never closed; undefined where there is none. A file without quotes is passed over quickly.
 */
export async function strayQuote(
  path: string,
  skip: number,
  delimiter: string,
  { quote, escape: mark }: Quoting,
  width: number,
): Promise<number | undefined> {
  if (quote === "" || !(await holds(path, quote))) return undefined;
  let number = 0;
  let opened: { line: number; lines: string[] } | undefined;
  let state = { open: false };
  for await (const line of linesOf(path)) {
    number++;
    if (number <= skip) continue;
    state = scan(line, state.open, delimiter, quote, mark);
    if (opened !== undefined) opened.lines.push(line);
    else if (state.open) opened = { line: number, lines: [line] };
    // Each line a row by itself: nobody writes a text like that, but a quote gone astray does.
    if (opened !== undefined && !state.open) {
      if (opened.lines.every((one) => cellsOf(one, delimiter, "").length === width)) return opened.line;
      opened = undefined;
    }
  }
  return opened?.line;
}

async function holds(path: string, quote: string): Promise<boolean> {
  // One byte, as `checkTableOptions` has it.
  const byte = quote.charCodeAt(0);
  for await (const chunk of chunksOf(path, 1 << 20)) if (chunk.includes(byte)) return true;
  return false;
}

/** Whether a cell is open between quotes at the end of a line. A quote within a cell that began without is a letter. */
function scan(line: string, isOpen: boolean, delimiter: string, quote: string, mark: string) {
  if (!isOpen && !line.includes(quote)) return { open: false };
  let open = isOpen;
  let isStart = !isOpen;
  for (let k = 0; k < line.length; k++) {
    if (open) {
      if (line[k] === mark && line[k + 1] === quote) k++;
      else if (line[k] === quote) open = false;
    } else if (line.startsWith(delimiter, k)) {
      isStart = true;
      k += delimiter.length - 1;
      continue;
    } else if (isStart && line[k] === quote) open = true;
    isStart = false;
  }
  return { open };
}
