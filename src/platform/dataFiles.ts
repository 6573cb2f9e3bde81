/** Files of data: read in pieces, written whole. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { projectFolder } from "./project";

/** What a file is written from: all of it, or its parts as they come. */
export type Content = string | Uint8Array | Blob | AsyncIterable<string | Uint8Array>;

/** Whether a copy that npm installed runs, whose folder npm may replace at any time. */
const isInstalled = projectFolder.split(sep).includes("node_modules");

/** Where data sets are kept that were downloaded: beside the sources, or in the working folder of who installed them. */
export const ownData = join(isInstalled ? process.cwd() : projectFolder, "data");

/** The folders that hold data sets, the first to be looked into first: that named by COFI_DATA, the own, the shared. */
export const dataFolders = (): string[] => [
  ...(process.env.COFI_DATA ? [resolve(process.env.COFI_DATA)] : []),
  ownData,
  resolve(projectFolder, "..", "shared", "data"),
];

export const exists = (path: string): boolean => existsSync(path);

/** @throws Error with the code ENOENT where there is no such file; so do all that follow. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

export const readBytes = (path: string, signal?: AbortSignal): Promise<Uint8Array> =>
  readFile(path, { signal });

export const readText = (path: string): Promise<string> => readFile(path, "utf8");

/** A file opened to be read at any place. */
export interface OpenFile {
  readonly size: number;
  /** At most so many bytes from a place on. */
  read(from: number, count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    size,
    async read(from, count) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, from);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

/** The bytes of a file in pieces. */
export const chunksOf = (path: string, size = 65536): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: size });

/** The lines of a text, without their ends. */
export const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path), crlfDelay: Infinity });

export async function writeData(path: string, content: Content, signal?: AbortSignal): Promise<void> {
  if (typeof content === "string" || content instanceof Uint8Array)
    return writeFile(path, content, { signal });
  const parts =
    content instanceof Blob ? Readable.fromWeb(content.stream() as never) : Readable.from(content);
  await pipeline(parts, createWriteStream(path), { signal });
}

/** Writes a file, and returns when its parts are safe on the disk. */
export async function writeSafely(path: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const handle = await open(path, "w");
  try {
    for (const part of parts) await handle.write(part as Uint8Array);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Unpacks gzip to its end: the check sum and the length of each part are looked at.
 *
 * @returns How many bytes were packed; what follows them in the file is passed over without a word.
 */
export async function gunzipFile(path: string, target: string, signal?: AbortSignal): Promise<number> {
  const unpacking = createGunzip();
  await pipeline(createReadStream(path), unpacking, createWriteStream(target), { signal });
  return unpacking.bytesWritten;
}

export const makeFolder = async (path: string): Promise<void> =>
  void (await mkdir(path, { recursive: true }));

/** A new folder for what is needed for a while. */
export const makeScratch = (): Promise<string> => mkdtemp(join(tmpdir(), "cofi-"));

export const namesIn = (folder: string): Promise<string[]> => readdir(folder);

export const move = (from: string, to: string): Promise<void> => rename(from, to);

/** Removes a file, or a folder with all that is in it; nothing where there is none. */
export const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** The path that an address of a file names. */
export const pathOfAddress = (address: string): string => fileURLToPath(address);
