import { escaped } from "./figure";

/** A row of a table that is shown: a cell for each column's name. */
export type Row = Record<string, unknown>;

/** How many rows a table shows before it says how many more there are. */
const mostRows = 60;

/** A table as HTML, every cell escaped. */
export function tableHtml(rows: readonly Row[]): string {
  const { names, cells, numeric, more } = layOut(rows);
  const align = (k: number) => (numeric[k] ? "right" : "left");
  const cell = (tag: string, text: string, k: number) =>
    `<${tag} style="text-align: ${align(k)}">${escaped(text)}</${tag}>`;
  const line = (tag: string, texts: string[]) =>
    `<tr>${texts.map((text, k) => cell(tag, text, k)).join("")}</tr>`;
  const body = cells.map((texts) => line("td", texts)).join("\n");
  const table = `<table>\n<thead>${line("th", names)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
  return more ? `${table}\n<p>${more}</p>` : table;
}

/** The same as plain text, in columns. */
export function tableText(rows: readonly Row[]): string {
  const { names, cells, numeric, more } = layOut(rows);
  const widths = names.map((name, k) => Math.max(name.length, ...cells.map((texts) => texts[k].length)));
  const pad = (text: string, k: number) => (numeric[k] ? text.padStart(widths[k]) : text.padEnd(widths[k]));
  const line = (texts: string[]) => texts.map(pad).join("  ").trimEnd();
  return [
    line(names),
    line(widths.map((width) => "─".repeat(width))),
    ...cells.map(line),
    ...(more ? [more] : []),
  ].join("\n");
}

function layOut(rows: readonly Row[]) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shown = rows.slice(0, mostRows);
  const columns = names.map((name) => shown.map((row) => row[name]));
  const numeric = columns.map(
    (column) => column.some(isNumber) && column.every((value) => isNumber(value) || isBlank(value)),
  );
  const texts = columns.map((column, k) => {
    const print = numeric[k] ? numberPrinter(column.filter(isNumber)) : String;
    return column.map(
      (value) => (isNumber(value) || !isBlank(value) ? print(value as number) : (value ?? "")) as string,
    );
  });
  const cells = shown.map((_, row) => names.map((_, k) => texts[k][row]));
  const more =
    rows.length > mostRows ? `… and ${(rows.length - mostRows).toLocaleString("en")} more rows` : "";
  return { names, cells, numeric, more };
}

/** A cell without a number in a column of numbers: empty, or the question mark of an unrated cell. */
const isBlank = (value: unknown) => value === undefined || value === null || value === "?";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Prints the numbers of one column alike: as many decimals as the column needs, three at most. */
function numberPrinter(numbers: number[]): (value: number) => string {
  const decimals = (value: number) => (Number(value.toFixed(3)).toString().split(".")[1] ?? "").length;
  const digits = Math.max(0, ...numbers.filter(Number.isFinite).map(decimals));
  return (value) =>
    Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1") : String(value);
}
