/** Text files, line by line: how one begins, what stands between its cells, and where a row of it is. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { lookedAt } from "./unpack";

/** The beginning of a text: its first lines that are not empty, each with its number from 0. */
export interface Sample {
  lines: readonly string[];
  numbers: readonly number[];
  /** Whether these are all of the file's lines. */
  isWhole: boolean;
}

/** The first lines of a text; the last is left out where it may be cut off. */
export async function sampleOf(path: string): Promise<Sample> {
  const handle = await open(path);
  try {
    let { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAt), 0, lookedAt, 0);
    let isWhole = bytesRead < lookedAt;
    // A table of thousands of columns has lines as long.
    if (!isWhole && !buffer.includes(10)) {
      ({ buffer, bytesRead } = await handle.read(Buffer.alloc(64 * lookedAt), 0, 64 * lookedAt, 0));
      isWhole = bytesRead < 64 * lookedAt;
    }
    const text = buffer.toString("utf8", 0, bytesRead).replace(/^\ufeff/, "");
    const all = text.split(/\r?\n/);
    if (!isWhole && all.length > 1) all.pop();
    const numbers = [...all.keys()].filter((k) => all[k].trim() !== "");
    return { lines: numbers.map((k) => all[k]), numbers, isWhole };
  } finally {
    await handle.close();
  }
}

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
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
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
