/** The rows of a ratings file as they are judged: one table in DuckDB, from which whole columns are taken. */
import { inUtc, secondsOf } from "../platform/database";
import { bare } from "./bareText";
import type { Places } from "./columns";
import type { database } from "./duckdb";
import type { Axis } from "./numbering";
import { faultAt, type Table, tableError } from "./table";
import { blankWords, quoteMark } from "./textFile";
import type { Wide } from "./wide";

/** A table, and where its ratings stand. */
export interface RowSource {
  table: Table;
  places?: Places;
  wide?: Wide;
}

type Connection = Awaited<ReturnType<typeof database>>;

/** How far the reading of files is. */
export interface ReadStep {
  /** How much of all that is to be done is done, from 0 to 1. */
  share: number;
  /** How many rows have been numbered and checked: none while files are gone through. */
  rows: number;
  /** How many rows there are; 0 until files have been gone through. */
  total: number;
}

export interface RowOptions {
  unrated?: readonly number[];
  decimal?: "." | ",";
  duplicates?: string;
  quote?: string | false;
  signal?: AbortSignal;
  onProgress?: (step: ReadStep) => unknown;
}

/** The share of the work that going through files is. */
const shareOfFiles = 0.7;

/** Why a row is no rating, by the number that stands in the table for it; 0 is a rating. */
const unratedRow = 1;
const emptyRow = 2;
const otherRow = 3;

/** What is known of the rows of one or several tables. */
export class Rows {
  total = 0;
  numRows = 0;
  dropped: Record<string, number> = {};
  /** What a reader should know, and of that what is said aloud. */
  notes: string[] = [];
  warnings: string[] = [];
  wideIds: string[] = [];
  private starts: number[] = [];
  private withTimes = false;

  private constructor(
    private readonly connection: Connection,
    private readonly sources: readonly RowSource[],
    private readonly options: RowOptions,
    private readonly unrated: readonly number[],
    readonly quote: string,
  ) {}

  /** Reads all rows. @throws RangeError, with file and line, for the first that cannot be. */
  static async load(
    connection: Connection,
    sources: readonly RowSource[],
    options: RowOptions,
  ): Promise<Rows> {
    const unrated = options.unrated ?? sources[0].table.layout?.unrated ?? [];
    const quote = quoteMark(options.quote);
    if (inUtc !== undefined) await connection.run((on) => on.run(inUtc!));
    const rows = new Rows(connection, sources, options, unrated, quote);
    await rows.fill(options.decimal);
    await rows.judge();
    return rows;
  }

  async run(statement: string): Promise<void> {
    await this.connection.run((on) => on.run(statement));
  }

  async select(statement: string): Promise<unknown[][]> {
    return this.connection.run((on) => on.rows(statement));
  }

  private async fill(decimal: RowOptions["decimal"]): Promise<void> {
    this.starts = [];
    this.total = 0;
    for (const [n, source] of this.sources.entries()) {
      const { sql, withTimes } = source.wide
        ? { sql: wideSelect(source.table, source.wide, this.unrated, decimal), withTimes: false }
        : longSelect(source, this.unrated, decimal);
      this.withTimes = withTimes;
      this.starts.push(this.total);
      const statement = n === 0 ? `CREATE OR REPLACE TABLE t AS ${sql}` : `INSERT INTO t ${sql}`;
      await this.fillTold(statement, n).catch((error) => {
        throw tableError(source.table.file, error);
      });
      const [[count]] = await this.select("SELECT count(*)::DOUBLE FROM t");
      this.total = count as number;
    }
    if (this.total === 0)
      throw new RangeError(`${this.sources[0].table.file}: ratings must hold at least one rating, got none`);
  }

  /** Goes through file n, telling meanwhile how far that is. */
  private async fillTold(statement: string, n: number): Promise<void> {
    const { onProgress } = this.options;
    if (onProgress === undefined) return this.run(statement);
    const { length } = this.sources;
    let failed: { by: unknown } | undefined;
    await this.connection.run(async (on) => {
      const tell = (share: number) => {
        try {
          onProgress({ share: (shareOfFiles * (n + share)) / length, rows: 0, total: 0 });
        } catch (by) {
          failed ??= { by };
          on.interrupt();
        }
      };
      await on.follow(statement, tell).catch((error) => {
        throw failed ? failed.by : error;
      });
    });
  }

  /** Refuses the first row that is wrong, drops columns that hold no ratings, and notes what is suspicious. */
  private async judge(): Promise<void> {
    const { wide, table, places } = this.sources[0];
    await this.readDecimals();
    if (wide !== undefined) await this.dropColumns(wide);
    // Compared first, which is quick: what is empty but for blanks comes before all letters and figures.
    const isEmpty = (key: string) =>
      `${key}_n IS NULL AND (${key}_t IS NULL OR (${key}_t < '!' AND trim(${key}_t, E' \\t\\r\\n') = ''))`;
    const hasId = (name: "user" | "item") =>
      wide === undefined || (wide.row === name && wide.idPlace !== undefined);
    const tests: Record<string, string> = {
      value: "d = 0 AND v IS NULL",
      ...(hasId("user") && { user: isEmpty("user") }),
      ...(hasId("item") && { item: isEmpty("item") }),
      ...(this.withTimes && { time: "d = 0 AND w IS NULL" }),
    };
    const faults: { role: string; row: number }[] = [];
    for (const [role, test] of Object.entries(tests)) {
      const [[row]] = await this.select(`SELECT min(rowid)::DOUBLE FROM t WHERE ${test}`);
      if (row !== null) faults.push({ role, row: row as number });
    }
    faults.sort((a, b) => a.row - b.row);
    const serious = faults.filter(({ role }) => role !== "time" || this.options.duplicates === "last");
    if (serious.length > 0) throw await this.cellFault(serious[0].role, serious[0].row);
    if (faults.length > 0) {
      const fault = await this.cellFault("time", faults[0].row);
      this.say(`the times are left out: ${fault.message}`);
      this.withTimes = false;
    }
    if (this.withTimes) await this.judgeTimes(table, places!);
    const reasons = (await this.select(
      "SELECT d, count(*)::DOUBLE FROM t WHERE d > 0 GROUP BY d ORDER BY d",
    )) as [number, number][];
    const words = [
      "",
      `unrated: ${this.unrated.join(", ")}`,
      "empty cells",
      table.layout?.only?.others ?? "others",
    ];
    for (const [reason, count] of reasons) this.dropped[words[reason]] = count;
    await this.suspect();
  }

  private say(note: string): void {
    this.notes.push(note);
    this.warnings.push(note);
  }

  /** Columns of a wide table in which nothing is a number, such as one of e-mail addresses. */
  private async dropColumns(wide: Wide): Promise<void> {
    const empty = (await this.select(
      `SELECT c FROM t GROUP BY c HAVING count(*) FILTER (WHERE d = 0 AND v IS NOT NULL) = 0 AND count(*) FILTER (WHERE d = 0) > 0 ORDER BY c`,
    )) as [number][];
    const out = new Set(empty.map(([c]) => c));
    const kept = wide.ids.filter((_, c) => !out.has(c));
    if (kept.length === 0) return void (this.wideIds = [...wide.ids]);
    this.wideIds = kept;
    if (out.size > 0) {
      this.say(
        `left out, for they hold no number: ${[...out].map((c) => JSON.stringify(wide.ids[c])).join(", ")}`,
      );
      const place = wide.ids.map((_, c) => (out.has(c) ? -1 : kept.indexOf(wide.ids[c])));
      await this.run(
        `CREATE OR REPLACE TABLE t AS SELECT * REPLACE ((${quotedList(place)})[c + 1] AS c) FROM t WHERE c NOT IN (${[...out].join(", ")})`,
      );
    }
    const [[total, numRows]] = (await this.select("SELECT count(*)::DOUBLE, max(r)::DOUBLE + 1 FROM t")) as [
      [number, number],
    ];
    this.total = total;
    this.numRows = numRows;
  }

  /** Takes commas for decimal ones where that is the only way to read the ratings that are no numbers. */
  private async readDecimals(): Promise<void> {
    if (this.options.decimal !== undefined || !this.sources[0].table.isText) return;
    // A column of addresses in a wide table says nothing about numbers.
    const ofRatings = this.sources[0].wide
      ? ` AND c IN (SELECT c FROM t WHERE v IS NOT NULL OR regexp_full_match(said, '\\s*[+-]?\\d*,\\d+\\s*'))`
      : "";
    const [[bad, decimals, groups]] = (await this.select(
      `SELECT count(*)::DOUBLE, count(*) FILTER (WHERE regexp_full_match(said, '\\s*[+-]?\\d*,\\d+\\s*'))::DOUBLE,
        count(*) FILTER (WHERE regexp_full_match(said, '\\s*[+-]?[1-9]\\d{0,2}(,\\d{3})+\\s*'))::DOUBLE
       FROM t WHERE d = 0 AND v IS NULL AND said IS NOT NULL${ofRatings}`,
    )) as [[number, number, number]];
    if (bad === 0 || decimals < bad) return;
    if (groups === bad) {
      const [[row, said]] = (await this.select(
        "SELECT rowid::DOUBLE, said FROM t WHERE d = 0 AND v IS NULL LIMIT 1",
      )) as [[number, string]];
      throw await this.faultAt(
        row,
        `${JSON.stringify(said)} may be ${said.replaceAll(",", "")} or ${said.replace(",", ".")}: say decimal: "." or decimal: ","`,
      );
    }
    await this.fill(",");
    this.notes.push("a comma stands before the fraction of a rating");
  }

  /** Numbers and dates in one column cannot be put in order. */
  private async judgeTimes(table: Table, places: Places): Promise<void> {
    const [[numbers, dates]] = (await this.select(
      "SELECT count(*) FILTER (WHERE NOT wd)::DOUBLE, count(*) FILTER (WHERE wd)::DOUBLE FROM t WHERE d = 0",
    )) as [[number, number]];
    if (numbers === 0 || dates === 0) return;
    const problem = `${table.names[places.time!]} must hold numbers or dates, got both`;
    if (this.options.duplicates === "last") throw new RangeError(`${table.file}: ${problem}`);
    this.say(`the times are left out: ${problem}`);
    this.withTimes = false;
  }

  /** Says so where the lowest or the highest value stands so far from the others that it may mean no rating. */
  private async suspect(): Promise<void> {
    const levels = "SELECT v, count(*)::DOUBLE AS n FROM t WHERE d = 0 GROUP BY v";
    const placed = `SELECT v, n, row_number() OVER (ORDER BY v) AS k, count(*) OVER () AS size FROM (${levels})`;
    const ends = (await this.select(
      `SELECT v, n FROM (${placed}) WHERE k <= 2 OR k > size - 2 ORDER BY k`,
    )) as [number, number][];
    if (ends.length < 2) return;
    const [[least, leastCount], [second]] = ends;
    const [[beforeMost], [most, mostCount]] = ends.slice(-2);
    const say = (value: number, count: number, from: number, to: number) =>
      this.say(
        `${count.toLocaleString("en")} ratings are ${value} beside ${from} … ${to}: if that means no rating, say unrated: [${value}]`,
      );
    if (least === -1 && second >= 0 && most >= 2) say(least, leastCount, second, most);
    else if (/^-9{2,}$/.test(String(least)) && second - least > 2 * (most - second))
      say(least, leastCount, second, most);
    if (/^9{2,}$/.test(String(most)) && most - beforeMost > 2 * (beforeMost - least))
      say(most, mostCount, least, beforeMost);
  }

  /** What is wrong with a cell, told by what it says. */
  private async cellFault(role: string, row: number): Promise<Error> {
    const { wide, places, table } = this.sources[this.sourceOf(row)];
    const [[said, c]] = await this.select(
      `SELECT ${role === "time" ? "ws" : "said"}, ${wide ? "c" : "0"} FROM t WHERE rowid = ${row}`,
    );
    const name = wide
      ? role === wide.row
        ? table.names[wide.idPlace!]
        : this.wideIds[Number(c)]
      : table.names[places![role as keyof Places]!];
    return this.faultAt(row, `${name} must ${ruleBroken(role, said)}`);
  }

  private sourceOf(row: number): number {
    return this.starts.filter((start) => start <= row).length - 1;
  }

  /** An error that says where a row of the table stands in its file. */
  async faultAt(row: number, message: string): Promise<RangeError> {
    const n = this.sourceOf(row);
    const { table, wide } = this.sources[n];
    if (wide === undefined) return faultAt(table, row - this.starts[n], message);
    const [[r]] = await this.select(`SELECT r::DOUBLE FROM t WHERE rowid = ${row}`);
    return faultAt(table, r as number, message);
  }

  /**
   * The columns of all rows in their order, and which of them are ratings, where not all are.
   */
  async columns(users: Axis, items: Axis, breathe: () => Promise<void>) {
    const { total, withTimes } = this;
    const { onProgress } = this.options;
    const columns = {
      users: new Int32Array(total),
      items: new Int32Array(total),
      values: new Float64Array(total),
      times: withTimes ? new Float64Array(total) : undefined,
      kept: undefined as Int32Array | undefined,
    };
    const isKept = Object.keys(this.dropped).length > 0 ? new Uint8Array(total) : undefined;
    // What is joined may come in any order.
    const isJoined = users.join + items.join !== "";
    const selected = [
      ...(isJoined ? ["t.rowid::INTEGER"] : []),
      `coalesce(${users.column}, 0)::INTEGER`,
      `coalesce(${items.column}, 0)::INTEGER`,
      "coalesce(v, 'nan'::DOUBLE)",
      withTimes ? "coalesce(w, 'nan'::DOUBLE)" : "0::DOUBLE",
      "d::INTEGER",
    ];
    const statement = `SELECT ${selected.join(", ")} FROM t${users.join}${items.join}`;
    const [ofUser, ofItem] = [users.table, items.table];
    let done = 0;
    let told = -1;
    const next = await this.connection.run((on) => on.stream(statement));
    for (;;) {
      const batch = await this.connection.run(next);
      if (batch === undefined) break;
      const rowCount = batch.rows;
      const at = (k: number) => batch.columns[k].items!;
      const first = isJoined ? 1 : 0;
      const [user, item, value, time, reason] = [0, 1, 2, 3, 4].map((k) => at(first + k));
      const row = isJoined ? at(0) : undefined;
      for (let k = 0; k < rowCount; k++) {
        const place = row === undefined ? done + k : row[k];
        if (isKept !== undefined) {
          if (reason[k] !== 0) continue;
          isKept[place] = 1;
        }
        const [u, i] = [user[k], item[k]];
        columns.users[place] = ofUser === undefined ? users.index(u) : ofUser[u];
        columns.items[place] = ofItem === undefined ? items.index(i) : ofItem[i];
        columns.values[place] = value[k];
        if (columns.times !== undefined) columns.times[place] = time[k];
      }
      done += rowCount;
      const percent = Math.floor((100 * done) / total);
      if (percent > told)
        onProgress?.({ share: shareOfFiles + ((1 - shareOfFiles) * done) / total, rows: done, total });
      told = percent;
      await breathe();
    }
    if (done !== total)
      throw new Error(`${this.sources[0].table.file}: ${total} rows were read, ${done} came back`);
    if (isKept !== undefined) columns.kept = placesOf(isKept);
    return columns;
  }

  /** Each item's title, the first that is given. */
  async titles(items: Axis): Promise<(string | undefined)[] | undefined> {
    if (this.sources[0].places?.title === undefined) return undefined;
    const first = (await this.select(
      `SELECT ${items.column} AS key, arg_min(title, t.rowid) FROM t${items.join} WHERE d = 0 AND title <> '' GROUP BY key`,
    )) as [number, string][];
    const titles = new Array<string | undefined>(items.ids.length).fill(undefined);
    for (const [key, title] of first) titles[items.index(key)] = bare(title, this.quote);
    return titles;
  }
}

function placesOf(isKept: Uint8Array): Int32Array {
  let count = 0;
  for (const kept of isKept) count += kept;
  const places = new Int32Array(count);
  let n = 0;
  isKept.forEach((kept, k) => {
    if (kept) places[n++] = k;
  });
  return places;
}

const quotedList = (numbers: readonly number[]) => `[${numbers.join(", ")}]`;

/** One rating a row. */
function longSelect(
  { table, places }: RowSource,
  unrated: readonly number[],
  decimal: RowOptions["decimal"],
): { sql: string; withTimes: boolean } {
  const { cells, types, isText, scan, layout } = table;
  const { user, item, value, time, title } = places!;
  const only = layout?.only;
  const [u, i] = [
    id(cells[user], types[user], isText, '"cofi user"'),
    id(cells[item], types[item], isText, '"cofi item"'),
  ];
  // Cast once, in a selection of its own: what is named beside is worked out anew wherever it is used.
  const cast = [
    `TRY_CAST(${cells[value]} AS DOUBLE) AS "cofi value"`,
    `${whole(cells[user], isText)} AS "cofi user"`,
    `${whole(cells[item], isText)} AS "cofi item"`,
    ...(time === undefined ? [] : [`${timeNumber(cells[time], types[time])} AS "cofi time"`]),
  ];
  const judged = [
    `${number(cells[value], types[value], decimal, '"cofi value"')} AS "cofi v"`,
    `${u.number} AS "cofi user_n"`,
    `${i.number} AS "cofi item_n"`,
    ...(time === undefined ? [] : [`${seconds(cells[time], types[time], '"cofi time"')} AS "cofi w"`]),
  ];
  const columns = [
    '"cofi v" AS v',
    `${reason('"cofi v"', unrated, only && `NOT coalesce(${only.where}, false)`)} AS d`,
    `CASE WHEN "cofi v" IS NULL THEN coalesce(${cells[value]}::VARCHAR, '') END AS said`,
    '"cofi user_n" AS user_n',
    `CASE WHEN "cofi user_n" IS NULL THEN ${u.text} END AS user_t`,
    '"cofi item_n" AS item_n',
    `CASE WHEN "cofi item_n" IS NULL THEN ${i.text} END AS item_t`,
    ...(time === undefined
      ? []
      : [
          '"cofi w" AS w',
          '"cofi time" IS NULL AS wd',
          `CASE WHEN "cofi w" IS NULL THEN coalesce(${cells[time]}::VARCHAR, '') END AS ws`,
        ]),
    ...(title === undefined ? [] : [`${cells[title]}::VARCHAR AS title`]),
  ];
  const inner = `SELECT *, ${judged.join(", ")} FROM (SELECT *, ${cast.join(", ")} FROM ${scan})`;
  return { sql: `SELECT ${columns.join(", ")} FROM (${inner})`, withTimes: time !== undefined };
}

/** What a cell says that holds no rating. */
const blank = `regexp_full_match(said, '(?i)\\s*(${blankWords})?\\s*')`;

/** A cell a row, with the row's place `r` and the column's `c`. */
function wideSelect(
  { cells, types, scan, isText }: Table,
  { places, idPlace, row }: Wide,
  unrated: readonly number[],
  decimal: RowOptions["decimal"],
): string {
  const own = idPlace === undefined ? undefined : id(cells[idPlace], types[idPlace], isText);
  const ids =
    own === undefined
      ? []
      : [`${own.number} AS ${row}_n`, `CASE WHEN ${row}_n IS NULL THEN ${own.text} END AS ${row}_t`];
  const texts = places.map((k) => `coalesce(${cells[k]}::VARCHAR, '')`).join(", ");
  const each = `SELECT (row_number() OVER () - 1)::INTEGER AS r, ${ids.map((one) => `${one}, `).join("")}[${texts}] AS texts FROM ${scan}`;
  const kept = idPlace === undefined ? "" : `${row}_n, ${row}_t, `;
  const unnested = `SELECT r, ${kept}unnest(texts) AS said, unnest(range(${places.length}))::INTEGER AS c FROM (${each})`;
  return `SELECT r, c, ${kept}${number("said", "VARCHAR", decimal)} AS v,
    CASE WHEN ${blank} THEN ${emptyRow} ELSE ${reason("v", unrated)} END::UTINYINT AS d, said FROM (${unnested})`;
}

/** A rating as a number, from text with a decimal point or comma. */
function number(
  cell: string,
  type: string,
  decimal: RowOptions["decimal"],
  tried = `TRY_CAST(${cell} AS DOUBLE)`,
): string {
  const plain = `CASE WHEN isfinite(${tried}) THEN ${tried} END`;
  if (type !== "VARCHAR" || decimal === undefined) return plain;
  const text = `trim(${cell}, E' \\t\\r\\n')`;
  if (decimal === ".")
    return `CASE WHEN regexp_full_match(${text}, '[+-]?\\d{1,3}(,\\d{3})+(\\.\\d*)?') THEN TRY_CAST(replace(${text}, ',', '') AS DOUBLE) ELSE ${plain} END`;
  return `CASE WHEN regexp_full_match(${text}, '[+-]?(\\d{1,3}([. ]\\d{3})+|\\d*)(,\\d*)?([eE][+-]?\\d+)?')
    THEN TRY_CAST(replace(replace(replace(${text}, '.', ''), ' ', ''), ',', '.') AS DOUBLE) END`;
}

function reason(value: string, unrated: readonly number[], others?: string): string {
  const cases = [
    ...(others ? [`WHEN ${others} THEN ${otherRow}`] : []),
    ...(unrated.length > 0
      ? [`WHEN ${value} IN (${unrated.map((n) => `${n}::DOUBLE`).join(", ")}) THEN ${unratedRow}`]
      : []),
  ];
  return cases.length === 0 ? "0::UTINYINT" : `(CASE ${cases.join(" ")} ELSE 0 END)::UTINYINT`;
}

/** A cell as a whole number. Of text only what may be one is tried: what fails costs ten times what does not. */
const whole = (cell: string, isText: boolean): string =>
  isText ? `CASE WHEN ${cell} < ':' THEN TRY_CAST(${cell} AS INTEGER) END` : `TRY_CAST(${cell} AS INTEGER)`;

/** An id as a whole number where it is one, as it is usually written; else as text. */
function id(
  cell: string,
  type: string,
  isText: boolean,
  tried = whole(cell, isText),
): { number: string; text: string } {
  // A number that is written in another way, such as 007, is text.
  const [holds, text] =
    isText || !/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE)$/.test(type)
      ? [isText ? `coalesce(${tried}::VARCHAR = ${cell}, false)` : "false", `${cell}::VARCHAR`]
      : /^(FLOAT|DOUBLE)$/.test(type)
        ? [`${tried} = ${cell}`, numberText(cell)]
        : [`${tried} IS NOT NULL`, `${cell}::VARCHAR`];
  return { number: `CASE WHEN ${holds} THEN ${tried} END`, text };
}

/** A number as text, a whole one without the decimals that its column gives it; none where it is not a number. */
const numberText = (cell: string) =>
  `CASE WHEN isnan(${cell}) THEN NULL WHEN ${cell} = trunc(${cell}) AND abs(${cell}) < 1e18
   THEN ${cell}::BIGINT::VARCHAR ELSE ${cell}::VARCHAR END`;

/** Ways to write a time that SQL does not know by itself. */
const timeFormats = ["%a %b %d %H:%M:%S %z %Y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%Y-%m"];

/** A time as the number that it is, if it is one. */
const timeNumber = (cell: string, type: string): string =>
  /^(DATE|TIMESTAMP)/.test(type) ? "NULL::DOUBLE" : `TRY_CAST(${cell} AS DOUBLE)`;

/** A time in seconds since 1970: a date, or a number of seconds, milliseconds or less; a small number as it is. */
function seconds(cell: string, type: string, plain: string): string {
  if (/^(DATE|TIMESTAMP)/.test(type)) return `epoch(${cell})::DOUBLE`;
  const date = secondsOf(cell, timeFormats);
  const other = type === "VARCHAR" ? `CASE WHEN ${plain} IS NULL THEN ${date} END` : "NULL";
  return `(CASE WHEN abs(${plain}) < 1e11 THEN ${plain} WHEN abs(${plain}) < 1e14 THEN ${plain} / 1e3
    WHEN abs(${plain}) < 1e17 THEN ${plain} / 1e6 WHEN isfinite(${plain}) THEN ${plain} / 1e9 ELSE ${other} END)::DOUBLE`;
}

function ruleBroken(role: string, said: unknown): string {
  if (role === "user" || role === "item") return "not be empty";
  const shown = JSON.stringify(said ?? "");
  if (role === "time") return `be a number or a date, got ${shown}`;
  const isNumber = /^[+-]?(nan|inf)/i.test(String(said)) || Math.abs(Number(said)) === Infinity;
  return isNumber ? `be finite, got ${said}` : `be a number, got ${shown}`;
}
