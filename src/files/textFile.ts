/** Text files, line by line: how one begins, what stands between its cells, and where a row of it is. */
import { chunksOf } from "../platform/dataFiles";
import { firstBytesOf } from "./unpack";

/** The beginning of a text: its first lines that are not empty, each with its number from 0. */
export interface Sample {
  lines: readonly string[];
  numbers: readonly number[];
}

/** How much of a text is looked at; and of one of thousands of columns, whose lines are as long. */
const lookedAt = [2 ** 16, 2 ** 22];

/** The first lines of a text; the last is left out where it may be cut off. */
export async function sampleOf(path: string): Promise<Sample> {
  let bytes: Uint8Array = new Uint8Array(0);
  let isWhole = false;
  for (const most of lookedAt) {
    bytes = await firstBytesOf(path, path, most);
    isWhole = bytes.length < most;
    if (isWhole || bytes.includes(10)) break;
  }
  const all = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (!isWhole && all.length > 1) all.pop();
  const numbers = [...all.keys()].filter((k) => all[k].trim() !== "");
  return { lines: numbers.map((k) => all[k]), numbers };
}

/** What a cell says that holds no rating, besides nothing: a part of a regular expression that ignores case. */
export const blankWords = String.raw`na|nan|null|none|\?|-|\.|n/a`;

/** The character around a cell that holds a delimiter; empty where quotes are letters. */
export const quoteMark = (quote: string | false = '"'): string => (quote === false ? "" : quote);

/** How the cells of a text are quoted. */
export interface Quoting {
  quote: string;
  escape: string;
}

/**
 * The line, from 1, on which row `row` of a text starts, from the line `skip` on, from 0; an empty line is no row, one
 * between quotes is.
 */
export async function lineOf(path: string, skip: number, row: number, quote: string): Promise<number> {
  const mark = quote === "" ? -1 : quote.charCodeAt(0);
  let line = 1;
  let rows = 0;
  let inQuotes = false;
  let empty = true;
  for await (const chunk of chunksOf(path)) {
    for (const byte of chunk) {
      if (byte === 13) continue;
      if (byte === 10) {
        line++;
        if (inQuotes) continue;
        empty = true;
      } else if (line > skip) {
        if (empty && rows++ === row) return line;
        empty = false;
        if (byte === mark) inQuotes = !inQuotes;
      }
    }
  }
  return line;
}

/** The delimiter between the cells of lines, as far as the first can tell. */
export function likelyDelimiter(line: string, quote = '"'): string {
  const count = (delimiter: string) => cellsOf(line, delimiter, quote).length;
  if (count("::") > 2) return "::";
  const best = ["\t", ",", ";", "|"].reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) === 1 && /\S\s+\S/.test(line) ? " " : best;
}

/** The cells of one line; a delimiter between quotes is part of its cell. */
export function cellsOf(line: string, delimiter: string, quote = '"'): string[] {
  if (delimiter === " ") return line.trim().split(/\s+/);
  if (quote === "" || !line.includes(quote)) return line.split(delimiter);
  const cells = [""];
  let inQuotes = false;
  for (let k = 0; k < line.length; k++) {
    if (line[k] === quote) inQuotes = !inQuotes;
    else if (!inQuotes && line.startsWith(delimiter, k)) {
      cells.push("");
      k += delimiter.length - 1;
    } else cells[cells.length - 1] += line[k];
  }
  return cells;
}
