import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { type Batch, identifier, query, queryRows, quoted } from "./duckdb";

/** The columns of a ratings file, by name, or by number from 0. */
export interface Columns {
  user: string | number;
  item: string | number;
  value: string | number;
  time?: string | number;
}

export interface TableOptions {
  /** What stands between two cells. @default found out: a comma, a tab, `::`, `;` or `|` */
  delimiter?: string;
  /**
   * Which columns hold what: names from the file's first line, or numbers from 0.
   * @default found by name (userId, movieId, rating and their like); without names the first three
   */
  columns?: Columns;
}

/** A ratings file ready to be read: its user, item and value columns as text. */
export interface Table {
  names: { user: string; item: string; value: string };
  batches(): AsyncGenerator<Batch>;
  /** An error that says where row `row` of the data, from 0, stands in the file. */
  fault(row: number, message: string): Promise<RangeError>;
}

const likely = {
  user: /^(user|customer|reader|rater|reviewer)([ _-]?id)?$/i,
  item: /^(item|movie|film|book|product|track|artist|song)([ _-]?id)?$/i,
  value: /^(rating|stars?|score|value|label)s?$/i,
};

/**
 * Finds out how a ratings file is laid out: the delimiter, whether its first line names the columns (then none
 * of its cells is a number), and which columns are wanted.
 *
 * @throws Error with the file's name when it is not there, is empty, or has no such columns.
 */
export async function openTable(file: string, options: TableOptions = {}): Promise<Table> {
  const layout = /\.(parquet|pq)$/i.test(file) ? await parquetLayout(file) : await textLayout(file, options);
  const { user, item, value } = chooseColumns(file, layout, options.columns);
  const cells = [user, item, value].map((k) => `${identifier(layout.columns[k])}::VARCHAR`);
  const name = (k: number, otherwise: string) => (layout.named ? layout.columns[k] : otherwise);
  return {
    names: { user: name(user, "user"), item: name(item, "item"), value: name(value, "rating") },
    async *batches() {
      try {
        yield* query(`SELECT ${cells.join(", ")} FROM ${layout.scan}`);
      } catch (error) {
        throw tableError(file, error as Error);
      }
    },
    async fault(row, message) {
      return new RangeError(`${file}:${await layout.place(row)}: ${message}`);
    },
  };
}

/** How DuckDB reads the file, what its columns are called, and where its rows stand. */
interface Layout {
  scan: string;
  columns: string[];
  /** Whether the names come from the file, and not from us. */
  named: boolean;
  place(row: number): Promise<string>;
}

async function parquetLayout(file: string): Promise<Layout> {
  const scan = `read_parquet(${quoted(file)})`;
  const described = await queryRows(`SELECT column_name FROM (DESCRIBE FROM ${scan})`).catch((error) => {
    throw tableError(file, error);
  });
  return {
    scan,
    columns: described.map(([name]) => String(name)),
    named: true,
    place: async (row) => `row ${row + 1}`,
  };
}

async function textLayout(file: string, options: TableOptions): Promise<Layout> {
  const line = await firstLineOf(file);
  if (line.trim() === "")
    throw new RangeError(`${file}: ratings must hold at least one rating, got an empty file`);
  const delimiter = options.delimiter ?? likelyDelimiter(line);
  const cells = cellsOf(line, delimiter);
  const named = cells.every((cell) => cell.trim() !== "" && Number.isNaN(Number(cell)));
  const columns = named ? cells : cells.map((_, k) => `column ${k}`);
  // Told everything, DuckDB guesses nothing: its own detection skips lines that do not fit, in silence.
  const types = columns.map((column) => `${quoted(column)}: 'VARCHAR'`).join(", ");
  const scan =
    `read_csv(${quoted(file)}, auto_detect = false, header = ${named}, delim = ${quoted(delimiter)}, ` +
    `quote = '"', escape = '"', columns = {${types}})`;
  return { scan, columns, named, place: async (row) => `${await lineOf(file, row + (named ? 1 : 0))}` };
}

function chooseColumns(file: string, { columns, named }: Layout, wanted?: Columns) {
  const choose = (role: "user" | "item" | "value", position: number): number => {
    const asked = wanted?.[role];
    const found =
      asked !== undefined
        ? typeof asked === "number"
          ? asked
          : columns.indexOf(asked)
        : named
          ? columns.findIndex((column) => likely[role].test(column.trim()))
          : position;
    if (found >= 0 && found < columns.length) return found;
    const among = columns.map((column) => JSON.stringify(column)).join(", ");
    throw new RangeError(
      asked !== undefined
        ? `${file}: columns.${role} must be one of ${among}, got ${JSON.stringify(asked)}`
        : `${file}: no column for the ${role} among ${among}: name it in columns: { user, item, value }`,
    );
  };
  return { user: choose("user", 0), item: choose("item", 1), value: choose("value", 2) };
}

function likelyDelimiter(line: string): string {
  if (line.includes("::")) return "::";
  const count = (delimiter: string) => line.split(delimiter).length;
  return ["\t", ",", ";", "|"].reduce((best, other) => (count(other) > count(best) ? other : best));
}

/** The cells of one line; a delimiter between quotes is part of its cell. */
function cellsOf(line: string, delimiter: string): string[] {
  const cells = [""];
  let inQuotes = false;
  for (let k = 0; k < line.length; k++) {
    if (line[k] === '"') inQuotes = !inQuotes;
    else if (!inQuotes && line.startsWith(delimiter, k)) {
      cells.push("");
      k += delimiter.length - 1;
    } else cells[cells.length - 1] += line[k];
  }
  return cells;
}

async function firstLineOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => {
    throw new Error(`${file}: no such file`);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65536), 0, 65536, 0);
    const text = buffer.toString("utf8", 0, bytesRead).replace(/^\ufeff/, "");
    return text.split(/\r?\n/, 1)[0];
  } finally {
    await handle.close();
  }
}

/** The line, from 1, on which row `row` of a text file starts; an empty line is no row, one between quotes is. */
async function lineOf(file: string, row: number): Promise<number> {
  let line = 1;
  let rows = 0;
  let inQuotes = false;
  let empty = true;
  for await (const chunk of createReadStream(file)) {
    for (const byte of chunk as Buffer) {
      if (byte === 13) continue;
      if (byte === 10) {
        line++;
        if (inQuotes) continue;
        empty = true;
      } else {
        if (empty && rows++ === row) return line;
        empty = false;
        if (byte === 34) inQuotes = !inQuotes;
      }
    }
  }
  return line;
}

/** DuckDB's complaint about a line, in our words. */
function tableError(file: string, error: Error): Error {
  const line = /CSV Error on Line: (\d+)/.exec(error.message);
  if (!line) return new Error(`${file}: cannot be read as a table (${error.message.split("\n")[0]})`);
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(error.message);
  const what = counts
    ? `a line must have ${counts[1]} cells, got ${counts[2]}`
    : error.message.split("\n")[2];
  return new RangeError(`${file}:${line[1]}: ${what}`);
}
