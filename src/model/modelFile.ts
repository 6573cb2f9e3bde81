import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { queryRows, quoted, writeParquet } from "../files/duckdb";
import type { Id } from "../ratings/ratings";
import { checkModel, type Model } from "./model";

/** The ids that belong to a model's items and users. */
export interface ModelIds {
  itemIds: readonly Id[];
  userIds: readonly Id[];
}

/** What `model.json` says of the two tables beside it. */
interface Manifest {
  format: "cofi model";
  version: 1;
  numItems: number;
  numUsers: number;
  numFeatures: number;
  /** SHA-256 of each table. */
  files: Record<string, string>;
}

const tables = ["items.parquet", "users.parquet"] as const;

/**
 * Stores a model as a folder of two tables that other programs read too: `items.parquet` with a row an item (id, mu, x)
 * and `users.parquet` with a row a user (id, b, w), x and w being lists of numFeatures numbers; `model.json` has the
 * sizes and the tables' checksums. Numbers are stored with all their digits.
 *
 * Everything is written beside and renamed at the end: an interrupted run leaves what was there.
 *
 * @param ids Names of the items and users. @default their indices
 * @throws RangeError when there are not as many ids as items or users, or when they mix numbers and text; Error for a
 *   folder that holds anything but a stored model.
 */
export async function saveModel(folder: string, model: Model, ids: Partial<ModelIds> = {}): Promise<void> {
  checkModel(model);
  const { numItems, numUsers, numFeatures: n } = model;
  const itemIds = idColumn("itemIds", ids.itemIds, numItems);
  const userIds = idColumn("userIds", ids.userIds, numUsers);
  const lists = (block: Float64Array) => (row: number) => block.subarray(row * n, (row + 1) * n);
  const target = resolve(folder);
  await checkReplaceable(target);
  const beside = join(dirname(target), `.${randomUUID()}`);
  try {
    await mkdir(beside, { recursive: true });
    const doubles = (block: Float64Array) => (row: number) => block[row];
    await writeParquet(join(beside, "items.parquet"), numItems, [
      { name: "id", type: itemIds.type, at: itemIds.at },
      { name: "mu", type: "DOUBLE", at: doubles(model.mu) },
      { name: "x", type: "DOUBLE[]", at: lists(model.X) },
    ]);
    await writeParquet(join(beside, "users.parquet"), numUsers, [
      { name: "id", type: userIds.type, at: userIds.at },
      { name: "b", type: "DOUBLE", at: doubles(model.b) },
      { name: "w", type: "DOUBLE[]", at: lists(model.W) },
    ]);
    const files = Object.fromEntries(
      await Promise.all(tables.map(async (file) => [file, await checksum(join(beside, file))])),
    );
    const manifest: Manifest = {
      format: "cofi model",
      version: 1,
      numItems,
      numUsers,
      numFeatures: n,
      files,
    };
    await writeFile(join(beside, "model.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await replace(target, beside);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * The model, and the ids, that `saveModel` stored in a folder.
 *
 * @throws Error naming the file that is missing, damaged, or of another format or a newer version.
 */
export async function loadModel(folder: string): Promise<{ model: Model } & ModelIds> {
  const { numItems, numUsers, numFeatures, files } = await readManifest(join(folder, "model.json"));
  for (const file of tables) {
    const path = join(folder, file);
    const found = await checksum(path).catch(() => {
      throw new Error(`${path}: no such file, though model.json names it`);
    });
    if (found !== files[file]) throw new Error(`${path}: damaged, its checksum is not the one in model.json`);
  }
  const read = async (file: string, number: string, list: string, length: number) => {
    const path = join(folder, file);
    const rows = await queryRows(`SELECT id, ${number}, ${list} FROM read_parquet(${quoted(path)})`);
    if (rows.length !== length) throw new Error(`${path}: must have ${length} rows, got ${rows.length}`);
    const flat = Float64Array.from(rows.flatMap(([, , list]) => (list as { items: number[] }).items));
    if (flat.length !== length * numFeatures) {
      throw new Error(
        `${path}: ${list} must be lists of ${numFeatures}, got ${flat.length} numbers in ${length} rows`,
      );
    }
    const ids = rows.map(([id]) => (typeof id === "bigint" ? Number(id) : id) as Id);
    return { ids, numbers: Float64Array.from(rows, ([, value]) => value as number), flat };
  };
  const items = await read("items.parquet", "mu", "x", numItems);
  const users = await read("users.parquet", "b", "w", numUsers);
  return {
    model: {
      numItems,
      numUsers,
      numFeatures,
      X: items.flat,
      W: users.flat,
      b: users.numbers,
      mu: items.numbers,
    },
    itemIds: items.ids,
    userIds: users.ids,
  };
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(`${path}: no such file; a stored model has one`);
  });
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new Error(`${path}: damaged, not JSON`);
  }
  const { format, version } = manifest ?? {};
  if (format !== "cofi model")
    throw new Error(`${path}: format must be "cofi model", got ${JSON.stringify(format)}`);
  if (version !== 1)
    throw new Error(`${path}: version must be 1, the one known here, got ${JSON.stringify(version)}`);
  for (const name of ["numItems", "numUsers", "numFeatures"] as const) {
    const value = manifest[name];
    // A model of means and biases alone has no features.
    const least = name === "numFeatures" ? 0 : 1;
    if (!Number.isInteger(value) || (value as number) < least) {
      throw new Error(`${path}: ${name} must be a count, got ${JSON.stringify(value)}`);
    }
  }
  return { files: {}, ...manifest } as Manifest;
}

/** A column of ids: whole numbers, or text. */
function idColumn(name: string, ids: readonly Id[] | undefined, length: number) {
  if (ids === undefined) return { type: "BIGINT", at: (row: number): Id => row } as const;
  if (ids.length !== length) throw new RangeError(`${name} must have ${length} entries, got ${ids.length}`);
  const at = (row: number): Id => ids[row];
  if (ids.every((id) => Number.isSafeInteger(id))) return { type: "BIGINT", at } as const;
  const other = ids.findIndex((id) => typeof id !== "string");
  if (other < 0) return { type: "VARCHAR", at } as const;
  throw new RangeError(`${name} must be all whole numbers or all text, got ${ids[other]} (entry ${other})`);
}

async function checksum(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Only a stored model, or an empty folder, may be replaced: anything else in it would be lost. */
async function checkReplaceable(target: string): Promise<void> {
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const other = names.find((name) => name !== "model.json" && !tables.some((table) => table === name));
  if (other !== undefined) {
    throw new Error(`${target}: must be new, empty or a stored model, got a folder that holds ${other}`);
  }
}

/** Puts a folder in the place of another, which is there until the new one is. */
async function replace(target: string, beside: string): Promise<void> {
  const old = join(dirname(target), `.${randomUUID()}`);
  const had = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(beside, target);
  } catch (error) {
    if (had) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
