import { join } from "node:path";
import { checkOneOf } from "../base/check";
import { queryRows, quoted } from "../files/duckdb";
import { readRatings } from "../files/readRatings";
import { ratingsFromColumns } from "../ratings/build";
import type { Id, Ratings } from "../ratings/ratings";
import { type Fold, heldBack } from "../ratings/split";
import { type Archive, download } from "./download";
import type { Films } from "./films";
import { findData } from "./find";
import { generateFilms, type Shape } from "./synthetic";

export type MovieLensName = "ml-latest-small" | "ml-100k";

/** One of MovieLens's data sets: where it comes from, what shape it has, and how its files are read. */
interface Edition extends Archive {
  shape: Shape;
  ratingsFile: string;
  /** SQL that selects id, title and genres (joined by "|") of every film, in the order of the file. */
  films(folder: string): string;
  /** SQL that selects the second since 1970 in which each rating was given, in the order of the ratings' file. */
  times(folder: string): string;
}

const publisher = "https://files.grouplens.org/datasets/movielens";

const editions: Record<MovieLensName, Edition> = {
  "ml-latest-small": {
    name: "ml-latest-small",
    url: `${publisher}/ml-latest-small.zip`,
    files: {
      "ratings.csv": "80da8b3393dae325bbba5a31f291a6ba55d8d4f4396de3c456f2c1635b1b70e8",
      "movies.csv": "c47b783f23eb304413307e1bb05335e427737da20ec8d3c0e96335567dd5f3dc",
    },
    shape: {
      ...{ numItems: 9742, numUsers: 610, numRatings: 100836 },
      ...{ scale: { min: 0.5, max: 5, step: 0.5 }, years: [1930, 2018] },
    },
    ratingsFile: "ratings.csv",
    films: (folder) =>
      `SELECT movieId, title, genres FROM read_csv(${quoted(join(folder, "movies.csv"))}, header = true,
       auto_detect = false, delim = ',', quote = '"', escape = '"',
       columns = {movieId: 'INTEGER', title: 'VARCHAR', genres: 'VARCHAR'})`,
    times: (folder) =>
      `SELECT timestamp::DOUBLE FROM read_csv(${quoted(join(folder, "ratings.csv"))}, header = true,
       auto_detect = false, delim = ',',
       columns = {userId: 'VARCHAR', movieId: 'VARCHAR', rating: 'VARCHAR', timestamp: 'BIGINT'})`,
  },
  "ml-100k": {
    name: "ml-100k",
    url: `${publisher}/ml-100k.zip`,
    files: {
      "u.data": "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490",
      "u.item": "553841ebc7de3a0fd0d6b62a204ea30c1e651aacfb2814c7a6584ac52f2c5701",
      "u.genre": "9757e0d3e6b298159a80dd48eaf938114690e911e39af97a76949ef1663610bb",
      "u1.base": "ce253ec86c448b44fb3ba9a30d12dcfc2e9210cbde71efada3730c22e9ac212a",
      "u1.test": "18c6014a4b2c7324f250a63f8904a7b16b2b19f911129e346141507b0cbac950",
      "u2.base": "6c06f0b5df4b256da1a994f3ac66edc8da4d3f09bc9282df6b14d893366d703e",
      "u2.test": "4de658d1e04ed9104629509a2e2528fce833ac8e048280183f1df167632038c3",
      "u3.base": "afdc155c291c6edc41c0407e39d7462eb98d341e064f0b0a12175b80b3c4af5d",
      "u3.test": "0f548b51c78327de4c156461d3e430b7e5579fe2b5681586a59416e48fd35f6d",
      "u4.base": "219f0f4d40dfe9c5141d425f53fa91ee23ed275f14e280bbf1b50117afb064ca",
      "u4.test": "7c02ad0a1e7ab1083c8b9d4b627203a051dd7b5eab46d99fa44de33470de8db9",
      "u5.base": "a9574e59ce961eec2121627760b6e9b0974ce1637b3fe69ac32cb14a4bfab485",
      "u5.test": "351cc52e0d15b6c721466276fc24671d40936899e3d01fadeaf312915b8c5634",
    },
    shape: {
      ...{ numItems: 1682, numUsers: 943, numRatings: 100000 },
      ...{ scale: { min: 1, max: 5, step: 1 }, years: [1930, 1998] },
    },
    ratingsFile: "u.data",
    // A film's line ends in nineteen flags, one a genre, in the order of u.genre: "unknown" and then these.
    films: (folder) => {
      const names = [
        "unknown",
        "Action",
        "Adventure",
        "Animation",
        "Children",
        "Comedy",
        "Crime",
        "Documentary",
      ];
      names.push(
        "Drama",
        "Fantasy",
        "Film-Noir",
        "Horror",
        "Musical",
        "Mystery",
        "Romance",
        "Sci-Fi",
        "Thriller",
      );
      names.push("War", "Western");
      const columns = ["id", "title", "released", "video", "url", ...names];
      const flags = names.map((name) => `CASE WHEN "${name}" = '1' THEN ${quoted(name)} END`);
      return `SELECT id::INTEGER, title, concat_ws('|', ${flags.join(", ")})
              FROM read_csv(${quoted(join(folder, "u.item"))}, header = false, auto_detect = false, delim = '|',
              quote = '', escape = '', encoding = 'latin-1',
              columns = {${columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ")}})`;
    },
    times: (folder) =>
      `SELECT timestamp::DOUBLE FROM read_csv(${quoted(join(folder, "u.data"))}, header = false,
       auto_detect = false, delim = '\t',
       columns = {userId: 'VARCHAR', movieId: 'VARCHAR', rating: 'VARCHAR', timestamp: 'BIGINT'})`,
  },
};

/**
 * A MovieLens data set: its ratings in stars and when each was given, and each film's title and genres, by item. All
 * films of the set are items, also the few that nobody rated; ids are MovieLens's own.
 *
 * It is looked for in the folder that COFI_DATA names, in the project's `data` and in `shared/data` beside the
 * project; else fetched from its publisher into `data`, with its checksums verified. Where none of that can be,
 * ratings of the same shape are generated, and one line says so.
 *
 * Source: F. Maxwell Harper and Joseph A. Konstan (2015), "The MovieLens Datasets: History and Context", ACM
 * TiiS 5, 4: 19:1–19:19, https://doi.org/10.1145/2827872
 *
 * @throws RangeError for a name that is not one of the data sets.
 */
export async function movielens(name: MovieLensName): Promise<Films> {
  checkOneOf("name", name, Object.keys(editions));
  const edition = editions[name];
  const folder = await folderOf(edition);
  return folder === undefined ? generateFilms(edition.shape) : readFilms(edition, folder);
}

/** The folder of a data set, fetched if need be; undefined, said in one line, where it cannot be had. */
async function folderOf(edition: Edition): Promise<string | undefined> {
  const found = findData(edition.name, Object.keys(edition.files));
  if (found !== undefined) return found;
  try {
    return await download(edition);
  } catch (error) {
    console.log(
      `${edition.name} is not here (${(error as Error).message}): generated ratings of its shape are used.`,
    );
    return undefined;
  }
}

/**
 * The five folds that ml-100k is published with: `train` is `u1.base` and `test` is `u1.test`, and so on to `u5`. Each
 * rating is in one test. All ten share one set of items and users, that of `movielens("ml-100k")`.
 *
 * @throws Error where the data set is not on this machine and cannot be fetched: there are no folds of a stand-in.
 */
export async function movielensFolds(): Promise<Fold[]> {
  const edition = editions["ml-100k"];
  const folder =
    findData(edition.name, Object.keys(edition.files)) ??
    (await download(edition).catch((error) => {
      throw new Error(`ml-100k must be here for its folds, and is not (${error.message})`);
    }));
  const { ratings } = await readFilms(edition, folder);
  const read = async (file: string) => inOrder(await readRatings(join(folder, file)), ratings);
  const parts: Fold[] = [];
  for (const name of ["u1", "u2", "u3", "u4", "u5"]) {
    const test = heldBack(await read(`${name}.test`), `ml-100k: ${name}.test`);
    parts.push({ train: await read(`${name}.base`), test });
  }
  return parts;
}

async function readFilms(edition: Edition, folder: string): Promise<Films> {
  const films = (await queryRows(edition.films(folder))) as [number, string, string][];
  const itemIds = films.map(([id]) => id);
  const read = await readRatings(join(folder, edition.ratingsFile));
  const times = (await queryRows(edition.times(folder))) as [number][];
  const userIds = [...read.userIds].sort((a, b) => Number(a) - Number(b));
  return {
    ratings: inOrder(read, { itemIds, userIds }),
    times: Float64Array.from(times, ([time]) => time),
    titles: films.map(([, title]) => title),
    genres: films.map(([, , genres]) => (genres === "(no genres listed)" ? [] : genres.split("|"))),
    generated: false,
  };
}

/** The ratings with their items and users in the order of the given ids, which hold all of theirs. */
function inOrder(read: Ratings, ids: { itemIds: readonly Id[]; userIds: readonly Id[] }): Ratings {
  const { itemIds, userIds } = ids;
  const itemIndex = new Map(itemIds.map((id, k) => [id, k]));
  const userIndex = new Map(userIds.map((id, k) => [id, k]));
  return ratingsFromColumns(
    {
      items: read.items.map((item) => itemIndex.get(read.itemIds[item])!),
      users: read.users.map((user) => userIndex.get(read.userIds[user])!),
      values: read.values,
    },
    { itemIds, userIds },
  );
}
