/**
 * Files of data in a browser: kept by their names in the page's memory, until it is closed. What the reader drops or
 * chooses is one of them, and stays on the disk until it is read.
 */
import type * as nodes from "../dataFiles";
import { resolve } from "./paths";

export type { Content, OpenFile } from "../dataFiles";

const key = Symbol.for("cofi.files");
const holder = globalThis as { [key]?: Map<string, Blob> };

/** By the whole name; one for the page or the worker, so that a kernel can put in it what the reader gives it. */
const files: Map<string, Blob> = (holder[key] ??= new Map());

export const ownData = "/data";

/** What the reader gives lies in the root. */
export const dataFolders = (): string[] => [ownData, "/"];

export const exists = (path: string): boolean => files.has(resolve(path)) || namesBelow(path).length > 0;

/** The names of all files below a folder. */
export const filesBelow = (folder: string): string[] =>
  namesBelow(folder).map((name) => `${resolve(folder)}/${name}`.replace("//", "/"));

const namesBelow = (folder: string): string[] => {
  const start = `${resolve(folder)}/`.replace("//", "/");
  return [...files.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
};

/** What a name stands for. */
export function fileAt(path: string): Blob {
  const found = files.get(resolve(path));
  if (found === undefined)
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
  return found;
}

export const sizeOf: typeof nodes.sizeOf = async (path) => fileAt(path).size;

export const readBytes: typeof nodes.readBytes = async (path, signal) => {
  signal?.throwIfAborted();
  return new Uint8Array(await fileAt(path).arrayBuffer());
};

export const readText: typeof nodes.readText = async (path) => fileAt(path).text();

export const openFile: typeof nodes.openFile = async (path) => {
  const file = fileAt(path);
  return {
    size: file.size,
    read: async (from, count) => new Uint8Array(await file.slice(from, from + count).arrayBuffer()),
    async close() {},
  };
};

export async function* chunksOf(path: string, size = 65536): AsyncIterable<Uint8Array> {
  const file = fileAt(path);
  for (let from = 0; from < file.size; from += size)
    yield new Uint8Array(await file.slice(from, from + size).arrayBuffer());
}

export async function* linesOf(path: string): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunksOf(path, 1 << 20)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(lineEnd);
    rest = parts.pop()!;
    yield* parts;
  }
  const last = (rest + decoder.decode()).split(/\r?\n|\r/);
  if (last.at(-1) === "") last.pop();
  yield* last;
}

/** The end of a line; a carriage return that comes last may be half of one. */
const lineEnd = /\r?\n|\r(?!\n|$)|\u2028|\u2029/;

export const writeData: typeof nodes.writeData = async (path, content, signal) => {
  signal?.throwIfAborted();
  if (content instanceof Blob) return void files.set(resolve(path), content);
  const parts: BlobPart[] = [];
  if (typeof content === "string" || content instanceof Uint8Array) parts.push(content as BlobPart);
  else
    for await (const part of content) {
      signal?.throwIfAborted();
      parts.push(part as BlobPart);
    }
  files.set(resolve(path), new Blob(parts));
};

export const writeSafely: typeof nodes.writeSafely = async (path, parts) =>
  void files.set(resolve(path), new Blob([...parts] as BlobPart[]));

export const gunzipFile: typeof nodes.gunzipFile = async (path, target, signal) => {
  const file = fileAt(path);
  const unpacked = file.stream().pipeThrough(new DecompressionStream("gzip"), { signal });
  files.set(resolve(target), await new Response(unpacked).blob());
  // What follows the last part that is packed is an error of the stream itself.
  return file.size;
};

/** A folder is there as soon as there is a file in it. */
export const makeFolder: typeof nodes.makeFolder = async () => {};

let scratches = 0;

export const makeScratch: typeof nodes.makeScratch = async () => `/scratch/${scratches++}`;

export const namesIn: typeof nodes.namesIn = async (folder) => [
  ...new Set(namesBelow(folder).map((name) => name.split("/")[0])),
];

export const move: typeof nodes.move = async (from, to) => {
  const moved = files.has(resolve(from)) ? [""] : namesBelow(from).map((name) => `/${name}`);
  if (moved.length === 0) fileAt(from);
  for (const name of moved) {
    files.set(resolve(to) + name, fileAt(resolve(from) + name));
    files.delete(resolve(from) + name);
  }
};

export const remove: typeof nodes.remove = async (path) => {
  for (const name of namesBelow(path)) files.delete(`${resolve(path)}/${name}`);
  files.delete(resolve(path));
};

export function pathOfAddress(address: string): string {
  throw new Error(`${address}: a page reads no file by its address: give the file itself, dropped or chosen`);
}
