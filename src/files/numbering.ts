/** Ids numbered in the order in which they first appear: by DuckDB on all its threads, cleaned once for each id. */
import type { Id } from "../ratings/ratings";
import { bare } from "./bareText";
import { IdIndex } from "./idIndex";
import type { Wide } from "./wide";

/** The ids of users or items, and how a row's is told. */
export interface Axis {
  ids: readonly Id[];
  /** What to select of each row, a whole number, and the table to be joined for it. */
  column: string;
  join: string;
  /** The index of what was selected; as a table too, where that is short. */
  index(selected: number): number;
  table?: Int32Array;
}

/** What is needed of the rows. */
interface Numbered {
  readonly numRows: number;
  readonly wideIds: readonly string[];
  readonly quote: string;
  run(statement: string): Promise<void>;
  select(statement: string): Promise<unknown[][]>;
}

/** The numbers up to which a list is quicker than a map. */
const longestList = 2 ** 24;

/**
 * The ids of the rows that are ratings.
 *
 * @param staysText Whether ids that look like numbers are text all the same.
 */
export async function numbered(
  rows: Numbered,
  name: "user" | "item",
  staysText: boolean,
  wide: Wide | undefined,
): Promise<Axis> {
  if (wide !== undefined && (wide.row !== name || wide.idPlace === undefined)) {
    const isRow = wide.row === name;
    const raw = isRow ? Array.from({ length: rows.numRows }, (_, k) => String(k + 1)) : rows.wideIds;
    const { ids, places } = cleaned(raw, false, rows.quote);
    return { ids, join: "", column: isRow ? "r" : "c", index: (k) => places[k], table: places };
  }
  const where = wide === undefined ? "WHERE d = 0" : "";
  const [[texts]] = await rows.select(`SELECT count(${name}_t) FROM t ${where}`);
  if (Number(texts) === 0 && !staysText) {
    const first = `SELECT ${name}_n AS id, min(rowid) AS first FROM t ${where} GROUP BY id`;
    const ids = (await rows.select(`SELECT id FROM (${first}) ORDER BY first`)).map(([id]) => id as number);
    return { ids, join: "", column: `${name}_n`, ...lookup(ids) };
  }
  const text = `coalesce(${name}_t, ${name}_n::VARCHAR)`;
  await rows.run(
    `CREATE TABLE ${name}s AS SELECT id, (row_number() OVER (ORDER BY first) - 1)::INTEGER AS n
     FROM (SELECT ${text} AS id, min(rowid) AS first FROM t ${where} GROUP BY id)`,
  );
  const raw = (await rows.select(`SELECT id FROM ${name}s ORDER BY n`)).map(([id]) => id as string);
  const { ids, places } = cleaned(raw, staysText, rows.quote);
  return {
    ids,
    column: `${name}s.n`,
    join: ` LEFT JOIN ${name}s ON ${name}s.id = coalesce(t.${name}_t, t.${name}_n::VARCHAR)`,
    index: (n) => places[n],
    table: places,
  };
}

function lookup(ids: readonly number[]): Pick<Axis, "index" | "table"> {
  const isShort = ids.every((id) => id >= 0 && id < longestList);
  if (!isShort) {
    const map = new Map(ids.map((id, k) => [id, k]));
    return { index: (id) => map.get(id)! };
  }
  let most = 0;
  for (const id of ids) most = Math.max(most, id);
  const list = new Int32Array(most + 1);
  for (const [k, id] of ids.entries()) list[id] = k;
  return { index: (id) => list[id], table: list };
}

/**
 * Ids without what is around them, and for each as it was which of them it is: two that differed by blanks are one, and
 * 1.0 is 1 where all are whole numbers.
 */
export function cleaned(
  raw: readonly string[],
  staysText: boolean,
  quote: string,
): { ids: Id[]; places: Int32Array } {
  const texts = raw.map((text) => bare(text, quote));
  const isWhole =
    !staysText &&
    texts.every(
      (text) => /^-?(0|[1-9]\d*)(\.0+)?$/.test(text) && text !== "-0" && Number.isSafeInteger(Number(text)),
    );
  const index = new IdIndex();
  const places = Int32Array.from(texts, (text) => index.of(isWhole ? Number(text) : text));
  return { ids: index.asGiven(), places };
}
