/** `node:fs` in a browser: the notebook's files and the declarations that cells are checked against, in memory. */
import { Buffer } from "buffer";
import { dirname, join, resolve } from "./path";

interface File {
  data: Uint8Array | string;
  mtimeMs: number;
  ino: number;
}

const files = new Map<string, File>();
const folders = new Set<string>(["/"]);
let last = 0;
let changed: (path: string) => void = () => {};

/** From now on is told of each file that code writes or removes. */
export function onChange(take: (path: string) => void): void {
  changed = take;
}

/** Puts a file there without telling of it; its folders come with it. */
export function put(path: string, data: Uint8Array | string): void {
  files.set(path, { data, mtimeMs: Date.now(), ino: ++last });
  for (let at = dirname(path); !folders.has(at); at = dirname(at)) folders.add(at);
}

/** The bytes of a file; undefined where there is none. */
export function bytesOf(path: string): Uint8Array | undefined {
  const data = files.get(path)?.data;
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}

/** The text of a file; undefined where there is none. */
export function textOf(path: string): string | undefined {
  const data = files.get(path)?.data;
  return data === undefined || typeof data === "string" ? data : new TextDecoder().decode(data);
}

export const isFile = (path: string): boolean => files.has(path);
export const isFolder = (path: string): boolean => folders.has(path);

/** What lies in a folder, by name. */
export function entriesOf(folder: string): string[] {
  const before = folder === "/" ? "/" : `${folder}/`;
  const inside = (path: string) => path.startsWith(before) && path !== "/";
  const names = [...files.keys(), ...folders].filter(inside).map((path) => path.slice(before.length));
  return [...new Set(names.map((name) => name.split("/")[0]))].sort();
}

type Path = string | URL;
type Encoding = string | { encoding?: string | null } | null | undefined;

const placeOf = (path: Path): string =>
  resolve(typeof path === "string" ? path : decodeURIComponent(new URL(path).pathname));

function failure(code: string, text: string, call: string, path: string): Error {
  const error = new Error(`${code}: ${text}, ${call} '${path}'`);
  return Object.assign(error, { errno: numbers[code], code, syscall: call, path });
}

const numbers: Record<string, number> = {
  ENOENT: -2,
  EEXIST: -17,
  ENOTDIR: -20,
  EISDIR: -21,
  ENOTEMPTY: -39,
};

const missing = (call: string, path: Path) =>
  failure("ENOENT", "no such file or directory", call, String(path));

function encodingOf(options: Encoding): BufferEncoding | undefined {
  return ((typeof options === "object" ? options?.encoding : options) ?? undefined) as
    | BufferEncoding
    | undefined;
}

export function readFileSync(path: Path, options?: Encoding): string | Buffer {
  const place = placeOf(path);
  if (folders.has(place)) throw failure("EISDIR", "illegal operation on a directory", "read", place);
  const bytes = bytesOf(place);
  if (bytes === undefined) throw missing("open", path);
  const encoding = encodingOf(options);
  if (encoding !== undefined && /^utf-?8$/i.test(encoding)) return textOf(place) as string;
  const copy = Buffer.from(bytes);
  return encoding === undefined ? copy : copy.toString(encoding);
}

export function writeFileSync(
  path: Path,
  data: string | ArrayBufferView,
  options?: Encoding & { flag?: string },
): void {
  const place = placeOf(path);
  const flag = typeof options === "object" ? options?.flag : undefined;
  if (folders.has(place)) throw failure("EISDIR", "illegal operation on a directory", "open", place);
  if (!folders.has(dirname(place))) throw missing("open", path);
  if (flag?.includes("x") && files.has(place)) throw failure("EEXIST", "file already exists", "open", place);
  const encoding = encodingOf(options);
  const fresh =
    typeof data === "string"
      ? encoding === undefined || /^utf-?8$/i.test(encoding)
        ? data
        : new Uint8Array(Buffer.from(data, encoding))
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const before = flag?.startsWith("a") ? files.get(place)?.data : undefined;
  put(place, before === undefined ? fresh : Buffer.concat([bytes(before), bytes(fresh)]));
  changed(place);
}

const bytes = (data: Uint8Array | string) => (typeof data === "string" ? Buffer.from(data) : data);

export function appendFileSync(path: Path, data: string | ArrayBufferView, options?: Encoding): void {
  writeFileSync(path, data, { encoding: encodingOf(options) ?? null, flag: "a" } as never);
}

export function existsSync(path: Path): boolean {
  try {
    const place = placeOf(path);
    return files.has(place) || folders.has(place);
  } catch {
    return false;
  }
}

/** What is known of a file or a folder. */
class Stats {
  readonly mtime: Date;
  constructor(
    readonly size: number,
    readonly mtimeMs: number,
    readonly ino: number,
    private readonly folder: boolean,
  ) {
    this.mtime = new Date(mtimeMs);
  }
  isFile = () => !this.folder;
  isDirectory = () => this.folder;
  isSymbolicLink = () => false;
}

export function statSync(path: Path, options: { throwIfNoEntry?: boolean } = {}): Stats | undefined {
  const place = placeOf(path);
  if (folders.has(place)) return new Stats(0, 0, 0, true);
  const file = files.get(place);
  if (file !== undefined)
    return new Stats(
      typeof file.data === "string" ? Buffer.byteLength(file.data) : file.data.byteLength,
      file.mtimeMs,
      file.ino,
      false,
    );
  if (options.throwIfNoEntry === false) return undefined;
  throw missing("stat", path);
}
export const lstatSync = statSync;

export function accessSync(path: Path): void {
  if (!existsSync(path)) throw missing("access", path);
}

export function realpathSync(path: Path): string {
  if (!existsSync(path)) throw missing("realpath", path);
  return placeOf(path);
}

export function readdirSync(
  path: Path,
  options: { withFileTypes?: boolean; recursive?: boolean } | string | null = {},
): unknown[] {
  const place = placeOf(path);
  if (files.has(place)) throw failure("ENOTDIR", "not a directory", "scandir", place);
  if (!folders.has(place)) throw missing("scandir", path);
  const { withFileTypes = false, recursive = false } =
    typeof options === "object" && options !== null ? options : {};
  const below = (folder: string): string[] =>
    entriesOf(join(place, folder)).flatMap((name) => {
      const inner = join(folder, name);
      return recursive && folders.has(join(place, inner)) ? [inner, ...below(inner)] : [inner];
    });
  const names = below("");
  if (!withFileTypes) return names;
  return names.map((name) => {
    const full = join(place, name);
    const stats = statSync(full) as Stats;
    const parentPath = dirname(full);
    return { name: full.slice(parentPath.length + 1), parentPath, path: parentPath, ...stats };
  });
}

export function mkdirSync(
  path: Path,
  options: { recursive?: boolean } | number | null = {},
): string | undefined {
  const place = placeOf(path);
  const recursive = typeof options === "object" && options?.recursive === true;
  if (files.has(place) || (folders.has(place) && !recursive))
    throw failure("EEXIST", "file already exists", "mkdir", place);
  if (!recursive && !folders.has(dirname(place))) throw missing("mkdir", path);
  let first: string | undefined;
  for (let at = place; !folders.has(at); at = dirname(at)) {
    if (files.has(at)) throw failure("ENOTDIR", "not a directory", "mkdir", place);
    folders.add(at);
    first = at;
  }
  return recursive ? first : undefined;
}

export function mkdtempSync(prefix: string): string {
  const place = `${placeOf(prefix)}${Math.random().toString(36).slice(2, 8).padEnd(6, "0")}`;
  mkdirSync(place);
  return place;
}

export function unlinkSync(path: Path): void {
  const place = placeOf(path);
  if (!files.delete(place)) throw missing("unlink", path);
  changed(place);
}

export function rmdirSync(path: Path): void {
  const place = placeOf(path);
  if (!folders.has(place)) throw missing("rmdir", path);
  if (entriesOf(place).length > 0) throw failure("ENOTEMPTY", "directory not empty", "rmdir", place);
  folders.delete(place);
}

export function rmSync(path: Path, options: { recursive?: boolean; force?: boolean } = {}): void {
  const place = placeOf(path);
  if (files.has(place)) {
    unlinkSync(place);
    return;
  }
  if (!folders.has(place)) {
    if (options.force) return;
    throw missing("rm", path);
  }
  if (!options.recursive) throw failure("EISDIR", "is a directory", "rm", place);
  for (const name of entriesOf(place)) rmSync(join(place, name), options);
  folders.delete(place);
}

export function renameSync(from: Path, to: Path): void {
  const [source, target] = [placeOf(from), placeOf(to)];
  const file = files.get(source);
  if (file !== undefined) {
    writeFileSync(target, file.data as never);
    unlinkSync(source);
    return;
  }
  if (!folders.has(source)) throw missing("rename", from);
  mkdirSync(target, { recursive: true });
  for (const name of entriesOf(source)) renameSync(join(source, name), join(target, name));
  folders.delete(source);
}

export function copyFileSync(from: Path, to: Path): void {
  writeFileSync(to, readFileSync(from) as Buffer);
}

const synchronous = {
  ...{ readFile: readFileSync, writeFile: writeFileSync, appendFile: appendFileSync, stat: statSync },
  ...{ lstat: lstatSync, access: accessSync, realpath: realpathSync, readdir: readdirSync, mkdir: mkdirSync },
  ...{ mkdtemp: mkdtempSync, unlink: unlinkSync, rmdir: rmdirSync, rm: rmSync, rename: renameSync },
  copyFile: copyFileSync,
};

type Call = (...given: never[]) => unknown;

/** `node:fs/promises`. */
export const promises = Object.fromEntries(
  Object.entries(synchronous).map(([name, call]) => [
    name,
    async (...given: never[]) => (call as Call)(...given),
  ]),
);

/** The same with a callback at their end. */
export const withCallbacks = Object.fromEntries(
  Object.entries(promises).map(([name, call]) => [
    name,
    (...given: never[]) => {
      const callback = given.pop() as unknown as (error: unknown, value?: unknown) => void;
      call(...given).then(
        (value) => callback(null, value),
        (error) => callback(error),
      );
    },
  ]),
);
