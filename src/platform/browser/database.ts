/** DuckDB in a browser: built as WebAssembly, in a worker of its own, from files beside the bundle. */
import type { AsyncDuckDB, AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import type * as nodes from "../database";
import { beside } from "./beside";
import { fileAt, filesBelow } from "./dataFiles";

export type { Batch, Cells, Column, Database, Lists } from "../database";

/** What is used of Arrow, in whose tables DuckDB answers. */
interface RecordBatch {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly Field[] };
  getChildAt(k: number): Vector | null;
}

interface Field {
  readonly name: string;
  readonly type: { toString(): string; readonly children?: readonly Field[] | null };
}

interface Vector {
  get(row: number): unknown;
  toArray(): ArrayLike<number>;
}

type DuckDB = typeof import("@duckdb/duckdb-wasm");

let started: Promise<AsyncDuckDB> | undefined;

/** One DuckDB for the page or the worker: it takes seconds to start, and 34 MB. */
async function duckdb(): Promise<AsyncDuckDB> {
  started ??= start();
  try {
    return await started;
  } catch (error) {
    started = undefined;
    const { message } = error as Error;
    throw new Error(`files and SQL need DuckDB, which cannot be loaded from ${beside("./")} (${message})`);
  }
}

async function start(): Promise<AsyncDuckDB> {
  const { AsyncDuckDB, VoidLogger }: DuckDB = await import(/* @vite-ignore */ beside("duckdb.js"));
  const worker = new Worker(beside("duckdb-browser-eh.worker.js"), { name: "cofi: DuckDB" });
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message ?? "its worker does not start"));
  });
  const database = new AsyncDuckDB(new VoidLogger(), worker);
  await Promise.race([database.instantiate(await readable(beside("duckdb-eh.wasm"))), failed]);
  await database.open({ query: { castDecimalToDouble: true } });
  const connection = await database.connect();
  // What it has not built in it would fetch from its maker.
  await connection.query(`SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;
     SET custom_extension_repository = ${quoted(beside("extensions"))}`);
  await connection.close();
  return database;
}

/** An address that other workers can read too: on a page from a file each reads only its own, and what a text holds. */
async function readable(address: string): Promise<string> {
  if (!address.startsWith("blob:null/")) return address;
  const bytes = await (await fetch(address)).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(bytes);
  });
}

let opened = 0;

export const openDatabase: typeof nodes.openDatabase = async () => {
  const duck = await duckdb();
  const connection = await duck.connect();
  const name = `cofi${opened++}`;
  const batches = (sql: string): Promise<AsyncIterable<RecordBatch>> => sent(duck, connection, sql);
  const all = async (sql: string): Promise<RecordBatch[]> => {
    const found: RecordBatch[] = [];
    for await (const batch of await batches(sql)) found.push(batch);
    return found;
  };
  await all(`ATTACH ':memory:' AS ${name}`);
  await all(`USE ${name}`);
  return {
    async run(sql) {
      await all(sql);
    },
    async follow(sql) {
      await all(sql);
    },
    async rows(sql) {
      return (await all(sql)).flatMap((batch) => {
        const columns = batch.schema.fields.map((_, k) => batch.getChildAt(k)!);
        return Array.from({ length: batch.numRows }, (_, row) => columns.map((column) => column.get(row)));
      });
    },
    async objects(sql) {
      return (await all(sql)).flatMap((batch) => {
        const columns = batch.schema.fields.map((field, k) => ({ field, cells: batch.getChildAt(k)! }));
        return Array.from({ length: batch.numRows }, (_, row) =>
          Object.fromEntries(columns.map(({ field, cells }) => [field.name, plain(field, cells.get(row))])),
        );
      });
    },
    async stream(sql) {
      const answer = (await batches(sql))[Symbol.asyncIterator]();
      return async () => {
        for (;;) {
          const { done, value } = await answer.next();
          if (done) return undefined;
          if (value.numRows === 0) continue;
          const columns = value.schema.fields.map((_, k) => new Column(value.getChildAt(k)!));
          return { rows: value.numRows, columns };
        }
      };
    },
    interrupt: () => void connection.cancelSent(),
    close() {
      const end = async () => {
        await connection.query(`USE memory; DETACH ${name}`);
        await connection.close();
      };
      // The answer is not waited for: what fails here has been lost with the worker.
      end().catch(() => undefined);
    },
  };
};

class Column implements nodes.Cells {
  constructor(private readonly vector: Vector) {}

  getItem(row: number): unknown {
    return this.vector.get(row);
  }

  get items(): ArrayLike<number> {
    return this.vector.toArray();
  }
}

/** Sends a statement, with the files that it names: they are read where they lie. */
async function sent(
  duck: AsyncDuckDB,
  connection: AsyncDuckDBConnection,
  sql: string,
): Promise<AsyncIterable<RecordBatch>> {
  const { DuckDBDataProtocol }: DuckDB = await import(/* @vite-ignore */ beside("duckdb.js"));
  for (const name of filesBelow("/").filter((file) => sql.includes(quoted(file))))
    await duck.registerFileHandle(name, fileAt(name), DuckDBDataProtocol.BROWSER_FILEREADER, true);
  try {
    return (await connection.send(sql, true)) as unknown as AsyncIterable<RecordBatch>;
  } catch (error) {
    throw said((error as Error).message);
  }
}

/** An error in the words that DuckDB has on Node; what it cannot do here in ours. */
function said(message: string): Error {
  const extension = /it exists in the (\w+) extension|the required extension '(\w+)'/
    .exec(message)
    ?.slice(1)
    .find((name) => name !== undefined);
  if (extension !== undefined)
    return new Error(`DuckDB's extension ${extension} is not there in a browser: use Cofi on Node`);
  if (!message.startsWith("{")) return new Error(message);
  const { exception_type: kind, exception_message: what } = JSON.parse(message);
  return new Error(`${kind} Error: ${what}`);
}

/** A cell as a plain value. */
function plain({ type }: Field, cell: unknown): unknown {
  if (cell === null) return null;
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (/^(Date|Timestamp)/.test(String(type))) return new Date(cell as number);
  const children = type.children ?? [];
  if (/^(Fixed)?(Size)?List/.test(String(type)))
    return Array.from(cell as Iterable<unknown>, (entry) => plain(children[0], entry));
  if (/^Struct/.test(String(type)))
    return Object.fromEntries(
      children.map((field) => [field.name, plain(field, (cell as Record<string, unknown>)[field.name])]),
    );
  return cell;
}

/** The files that fit a pattern, in the order of their names. */
export const filesFitting: typeof nodes.filesFitting = async (pattern) => {
  const fitting = new RegExp(
    `^${pattern
      .replace(/^\/?/, "/")
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]")}$`,
  );
  return filesBelow("/")
    .filter((name) => fitting.test(name))
    .sort();
};

/** Dates and times are those of UTC where nothing else is known. */
export const inUtc: typeof nodes.inUtc = undefined;

/** An offset from UTC behind a time of day, and the year that may follow it. */
const offset = "(:\\d\\d(?:\\.\\d+)?)\\s*([+-])(\\d\\d):?(\\d\\d)?(\\s+\\d{4})?$";

/** DuckDB reads offsets by an extension that is not there: so they are taken off, and reckoned apart. */
export const secondsOf: typeof nodes.secondsOf = (cell, formats) => {
  const bare = `regexp_replace(${cell}, ${quoted(offset)}, '\\1\\5')`;
  const part = (group: number) => `regexp_extract(${cell}, ${quoted(offset)}, ${group})`;
  const number = (group: number) => `coalesce(TRY_CAST(${part(group)} AS INTEGER), 0)`;
  const known = formats.map((format) => quoted(format.replace(" %z", ""))).join(", ");
  return `(coalesce(epoch(TRY_CAST(${bare} AS TIMESTAMP)), epoch(try_strptime(${bare}, [${known}])))
    - CASE ${part(2)} WHEN '-' THEN -1 ELSE 1 END * (${number(3)} * 3600 + ${number(4)} * 60))`;
};

export const literally: typeof nodes.literally = (path) => path;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

// What few pages need is loaded when it is.

export const typedScan: typeof nodes.typedScan = async (kind, path, makeFile) =>
  (await import("./typedText")).typedScan(kind, path, makeFile);

export const writeParquet: typeof nodes.writeParquet = async (path, rows, columns, options) =>
  (await import("./parquet")).writeParquet(path, rows, columns, options);

export async function* readParquet(
  paths: readonly string[],
  columns: readonly string[],
): AsyncGenerator<nodes.Batch> {
  yield* (await import("./parquet")).readParquet(paths, columns);
}

export const listsIn: typeof nodes.listsIn = async (batch, k) =>
  (await import("./parquet")).listsIn(batch, k);
