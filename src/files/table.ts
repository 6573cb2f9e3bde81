import { checkOptions, outOfRange } from "../base/check";
import { type Batch, identifier, type QueryOptions, query, queryRows, quoted, quotedFile } from "./duckdb";
import { type Beginning, beginningOf, cellsOf, checkPacked, likelyDelimiter, lineOf } from "./textFile";

/** The columns of a ratings file, by name, or by number from 0. */
export interface Columns {
  user: string | number;
  item: string | number;
  value: string | number;
  time?: string | number;
}

export interface TableOptions {
  /** What stands between two cells. @default found out: a comma, a tab, `::`, `;`, `|` or a space */
  delimiter?: string;
  /**
   * Which columns hold what: names from the file's first line, or numbers from 0.
   * @default found by name (userId, movieId, rating, timestamp and their like); without names the first four
   */
  columns?: Columns;
  /**
   * Whether the file's first line names the columns.
   * @default found out: where none of its cells is a number, or one is the name of a user's or an item's column
   */
  header?: boolean;
}

export type Role = keyof Columns;

/** The places of a table's columns, by what they hold; without a time where there is none. */
export type Places = Record<"user" | "item" | "value", number> & { time?: number };

const roles = ["user", "item", "value", "time"] as const;

/** What a column of each role may be called: the surest kind of name first. */
const likely: Record<Role, readonly RegExp[]> = {
  user: [
    /^(user|customer|reader|rater|reviewer|member|visitor)s?[ _-]?id$|^uid$/i,
    /^(user|customer|reader|rater|reviewer|member|visitor)s?$/i,
    /^(user|customer|reader|rater|reviewer|member|visitor)s?[ _-]?name$/i,
  ],
  item: [
    /^(item|movie|film|book|product|track|artist|song|game|anime|business|recipe|place)[ _-]?id$|^(iid|asin|isbn)$/i,
    /^(item|movie|film|book|product|track|artist|song|game|anime|business|recipe|place)$/i,
  ],
  value: [
    /^((user|item|movie|film|book|product)[ _-]?)?(rating|stars?|score)s?$|^(label|overall)s?$/i,
    /^values?$/i,
  ],
  time: [/^((unix|rating|review)?[ _-]?(time|timestamp)|date|datetime|(rated|created)[ _-]?at)$/i],
};

/** Where the columns of each role may stand: none, one, or several whose names are as good as one another's. */
export type Candidates = Record<Role, readonly number[]>;

/** Where the user, the item, the value and the time may stand among columns of these names, as far as names tell. */
export function likelyPlaces(names: readonly string[]): Candidates {
  const places = (role: Role): number[] => {
    for (const kind of likely[role]) {
      const found = [...names.keys()].filter((k) => kind.test(names[k].trim()));
      if (found.length > 0) return found;
    }
    return [];
  };
  return { user: places("user"), item: places("item"), value: places("value"), time: places("time") };
}

/** The only place that there may be. */
export const onlyPlace = (places: readonly number[]): number | undefined =>
  places.length === 1 ? places[0] : undefined;

/**
 * The columns asked for, or else those found.
 *
 * @throws RangeError, with the table's name, for a column asked for that there is not, or not found, or found more than
 *   once. Of several times the first is taken.
 */
export function choosePlaces(
  table: string,
  names: readonly string[],
  found: Candidates,
  wanted: Partial<Columns> = {},
): Places {
  checkOptions(wanted, roles);
  const among = names.map((name) => JSON.stringify(name)).join(", ");
  const chosen: Partial<Places> = {};
  for (const role of roles) {
    const asked = wanted[role];
    const place =
      asked === undefined ? found[role][0] : typeof asked === "number" ? asked : names.indexOf(asked);
    if (asked !== undefined && !(place! in names))
      throw new RangeError(`${table}: columns.${role} must be one of ${among}, got ${JSON.stringify(asked)}`);
    if (asked === undefined && role !== "time" && found[role].length > 1) {
      const rivals = found[role].map((k) => JSON.stringify(names[k])).join(" and ");
      throw new RangeError(
        `${table}: several columns may be the ${role}, ${rivals}: name one in columns: { user, item, value }`,
      );
    }
    if (place === undefined && role !== "time") {
      throw new RangeError(
        `${table}: no column for the ${role} among ${among}: name it in columns: { user, item, value }`,
      );
    }
    chosen[role] = place;
  }
  return chosen as Places;
}

/** How DuckDB reads a file of ratings, what its columns are called, and where its rows stand. */
export interface Table {
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
  place(row: number): Promise<string>;
}

/**
 * Finds out how a ratings file is laid out: text or Parquet, packed or not, the delimiter, and whether its first
 * line names the columns (then none of its cells is a number).
 *
 * @throws Error with the file's name when it is not there, is empty, is damaged or cut off, or is no table.
 */
export async function openTable(
  file: string,
  options: TableOptions & { signal?: AbortSignal } = {},
): Promise<Table> {
  const { delimiter, header, signal } = options;
  if (header !== undefined && typeof header !== "boolean")
    throw outOfRange("header", "true or false", header);
  if (delimiter !== undefined) checkDelimiter(delimiter);
  const beginning = await beginningOf(file);
  if (beginning.kind === "gzip") await checkPacked(file, signal);
  if (beginning.kind === "parquet") return parquetTable(file);
  if (beginning.kind === "binary")
    throw new Error(`${file}: a ratings file must be text in UTF-8, packed by gzip or not, or Parquet`);
  if (beginning.line === "")
    throw new RangeError(`${file}: ratings must hold at least one rating, got an empty file`);
  return textTable(file, beginning, delimiter ?? likelyDelimiter(beginning.line), header);
}

function checkDelimiter(delimiter: unknown): void {
  const fits =
    typeof delimiter === "string" && /^[^"\r\n]+$/.test(delimiter) && Buffer.byteLength(delimiter) <= 4;
  if (fits) return;
  const shown = JSON.stringify(delimiter);
  throw new RangeError(`delimiter must be 1 to 4 bytes without quotes and line ends, got ${shown}`);
}

async function parquetTable(file: string): Promise<Table> {
  const scan = `read_parquet(${quotedFile(file)}, hive_partitioning = false)`;
  const described = (await queryRows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${scan})`).catch(
    (error) => {
      throw tableError(file, error);
    },
  )) as [string, string][];
  const names = described.map(([name]) => name);
  return {
    ...{ file, scan, names, cells: names.map(identifier), types: described.map(([, type]) => type) },
    ...{ found: likelyPlaces(names), isText: false },
    place: async (row) => `row ${row + 1}`,
  };
}

function textTable(
  file: string,
  { kind, line, emptyLines }: Beginning,
  delimiter: string,
  header?: boolean,
): Table {
  const first = cellsOf(line, delimiter).map((cell) => cell.trim());
  const named = header ?? namesColumns(file, first);
  const found = named ? likelyPlaces(first) : inOrder(first.length);
  const names = named ? distinct(first) : first.map((_, k) => headless[k] ?? `column ${k}`);
  const cells = names.map((_, k) => `c${k}`);
  // Told everything, DuckDB guesses nothing: its own detection skips lines that do not fit, in silence.
  const types = cells.map((cell) => `${cell}: 'VARCHAR'`).join(", ");
  const scan =
    `read_csv(${quotedFile(file)}, auto_detect = false, hive_partitioning = false, ` +
    `header = false, skip = ${emptyLines + (named ? 1 : 0)}, ` +
    `delim = ${quoted(delimiter)}, quote = '"', escape = '"', ` +
    `compression = '${kind === "gzip" ? "gzip" : "none"}', columns = {${types}})`;
  return {
    ...{ file, scan, names, cells, types: names.map(() => "VARCHAR"), found, isText: true },
    place: async (row) => `${await lineOf(file, kind, row + (named ? 1 : 0))}`,
  };
}

/** Whether a first line names the columns. */
function namesColumns(file: string, first: readonly string[]): boolean {
  const isNumber = (cell: string) => cell !== "" && !Number.isNaN(Number(cell));
  if (!first.some(isNumber)) return true;
  // What a data frame writes whose columns nobody named; and also what user 0 may have given item 1.
  if (first.length > 2 && first.every((cell, k) => cell === String(k)))
    throw new RangeError(
      `${file}: whether the first line, ${first.slice(0, 4).join(", ")}${first.length > 4 ? ", …" : ""}, names the columns cannot be told: say header: true or header: false`,
    );
  // One column without a name, or a column for each item.
  const { user, item } = likelyPlaces(first);
  return user.length > 0 || item.length > 0;
}

/** The user, the item, the value and the time, one after the other. */
function inOrder(length: number): Candidates {
  const at = (place: number) => (place < length ? [place] : []);
  return { user: at(0), item: at(1), value: at(2), time: at(3) };
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

/** How many rows a table has. */
export async function countRows({ file, scan }: Table, options: QueryOptions = {}): Promise<number> {
  const [[count]] = await queryRows(`SELECT count(*)::DOUBLE FROM ${scan}`, options).catch((error) => {
    throw tableError(file, error);
  });
  return count as number;
}

/**
 * Selects from a table, batch by batch.
 *
 * @param total How many rows the table was found to have.
 * @throws Error when there are fewer or more: for a fault in the file, in our words, if there is one.
 */
export async function* select(
  { file, scan }: Table,
  columns: readonly string[],
  total: number,
  options: QueryOptions = {},
): AsyncGenerator<Batch> {
  let rows = 0;
  try {
    for await (const batch of query(`SELECT ${columns.join(", ")} FROM ${scan}`, options)) {
      rows += batch.rows;
      if (rows > total) break;
      yield batch;
    }
    // What broke a stream off is told only to who asks for a single answer.
    if (rows < total) await queryRows(`SELECT ${columns.map((c) => `count(${c})`)} FROM ${scan}`, options);
  } catch (error) {
    throw tableError(file, error as Error);
  }
  if (rows !== total) throw new Error(`${file}: the file changed while it was read`);
}

/** An error that says where row `row` of the table, from 0, stands in the file. */
export async function faultAt(table: Table, row: number, message: string): Promise<RangeError> {
  return new RangeError(`${table.file}:${await table.place(row)}: ${message}`);
}

/** DuckDB's complaint about a file, in our words; other errors are left as they are. */
export function tableError(file: string, error: Error): Error {
  const [kind, what] = /^(\w[\w ]*) Error: (.*)/.exec(error.message)?.slice(1) ?? [];
  if (kind === undefined) return error;
  const line = /CSV Error on Line: (\d+)/.exec(error.message)?.[1];
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
