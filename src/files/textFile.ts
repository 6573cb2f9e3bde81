import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline, Writable } from "node:stream";
import { pipeline as finished } from "node:stream/promises";
import { createGunzip, gunzipSync, constants as zlib } from "node:zlib";

/** How a file begins: what kind it is, and if it is text its first line that is not empty, and how many are before. */
export interface Beginning {
  kind: "text" | "gzip" | "parquet" | "binary";
  line: string;
  emptyLines: number;
}

/** How much of a file is looked at to see what it is, in bytes. */
const lookedAt = 65536;

/** @throws Error with the file's name when it cannot be opened. */
export async function beginningOf(file: string): Promise<Beginning> {
  const bytes = await firstBytesOf(file);
  if (bytes.toString("latin1", 0, 4) === "PAR1") return { kind: "parquet", line: "", emptyLines: 0 };
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  // Cut off as it is, the beginning of the packed file does for the beginning of the text.
  const text = isGzip ? unpackedBeginning(file, bytes) : bytes;
  if (text.includes(0)) return { kind: "binary", line: "", emptyLines: 0 };
  const lines = text
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  const emptyLines = lines.findIndex((line) => line.trim() !== "");
  return { kind: isGzip ? "gzip" : "text", line: lines[emptyLines] ?? "", emptyLines };
}

function unpackedBeginning(file: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
}

/**
 * Unpacks a file packed by gzip once for its check sum and its length: a reader that asks for lines is content with
 * those before the place where a file is cut off or damaged.
 *
 * @throws Error with the file's name, when it is not whole.
 */
export async function checkPacked(file: string, signal?: AbortSignal): Promise<void> {
  const unpacking = createGunzip();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await finished(createReadStream(file), unpacking, nowhere, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw damaged(file, (error as Error).message);
  }
  // What follows the last part that is packed is passed over without a word.
  const { size } = await stat(file);
  if (unpacking.bytesWritten !== size)
    throw damaged(file, `${size - unpacking.bytesWritten} bytes at its end are not packed by gzip`);
}

const damaged = (file: string, how: string) =>
  new Error(`${file}: must be whole, is damaged or cut off (${how}): fetch or copy it again`);

async function firstBytesOf(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAt), 0, lookedAt, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${file}: ${code === "ENOENT" ? "no such file" : `cannot be read (${message})`}`);
  }
}

/** The line, from 1, on which row `row` of a text starts; an empty line is no row, one between quotes is. */
export async function lineOf(file: string, kind: Beginning["kind"], row: number): Promise<number> {
  const source = createReadStream(file);
  // With `pipeline` both streams are closed when either is, and when the line is found.
  const text = kind === "gzip" ? pipeline(source, createGunzip(), () => {}) : source;
  let line = 1;
  let rows = 0;
  let inQuotes = false;
  let empty = true;
  for await (const chunk of text) {
    for (const byte of chunk as Buffer) {
      if (byte === 13) continue;
      if (byte === 10) {
        line++;
        if (inQuotes) continue;
        empty = true;
      } else {
        if (empty && rows++ === row) return line;
        empty = false;
        if (byte === 34) inQuotes = !inQuotes;
      }
    }
  }
  return line;
}

/** The delimiter between the cells of a line, as far as one line can tell. */
export function likelyDelimiter(line: string): string {
  const count = (delimiter: string) => cellsOf(line, delimiter).length;
  if (count("::") > 2) return "::";
  const best = ["\t", ",", ";", "|"].reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) === 1 && count(" ") > 1 ? " " : best;
}

/** The cells of one line; a delimiter between quotes is part of its cell. */
export function cellsOf(line: string, delimiter: string): string[] {
  const cells = [""];
  let inQuotes = false;
  for (let k = 0; k < line.length; k++) {
    if (line[k] === '"') inQuotes = !inQuotes;
    else if (!inQuotes && line.startsWith(delimiter, k)) {
      cells.push("");
      k += delimiter.length - 1;
    } else cells[cells.length - 1] += line[k];
  }
  return cells;
}
