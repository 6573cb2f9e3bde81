import { checkText } from "../base/check";
import { pauser } from "../base/pause";
import { writeParquet } from "../files/duckdb";
import { chunksOf, makeFolder, move, namesIn, readText, remove, writeData } from "../platform/dataFiles";
import { randomUUID, sha256 } from "../platform/hash";
import { dirname, join, resolve } from "../platform/paths";
import { indexIds, namedIds } from "../ratings/ids";
import type { Id } from "../ratings/ratings";
import { checkFiniteModel, type Model } from "./model";
import { modelTables, posteriorTables, readModelTables, readPosteriorTables } from "./modelTables";
import { isPosterior, type Posterior, type Predictor } from "./posterior";

/** The ids that belong to a model's items and users. */
export interface ModelIds {
  itemIds: readonly Id[];
  userIds: readonly Id[];
}

/** What `model.json` says of the two tables beside it. */
interface Manifest {
  format: "cofi model" | "cofi posterior";
  version: 1;
  numItems: number;
  numUsers: number;
  numFeatures: number;
  /** Whether the model itself carries its ids. */
  carriesIds?: boolean;
  /** What it was learned from, where that was labels. */
  loss?: "logistic";
  /** Of a posterior: how many samples, and what the sampler did. */
  samples?: number;
  trace?: { warmUp: number } & Record<string, number[] | number>;
  /** SHA-256 of each table. */
  files: Record<string, string>;
}

const tables = ["items.parquet", "users.parquet"] as const;

/**
 * Stores a model as a folder of two tables that other programs read too: `items.parquet` with a row an item (id, mu, x)
 * and `users.parquet` with a row a user (id, b, w), x and w being lists of numFeatures numbers; `model.json` has the
 * sizes and the tables' checksums. Numbers are stored with all their digits. Of a posterior each list holds what all
 * samples have, one after the other, and `spread` the standard deviations of the noise.
 *
 * Everything is written beside and renamed at the end: an interrupted run leaves what was there.
 *
 * @param ids Names of the items and users. @default those that the model carries, else their indices
 * @param options.signal Aborting it rejects the promise with its reason.
 * @throws RangeError when there are not as many ids as items or users, when they mix numbers and text, or for a number
 *   of the model that is not finite; Error for a folder that holds anything but a stored model.
 */
export async function saveModel(
  folder: string,
  model: Predictor,
  ids: Partial<ModelIds> = {},
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  checkText("folder", folder);
  checkFiniteModel(model);
  const { numItems, numUsers, numFeatures } = model;
  const itemIds = idColumn("itemIds", ids.itemIds ?? namedIds(model.itemIds), numItems);
  const userIds = idColumn("userIds", ids.userIds ?? namedIds(model.userIds), numUsers);
  const { items, users } = isPosterior(model) ? posteriorTables(model) : modelTables(model);
  const target = resolve(folder);
  await checkReplaceable(target);
  const beside = join(dirname(target), `.${randomUUID()}`);
  const pause = pauser(options.signal);
  try {
    await makeFolder(beside);
    await writeParquet(join(beside, "items.parquet"), numItems, [itemIds, ...items], { pause });
    await writeParquet(join(beside, "users.parquet"), numUsers, [userIds, ...users], { pause });
    const files: Record<string, string> = {};
    for (const file of tables) files[file] = await checksum(join(beside, file));
    const manifest: Manifest = {
      format: isPosterior(model) ? "cofi posterior" : "cofi model",
      version: 1,
      numItems,
      numUsers,
      numFeatures,
      ...((model.itemIds || model.userIds) && { carriesIds: true }),
      ...(isPosterior(model) ? posteriorFacts(model) : model.loss === "logistic" && { loss: model.loss }),
      files,
    };
    await writeData(join(beside, "model.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await pause();
    await replace(target, beside);
  } finally {
    await remove(beside);
  }
}

/** What is said of a posterior beside its tables. */
function posteriorFacts({ samples, trace }: Posterior): Pick<Manifest, "samples" | "trace"> {
  const { warmUp, ...curves } = trace;
  const lists = Object.entries(curves).map(([name, curve]) => [name, Array.from(curve as Float64Array)]);
  return { samples: samples.length, trace: { warmUp, ...Object.fromEntries(lists) } };
}

/**
 * The model, or the posterior, and the ids, that `saveModel` stored in a folder, here or on a cluster.
 *
 * @param options.signal Aborting it rejects the promise with its reason.
 * @throws Error naming the file that is missing, damaged, or of another format or a newer version; RangeError for a
 *   number that is not finite.
 */
export async function loadModel<Kind extends Predictor = Model>(
  folder: string,
  options: { signal?: AbortSignal } = {},
): Promise<{ model: Kind } & ModelIds> {
  checkText("folder", folder);
  const manifest = await readManifest(join(folder, "model.json"));
  const pause = pauser(options.signal);
  const filesOf = (table: (typeof tables)[number]) => filesOfTable(manifest, folder, table);
  for (const { path, checksum: wanted } of tables.flatMap(filesOf)) {
    const found = await checksum(path).catch(() => {
      throw new Error(`${path}: no such file, though model.json names it`);
    });
    if (found !== wanted) throw new Error(`${path}: damaged, its checksum is not the one in model.json`);
    await pause();
  }
  const pathsOf = {
    items: filesOf("items.parquet").map(({ path }) => path),
    users: filesOf("users.parquet").map(({ path }) => path),
  };
  const isOfSamples = manifest.format === "cofi posterior";
  const { model, itemIds, userIds } = isOfSamples
    ? await readPosteriorTables(pathsOf, manifest as Required<Manifest>, pause)
    : await readModelTables(pathsOf, manifest, pause);
  const named = {
    ...model,
    ...(manifest.carriesIds && { itemIds, userIds }),
    ...(manifest.loss && { loss: manifest.loss }),
  };
  checkFiniteModel(named as Predictor);
  return { model: named as unknown as Kind, itemIds, userIds };
}

/**
 * The files of a table, in the order of its rows: one, or where a cluster wrote it the parts of a folder of its name,
 * `users/part-00000….parquet` and so on.
 */
function filesOfTable({ files }: Manifest, folder: string, table: (typeof tables)[number]) {
  const parts = `${table.slice(0, table.indexOf("."))}/`;
  const names = Object.keys(files).filter((name) => name.startsWith(parts));
  return (names.length > 0 ? names.sort() : [table]).map((name) => ({
    path: join(folder, name),
    checksum: files[name],
  }));
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readText(path).catch(() => {
    throw new Error(`${path}: no such file; a stored model has one`);
  });
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new Error(`${path}: damaged, not JSON`);
  }
  const { format, version } = manifest ?? {};
  if (format !== "cofi model" && format !== "cofi posterior")
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
function idColumn(name: string, given: readonly Id[] | undefined, length: number) {
  const ids = given ?? indexIds(length);
  if (ids.length !== length) throw new RangeError(`${name} must have ${length} entries, got ${ids.length}`);
  const at = (row: number): Id => ids[row];
  if (ids.every((id) => Number.isSafeInteger(id))) return { name: "id", type: "BIGINT", at } as const;
  const other = ids.findIndex((id) => typeof id !== "string");
  if (other < 0) return { name: "id", type: "VARCHAR", at } as const;
  throw new RangeError(`${name} must be all whole numbers or all text, got ${ids[other]} (entry ${other})`);
}

/** The SHA-256 of a file, read piece by piece. */
async function checksum(path: string): Promise<string> {
  const hash = sha256();
  for await (const piece of chunksOf(path, 1 << 20)) hash.update(piece);
  return hash.digest("hex");
}

/** Only a stored model, or an empty folder, may be replaced: anything else in it would be lost. */
async function checkReplaceable(target: string): Promise<void> {
  const names = await namesIn(target).catch((error: NodeJS.ErrnoException) => {
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
  const had = await move(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await move(beside, target);
  } catch (error) {
    if (had) await move(old, target);
    throw error;
  }
  await remove(old);
}
