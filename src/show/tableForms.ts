import { inspect } from "../platform/inspect";
import { escaped } from "./figure";
import { numberPrinter } from "./numbers";
import { columnsOf, visible, withoutFormulas } from "./text";

/** A row of a table that is shown: a cell for each column's name. */
export type Row = Record<string, unknown>;

/** A table whose columns stand in an order of their own, which the keys of an object cannot keep. */
export interface Table {
  names: readonly string[];
  /** A list a row, with a value for each of the names. */
  cells: readonly (readonly unknown[])[];
}

/** How many rows a table shows before it says how many more there are. */
const mostRows = 60;

/** A table as HTML, every cell escaped, in which nothing is taken for a formula. */
export function tableHtml(table: readonly Row[] | Table): string {
  const { names, cells, numeric, note } = layOut(table);
  const align = (k: number) => (numeric[k] ? "right" : "left");
  const cell = (tag: string, text: string, k: number) =>
    `<${tag} style="text-align: ${align(k)}">${escaped(text)}</${tag}>`;
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, k) => cell(tag, text, k)).join("")}</tr>`;
  const body = cells.map((texts) => line("td", texts)).join("\n");
  const html = `<table>\n<thead>${line("th", names)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
  return withoutFormulas(note ? `${html}\n<p>${note}</p>` : html);
}

/** The same as plain text, in columns. */
export function tableText(table: readonly Row[] | Table): string {
  const { names, cells, numeric, note } = layOut(table);
  const widths = names.map((name, k) =>
    cells.reduce((widest, texts) => Math.max(widest, columnsOf(texts[k])), columnsOf(name)),
  );
  const pad = (text: string, k: number) => {
    const room = " ".repeat(widths[k] - columnsOf(text));
    return numeric[k] ? room + text : text + room;
  };
  const line = (texts: readonly string[]) => texts.map(pad).join("  ").trimEnd();
  return [
    line(names),
    line(widths.map((width) => "─".repeat(width))),
    ...cells.map(line),
    ...(note ? [note] : []),
  ].join("\n");
}

/** The table of some rows: a column for each name that any of them has, in the order in which the names appear. */
function tableOf(rows: readonly Row[]): Table {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const cells = rows.slice(0, mostRows).map((row) => [...names].map((name) => read(row, name)));
  return { names: [...names], cells };
}

/** A cell's value; of a getter that throws, what it says: one bad cell is not to hide the others. */
function read(row: Row, name: string): unknown {
  try {
    return row[name];
  } catch (error) {
    return `(throws ${error})`;
  }
}

function layOut(given: readonly Row[] | Table) {
  const { names, cells } = "cells" in given ? given : tableOf(given);
  const count = "cells" in given ? given.cells.length : given.length;
  const shown = cells.slice(0, mostRows);
  const columns = names.map((_, k) => shown.map((row) => row[k]));
  const numeric = columns.map(
    (column) => column.some(isNumber) && column.every((value) => isNumber(value) || isBlank(value)),
  );
  const texts = columns.map((column, k) => {
    const print = numberPrinter(column.filter(isNumber));
    return column.map((value) => (numeric[k] && isNumber(value) ? print(value) : cellText(value)));
  });
  return {
    names: names.map((name) => visible(String(name))),
    cells: shown.map((_, row) => filled(names.map((_, k) => texts[k][row]))),
    numeric,
    note:
      count === 0
        ? "no rows"
        : count > mostRows
          ? `… and ${(count - mostRows).toLocaleString("en")} more rows`
          : "",
  };
}

/** A row in which nothing stands says so. */
const filled = (texts: string[]): string[] =>
  texts.every((text) => text === "") ? ["(empty)", ...texts.slice(1)] : texts;

/** A cell without a number in a column of numbers: empty, or the question mark of an unrated cell. */
const isBlank = (value: unknown) => value === undefined || value === null || value === "?";

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

/** How much of what is nested in a cell is shown. */
const nested = { depth: 2, compact: true, breakLength: Infinity, maxArrayLength: 12, maxStringLength: 200 };

/** A value as it stands in a cell, on one line: a list of names without quotes, what is deeper as the console has it. */
function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString();
  if (Array.isArray(value) && value.length > 0 && value.length <= 12 && value.every(isPlain)) {
    return visible(value.join(", "));
  }
  const composed = typeof value === "object" || typeof value === "function" || typeof value === "symbol";
  return visible(composed ? inspect(value, nested) : String(value));
}

/** What reads well in a list without quotes. */
const isPlain = (entry: unknown): boolean =>
  typeof entry === "number" || (typeof entry === "string" && entry !== "" && !entry.includes(", "));
