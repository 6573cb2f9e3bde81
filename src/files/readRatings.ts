import { checkOneOf, checkOptions, optionNames } from "../base/check";
import { pauser } from "../base/pause";
import { assemble } from "../ratings/build";
import type { Id, Ratings } from "../ratings/ratings";
import { type Batch, queryRows } from "./duckdb";
import { type Duplicates, duplicatePolicies, settleRepeats } from "./duplicates";
import { IdIndex } from "./idIndex";
import {
  choosePlaces,
  countRows,
  faultAt,
  openTable,
  type Places,
  type Role,
  select,
  type Table,
  type TableOptions,
} from "./table";

export interface ReadOptions extends TableOptions {
  /**
   * What to make of a cell rated twice: refuse it, take the last (by time, where there is a column of times, else
   * by place), or their mean. @default "error"
   */
  duplicates?: Duplicates;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called some hundred times with the ratings read so far, and how many there are. */
  onProgress?: (step: { rows: number; total: number }) => unknown;
}

const names = optionNames<ReadOptions>({
  delimiter: true,
  columns: true,
  header: true,
  duplicates: true,
  signal: true,
  onProgress: true,
});

/**
 * Ratings from a file: comma- or tab-separated, MovieLens's `::`, any other delimiter, packed by gzip or not, or
 * Parquet. The columns are the user, the item and the rating, in any order and among others, found by their names,
 * unless two fit equally well; in a file without names they come first. Users and items are numbered in the order
 * in which they first appear. Ids that are all whole numbers become numbers; if any is not, or is beyond 2^53 and
 * would be changed, all of the column stay text. In Parquet, text stays text.
 *
 * A file of any length is read in the memory that its ratings take, 16 bytes each (24 under `duplicates: "last"`
 * with times), 4 more to see that no cell comes twice, and the ids.
 *
 * @throws RangeError or TypeError with file and line for a rating that is not a finite number, an id that is
 *   missing, or a cell rated twice; Error for a file that is not there or not a table.
 */
export async function readRatings(file: string, options: ReadOptions = {}): Promise<Ratings> {
  checkOptions(options, names);
  const { duplicates = "error", signal, onProgress } = options;
  checkOneOf("duplicates", duplicates, duplicatePolicies);
  const table = await openTable(file, options);
  const places = choosePlaces(file, table.names, table.found, options.columns);
  if (duplicates !== "last") delete places.time;
  // Counting first takes a while too, but then every column gets the room that it needs and no more.
  const total = await countRows(table, { signal });
  if (total === 0) throw new RangeError(`${file}: ratings must hold at least one rating, got none`);
  const rows = new Rows(total, places.time !== undefined);
  const breathe = pauser(signal);
  let told = -1;
  for await (const batch of select(table, selected(table, places), total, { signal })) {
    const bad = rows.add(batch);
    if (bad !== undefined) throw await cellFault(table, places[bad.role]!, bad);
    const share = Math.floor((100 * rows.length) / total);
    if (share > told) onProgress?.({ rows: rows.length, total });
    told = share;
    await breathe();
  }
  const staysText = (place: number) => !table.isText && table.types[place] === "VARCHAR";
  const { users, items, values, times } = rows;
  const ratings = assemble(
    { users, items, values },
    {
      ...{ numItems: rows.itemIndex.size, numUsers: rows.userIndex.size },
      itemIds: staysText(places.item) ? rows.itemIndex.asGiven() : rows.itemIndex.ids(),
      userIds: staysText(places.user) ? rows.userIndex.asGiven() : rows.userIndex.ids(),
    },
  );
  return settleRepeats(ratings, duplicates, times, {
    firstRow: 1,
    fault: (row, message) => faultAt(table, row, message),
  });
}

/** What stands in the place of a whole number where there is none: reading an empty cell takes much longer. */
const none = -(2 ** 31);

/** The rating, the user's and the item's id, each as a whole number where it is one, else as text; and the time. */
function selected({ cells, types, isText }: Table, places: Places): string[] {
  const id = (place: number) => {
    const [cell, type] = [cells[place], types[place]];
    const number = `TRY_CAST(${cell} AS INTEGER)`;
    // A number that is written in another way, such as 007, is text.
    if (isText) return [`coalesce(CASE WHEN ${number}::VARCHAR = ${cell} THEN ${number} END, ${none})`, cell];
    const isNumber = `coalesce(${number}, ${none}) <> ${none}`;
    const [holds, text] = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/.test(type)
      ? [isNumber, `${cell}::VARCHAR`]
      : /^(FLOAT|DOUBLE)$/.test(type)
        ? [`${isNumber} AND ${number} = ${cell}`, numberText(cell)]
        : ["false", `${cell}::VARCHAR`];
    return [
      `coalesce(CASE WHEN ${holds} THEN ${number} END, ${none})`,
      `CASE WHEN NOT (${holds}) THEN ${text} END`,
    ];
  };
  const { user, item, value, time } = places;
  return [
    orNaN(`TRY_CAST(${cells[value]} AS DOUBLE)`),
    ...[...id(user), ...id(item)],
    ...(time === undefined ? [] : [orNaN(seconds(cells[time], types[time]))]),
  ];
}

const orNaN = (number: string) => `coalesce(${number}, 'nan'::DOUBLE)`;

/** A number as text, a whole one without the decimals that its column gives it; none where it is not a number. */
const numberText = (cell: string) =>
  `CASE WHEN isnan(${cell}) THEN NULL WHEN ${cell} = trunc(${cell}) AND abs(${cell}) < 1e18
   THEN ${cell}::BIGINT::VARCHAR ELSE ${cell}::VARCHAR END`;

/** A time in seconds: a number as it is, a date or a time since 1970. */
function seconds(cell: string, type: string): string {
  if (/^(DATE|TIMESTAMP)/.test(type)) return `epoch(${cell})`;
  const number = `TRY_CAST(${cell} AS DOUBLE)`;
  return type === "VARCHAR" ? `coalesce(${number}, epoch(TRY_CAST(${cell} AS TIMESTAMP)))` : number;
}

/** A cell, by its row from 0 and by what it should hold, that holds something else. */
interface BadCell {
  row: number;
  role: Role;
}

/** The ratings read so far, in columns with room for all. */
class Rows {
  readonly userIndex = new IdIndex();
  readonly itemIndex = new IdIndex();
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly values: Float64Array;
  readonly times: Float64Array | undefined;
  length = 0;

  constructor(total: number, withTimes: boolean) {
    this.users = new Int32Array(total);
    this.items = new Int32Array(total);
    this.values = new Float64Array(total);
    if (withTimes) this.times = new Float64Array(total);
  }

  /** Adds a batch, up to the first cell that cannot be: that is returned. */
  add({ rows, columns }: Batch): BadCell | undefined {
    const [valueCells, userNumbers, userTexts, itemNumbers, itemTexts, timeCells] = columns;
    const { users, items, values, times, userIndex, itemIndex } = this;
    for (let k = 0; k < rows; k++) {
      const row = this.length;
      const value = valueCells.getItem(k);
      if (!Number.isFinite(value)) return { row, role: "value" };
      const userNumber = userNumbers.getItem(k);
      const user = userNumber === none ? userTexts.getItem(k) : userNumber;
      if (isEmpty(user)) return { row, role: "user" };
      const itemNumber = itemNumbers.getItem(k);
      const item = itemNumber === none ? itemTexts.getItem(k) : itemNumber;
      if (isEmpty(item)) return { row, role: "item" };
      if (times !== undefined) {
        const time = timeCells.getItem(k);
        if (!Number.isFinite(time)) return { row, role: "time" };
        times[row] = time as number;
      }
      users[row] = userIndex.of(user as Id);
      items[row] = itemIndex.of(item as Id);
      values[row] = value as number;
      this.length++;
    }
    return undefined;
  }
}

const isEmpty = (id: unknown) => id === null || id === "";

/** What is wrong with a cell that was refused, told by what it says. */
async function cellFault(table: Table, place: number, { row, role }: BadCell): Promise<Error> {
  const { names, cells, scan } = table;
  const [[said]] = await queryRows(`SELECT ${cells[place]}::VARCHAR FROM ${scan} LIMIT 1 OFFSET ${row}`);
  return faultAt(table, row, `${names[place]} must ${ruleBroken(role, said)}`);
}

function ruleBroken(role: Role, said: unknown): string {
  if (role === "user" || role === "item") return "not be empty";
  const shown = JSON.stringify(said ?? "");
  if (role === "time") return `be a number or a date, got ${shown}`;
  const isNumber = /^[+-]?(nan|inf)/i.test(String(said)) || Math.abs(Number(said)) === Infinity;
  return isNumber ? `be finite, got ${said}` : `be a number, got ${shown}`;
}
