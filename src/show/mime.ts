import type { Model } from "../model/model";
import { still } from "../platform/stills";
import { type Ratings, ratingAt } from "../ratings/ratings";
import { type Source, sourceLine } from "../ratings/source";
import { describeFigure, escaped, isFigure } from "./figure";
import { type Row, type Table, tableHtml, tableText } from "./tableForms";
import { visible, withoutFormulas } from "./text";

/** One content in several forms, by MIME type; the notebook shows the richest that it can. */
export type MimeBundle = Record<string, unknown>;

/** Where Jupyter's kernels for JavaScript look for a value's own forms. */
const displaySymbol = Symbol.for("Jupyter.display");

/** What has forms of its own to be shown in, such as a control. */
export abstract class Shown {
  /** Its forms by MIME type. */
  abstract forms(): MimeBundle;

  [displaySymbol](): MimeBundle {
    return this.forms();
  }
}

/**
 * The forms in which a notebook can show a value: its own; a figure as plotly's JSON, a still SVG and text; rows, a data
 * frame, ratings or a model as an HTML table and text. Undefined for a value that has no form of its own here.
 */
export function mimeBundle(value: unknown): MimeBundle | undefined {
  if (isFigure(value)) {
    const svg = still(value);
    return {
      "application/vnd.plotly.v1+json": value,
      // Not PNG: a bundle with one shows it in JupyterLab in place of the figure itself.
      ...(svg !== undefined && { "image/svg+xml": svg }),
      "text/plain": describeFigure(value),
    };
  }
  // Not before: a value that throws when it is looked at is to say so by its properties, not by its prototype.
  if (value instanceof Shown) return value.forms();
  const table = tableOf(value);
  const caption = captionOf(value);
  const from = isRatings(value) || isRows(value) ? (value as { source?: Source }).source : undefined;
  const source = from && visible(sourceLine(from));
  if (table === undefined)
    return caption === undefined ? undefined : { "text/plain": [caption, source].filter(Boolean).join("\n") };
  const html = [
    ...(caption === undefined ? [] : [`<p>${caption}</p>`]),
    tableHtml(table),
    ...(source === undefined ? [] : [withoutFormulas(`<p>${escaped(source)}</p>`)]),
  ];
  return {
    "text/html": html.join("\n"),
    "text/plain": [caption, tableText(table), source].filter((part) => part !== undefined).join("\n"),
  };
}

/** The plain form alone, for a terminal. */
export function plainText(value: unknown): string | undefined {
  if (isFigure(value)) return describeFigure(value);
  return mimeBundle(value)?.["text/plain"] as string | undefined;
}

/** The largest table of ratings, or of a model's parameters, that is shown cell by cell. */
const small = 12;

function tableOf(value: unknown): readonly Row[] | Table | undefined {
  if (isRows(value)) return value;
  if (isDataFrame(value)) return { names: value.columns, cells: value.values };
  if (isRatings(value) && value.numItems <= small && value.numUsers <= small) return ratingTable(value);
  return undefined;
}

function captionOf(value: unknown): string | undefined {
  if (isRatings(value)) {
    const { numItems, numUsers, values } = value;
    const share = ((100 * values.length) / (numItems * numUsers)).toPrecision(3);
    return `${numItems} items × ${numUsers} users, ${values.length} ratings: ${share} % of the cells`;
  }
  if (isModel(value)) {
    const { numItems, numUsers, numFeatures } = value;
    return `Model of ${numItems} items and ${numUsers} users: X ${numItems} × ${numFeatures}, W ${numUsers} × ${numFeatures}, b ${numUsers}, mu ${numItems}`;
  }
  if (isTensor(value)) return value.toString();
  return undefined;
}

/** The items, and a column for each user: in the order of the ratings, whatever their ids are. */
function ratingTable(ratings: Ratings): Table {
  return {
    names: ["", ...ratings.userIds.map(String)],
    cells: ratings.itemIds.map((id, item) => [
      String(id),
      ...ratings.userIds.map((_, user) => ratingAt(ratings, { item, user }) ?? "?"),
    ]),
  };
}

function isRows(value: unknown): value is Row[] {
  const plain = (row: unknown) => {
    if (typeof row !== "object" || row === null) return false;
    const prototype = Object.getPrototypeOf(row);
    return prototype === Object.prototype || prototype === null;
  };
  // Rows of nothing at all are told better as the values that they are.
  return Array.isArray(value) && value.every(plain) && value.some((row) => Object.keys(row).length > 0);
}

function isDataFrame(value: unknown): value is { columns: string[]; values: unknown[][] } {
  const { columns, values } = (value ?? {}) as { columns?: unknown; values?: unknown };
  return Array.isArray(columns) && Array.isArray(values) && values.every(Array.isArray);
}

function isRatings(value: unknown): value is Ratings {
  const { items, users, values } = (value ?? {}) as Partial<Ratings>;
  return items instanceof Int32Array && users instanceof Int32Array && values instanceof Float64Array;
}

function isModel(value: unknown): value is Model {
  const { X, W, b, mu } = (value ?? {}) as Partial<Model>;
  return [X, W, b, mu].every((block) => block instanceof Float64Array);
}

function isTensor(value: unknown): value is { toString(): string } {
  const { dataSync, shape } = (value ?? {}) as { dataSync?: unknown; shape?: unknown };
  return typeof dataSync === "function" && Array.isArray(shape);
}
