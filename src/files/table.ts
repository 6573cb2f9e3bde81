/** How a file of ratings is laid out, and how DuckDB reads it: from any container, by any delimiter, with names or without. */
import { checkOneOf, outOfRange } from "../base/check";
import { resolve } from "../platform/paths";
import { type Candidates, type Columns, likelyPlaces, namesInShort, onlyPlace, plainName } from "./columns";
import { identifier, queryRows, quoted, quotedFile, typedScan } from "./duckdb";
import { type Beginning, knownLayout, type Layout } from "./layouts";
import { rewritten } from "./rewrite";
import { strayQuote } from "./strayQuotes";
import { blankWords, cellsOf, likelyDelimiter, lineOf, quoteMark, sampleOf } from "./textFile";
import { decoderOf, type PlainFile, type Scratch, unpack } from "./unpack";

export interface TableOptions {
  /** What stands between two cells. @default found out: a comma, a tab, `::`, `;`, `|` or blanks */
  delimiter?: string;
  /**
   * Which columns hold what: names from the file's first line, or numbers from 0. Of a wide table, `user` or `item`:
   * the column that says whose, or of what, each row is.
   * @default found by name (userId, movieId, rating, timestamp and their like); without names the first four
   */
  columns?: Partial<Columns>;
  /**
   * Whether the first line names the columns, or how many lines stand before the table.
   * @default found out: where none of its cells is a number, or the lines below are of another kind
   */
  header?: boolean | number;
  /** "long": one rating a row; "wide": a row a person with a column for each item, or the other way round. @default "long" */
  layout?: "long" | "wide";
  /** What stands around a cell that holds a delimiter; false for nothing. @default `"` */
  quote?: string | false;
  /** What stands before a quote within quotes. @default the quote itself */
  escape?: string;
  /** What lines begin with that are passed over. @default nothing */
  comment?: string;
  /** How the text is encoded: "utf-8", "windows-1252", "utf-16le", and all that browsers know. @default UTF-8, or what its byte order mark says */
  encoding?: string;
  /** The table's name in a zip file that holds several, or the sheet of a workbook. */
  member?: string;
}

export const tableOptionNames = {
  delimiter: true,
  columns: true,
  header: true,
  layout: true,
  quote: true,
  escape: true,
  comment: true,
  encoding: true,
  member: true,
} as const;

/** How DuckDB reads a file of ratings, what its columns are called, and where its rows stand. */
export interface Table {
  /** What to call it. */
  file: string;
  /** What to select from. */
  scan: string;
  /** The columns' names as people call them, all different. */
  names: readonly string[];
  /** The columns in SQL. */
  cells: readonly string[];
  /** Their types in SQL. */
  types: readonly string[];
  /** The columns of the ratings, as far as they can be told without being asked for. */
  found: Candidates;
  /** Whether every cell is text, whatever it says. */
  isText: boolean;
  /** Whether the columns have names of their own. */
  hasNames: boolean;
  /** How it is written, in words. */
  format: string;
  layout: Layout | undefined;
  /** Whether the first column looks like one of names rather than of ratings. */
  firstIsId: boolean;
  /** Whether it seems to have a column for each item. */
  seemsWide: boolean;
  place(row: number): Promise<string>;
}

/** @throws RangeError or TypeError for an option that cannot be. */
export function checkTableOptions(options: TableOptions): void {
  const { delimiter, header, layout, quote, comment, encoding } = options;
  if (
    header !== undefined &&
    typeof header !== "boolean" &&
    !(typeof header === "number" && Number.isInteger(header) && header >= 0)
  )
    throw outOfRange("header", "true, false or a number of lines", header);
  if (layout !== undefined) checkOneOf("layout", layout, ["long", "wide"]);
  if (delimiter !== undefined) checkDelimiter(delimiter);
  if (quote !== undefined && quote !== false && !isMark(quote))
    throw outOfRange("quote", "one character or false", quote);
  if (options.escape !== undefined && !isMark(options.escape))
    throw outOfRange("escape", "one character", options.escape);
  if (comment !== undefined && (typeof comment !== "string" || comment.trim() === ""))
    throw outOfRange("comment", "what lines begin with that are none", comment);
  if (encoding !== undefined) decoderOf(encoding);
}

const isMark = (mark: unknown) => typeof mark === "string" && mark.length === 1 && bytesIn(mark) === 1;

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

function checkDelimiter(delimiter: unknown): void {
  const fits = typeof delimiter === "string" && /^[^"\r\n]+$/.test(delimiter) && bytesIn(delimiter) <= 4;
  if (fits) return;
  const shown = JSON.stringify(delimiter);
  throw new RangeError(`delimiter must be 1 to 4 bytes without quotes and line ends, got ${shown}`);
}

/**
 * Finds out how a file is laid out.
 *
 * @param path Where it is, and `shown` what to call it.
 * @param scratch Where what is unpacked from it is kept: the table can be read until that is removed.
 * @throws Error with the file's name when it is not there, is empty, is damaged or cut off, or is no table.
 */
export async function openTable(
  path: string,
  shown: string,
  scratch: Scratch,
  options: TableOptions & { signal?: AbortSignal } = {},
): Promise<Table> {
  const { member, encoding, signal } = options;
  const plain = await unpack(path, shown, scratch, { member, encoding, signal });
  if (plain.kind === "text") return textTable(plain, shown, scratch, options);
  return typedTable(plain, shown, scratch);
}

/** A table whose columns have types: Parquet or JSON. */
async function typedTable(plain: PlainFile, file: string, scratch: Scratch): Promise<Table> {
  const { path, wrappings } = plain;
  const kind = plain.kind === "parquet" ? "parquet" : "json";
  const scan = await typedScan(kind, resolve(path), (name) => scratch.file(name)).catch((error) => {
    throw tableError(file, error);
  });
  const described = (await queryRows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${scan})`).catch(
    (error) => {
      throw tableError(file, error);
    },
  )) as [string, string][];
  const names = described.map(([name]) => name);
  const format = kind === "parquet" ? "Parquet" : "JSON";
  return {
    ...{ file, scan, names, cells: names.map(identifier), types: described.map(([, type]) => type) },
    ...{
      found: likelyPlaces(names),
      isText: false,
      hasNames: true,
      seemsWide: false,
      firstIsId: true,
    },
    layout: knownLayout({ lines: [], cells: [], names }),
    format: [...wrappings, format].join(", "),
    place: async (row) => `row ${row + 1}`,
  };
}

/** What delimiters are called that are hard to see in a sentence. */
const named: Readonly<Record<string, string>> = {
  ",": "a comma",
  ";": "a semicolon",
  "\t": "a tab",
  " ": "a blank",
};

async function textTable(
  plain: PlainFile,
  file: string,
  scratch: Scratch,
  options: TableOptions,
): Promise<Table> {
  const { header, comment } = options;
  const quote = quoteMark(options.quote);
  const escapeMark = quote === "" ? "" : (options.escape ?? quote);
  let path = plain.path;
  let sample = await sampleOf(path);
  if (comment !== undefined) {
    path = await rewritten(path, scratch, () => (line) => (line.trimStart().startsWith(comment) ? "" : line));
    sample = await sampleOf(path);
  }
  let first = 0;
  if (typeof header === "number") {
    first = sample.numbers.findIndex((number) => number >= header);
    if (first < 0) first = sample.lines.length;
  }
  const announced = /^"?sep=(.|\t)"?$/i.exec(sample.lines[first]?.trim() ?? "")?.[1];
  if (announced !== undefined) first++;
  if (sample.lines.length <= first)
    throw new RangeError(`${file}: ratings must hold at least one rating, got an empty file`);
  // Those that are known by a line alone are rewritten before their cells are looked at.
  const line = knownLayout({ lines: sample.lines.slice(first), cells: [], names: undefined });
  if (line?.rewrite !== undefined) {
    path = await rewritten(path, scratch, line.rewrite);
    sample = await sampleOf(path);
    first = 0;
    if (sample.lines.length === 0)
      throw new RangeError(`${file}: ratings must hold at least one rating, got none`);
  }
  let lines = sample.lines.slice(first);
  let delimiter = options.delimiter ?? announced ?? line?.delimiter ?? likelyDelimiter(lines[0], quote);
  const isBlanks = delimiter === " " && lines.some((line) => line.trim() !== line || /\s{2}/.test(line));
  if (isBlanks) {
    path = await rewritten(path, scratch, () => (line) => line.trim().replace(/\s+/g, "\t"));
    sample = await sampleOf(path);
    lines = sample.lines.slice(first);
    delimiter = "\t";
  }
  const cells = lines.slice(0, 100).map((line) => cellsOf(line, delimiter, quote).map((cell) => cell.trim()));
  const isNamed = typeof header === "boolean" ? header : line ? false : namesColumns(file, cells);
  const given = isNamed ? cells[0].map(plainName) : undefined;
  const beginning: Beginning = { lines, cells: isNamed ? cells.slice(1) : cells, names: given };
  const layout = line ?? knownLayout(beginning);
  const width = cells[0].length;
  const names =
    given !== undefined
      ? distinct(given)
      : Array.from({ length: width }, (_, k) => headless[k] ?? `column ${k}`);
  const columns = names.map((_, k) => `c${k}`);
  // Told everything, DuckDB guesses nothing: its own detection skips lines that do not fit, in silence.
  const types = columns.map((cell) => `${cell}: 'VARCHAR'`).join(", ");
  const skip = sample.numbers[first] + (isNamed ? 1 : 0);
  if (options.quote === undefined) {
    const stray = await strayQuote(path, skip, delimiter, { quote, escape: escapeMark }, width);
    if (stray !== undefined)
      throw new RangeError(
        `${file}:${stray}: a quote opens here that would swallow whole lines: say quote: false where quotes are letters, or quote: '"' where the cell is meant`,
      );
  }
  const scan =
    `read_csv(${quotedFile(path)}, auto_detect = false, hive_partitioning = false, ` +
    `header = false, skip = ${skip}, ` +
    `delim = ${quoted(delimiter)}, quote = ${quoted(quote)}, escape = ${quoted(escapeMark)}, ` +
    `compression = 'none', max_line_size = 16777216, columns = {${types}})`;
  const found = withOnlyNumber(isNamed ? likelyPlaces(given!) : inOrder(width), names, beginning, isNamed);
  const apart = named[delimiter] ?? JSON.stringify(delimiter);
  const format = [
    ...plain.wrappings,
    "text",
    isBlanks ? "cells apart by blanks" : `cells apart by ${apart}`,
    isNamed ? "the first line names the columns" : "no names: the columns are taken by their order",
    ...(layout ? [`known as ${layout.name}`] : []),
  ].join(", ");
  return {
    ...{
      file,
      scan,
      names,
      cells: columns,
      types: columns.map(() => "VARCHAR"),
      found,
      isText: true,
      hasNames: isNamed,
    },
    firstIsId:
      !beginning.cells.every((row) => isBlank(row[0]) || isNumber(row[0])) ||
      (given !== undefined && /^(|id|index|key|nr|no)$/i.test(given[0])),
    ...{ format, layout, seemsWide: layout === undefined && looksWide(beginning, found, width) },
    place: async (row) => `${await lineOf(path, skip, row, quote)}`,
  };
}

const isNumber = (cell: string) => cell !== "" && !Number.isNaN(Number(cell.replace(",", ".")));

const blankCell = new RegExp(`^(|${blankWords})$`, "i");

/** Whether a cell holds no rating. */
const isBlank = (cell: string | undefined) => cell === undefined || blankCell.test(cell);

/** Whether a first line names the columns, by what it says and what stands below. */
function namesColumns(file: string, lines: readonly (readonly string[])[]): boolean {
  const [first, ...below] = lines;
  if (!first.some(isNumber)) return true;
  const column = (k: number) => below.map((cells) => cells[k] ?? "").filter((cell) => cell !== "");
  // A text above nothing but numbers is a name; so is a number above nothing but texts.
  const differs = first.some((cell, k) => {
    const cells = column(k);
    if (cells.length === 0 || cell === "") return false;
    return isNumber(cell) ? cells.every((one) => !isNumber(one)) : cells.every(isNumber) && below.length > 1;
  });
  const { user, item } = likelyPlaces(first);
  if (user.length > 0 || item.length > 0) return true;
  // What a data frame writes whose columns nobody named; and also what user 0 may have given item 1.
  const isCount = first.length > 2 && first.every((cell, k) => cell === String(k));
  if (isCount && differs) return true;
  if (isCount)
    throw new RangeError(
      `${file}: whether the first line, ${first.slice(0, 4).join(", ")}${first.length > 4 ? ", …" : ""}, names the columns cannot be told: say header: true or header: false`,
    );
  return differs && first.filter((cell) => !isNumber(cell)).length > 1;
}

/** With the value in the only column left over, where that is named by a number, as a data frame's is that has no name. */
function withOnlyNumber(
  found: Candidates,
  names: readonly string[],
  { cells }: Beginning,
  isNamed: boolean,
): Candidates {
  if (!isNamed || found.value.length > 0) return found;
  if (names.length > 2 && names.every((name, k) => name === String(k))) return inOrder(names.length);
  const taken = [onlyPlace(found.user), onlyPlace(found.item), ...found.time, ...found.title];
  const left = [...names.keys()].filter((k) => !taken.includes(k));
  const fits =
    left.length === 1 &&
    onlyPlace(found.user) !== undefined &&
    onlyPlace(found.item) !== undefined &&
    isNumber(names[left[0]]) &&
    cells.every((row) => isNumber(row[left[0]] ?? ""));
  return fits ? { ...found, value: left } : found;
}

/** Whether there seems to be a column for each item, or each user. */
function looksWide({ cells }: Beginning, { item, value, user }: Candidates, width: number): boolean {
  if (width < 3 || (value.length > 0 && width <= 6)) return false;
  const isFilled = (k: number) => cells.every((row) => isBlank(row[k]) || isNumber(row[k]));
  const numbers = Array.from({ length: width }, (_, k) => k).filter(isFilled).length;
  if (item.length > 0 && value.length > 0 && user.length > 0) return width > 6 && numbers === width;
  return numbers >= Math.max(2, width / 2);
}

/** The user, the item, the value and the time, one after the other. */
function inOrder(length: number): Candidates {
  const at = (place: number) => (place < length ? [place] : []);
  return { user: at(0), item: at(1), value: at(2), time: at(3), title: [] };
}

/** What the columns of a file without names are called. */
const headless = ["user", "item", "rating", "time"];

/** Names that differ also where case does not count: one that comes again, or is empty, gets its number. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name, k) => {
    const own = name === "" || seen.has(name.toLowerCase()) ? `${name || "column"} ${k}` : name;
    seen.add(own.toLowerCase());
    return own;
  });
}

/** What to write where a table has a column for each item. */
export const wideAdvice = ({ file, names, hasNames }: Table): RangeError =>
  new RangeError(
    `${file}: the columns must hold a user, an item and a rating, got ${hasNames ? namesInShort(names) : `${names.length} columns of numbers`}: ` +
      'if each column is an item, or each a person, say layout: "wide"; else name them in columns: { user, item, value }',
  );

/** An error that says where row `row` of the table, from 0, stands in the file. */
export async function faultAt(table: Table, row: number, message: string): Promise<RangeError> {
  return new RangeError(`${table.file}:${await table.place(row)}: ${message}`);
}

/** DuckDB's complaint about a file, in our words; other errors are left as they are. */
export function tableError(file: string, error: Error): Error {
  const [kind, what] = /^(\w[\w ]*) Error: (.*)/.exec(error.message)?.slice(1) ?? [];
  if (kind === undefined) return error;
  const line = /CSV Error on Line: (\d+)/.exec(error.message)?.[1];
  if (/not utf-8 encoded|Invalid unicode/.test(error.message))
    return new RangeError(
      `${file}${line ? `:${line}` : ""}: must be text in UTF-8: say encoding: "windows-1252" (Western Europe, Latin-1), or the one that it is in`,
    );
  if (line !== undefined) {
    const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(error.message);
    const said = /\n([^\n]+)\n+Possible/.exec(error.message)?.[1];
    return new RangeError(
      `${file}:${line}: ${counts ? `a line must have ${counts[1]} cells, got ${counts[2]}` : said}`,
    );
  }
  const reason = /invalid state/.test(what)
    ? "its lines must all end alike, in a line feed with or without a carriage return, and its quotes be closed"
    : what;
  return new Error(`${file}: cannot be read as a table: ${reason}`);
}
