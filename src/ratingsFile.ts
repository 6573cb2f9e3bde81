import { checkOneOf, checkOptions } from "./check";
import { assemble, firstPlaces, type Id, pick, type Ratings, withValues } from "./ratings";
import { openTable, type TableOptions } from "./table";

export interface ReadOptions extends TableOptions {
  /** What to make of a cell rated twice: refuse it, take the last, or their mean. @default "error" */
  duplicates?: "error" | "last" | "mean";
}

/**
 * Ratings from a file: comma- or tab-separated, MovieLens's `::`, any other delimiter, or Parquet. The columns
 * are the user, the item and the rating, in any order and among others. Users and items are numbered in the order
 * in which they first appear; ids that are all whole numbers become numbers, others stay text.
 *
 * @throws RangeError or TypeError with file and line for a rating that is not a finite number, an id that is
 *   missing, or a cell rated twice; Error for a file that is not there or not a table.
 */
export async function readRatings(file: string, options: ReadOptions = {}): Promise<Ratings> {
  checkOptions(options, ["delimiter", "columns", "duplicates"]);
  const { duplicates = "error" } = options;
  checkOneOf("duplicates", duplicates, ["error", "last", "mean"]);
  const table = await openTable(file, options);
  const users = new Index();
  const items = new Index();
  const rows: { users: number[]; items: number[]; values: number[] } = { users: [], items: [], values: [] };
  for await (const [userIds, itemIds, cells] of table.batches()) {
    for (let k = 0; k < cells.length; k++) {
      const row = rows.values.length;
      const value = Number(cells[k] || Number.NaN);
      if (!Number.isFinite(value)) throw await table.fault(row, ruleBroken(table.names.value, cells[k]));
      if (isEmpty(userIds[k])) throw await table.fault(row, `${table.names.user} must not be empty`);
      if (isEmpty(itemIds[k])) throw await table.fault(row, `${table.names.item} must not be empty`);
      rows.users.push(users.of(userIds[k] as string));
      rows.items.push(items.of(itemIds[k] as string));
      rows.values.push(value);
    }
  }
  if (rows.values.length === 0)
    throw new RangeError(`${file}: ratings must hold at least one rating, got none`);
  const read = assemble(
    {
      users: Int32Array.from(rows.users),
      items: Int32Array.from(rows.items),
      values: Float64Array.from(rows.values),
    },
    { numItems: items.size, numUsers: users.size, itemIds: items.ids(), userIds: users.ids() },
  );
  return withoutRepeats(read, duplicates, (first, again) => {
    const cell = `user ${read.userIds[read.users[again]]}, item ${read.itemIds[read.items[again]]}`;
    const remedy = 'pass duplicates: "last" or "mean" to allow it';
    return table.fault(again, `a cell must be rated once, got ${cell} again (row ${first + 1}): ${remedy}`);
  });
}

const isEmpty = (id: unknown) => id === null || id === "";

function ruleBroken(name: string, cell: unknown): string {
  return /^[+-]?(nan|inf)/i.test(String(cell)) || Math.abs(Number(cell)) === Infinity
    ? `${name} must be finite, got ${cell}`
    : `${name} must be a number, got ${JSON.stringify(cell ?? "")}`;
}

/** One rating a cell, in the place of its first, by the policy for repeats. */
async function withoutRepeats(
  ratings: Ratings,
  policy: "error" | "last" | "mean",
  fault: (first: number, again: number) => Promise<Error>,
): Promise<Ratings> {
  const first = firstPlaces(ratings);
  const again = first.findIndex((place, k) => place !== k);
  if (again < 0) return ratings;
  if (policy === "error") throw await fault(first[again], again);
  const values = ratings.values.slice();
  const counts = new Int32Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const place = first[k];
    counts[place]++;
    values[place] =
      policy === "last" ? values[k] : values[place] + (values[k] - values[place]) / counts[place];
  }
  const kept = Int32Array.from(first.keys()).filter((k) => first[k] === k);
  return pick(withValues(ratings, values), kept);
}

/** Numbers ids in the order in which they first appear. */
class Index {
  private readonly known = new Map<string, number>();

  get size(): number {
    return this.known.size;
  }

  of(id: string): number {
    let index = this.known.get(id);
    if (index === undefined) this.known.set(id, (index = this.known.size));
    return index;
  }

  /** The ids by number; numbers themselves when every one is a whole number. */
  ids(): Id[] {
    const names = [...this.known.keys()];
    const whole = (name: string) => /^(0|-?[1-9]\d*)$/.test(name) && Number.isSafeInteger(Number(name));
    return names.every(whole) ? names.map(Number) : names;
  }
}
