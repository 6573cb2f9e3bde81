/** Where ratings in a cluster are read from, and what their columns are called. */
import { checkOneOf, checkOptions, checkText, optionNames, outOfRange } from "../base/check";
import { type Columns, choosePlaces, likelyPlaces, roles } from "../files/columns";
import { type Duplicates, duplicatePolicies } from "../files/duplicates";

/** A path that the cluster reads (of files here, of HDFS, of S3), several, or a table of its catalogue. */
export type SparkSource = string | readonly string[] | { readonly table: string };

export interface SparkReadOptions {
  /** What the columns are called. @default told by their names, as in `readRatings` */
  columns?: Partial<Columns>;
  /** What the files are. @default told by their names: .csv, .tsv, .json, .jsonl, .ndjson, else Parquet */
  format?: "parquet" | "csv" | "json";
  /** Of text: what stands between two columns. @default a tab for .tsv, else a comma */
  delimiter?: string;
  /** Of text: whether the first line has the names. @default true */
  header?: boolean;
  /**
   * What to make of a cell rated twice: refuse it, take the last by time (of the same moment the highest), or their
   * mean. @default "error"
   */
  duplicates?: Duplicates;
  /** Numbers that mean no rating, such as 0 or -1. @default none */
  unrated?: readonly number[];
}

export const readNames = optionNames<SparkReadOptions>({
  columns: true,
  format: true,
  delimiter: true,
  header: true,
  duplicates: true,
  unrated: true,
});

/** A source as the driver takes it. */
export interface DriverSource {
  format: "parquet" | "csv" | "json" | "table";
  /** What messages call it. */
  shown: string;
  paths?: readonly string[];
  table?: string;
  header: boolean;
  delimiter: string;
  quote: string;
}

/** @throws RangeError or TypeError for options out of range, and no path. */
export function sourceOf(source: SparkSource, options: SparkReadOptions): DriverSource {
  checkOptions(options, readNames);
  const { format, duplicates, header = true, unrated = [] } = options;
  if (format !== undefined) checkOneOf("format", format, ["parquet", "csv", "json"]);
  if (duplicates !== undefined) checkOneOf("duplicates", duplicates, duplicatePolicies);
  for (const [k, value] of unrated.entries())
    if (!Number.isFinite(value)) throw outOfRange("unrated", "finite numbers", value, `place ${k}`);
  const text = { header, delimiter: options.delimiter ?? ",", quote: '"' };
  if (typeof source === "object" && "table" in source)
    return { ...text, format: "table", shown: source.table, table: source.table };
  const paths = typeof source === "string" ? [source] : [...source];
  if (paths.length === 0) throw new RangeError("source must be at least one path, got none");
  for (const [k, path] of paths.entries()) checkText(paths.length > 1 ? `source[${k}]` : "source", path);
  const [first] = paths;
  const [, ending] = /\.(\w+?)(?:\.(?:gz|bz2|zst))?$/.exec(first) ?? [];
  const told = { csv: "csv", tsv: "csv", json: "json", jsonl: "json", ndjson: "json" } as const;
  return {
    ...text,
    ...(options.delimiter === undefined && ending === "tsv" && { delimiter: "\t" }),
    format: format ?? told[ending as keyof typeof told] ?? "parquet",
    shown: paths.length === 1 ? first : `${first} and ${paths.length - 1} more`,
    paths,
  };
}

/** The names of a source's columns by what they hold. @throws RangeError as `readRatings` does. */
export function columnsOf(
  shown: string,
  names: readonly string[],
  wanted: Partial<Columns> | undefined,
): Record<string, string> {
  const places = choosePlaces(shown, names, likelyPlaces(names), wanted);
  const taken = roles.filter((role) => role !== "title" && places[role] !== undefined);
  return Object.fromEntries(taken.map((role) => [role, names[places[role]!]]));
}
