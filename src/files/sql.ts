import { checkOptions, optionNames } from "../base/check";
import { onlyPlace } from "./columns";
import { identifier, queryObjects, queryRows } from "./duckdb";
import { type Source as Files, filesOf } from "./sources";
import {
  checkTableOptions,
  faultAt,
  openTable,
  type Table,
  type TableOptions,
  tableError,
  tableOptionNames,
} from "./table";
import { Scratch } from "./unpack";

export interface SqlOptions extends Omit<TableOptions, "columns" | "layout"> {
  /** Aborting it stops the statement and rejects the promise with its reason. */
  signal?: AbortSignal;
}

const { columns: _, layout: __, ...formatNames } = tableOptionNames;
const names = optionNames<SqlOptions>({ ...formatNames, signal: true });

/**
 * SQL over a ratings file: the rows that a statement selects from the table `ratings`, as plain objects.
 *
 *     await sql("ratings.csv", "SELECT movieId, avg(rating) AS mean FROM ratings GROUP BY movieId")
 *
 * The columns have the names of the file's first line; in a file without names they are user, item, rating, time,
 * and then column 4 and on. A column of a text file that holds whole numbers alone, as they are usually written, is
 * BIGINT; one of numbers alone is DOUBLE, and so is the rating; others are VARCHAR. In the rows whole numbers beyond
 * 2^53 are text, decimals numbers, dates and times Dates. The statement is DuckDB's SQL.
 *
 * Text is read twice, first to see what its columns hold; Parquet says so itself.
 *
 * @throws RangeError with file and line for a rating that is no number; Error for a file that is not there or not a
 *   table, and for a statement that DuckDB refuses, with its words.
 */
export async function sql(
  file: Files,
  statement: string,
  options: SqlOptions = {},
): Promise<Record<string, unknown>[]> {
  checkOptions(options, names);
  const { signal } = options;
  checkTableOptions(options);
  const scratch = new Scratch();
  try {
    const selects: string[] = [];
    for (const { path, shown } of await filesOf(file, scratch, signal, "file")) {
      const table = await openTable(path, shown, scratch, options);
      const columns = table.isText ? await typed(table, signal) : table.cells;
      const named = columns.map((column, k) => `${column} AS ${identifier(table.names[k])}`);
      selects.push(`SELECT ${named.join(", ")} FROM ${table.scan}`);
    }
    return await queryObjects(statement, {
      before: `CREATE VIEW ratings AS ${selects.join(" UNION ALL BY NAME ")}`,
      signal,
    });
  } finally {
    await scratch.remove();
  }
}

/** The columns of a text file in the types that all of their cells allow. */
async function typed(table: Table, signal?: AbortSignal): Promise<string[]> {
  const { cells, found, scan } = table;
  const holds = (test: string, cell: string) =>
    `coalesce(bool_and(${test}) FILTER (${cell} IS NOT NULL), false)`;
  const tests = cells.map((cell) => [
    holds(`coalesce(TRY_CAST(${cell} AS BIGINT)::VARCHAR = ${cell}, false)`, cell),
    holds(`TRY_CAST(${cell} AS DOUBLE) IS NOT NULL`, cell),
    // A zip code such as 01234 is no number.
    holds(`NOT starts_with(${cell}, '0') OR substr(${cell}, 2, 1) NOT BETWEEN '0' AND '9'`, cell),
  ]);
  const [answers] = await queryRows(`SELECT ${tests.flat().join(", ")} FROM ${scan}`, { signal }).catch(
    (error) => {
      throw tableError(table.file, error);
    },
  );
  const value = onlyPlace(found.value);
  const faulty = value !== undefined && !answers[3 * value + 1];
  const fault = faulty ? await ratingFault(table, value, signal) : undefined;
  if (fault !== undefined) throw fault;
  return cells.map((cell, k) => {
    const [isWhole, isNumber, isPlain] = answers.slice(3 * k);
    const isId = k === onlyPlace(found.user) || k === onlyPlace(found.item);
    if (k === value) return `${cell}::DOUBLE`;
    if (isWhole) return `${cell}::BIGINT`;
    return isNumber && isPlain && !isId ? `${cell}::DOUBLE` : cell;
  });
}

/** What is wrong with the first rating that is no number; undefined when there are no ratings at all. */
async function ratingFault(table: Table, place: number, signal?: AbortSignal): Promise<Error | undefined> {
  const { cells, names, scan } = table;
  const numbered = `SELECT row_number() OVER () - 1 AS row, ${cells[place]} AS said FROM ${scan}`;
  const [bad] = await queryRows(
    `SELECT row::DOUBLE, said FROM (${numbered}) WHERE said IS NOT NULL AND TRY_CAST(said AS DOUBLE) IS NULL LIMIT 1`,
    { signal },
  );
  if (bad === undefined) return undefined;
  const [row, said] = bad as [number, string];
  return faultAt(table, row, `${names[place]} must be a number, got ${JSON.stringify(said)}`);
}
