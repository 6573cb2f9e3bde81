/** Wide tables: a row a person and a column an item, or the other way round. */
import type { Source } from "../ratings/source";
import { type Columns, namesInShort } from "./columns";
import type { Table } from "./table";

/** How a wide table is read. */
export interface Wide {
  /** What each row is. */
  row: "user" | "item";
  /** The column that says which; undefined where rows have only numbers. */
  idPlace: number | undefined;
  /** The columns of the ratings, and the id of each. */
  places: readonly number[];
  ids: readonly string[];
  format: string;
  roles: Source["columns"];
}

/**
 * Which column says whose row it is, and which hold ratings: all others, but for those of times and a count that comes
 * first in a known layout.
 *
 * @throws RangeError for a column asked for that there is not.
 */
export function widePlan(table: Table, columns: Partial<Columns> = {}): Wide {
  const { file, names, found, layout, hasNames } = table;
  const asked = columns.user ?? columns.item;
  const row =
    columns.item !== undefined
      ? "item"
      : columns.user !== undefined
        ? "user"
        : hasNames && found.item.includes(0)
          ? "item"
          : "user";
  const from = layout?.wideFrom;
  let idPlace: number | undefined;
  if (asked !== undefined) {
    idPlace = typeof asked === "number" ? asked : names.indexOf(asked);
    if (!(idPlace in names))
      throw new RangeError(
        `${file}: columns.${row} must be one of ${namesInShort(names)}, got ${JSON.stringify(asked)}`,
      );
  } else if (from === undefined) {
    const likely = hasNames ? (row === "item" ? found.item[0] : found.user[0]) : undefined;
    idPlace = likely ?? (table.firstIsId ? 0 : undefined);
  }
  const times = hasNames ? found.time : [];
  const places = [...names.keys()].filter((k) => k !== idPlace && !times.includes(k) && k >= (from ?? 0));
  const ids = places.map((k, n) => (hasNames ? names[k] : String(n + 1)));
  const by = row === "user" ? "item" : "user";
  const id =
    idPlace === undefined ? "the number of the row" : hasNames ? names[idPlace] : `column ${idPlace}`;
  const own = `the name of each of ${places.length} columns`;
  return {
    ...{ row, idPlace, places, ids },
    format: `a row a${row === "item" ? "n item" : " user"}, a column a${by === "item" ? "n item" : " user"}`,
    roles: { user: row === "user" ? id : own, item: row === "item" ? id : own, value: "the cells" },
  };
}
