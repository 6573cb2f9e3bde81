/**
 * Tables whose columns have types, as text that DuckDB reads in a browser, where it has neither Parquet nor JSON. What is
 * nested in a cell is text there, in JSON.
 */
import type { typedScan as nodes } from "../database";
import { chunksOf, linesOf, readText, writeData } from "./dataFiles";
import { parquetColumns, parquetRows } from "./parquet";

type Row = Record<string, unknown>;

interface Column {
  name: string;
  type: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const typedScan: typeof nodes = async (kind, path, makeFile) => {
  const text = await makeFile("table.csv");
  const columns = kind === "parquet" ? await parquetColumns(path) : await jsonColumns(path);
  const rows = kind === "parquet" ? parquetRows(path) : jsonRows(path);
  await writeData(text, csvOf(columns, rows));
  const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(", ");
  return `read_csv(${quoted(text)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
    nullstr = '', allow_quoted_nulls = false, max_line_size = 16777216, columns = {${types}})`;
};

async function* csvOf(columns: readonly Column[], batches: AsyncIterable<Row[]>): AsyncGenerator<string> {
  for await (const rows of batches)
    yield rows.map((row) => `${columns.map(({ name }) => cellOf(row[name])).join(",")}\n`).join("");
}

/** A cell: nothing where there is no value, and text always between quotes. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  const text =
    typeof value === "string"
      ? value
      : value instanceof Uint8Array
        ? new TextDecoder().decode(value)
        : JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part));
  return `"${text.replaceAll('"', '""')}"`;
}

/** The objects of a file of JSON: one array of them, or one a line. */
async function* jsonRows(path: string): AsyncGenerator<Row[]> {
  if (await isArray(path)) {
    yield parsed(await readText(path)) as unknown as Row[];
    return;
  }
  let rows: Row[] = [];
  let number = 0;
  for await (const line of linesOf(path)) {
    number++;
    if (line.trim() === "") continue;
    rows.push(parsed(line, number));
    if (rows.length < 10_000) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

function parsed(text: string, line?: number): Row {
  try {
    return JSON.parse(text);
  } catch (error) {
    // In the form in which DuckDB says what is wrong.
    throw new Error(
      `Invalid Input Error: Malformed JSON${line === undefined ? "" : ` in line ${line}`}: ${(error as Error).message}`,
    );
  }
}

async function isArray(path: string): Promise<boolean> {
  for await (const chunk of chunksOf(path))
    return new TextDecoder().decode(chunk).trimStart().startsWith("[");
  return false;
}

const date = /^\d{4}-\d\d-\d\d$/;
const time = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?$/;

/** The names that objects have, in the order in which they come, and the type that all of a name's values have. */
async function jsonColumns(path: string): Promise<Column[]> {
  const kinds = new Map<string, Set<string>>();
  for await (const rows of jsonRows(path))
    for (const row of rows)
      for (const [name, value] of Object.entries(row)) {
        const known = kinds.get(name) ?? new Set();
        kinds.set(name, known);
        if (value !== null) known.add(kindOf(value));
      }
  return [...kinds].map(([name, of]) => ({ name, type: typeOf(of) }));
}

function kindOf(value: unknown): string {
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "BIGINT" : "DOUBLE";
  if (typeof value === "string")
    return date.test(value) ? "DATE" : time.test(value) ? "TIMESTAMP" : "VARCHAR";
  return "nested";
}

function typeOf(kinds: ReadonlySet<string>): string {
  const are = (...types: string[]) => kinds.size > 0 && [...kinds].every((kind) => types.includes(kind));
  for (const type of ["BOOLEAN", "BIGINT", "DATE"]) if (are(type)) return type;
  if (are("BIGINT", "DOUBLE")) return "DOUBLE";
  return are("DATE", "TIMESTAMP") ? "TIMESTAMP" : "VARCHAR";
}
