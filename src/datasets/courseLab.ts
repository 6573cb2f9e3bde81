/** The practice lab of the course: its rating matrix, made from ml-latest-small, and its parameters. */
import { queryRows, quoted } from "../files/duckdb";
import type { Model } from "../model/model";
import { readBytes } from "../platform/dataFiles";
import { join } from "../platform/paths";
import { ratingsFromColumns } from "../ratings/build";
import { byItem, type Id, type Ratings } from "../ratings/ratings";
import { type Films, yearOf } from "./films";
import { findData } from "./find";
import { movielens } from "./movielens";
import { generateFilms } from "./synthetic";

/** The course's practice lab: its rating matrix, and where they are at hand the parameters it hands out. */
export interface CourseLab extends Films {
  /** The model of 10 features that the lab hands out to check the cost with, for its 443 users. */
  pretrained?: Model;
  /** The values from which the lab's training starts: 100 features, 444 users, the reader being the first. */
  initial?: Model;
}

const shape = {
  numItems: 4778,
  numUsers: 443,
  numRatings: 39253,
  scale: { min: 0.5, max: 5, step: 0.5 },
  years: [2000, 2018] as const,
};

/** The initial values, drawn by TensorFlow from the seed 1234: numFeatures columns, little-endian float64. */
const initialFiles = ["init-seed1234-X.f64", "init-seed1234-W.f64", "init-seed1234-b.f64"];
const pretrainedFiles = ["small_movies_X.csv", "small_movies_W.csv", "small_movies_b.csv"];

/**
 * The rating matrix of the practice lab "Collaborative Filtering Recommender Systems": 4,778 films × 443 users,
 * 39,253 ratings. It is what MovieLens's ml-latest-small says of the films of 2000 and later that anyone rated, in
 * the order of their ids, by the users who rated any of them; so it is made from that, and no file of the lab is
 * needed.
 *
 * The lab's parameters, `pretrained` and `initial`, come from files in the folder `course-lab`, looked for where
 * every data set is; they are left out where there are none. Without ml-latest-small, ratings of the same shape are
 * generated, and one line says so.
 */
export async function courseLab(): Promise<CourseLab> {
  const all = await movielens("ml-latest-small");
  if (all.generated) return generateFilms(shape);
  const [pretrained, initial] = await Promise.all([readPretrained(), readInitial()]);
  return { ...since2000(all), ...(pretrained && { pretrained }), ...(initial && { initial }) };
}

function since2000({ ratings, times, titles, genres, generated }: Films): Films {
  const { start } = byItem(ratings);
  const kept = [...titles.keys()]
    .filter((item) => yearOf(titles[item]) >= 2000 && start[item] < start[item + 1])
    .sort((a, b) => Number(ratings.itemIds[a]) - Number(ratings.itemIds[b]));
  const restricted = restrictedTo(ratings, kept);
  return {
    ratings: restricted.ratings,
    times: Float64Array.from(restricted.places, (k) => times[k]),
    titles: kept.map((item) => titles[item]),
    genres: kept.map((item) => genres[item]),
    generated,
  };
}

/**
 * The ratings of some items, renumbered in the order given, by the users who rated any of them; and the places that
 * they had among all.
 */
function restrictedTo(
  ratings: Ratings,
  kept: readonly number[],
): { ratings: Ratings; places: readonly number[] } {
  const itemIndex = new Int32Array(ratings.numItems).fill(-1);
  kept.forEach((item, k) => {
    itemIndex[item] = k;
  });
  const places = [...ratings.items.keys()].filter((k) => itemIndex[ratings.items[k]] >= 0);
  places.sort(
    (a, b) =>
      itemIndex[ratings.items[a]] - itemIndex[ratings.items[b]] || ratings.users[a] - ratings.users[b],
  );
  const raters = [...new Set(places.map((k) => ratings.users[k]))].sort((a, b) => a - b);
  const userIndex = new Map(raters.map((user, k) => [user, k]));
  const idsOf = (ids: readonly Id[], indices: readonly number[]) => indices.map((k) => ids[k]);
  const restricted = ratingsFromColumns(
    {
      items: Int32Array.from(places, (k) => itemIndex[ratings.items[k]]),
      users: Int32Array.from(places, (k) => userIndex.get(ratings.users[k])!),
      values: Float64Array.from(places, (k) => ratings.values[k]),
    },
    { itemIds: idsOf(ratings.itemIds, kept), userIds: idsOf(ratings.userIds, raters) },
  );
  return { ratings: restricted, places };
}

async function readPretrained(): Promise<Model | undefined> {
  const folder = findData("course-lab", pretrainedFiles);
  if (folder === undefined) return undefined;
  const read = async (file: string) => {
    const path = quoted(join(folder, file));
    const rows = await queryRows(
      `SELECT columns(*)::DOUBLE FROM read_csv(${path}, header = false, delim = ',')`,
    );
    return Float64Array.from((rows as number[][]).flat());
  };
  const [X, W, b] = await Promise.all(pretrainedFiles.map(read));
  return modelOf(X, W, b);
}

async function readInitial(): Promise<Model | undefined> {
  const folder = findData("course-lab", initialFiles);
  if (folder === undefined) return undefined;
  const read = async (file: string) => {
    const { buffer, byteOffset, byteLength } = await readBytes(join(folder, file));
    const bytes = new DataView(buffer, byteOffset, byteLength);
    return Float64Array.from({ length: byteLength / 8 }, (_, k) => bytes.getFloat64(8 * k, true));
  };
  const [X, W, b] = await Promise.all(initialFiles.map(read));
  return modelOf(X, W, b);
}

function modelOf(X: Float64Array, W: Float64Array, b: Float64Array): Model {
  const { numItems } = shape;
  return {
    numItems,
    numUsers: b.length,
    numFeatures: X.length / numItems,
    X,
    W,
    b,
    mu: new Float64Array(numItems),
  };
}
