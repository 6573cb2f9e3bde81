/** DuckDB, as it is to be had here: the only file of Node's that knows it. */
import { basename, dirname, join } from "node:path";

/** One batch of an answer: for each name selected a column of cells, read by row from 0. */
export interface Batch {
  readonly rows: number;
  readonly columns: readonly Cells[];
}

/** The cells of a column; of one of numbers without gaps all of them, one after the other. */
export interface Cells {
  getItem(row: number): unknown;
  readonly items?: ArrayLike<number>;
}

/** A database in memory. What it says of errors are DuckDB's words. */
export interface Database {
  run(sql: string): Promise<void>;
  /** Runs a statement and says some ten times a second, where it can be told, which share of it is done. */
  follow(sql: string, tell: (share: number) => void): Promise<void>;
  /** All rows of an answer, each a list of values in the order selected. */
  rows(sql: string): Promise<unknown[][]>;
  /** All rows of an answer as plain objects of plain values. */
  objects(sql: string): Promise<Record<string, unknown>[]>;
  /** An answer batch by batch; after the last there is none. */
  stream(sql: string): Promise<() => Promise<Batch | undefined>>;
  /** Stops the statement that runs; its promise is rejected. */
  interrupt(): void;
  close(): void;
}

/** How often DuckDB is asked how far it is, in milliseconds. */
const pollEvery = 100;

export async function openDatabase(): Promise<Database> {
  const { DuckDBInstance, JSDuckDBValueConverter } = await import("@duckdb/node-api");
  const convert: typeof JSDuckDBValueConverter = (value, type, converter) => {
    const plain = JSDuckDBValueConverter(value, type, converter);
    if (typeof plain !== "bigint") return plain;
    return Number.isSafeInteger(Number(plain)) ? Number(plain) : String(plain);
  };
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async follow(sql, tell) {
      await connection.run("SET enable_progress_bar = true");
      await connection.run("SET enable_progress_bar_print = false");
      const timer = setInterval(() => tell(Math.max(0, connection.progress.percentage) / 100), pollEvery);
      try {
        await connection.run(sql);
      } finally {
        clearInterval(timer);
      }
    },
    rows: async (sql) => (await connection.run(sql)).getRows(),
    objects: async (sql) => (await connection.run(sql)).convertRowObjects(convert),
    async stream(sql) {
      const answer = await connection.stream(sql);
      return async () => {
        const chunk = await answer.fetchChunk();
        // Asked for once: it is a call into the database.
        const rows = chunk?.rowCount ?? 0;
        if (!chunk || rows === 0) return undefined;
        return {
          rows,
          columns: Array.from({ length: chunk.columnCount }, (_, k) => chunk.getColumnVector(k)),
        };
      };
    },
    interrupt: () => connection.interrupt(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The files that fit a pattern, in the order of their names. */
export async function filesFitting(pattern: string): Promise<string[]> {
  const database = await openDatabase();
  try {
    const found = await database.rows(`SELECT file FROM glob(${quoted(pattern)}) ORDER BY file`);
    return (found as [string][]).map(([path]) => join(dirname(path), basename(path)));
  } finally {
    database.close();
  }
}

/** What makes times those of UTC where nothing else is known; undefined where they are already. */
export const inUtc: string | undefined = "SET TimeZone = 'UTC'";

/**
 * SQL for a date or a time in text in seconds since 1970: written in any of SQL's own ways, or in one of the formats,
 * in which %z is an offset from UTC.
 */
export function secondsOf(cell: string, formats: readonly string[]): string {
  // Tried one by one: given a list, DuckDB 1.5 leaves the offset of one row to the next rows that have none.
  const tried = formats.map((format) => `epoch(try_strptime(${cell}, ${quoted(format)}))`);
  return `coalesce(epoch(TRY_CAST(${cell} AS TIMESTAMPTZ)), ${tried.join(", ")})`;
}

/** A path as the name of that file alone, where some characters would make it a pattern. */
export const literally = (path: string): string => path.replace(/[*?[]/g, "[$&]");

/**
 * What to select from to have a table whose columns have types.
 *
 * @param _makeFile Names a file of its own for a form of the table that can be read, where it can't be as it is.
 */
export async function typedScan(
  kind: "parquet" | "json",
  path: string,
  _makeFile: (name: string) => Promise<string>,
): Promise<string> {
  const file = quoted(literally(path));
  return kind === "parquet"
    ? `read_parquet(${file}, hive_partitioning = false)`
    : `read_json(${file}, format = 'auto', sample_size = -1, hive_partitioning = false, maximum_object_size = 268435456)`;
}

/** The columns of a table in Parquet files, batch by batch, in the order in which they are named. */
export async function* readParquet(
  paths: readonly string[],
  columns: readonly string[],
): AsyncGenerator<Batch> {
  const database = await openDatabase();
  try {
    const next = await database.stream(
      `SELECT ${columns.map(identifier).join(", ")} FROM read_parquet([${paths.map(quoted).join(", ")}])`,
    );
    for (let batch = await next(); batch !== undefined; batch = await next()) yield batch;
  } finally {
    database.close();
  }
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

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
