/** Parquet in a browser: tables read and written in plain JavaScript, since DuckDB has no Parquet there. */

import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import { parquetMetadataAsync, parquetRead, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type * as nodes from "../database";
import { fileAt, writeData } from "./dataFiles";

/** How many rows are taken at once. */
const batchRows = 16384;

const compressors = {
  ZSTD: (bytes: Uint8Array) => decompress(bytes),
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
};

type Row = Record<string, unknown>;

/** A file as the reader of Parquet takes it: in pieces. */
const sliced = (path: string) => {
  const file = fileAt(path);
  return {
    byteLength: file.size,
    slice: (from: number, to?: number): Promise<ArrayBuffer> => file.slice(from, to).arrayBuffer(),
  };
};

/** The rows of a file, batch by batch, all columns or those named. */
export async function* parquetRows(path: string, columns?: readonly string[]): AsyncGenerator<Row[]> {
  const file = sliced(path);
  const metadata = await parquetMetadataAsync(file);
  const end = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < end; rowStart += batchRows) {
    let rows: Row[] = [];
    await parquetRead({
      ...{ file, metadata, compressors, rowStart, rowEnd: Math.min(end, rowStart + batchRows) },
      ...(columns && { columns: [...columns] }),
      rowFormat: "object",
      onComplete: (read) => {
        rows = read as Row[];
      },
    });
    yield rows;
  }
}

/** The columns of a file with their types in SQL; of what is nested the text in JSON. */
export async function parquetColumns(path: string): Promise<{ name: string; type: string }[]> {
  const { schema } = await parquetMetadataAsync(sliced(path));
  const found = [];
  for (let k = 1; k < schema.length; k += 1 + below(schema, k))
    found.push({ name: schema[k].name, type: typeOf(schema[k]) });
  return found;
}

/** How many elements of a schema stand below one. */
function below(schema: readonly SchemaElement[], k: number): number {
  let count = 0;
  for (let left = schema[k].num_children ?? 0; left > 0; left--) count += 1 + below(schema, k + count + 1);
  return count;
}

function typeOf({
  type,
  converted_type: converted,
  logical_type: logical,
  num_children,
  precision,
  scale,
}: SchemaElement): string {
  if (num_children) return "VARCHAR";
  if (converted === "DECIMAL") return `DECIMAL(${precision}, ${scale ?? 0})`;
  if (converted === "DATE") return "DATE";
  if (converted?.startsWith("TIMESTAMP") || logical?.type === "TIMESTAMP" || type === "INT96")
    return "TIMESTAMP";
  if (converted === "UINT_64") return "UBIGINT";
  const known: Partial<Record<NonNullable<SchemaElement["type"]>, string>> = {
    ...{ BOOLEAN: "BOOLEAN", INT32: "INTEGER", INT64: "BIGINT", FLOAT: "FLOAT", DOUBLE: "DOUBLE" },
  };
  return known[type ?? "BYTE_ARRAY"] ?? "VARCHAR";
}

export async function* readParquet(
  paths: readonly string[],
  columns: readonly string[],
): AsyncGenerator<nodes.Batch> {
  for (const path of paths)
    for await (const rows of parquetRows(path, columns))
      yield {
        rows: rows.length,
        columns: columns.map((name) => ({ getItem: (row) => rows[row][name] })),
      };
}

/** The numbers of a batch's column of lists, one after the other. */
export const listsIn: typeof nodes.listsIn = async ({ rows, columns }, k) => {
  const lists = Array.from({ length: rows }, (_, row) => columns[k].getItem(row) as ArrayLike<number>);
  const width = lists[0]?.length ?? 0;
  const values = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    values.set(list, at);
    at += list.length;
  }
  return { values, width: lists.every((list) => list.length === width) ? width : undefined };
};

export const writeParquet: typeof nodes.writeParquet = async (path, rows, columns, { pause } = {}) => {
  const writer = new ByteWriter();
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }];
  for (const column of columns) schema.push(...elementsOf(column));
  const table = new ParquetWriter({ writer, schema, codec: "UNCOMPRESSED", statistics: false });
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows);
    const columnData = columns.map((column) => ({
      ...{ name: column.name, data: cellsOf(column, from, to), encoding: "PLAIN" as const },
    }));
    table.write({ columnData, rowGroupSize: batchRows });
    await pause?.();
  }
  table.finish();
  await writeData(path, writer.getBytes());
};

/** What the schema says of a column. */
function elementsOf({ name, type }: nodes.Column): SchemaElement[] {
  if (type === "BIGINT") return [{ name, type: "INT64", repetition_type: "REQUIRED" }];
  if (type === "VARCHAR")
    return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" }];
  if (type === "DOUBLE") return [{ name, type: "DOUBLE", repetition_type: "REQUIRED" }];
  return [
    { name, num_children: 1, converted_type: "LIST", repetition_type: "REQUIRED" },
    { name: "list", num_children: 1, repetition_type: "REPEATED" },
    { name: "element", type: type === "DOUBLE[]" ? "DOUBLE" : "FLOAT", repetition_type: "REQUIRED" },
  ];
}

function cellsOf(column: nodes.Column, from: number, to: number) {
  const each = <T>(make: (row: number) => T): T[] =>
    Array.from({ length: to - from }, (_, k) => make(from + k));
  if ("block" in column) return column.block.slice(from, to);
  if ("at" in column)
    return column.type === "BIGINT" ? each((row) => BigInt(column.at(row))) : each(column.at);
  const { width } = column;
  const all = column.rows(from, to);
  return each((row) => Array.from(all.subarray((row - from) * width, (row - from + 1) * width)));
}
