/** A data set of the catalogue, found on this machine, fetched from its publisher, or generated in its shape. */
import { queryRows } from "../files/duckdb";
import { readRatings } from "../files/readRatings";
import { readBytes } from "../platform/dataFiles";
import { join } from "../platform/paths";
import { ratingsFromColumns } from "../ratings/build";
import type { Id, Ratings } from "../ratings/ratings";
import type { DataSet } from "./catalogue";
import { download, unpackArchive } from "./download";
import type { Films } from "./films";
import { findArchive, findData, ownData } from "./find";
import { generateFilms } from "./synthetic";

/**
 * The data set of this name: from where `findData` looks, else from its publisher, else generated, which one line
 * says.
 *
 * @param into The folder that what is fetched is kept in. @default the project's `data`
 */
export async function loadDataSet(name: string, dataSet: DataSet, into = ownData): Promise<Films> {
  let folder: string;
  try {
    folder = await folderOf(name, dataSet, into);
  } catch (error) {
    console.log(
      `${name} is not here (${(error as Error).message}): generated ratings of its shape are used.`,
    );
    return generateFilms(dataSet.shape);
  }
  return readDataSet(name, dataSet, folder);
}

/**
 * The folder of a data set: where it is, else unpacked from its publisher's archive where that is, else fetched.
 *
 * @throws Error where it cannot be had.
 */
export async function folderOf(name: string, dataSet: DataSet, into = ownData): Promise<string> {
  const folder = findData(name, Object.keys(dataSet.files));
  if (folder !== undefined) return folder;
  const archive = findArchive(name);
  if (archive === undefined) return download({ ...dataSet, name }, into);
  return unpackArchive(await readBytes(archive), { ...dataSet, name, url: archive }, into);
}

/** What a data set's files say. Its items are all of its films, also those that nobody rated; its users are sorted. */
export async function readDataSet(name: string, dataSet: DataSet, folder: string): Promise<Films> {
  const films = (await queryRows(dataSet.films(folder))) as [Id, string, string | null][];
  const itemIds = films.map(([id]) => id);
  const read = await readRatings(join(folder, dataSet.ratingsFile));
  const userIds = [...read.userIds].sort(compareIds);
  const ratings = inOrderOf({ itemIds, userIds }, read, `${name}: ${dataSet.ratingsFile}`);
  return {
    ratings,
    times: await readTimes(name, dataSet, folder, ratings.values.length),
    titles: films.map(([, title]) => title),
    genres: films.map(([, , genres]) => genres?.split("|").filter(Boolean) ?? []),
    generated: false,
  };
}

async function readTimes(
  name: string,
  { times }: DataSet,
  folder: string,
  length: number,
): Promise<Float64Array> {
  if (times === undefined) return new Float64Array(length).fill(Number.NaN);
  const rows = (await queryRows(times(folder))) as [number][];
  if (rows.length !== length)
    throw new RangeError(`${name}: times must be one for each of ${length} ratings, got ${rows.length}`);
  return Float64Array.from(rows, ([time]) => time);
}

/**
 * The ratings with their items and users in the order of the given ids.
 *
 * @param where What they were read from, for the message.
 * @throws RangeError when an item or a user that they rate is not among the ids.
 */
export function inOrderOf(
  { itemIds, userIds }: { itemIds: readonly Id[]; userIds: readonly Id[] },
  read: Ratings,
  where: string,
): Ratings {
  const itemPlaces = placesOf("item", itemIds, read.itemIds, where);
  const userPlaces = placesOf("user", userIds, read.userIds, where);
  const columns = {
    items: read.items.map((item) => itemPlaces[item]),
    users: read.users.map((user) => userPlaces[user]),
    values: read.values,
  };
  return ratingsFromColumns(columns, { itemIds, userIds });
}

function placesOf(what: string, ids: readonly Id[], own: readonly Id[], where: string): Int32Array {
  const places = new Map(ids.map((id, k) => [id, k]));
  return Int32Array.from(own, (id) => {
    const place = places.get(id);
    if (place === undefined)
      throw new RangeError(`${where}: ${what} must be one of the data set's, got ${JSON.stringify(id)}`);
    return place;
  });
}

/** Numbers by size, text by its letters. */
function compareIds(a: Id, b: Id): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
