/** Layouts of data sets that many people have, each known by its first lines. */
import type { Columns } from "./columns";

/** What is known of a file whose layout is known. */
export interface Layout {
  name: string;
  /** Where the columns are, by number; else they are found by their names. */
  columns?: Partial<Record<keyof Columns, number>>;
  /** Values that mean no rating. */
  unrated?: readonly number[];
  /** A condition, in SQL, on the rows that are ratings, and what the others are. */
  only?: { where: string; others: string };
  /** Whose ratings they all are, where no column says so. */
  user?: string;
  /** Each row all ratings of a person, from this column on. */
  wideFrom?: number;
  /** Makes of each line the one that is read; an empty one is none. */
  rewrite?(): (line: string) => string;
  delimiter?: string;
}

/** The first lines, the cells of each, and the names of the columns, where there are any. */
export interface Beginning {
  lines: readonly string[];
  cells: readonly (readonly string[])[];
  names: readonly string[] | undefined;
}

interface Known extends Layout {
  fits(beginning: Beginning): boolean;
  /** The columns whose names are the layout's own. */
  named?: Partial<Record<keyof Columns, string>>;
}

const each = <T>(all: readonly T[], test: (one: T) => boolean) => all.length > 0 && all.every(test);
const isNumber = (cell: string) => cell.trim() !== "" && !Number.isNaN(Number(cell));
const named = (names: readonly string[] | undefined, ...wanted: string[]) =>
  names !== undefined && wanted.every((name) => names.includes(name));

const known: readonly Known[] = [
  {
    name: "Netflix Prize",
    fits: ({ lines: [first = ""] }) => /^\d+:\s*$/.test(first),
    delimiter: ",",
    columns: { user: 0, value: 1, time: 2, item: 3 },
    rewrite() {
      let film = "";
      return (line) => {
        if (!/^\d+:\s*$/.test(line)) return line.trim() === "" ? "" : `${line.trim()},${film}`;
        film = line.trim().slice(0, -1);
        return "";
      };
    },
  },
  {
    name: "MatrixMarket, a row a user and a column an item",
    fits: ({ lines: [first = ""] }) => /^%%MatrixMarket matrix coordinate (real|integer)/i.test(first),
    delimiter: "\t",
    columns: { user: 0, item: 1, value: 2 },
    rewrite() {
      let isSized = false;
      return (line) => {
        if (line.startsWith("%") || line.trim() === "") return "";
        if (isSized) return line.trim().replace(/\s+/g, "\t");
        isSized = true;
        return "";
      };
    },
  },
  {
    name: "Jester",
    fits: ({ cells }) =>
      each(
        cells,
        (row) =>
          row.length === 101 &&
          row.every(isNumber) &&
          Number(row[0]) === row.slice(1).filter((cell) => Number(cell) !== 99).length,
      ),
    wideFrom: 1,
    unrated: [99],
  },
  {
    name: "Last.fm 360K",
    fits: ({ cells }) =>
      each(cells, (row) => row.length === 4 && /^[0-9a-f]{40}$/.test(row[0]) && isNumber(row[3])),
    columns: { user: 0, item: 2, value: 3 },
  },
  {
    name: "Steam-200k, hours played",
    fits: ({ cells }) => each(cells, (row) => row.length === 5 && /^(purchase|play)$/.test(row[2])),
    columns: { user: 0, item: 1, value: 3 },
    only: { where: "c2 = 'play'", others: "purchases" },
  },
  {
    name: "Amazon, ratings only, the item first",
    fits: ({ cells }) =>
      each(
        cells,
        (row) =>
          row.length === 4 && /^(B[0-9A-Z]{9}|\d{9}[\dX])$/.test(row[0]) && /^A[0-9A-Z]{8,20}$/.test(row[1]),
      ),
    columns: { item: 0, user: 1, value: 2, time: 3 },
  },
  {
    name: "Letterboxd",
    fits: ({ names }) => named(names, "Name", "Letterboxd URI", "Rating"),
    named: { item: "Letterboxd URI", value: "Rating", time: "Date", title: "Name" },
    user: "you",
  },
  {
    name: "IMDb",
    fits: ({ names }) => named(names, "Const", "Your Rating"),
    named: { item: "Const", value: "Your Rating", time: "Date Rated", title: "Title" },
    user: "you",
  },
  {
    name: "Book-Crossing",
    fits: ({ names }) => named(names, "User-ID", "ISBN", "Book-Rating"),
    unrated: [0],
  },
  { name: "anime", fits: ({ names }) => named(names, "user_id", "anime_id", "rating"), unrated: [-1] },
  {
    name: "Goodreads",
    fits: ({ names }) =>
      named(names, "user_id", "book_id", "rating", "is_read") ||
      named(names, "user_id", "book_id", "rating", "date_added"),
    unrated: [0],
  },
];

/** The layout that a file's beginning fits, if it is a known one. */
export function knownLayout(beginning: Beginning): Layout | undefined {
  const layout = known.find(({ fits }) => fits(beginning));
  if (layout?.named === undefined) return layout;
  const places = Object.entries(layout.named).map(
    ([role, name]) => [role, beginning.names!.indexOf(name)] as const,
  );
  return { ...layout, columns: Object.fromEntries(places.filter(([, place]) => place >= 0)) };
}
