/** Where ratings come from, and what of it was taken: what a reader must be able to see to trust them. */

/** What was read, and how. */
export interface Source {
  /** The files. */
  files: readonly string[];
  /** How it is written, in words: "text, cells apart by a comma, the first line names the columns". */
  format: string;
  /** The column of each role, by name or by number. */
  columns: { user: string; item: string; value: string; time?: string; title?: string };
  /** How many rows, or in a wide table cells, there were. */
  rows: number;
  /** How many of them are no ratings, by the reason. */
  dropped: Readonly<Record<string, number>>;
  /** What a reader should know: a suspicious value, times that were left out. */
  notes: readonly string[];
}

/** A file's own name, without its folders; an address whole. */
const nameOf = (file: string): string =>
  /^https?:/i.test(file) ? file : (file.split(/[\\/]/).at(-1) ?? file);

/** A source in one line. */
export function sourceLine({ files, format, columns, rows, dropped, notes }: Source): string {
  const from = files.length === 1 ? nameOf(files[0]) : `${files.length} files, ${nameOf(files[0])} first`;
  const roles = { user: "user", item: "item", value: "rating", time: "time", title: "title" };
  const taken = (Object.keys(roles) as (keyof typeof roles)[])
    .filter((role) => columns[role] !== undefined)
    .map((role) => `${roles[role]} = ${columns[role]}`);
  const left = Object.entries(dropped).map(
    ([reason, count]) => `${count.toLocaleString("en")} left out (${reason})`,
  );
  const counted = [`${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`, ...left].join(", ");
  return [`${from}: ${format}; ${taken.join(", ")}; ${counted}`, ...notes].join(". ");
}
