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
  const database = await open(options);
  try {
    const answer = await database.run((connection) => connection.stream(sql));
    for (;;) {
      const chunk = await database.run(() => answer.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      const columns = Array.from({ length: chunk.columnCount }, (_, k) => chunk.getColumnVector(k));
      yield { rows: chunk.rowCount, columns };
    }
  } finally {
    database.close();
  }
}

/** All rows of an answer, each a list of values in the order selected. */
export async function queryRows(sql: string, options: QueryOptions = {}): Promise<unknown[][]> {
  const database = await open(options);
  try {
    return await database.run(async (connection) => (await connection.run(sql)).getRows());
  } finally {
    database.close();
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
  const database = await open(options);
  try {
    return await database.run(async (connection) => (await connection.run(sql)).convertRowObjects(convert));
  } finally {
    database.close();
  }
}

/** A database in memory whose statements stop when a signal does. */
async function open({ before, signal }: QueryOptions) {
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

/** One column of a table to be written: a value for each row, from 0. */
export interface Column {
  name: string;
  type: "BIGINT" | "VARCHAR" | "DOUBLE" | "DOUBLE[]";
  at(row: number): string | number | Float64Array;
}

/** Writes a table of `rows` rows as a Parquet file. */
export async function writeParquet(path: string, rows: number, columns: readonly Column[]): Promise<void> {
  const { DuckDBInstance, listValue, LIST, DOUBLE } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const declared = columns.map(({ name, type }) => `${identifier(name)} ${type}`);
    await connection.run(`CREATE TABLE written (${declared.join(", ")})`);
    const appender = await connection.createAppender("written");
    for (let row = 0; row < rows; row++) {
      for (const { type, at } of columns) {
        const value = at(row);
        if (type === "BIGINT") appender.appendBigInt(BigInt(value as number));
        else if (type === "VARCHAR") appender.appendVarchar(value as string);
        else if (type === "DOUBLE") appender.appendDouble(value as number);
        else appender.appendList(listValue(Array.from(value as Float64Array)), LIST(DOUBLE));
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY written TO ${quoted(path)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Text as an SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A file's name as an SQL literal: its own name alone, where DuckDB would take some characters for a pattern. */
export const quotedFile = (file: string): string => quoted(resolve(file).replace(/[*?[]/g, "[$&]"));

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
