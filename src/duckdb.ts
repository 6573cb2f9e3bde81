/** The only file that knows DuckDB: SQL over files, answered in columns. */

/** One batch of an answer: a column of values for each name selected. */
export type Batch = readonly unknown[][];

/**
 * Runs one SQL statement in a database of its own and hands over the answer batch by batch, so that a file of
 * any length passes through in little memory.
 */
export async function* query(sql: string): AsyncGenerator<Batch> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const answer = await connection.stream(sql);
    for (;;) {
      const chunk = await answer.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getColumns();
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** All rows of an answer, each a list of values in the order selected. */
export async function queryRows(sql: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const columns of query(sql)) {
    for (let k = 0; k < columns[0].length; k++) rows.push(columns.map((column) => column[k]));
  }
  return rows;
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

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
