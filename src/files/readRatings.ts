/** Ratings from files: found, unpacked, laid out, numbered and checked, and told where each part came from. */
import { checkOneOf, checkOptions, optionNames, outOfRange } from "../base/check";
import { pauser } from "../base/pause";
import { alignTo, type Unknown } from "../ratings/align";
import { assemble } from "../ratings/build";
import type { Names } from "../ratings/ids";
import { pick, type Ratings } from "../ratings/ratings";
import type { Source } from "../ratings/source";
import { choosePlaces, type Places } from "./columns";
import { database } from "./duckdb";
import { type Duplicates, duplicatePolicies, settleRepeats } from "./duplicates";
import { type Axis, numbered } from "./numbering";
import { type ReadStep, type RowSource, Rows } from "./rows";
import { type Source as Files, filesOf } from "./sources";
import {
  checkTableOptions,
  openTable,
  type Table,
  type TableOptions,
  tableOptionNames,
  wideAdvice,
} from "./table";
import { titlesFrom } from "./titleFile";
import { Scratch } from "./unpack";
import { type Wide, widePlan } from "./wide";

export interface ReadOptions extends TableOptions {
  /**
   * What to make of a cell rated twice: refuse it, take the last (by time, where there is a column of times, else
   * by place), or their mean. @default "error"
   */
  duplicates?: Duplicates;
  /** Numbers that mean no rating, such as 0, -1 or 99. @default those of a known layout, else none */
  unrated?: readonly number[];
  /** What stands before a number's fraction; the other one may then group its thousands. @default "." or, where nothing else fits, "," */
  decimal?: "." | ",";
  /** A file with each item's title: a column of ids and one of titles. */
  titles?: string | URL | Blob;
  /** Ratings, or a model, by whose ids these are numbered. */
  like?: Names;
  /** What to make of ids that `like` does not have. @default "error" */
  unknown?: Unknown;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called some ten times a second with how far the reading is. */
  onProgress?: (step: ReadStep) => unknown;
}

const names = optionNames<ReadOptions>({
  ...tableOptionNames,
  duplicates: true,
  unrated: true,
  decimal: true,
  titles: true,
  like: true,
  unknown: true,
  signal: true,
  onProgress: true,
});

/** Ratings with what came along in their file. */
export type ReadRatings = Ratings & { readonly source: Source };

/**
 * Ratings from files: a path, several, a pattern such as `part-*.csv`, an address, or a file that was dropped or chosen
 * in a page. Text by any delimiter, JSON
 * (lines or one array), Parquet, a workbook; as it is, or packed by gzip, zstd or zip. The columns are the user, the
 * item and the rating, in any order and among others, found by their names, unless two fit equally well; in a file
 * without names they come first. Layouts that many people have (MovieLens, Netflix Prize, Book-Crossing, Jester, Amazon,
 * Goodreads, Yelp, Last.fm, RecBole, Letterboxd, IMDb, Steam, MatrixMarket) are known by their first lines.
 *
 * Users and items are numbered in the order in which they first appear. Ids are taken without blanks around them; ids
 * that are all whole numbers become numbers (1.0 is 1); if any is not, or is beyond 2^53 and would be changed, all of
 * the column stay text. In Parquet and JSON, text stays text. A column of times comes along, in seconds since 1970 if
 * it says dates or milliseconds, and so do titles. `source` says what was taken, in what format, and what was left out.
 *
 * @throws RangeError or TypeError with file and line for a rating that is not a finite number, an id that is
 *   missing, or a cell rated twice; Error for a file that is not there, damaged, or not a table.
 */
export async function readRatings(files: Files, options: ReadOptions = {}): Promise<ReadRatings> {
  checkOptions(options, names);
  const { duplicates = "error", unrated, decimal, signal, titles, like, unknown } = options;
  checkOneOf("duplicates", duplicates, duplicatePolicies);
  checkTableOptions(options);
  if (decimal !== undefined) checkOneOf("decimal", decimal, [".", ","]);
  unrated?.forEach((value, k) => {
    if (typeof value !== "number" || Number.isNaN(value))
      throw outOfRange("unrated", "numbers", value, `place ${k}`);
  });
  const scratch = new Scratch();
  try {
    const sources: RowSource[] = [];
    for (const { path, shown } of await filesOf(files, scratch, signal))
      sources.push(planOf(await openTable(path, shown, scratch, options), options));
    checkAlike(sources);
    const read = await ratingsOf(sources, options);
    const [titleFile] = titles === undefined ? [] : await filesOf(titles, scratch, signal, "titles");
    const withTitles =
      titleFile === undefined
        ? read
        : { ...read, titles: await titlesFrom(titleFile, read.itemIds, scratch, signal) };
    if (like === undefined) return withTitles;
    const { source } = withTitles;
    return { ...alignTo(withTitles, like, { unknown }), source };
  } finally {
    await scratch.remove();
  }
}

/** Where a table's ratings stand. */
function planOf(table: Table, { columns, layout }: ReadOptions): RowSource {
  const { layout: known } = table;
  if (layout === "wide" || (known?.wideFrom !== undefined && layout === undefined && columns === undefined))
    return { table, wide: widePlan(table, columns) };
  if (columns === undefined && table.seemsWide) throw wideAdvice(table);
  const user = known?.user;
  const found = { ...table.found };
  for (const [role, place] of Object.entries(known?.columns ?? {})) found[role as keyof Places] = [place];
  if (user !== undefined && columns?.user === undefined) {
    // A person's own export: all ratings are theirs.
    const own = {
      ...table,
      names: [...table.names, user],
      cells: [...table.cells, `'${user}'`],
      types: [...table.types, "VARCHAR"],
    };
    return {
      table: own,
      places: choosePlaces(table.file, own.names, { ...found, user: [table.names.length] }, columns),
    };
  }
  return { table, places: choosePlaces(table.file, table.names, found, columns) };
}

function checkAlike(sources: readonly RowSource[]): void {
  const [first, ...others] = sources;
  const shape = ({ places, wide }: RowSource) =>
    JSON.stringify([Object.keys(places ?? {}).sort(), wide?.ids]);
  const other = others.find((source) => shape(source) !== shape(first));
  if (other !== undefined)
    throw new RangeError(
      `${other.table.file}: must have the columns that ${first.table.file} has: read them apart`,
    );
}

async function ratingsOf(sources: RowSource[], options: ReadOptions): Promise<ReadRatings> {
  const { duplicates = "error", signal } = options;
  const [{ table, places, wide }] = sources;
  const connection = await database({ signal });
  try {
    const rows = await Rows.load(connection, sources, options);
    const axis = (name: "user" | "item"): Promise<Axis> =>
      numbered(rows, name, staysText(table, places, name), wide);
    const [users, items] = [await axis("user"), await axis("item")];
    const notes = [...rows.notes];
    const columns = await rows.columns(users, items, pauser(signal));
    const assembled: Ratings = {
      ...assemble(columns, {
        numItems: items.ids.length,
        numUsers: users.ids.length,
        itemIds: items.ids,
        userIds: users.ids,
      }),
      ...(columns.times && { times: columns.times }),
    };
    const kept = columns.kept === undefined ? assembled : pick(assembled, columns.kept);
    if (kept.values.length === 0)
      throw new RangeError(`${table.file}: ratings must hold at least one rating, got none`);
    if (duplicates === "last" && kept.times === undefined)
      notes.push("of ratings of one cell the last in the file is taken: there is no column of times");
    const settled = await settleRepeats(kept, duplicates, kept.times, {
      firstRow: 1,
      fault: (place, message) => rows.faultAt(columns.kept?.[place] ?? place, message),
    });
    for (const note of rows.warnings) console.warn(`${table.file}: ${note}`);
    const titles = await rows.titles(items);
    return {
      ...settled,
      ...(titles && { titles }),
      source: {
        files: sources.map((source) => source.table.file),
        format: `${table.format}${wide ? `, ${wide.format}` : ""}`,
        columns: rolesOf(table, places, wide),
        rows: rows.total,
        dropped: rows.dropped,
        notes,
      },
    };
  } finally {
    connection.close();
  }
}

const staysText = ({ isText, types }: Table, places: Places | undefined, name: "user" | "item") =>
  !isText && places !== undefined && types[places[name]] === "VARCHAR";

function rolesOf(
  { names: of, hasNames }: Table,
  places: Places | undefined,
  wide: Wide | undefined,
): Source["columns"] {
  if (wide !== undefined) return wide.roles;
  const say = (place: number | undefined) =>
    place === undefined ? undefined : hasNames ? of[place] : `column ${place}`;
  const { user, item, value, time, title } = places!;
  return {
    user: say(user)!,
    item: say(item)!,
    value: say(value)!,
    ...(time !== undefined && { time: say(time) }),
    ...(title !== undefined && { title: say(title) }),
  };
}
