/** The only file that knows DuckDB: SQL over files, answered in columns. */
import { resolve } from "node:path";
import { stopSignals } from "../base/pause";

/** One batch of an answer: for each name selected a column of cells, read by row from 0. */
export interface Batch {
  readonly rows: number;
  readonly columns: readonly { getItem(row: number): unknown }[];
}

export interface QueryOptions {
  /** Statements to run first, in the same database. */
  before?: string;
  /** Aborting it stops the statement, wherever it is, and rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Runs one SQL statement in a database of its own and hands over the answer batch by batch, so that a file of
 * any length passes through in little memory.
 *
 * An error in the middle looks like the end of the answer: DuckDB's interface for Node does not tell it. So whoever
 * calls this has to know how many rows there must be.
 */
export async function* query(sql: string, options: QueryOptions = {}): AsyncGenerator<Batch> {
  const own = await database(options);
  try {
    const answer = await own.run((connection) => connection.stream(sql));
    for (;;) {
      const chunk = await own.run(() => answer.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      const columns = Array.from({ length: chunk.columnCount }, (_, k) => chunk.getColumnVector(k));
      yield { rows: chunk.rowCount, columns };
    }
  } finally {
    own.close();
  }
}

/** All rows of an answer, each a list of values in the order selected. */
export async function queryRows(sql: string, options: QueryOptions = {}): Promise<unknown[][]> {
  const own = await database(options);
  try {
    return await own.run(async (connection) => (await connection.run(sql)).getRows());
  } finally {
    own.close();
  }
}

/**
 * All rows of an answer as plain objects of plain values: a decimal is a number, a date or a time a Date. A whole
 * number is a number too, or text where it is beyond 2^53 and a number would be another.
 */
export async function queryObjects(
  sql: string,
  options: QueryOptions = {},
): Promise<Record<string, unknown>[]> {
  const { JSDuckDBValueConverter } = await import("@duckdb/node-api");
  const convert: typeof JSDuckDBValueConverter = (value, type, converter) => {
    const plain = JSDuckDBValueConverter(value, type, converter);
    if (typeof plain !== "bigint") return plain;
    return Number.isSafeInteger(Number(plain)) ? Number(plain) : String(plain);
  };
  const own = await database(options);
  try {
    return await own.run(async (connection) => (await connection.run(sql)).convertRowObjects(convert));
  } finally {
    own.close();
  }
}

/** A database in memory whose statements stop when a signal does. */
export async function database({ before, signal }: QueryOptions) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const signals = stopSignals(signal);
  const interrupt = () => connection.interrupt();
  for (const stop of signals) stop.addEventListener("abort", interrupt);
  const run = async <T>(work: (on: typeof connection) => Promise<T>): Promise<T> => {
    try {
      for (const stop of signals) stop.throwIfAborted();
      return await work(connection);
    } catch (error) {
      // DuckDB says only that it was interrupted.
      for (const stop of signals) stop.throwIfAborted();
      throw error;
    }
  };
  const close = () => {
    for (const stop of signals) stop.removeEventListener("abort", interrupt);
    connection.closeSync();
    instance.closeSync();
  };
  try {
    if (before !== undefined) await run((on) => on.run(before));
  } catch (error) {
    close();
    throw error;
  }
  return { run, close };
}

/** One column of a table to be written: ids, a value for each row, from 0; or numbers, as many for each row. */
export type Column =
  | { name: string; type: "BIGINT" | "VARCHAR"; at(row: number): string | number }
  | { name: string; type: "DOUBLE"; block: Float64Array }
  | { name: string; type: "DOUBLE[]"; width: number; rows(from: number, to: number): Float64Array }
  | { name: string; type: "FLOAT[]"; width: number; rows(from: number, to: number): Float32Array };

/** Rows of a table that DuckDB takes at once. */
const chunkRows = 2048;

/**
 * Writes a table of `rows` rows as a Parquet file. Numbers go as the bytes that they are: as fast as memory is copied.
 *
 * @param options.pause Awaited now and then, to give way to other work. @default nothing
 */
export async function writeParquet(
  path: string,
  rows: number,
  columns: readonly Column[],
  options: { pause?: () => Promise<void> } = {},
): Promise<void> {
  const { DuckDBInstance, DuckDBDataChunk } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const declared = columns.map(({ name, type }) => `${identifier(name)} ${type}`);
    await connection.run(`CREATE TABLE written (${declared.join(", ")})`);
    const appender = await connection.createAppender("written");
    const types = await typesOf(columns);
    for (let from = 0; from < rows; from += chunkRows) {
      const to = Math.min(rows, from + chunkRows);
      const chunk = DuckDBDataChunk.create(types, to - from);
      for (const [k, column] of columns.entries()) await fill(chunk, k, column, from, to);
      appender.appendDataChunk(chunk);
      // In pieces: all at once would hold the thread.
      if (from % (16 * chunkRows) === 0) appender.flushSync();
      await options.pause?.();
    }
    appender.closeSync();
    // Numbers that look random get no smaller by being packed.
    await connection.run(`COPY written TO ${quoted(path)} (FORMAT parquet, COMPRESSION uncompressed)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function typesOf(columns: readonly Column[]) {
  const { BIGINT, DOUBLE, FLOAT, LIST, VARCHAR } = await import("@duckdb/node-api");
  const known = { BIGINT, VARCHAR, DOUBLE, "DOUBLE[]": LIST(DOUBLE), "FLOAT[]": LIST(FLOAT) };
  return columns.map(({ type }) => known[type]);
}

/** Fills column k of a chunk with the rows from `from` to before `to`. */
async function fill(
  chunk: import("@duckdb/node-api").DuckDBDataChunk,
  k: number,
  column: Column,
  from: number,
  to: number,
): Promise<void> {
  if ("at" in column) {
    const values = Array.from({ length: to - from }, (_, row) => column.at(from + row));
    chunk.setColumnValues(k, column.type === "BIGINT" ? values.map((id) => BigInt(id)) : values);
    return;
  }
  const { default: bindings } = await import("@duckdb/node-bindings");
  const vector = bindings.data_chunk_get_vector(chunk.chunk, k);
  const copy = (target: typeof vector, { buffer, byteOffset, byteLength }: ArrayBufferView) =>
    bindings.copy_data_to_vector(target, 0, buffer as ArrayBuffer, byteOffset, byteLength);
  if ("block" in column) return copy(vector, column.block.slice(from, to));
  const { width } = column;
  bindings.list_vector_reserve(vector, (to - from) * width);
  bindings.list_vector_set_size(vector, (to - from) * width);
  // Of each row where its list begins, and how long it is.
  const entries = BigUint64Array.from({ length: 2 * (to - from) }, (_, e) =>
    BigInt(e % 2 === 0 ? (e / 2) * width : width),
  );
  copy(vector, entries);
  copy(bindings.list_vector_get_child(vector), column.rows(from, to));
}

/** A column that was read: its values, or of a column of lists all of them, one after the other. */
export interface Lists {
  values: ArrayLike<number>;
  /** How many values each row has; undefined where not all have as many. */
  width: number | undefined;
}

/** The numbers of a batch's column of lists, as they lie one after the other in memory. */
export async function listsIn(batch: Batch, k: number): Promise<Lists> {
  const { DuckDBListVector } = await import("@duckdb/node-api");
  const vector = batch.columns[k];
  if (!(vector instanceof DuckDBListVector)) throw new TypeError(`column ${k} must hold lists`);
  const { items } = vector.childVector as unknown as { items: ArrayLike<number> };
  const width = batch.rows === 0 ? 0 : vector.getEntryLength(0);
  for (let row = 0; row < batch.rows; row++)
    if (vector.getEntryLength(row) !== width || vector.getEntryOffset(row) !== row * width)
      return { values: items, width: undefined };
  return { values: items, width };
}

/** Text as an SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A file's name as an SQL literal: its own name alone, where DuckDB would take some characters for a pattern. */
export const quotedFile = (file: string): string => quoted(resolve(file).replace(/[*?[]/g, "[$&]"));

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
