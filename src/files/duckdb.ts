/** SQL over files, answered in columns, and stopped when the reader wants it. */
import { stopSignals } from "../base/pause";
import { type Batch, type Database, literally, openDatabase } from "../platform/database";
import { resolve } from "../platform/paths";

export type { Batch, Column, Lists } from "../platform/database";
export { listsIn, readParquet, typedScan, writeParquet } from "../platform/database";

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
    const next = await own.run((on) => on.stream(sql));
    for (;;) {
      const batch = await own.run(next);
      if (batch === undefined) return;
      yield batch;
    }
  } finally {
    own.close();
  }
}

/** All rows of an answer, each a list of values in the order selected. */
export async function queryRows(sql: string, options: QueryOptions = {}): Promise<unknown[][]> {
  const own = await database(options);
  try {
    return await own.run((on) => on.rows(sql));
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
  const own = await database(options);
  try {
    return await own.run((on) => on.objects(sql));
  } finally {
    own.close();
  }
}

/** A database in memory whose statements stop when a signal does. */
export async function database({ before, signal }: QueryOptions) {
  const own = await openDatabase();
  const signals = stopSignals(signal);
  const interrupt = () => own.interrupt();
  for (const stop of signals) stop.addEventListener("abort", interrupt);
  const run = async <T>(work: (on: Database) => Promise<T>): Promise<T> => {
    try {
      for (const stop of signals) stop.throwIfAborted();
      return await work(own);
    } catch (error) {
      // DuckDB says only that it was interrupted.
      for (const stop of signals) stop.throwIfAborted();
      throw error;
    }
  };
  const close = () => {
    for (const stop of signals) stop.removeEventListener("abort", interrupt);
    own.close();
  };
  try {
    if (before !== undefined) await run((on) => on.run(before));
  } catch (error) {
    close();
    throw error;
  }
  return { run, close };
}

/** Text as an SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A file's name as an SQL literal: its own name alone, where DuckDB would take some characters for a pattern. */
export const quotedFile = (file: string): string => quoted(literally(resolve(file)));

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
