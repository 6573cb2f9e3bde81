/** Files as plain text or Parquet: unpacked from gzip, zstd, zip or a workbook, checked while they are, and in UTF-8. */
import {
  chunksOf,
  gunzipFile,
  makeScratch,
  openFile,
  readBytes,
  remove,
  sizeOf,
  writeData,
} from "../platform/dataFiles";
import { basename, join } from "../platform/paths";
import { sheetsOf } from "../platform/workbook";
import { namesInShort } from "./columns";
import { unzstd } from "./zstd";

/** How a file that holds a table is written. */
export type Kind = "text" | "json" | "parquet";

/** A table's bytes on this machine, as text in UTF-8 or as Parquet. */
export interface PlainFile {
  path: string;
  kind: Kind;
  /** What it was unpacked from, in words: "gzip", "zip, ratings.csv", "UTF-16LE"; the outermost first. */
  wrappings: readonly string[];
}

export interface UnpackOptions {
  /** The table's name in a zip file that holds several, or the sheet of a workbook. */
  member?: string;
  /** How a text is encoded, by the names that browsers know. @default UTF-8, or what its byte order mark says */
  encoding?: string;
  signal?: AbortSignal;
}

/** A folder for what is unpacked, made when it is first needed, and removed with all that is in it. */
export class Scratch {
  private made: Promise<string> | undefined;
  private count = 0;

  async file(name: string): Promise<string> {
    this.made ??= makeScratch();
    return join(await this.made, `${this.count++}-${name.replace(/[^\w.-]/g, "_").slice(-60)}`);
  }

  async remove(): Promise<void> {
    if (this.made !== undefined) await remove(await this.made);
  }
}

/** How much of a file is looked at to see what it is, in bytes. */
const lookedAt = 65536;

/**
 * The table in a file, unpacked as often as it is packed.
 *
 * @param shown What to call the file.
 * @throws Error with the file's name when it cannot be opened, is damaged or cut off, or is of a kind that is not read.
 */
export async function unpack(
  path: string,
  shown: string,
  scratch: Scratch,
  options: UnpackOptions,
): Promise<PlainFile> {
  const bytes = await firstBytesOf(path, shown);
  const refused = unreadable(bytes);
  if (refused !== undefined) throw new Error(`${shown}: ${refused}`);
  if (begins(bytes, "PAR1")) return { path, kind: "parquet", wrappings: [] };
  const unpacker = unpackers.find(({ magic }) => magic.every((byte, k) => bytes[k] === byte));
  if (unpacker === undefined) return asText(path, bytes, shown, scratch, options);
  let inner: { path: string; member?: string };
  try {
    inner = await unpacker.unpack(path, scratch, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof RangeError) throw new RangeError(`${shown}: ${error.message}`);
    throw damaged(shown, (error as Error).message);
  }
  const plain = await unpack(inner.path, inner.member ? `${shown}, ${inner.member}` : shown, scratch, {
    ...options,
    member: undefined,
  });
  return {
    ...plain,
    wrappings: [[unpacker.name, inner.member].filter(Boolean).join(", "), ...plain.wrappings],
  };
}

const damaged = (file: string, how: string) =>
  new Error(`${file}: must be whole, is damaged or cut off (${how}): fetch or copy it again`);

/** What to do about a file of a kind that is not read; undefined for the others. */
function unreadable(bytes: Uint8Array): string | undefined {
  const is = (text: string) => begins(bytes, text);
  if (is("BZh")) return "bzip2 is not read: unpack it first, with bunzip2";
  if (is("\xfd7zXZ")) return "xz is not read: unpack it first, with unxz";
  if (is("7z\xbc\xaf")) return "7z is not read: unpack it first, with 7z x";
  if (is("Rar!")) return "rar is not read: unpack it first, with unrar x";
  if (is("ARROW1") || is("FEA1"))
    return "Arrow and Feather are not read: write it as Parquet, with pandas df.to_parquet(…)";
  if (is("\xd0\xcf\x11\xe0")) return "an old workbook (.xls) is not read: save it as .xlsx or as CSV";
  if (is("SQLite format 3")) return "a SQLite database is not read: export the table as CSV";
  if (is("\x89HDF")) return "HDF5 is not read: write it as Parquet, with pandas df.to_parquet(…)";
  if (is("\x80\x04") || is("\x80\x05"))
    return "a pickle is not read: write it as Parquet, with pandas df.to_parquet(…)";
  return undefined;
}

/** Whether bytes begin with those of a text of Latin letters. */
const begins = (bytes: Uint8Array, text: string): boolean =>
  text.length <= bytes.length && [...text].every((letter, k) => bytes[k] === letter.charCodeAt(0));

interface Unpacker {
  name: string;
  magic: readonly number[];
  unpack(path: string, scratch: Scratch, options: UnpackOptions): Promise<{ path: string; member?: string }>;
}

const unpackers: readonly Unpacker[] = [
  { name: "gzip", magic: [0x1f, 0x8b], unpack: ungzip },
  {
    name: "zstd",
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    async unpack(path, scratch, { signal }) {
      const target = await scratch.file("table");
      await unzstd(path, target, signal);
      return { path: target };
    },
  },
  { name: "zip", magic: [0x50, 0x4b], unpack: unzip },
];

/** Unpacks gzip to its end: the check sum and the length of each part are looked at by zlib. */
async function ungzip(path: string, scratch: Scratch, { signal }: UnpackOptions): Promise<{ path: string }> {
  const target = await scratch.file("table");
  const packed = await gunzipFile(path, target, signal);
  const size = await sizeOf(path);
  if (packed !== size) throw new Error(`${size - packed} bytes at its end are not packed by gzip`);
  return { path: target };
}

/** The only table in a zip file, or the one that is named; its check sum is looked at. */
async function unzip(path: string, scratch: Scratch, { member, signal }: UnpackOptions) {
  const { Reader, ZipReader, configure } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false });
  const packed = await openFile(path);
  const bytes = new (class extends Reader<string> {
    override size = packed.size;
    override readUint8Array = (from: number, count: number): Promise<Uint8Array> => packed.read(from, count);
  })(path);
  const zip = new ZipReader(bytes);
  try {
    const entries = (await zip.getEntries()).filter(
      ({ directory, filename }) => !directory && !/(^|\/)(\.|__MACOSX\/)/.test(filename),
    );
    if (entries.some(({ filename }) => filename === "xl/workbook.xml"))
      return workbook(path, scratch, member);
    const names = entries.map(({ filename }) => filename);
    const entry = oneOf(entries, names, member);
    if (entry.encrypted) throw new RangeError(`${entry.filename} is locked by a password: unpack it first`);
    const target = await scratch.file(basename(entry.filename));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const written = writeData(target, piecesOf(readable), signal);
    await Promise.all([
      (entry as { getData(into: unknown, options: object): Promise<unknown> }).getData(writable, {
        signal,
        checkSignature: true,
      }),
      written,
    ]);
    const size = await sizeOf(target);
    if (size !== entry.uncompressedSize)
      throw new Error(`${entry.filename} must have ${entry.uncompressedSize} bytes, got ${size}`);
    return { path: target, member: entry.filename };
  } finally {
    await zip.close();
    await packed.close();
  }
}

/** The one that is named, or the only one that may be a table. */
function oneOf<T>(all: readonly T[], names: readonly string[], member: string | undefined): T {
  if (member !== undefined) {
    const place = names.findIndex((name) => name === member || basename(name) === member);
    if (place < 0)
      throw new RangeError(`member must be one of ${listed(names)}, got ${JSON.stringify(member)}`);
    return all[place];
  }
  if (all.length === 0) throw new RangeError("must hold a table, holds no file");
  if (all.length === 1) return all[0];
  const tables = [...names.keys()].filter((k) =>
    /\.(csv|tsv|dat|data|inter|jsonl?|parquet|gz|zst)$/i.test(names[k]),
  );
  if (tables.length === 1) return all[tables[0]];
  // Of a data set's files, the one with the ratings.
  const ratings = tables.filter((k) => /^ratings?\./i.test(basename(names[k])));
  if (ratings.length === 1) return all[ratings[0]];
  throw new RangeError(
    `holds ${all.length} files, ${listed(names)}: name one, member: ${JSON.stringify(names[tables[0] ?? 0])}`,
  );
}

const listed = (names: readonly string[]): string => namesInShort(names, 8);

/** One sheet of a workbook (.xlsx), as CSV. */
async function workbook(path: string, scratch: Scratch, member: string | undefined) {
  const sheets = await sheetsOf(await readBytes(path));
  const filled = sheets.filter(({ data }) => data.length > 0);
  const names = filled.map(({ sheet }) => sheet);
  if (member === undefined && filled.length > 1)
    throw new RangeError(
      `holds ${filled.length} sheets, ${listed(names)}: name one, member: ${JSON.stringify(names[0])}`,
    );
  const { sheet, data } = oneOf(filled, names, member);
  const said = (cell: unknown) => (cell instanceof Date ? cell.toISOString() : String(cell ?? ""));
  const lines = data.map((row) => row.map((cell) => `"${said(cell).replaceAll('"', '""')}"`).join(","));
  const target = await scratch.file("sheet.csv");
  await writeData(target, `${lines.join("\n")}\n`);
  return { path: target, member: sheet };
}

/** A text, in UTF-8: written anew where it is in another encoding. */
async function asText(
  path: string,
  bytes: Uint8Array,
  shown: string,
  scratch: Scratch,
  { encoding, signal }: UnpackOptions,
): Promise<PlainFile> {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  const label = mark ?? encoding ?? "utf-8";
  const decoder = decoderOf(label);
  if (decoder.encoding === "utf-8") {
    if (bytes.includes(0))
      throw new Error(
        `${shown}: a ratings file must be text, packed or not, or Parquet; in UTF-16 without a byte order mark say encoding: "utf-16le"`,
      );
    return { path, kind: isJson(bytes) ? "json" : "text", wrappings: [] };
  }
  const target = await scratch.file("text");
  async function* recoded() {
    for await (const chunk of chunksOf(path)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  }
  await writeData(target, recoded(), signal);
  const first = await firstBytesOf(target, shown);
  return { path: target, kind: isJson(first) ? "json" : "text", wrappings: [decoder.encoding] };
}

/** The decoder for an encoding. @throws RangeError for a name that nobody knows. */
export function decoderOf(encoding: unknown): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding as string);
  } catch {
    throw new RangeError(
      `encoding must be one that browsers know, such as "utf-8", "utf-16le", "windows-1252" or "shift_jis", got ${JSON.stringify(encoding)}`,
    );
  }
}

/** Whether a text is JSON: an object a line, or one array of objects. */
function isJson(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes).trimStart();
  return /^(\{\s*"|\{\s*\}|\[\s*\{)/.test(text);
}

/** @throws Error with the file's name when it cannot be opened. */
export async function firstBytesOf(path: string, shown: string, most = lookedAt): Promise<Uint8Array> {
  try {
    const file = await openFile(path);
    try {
      return await file.read(0, most);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new Error(`${shown}: ${code === "ENOENT" ? "no such file" : `cannot be read (${message})`}`);
  }
}

/** The pieces of a stream as they come; not every browser gives them one after another by itself. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
