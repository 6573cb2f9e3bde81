/** MovieLens, GroupLens's ratings of films, and the folds that its ml-100k is published with. */
import { checkOneOf } from "../base/check";
import { readRatings } from "../files/readRatings";
import { join } from "../platform/paths";
import { type Fold, heldBack } from "../ratings/split";
import { catalogue, type DataSetName } from "./catalogue";
import { folderOf, inOrderOf, loadDataSet, readDataSet } from "./dataSet";
import type { Films } from "./films";

export type MovieLensName = Extract<DataSetName, `ml-${string}`>;

const names = Object.keys(catalogue).filter((name) => name.startsWith("ml-"));

/**
 * A MovieLens data set: its ratings in stars and when each was given, and each film's title and genres, by item. All
 * films of the set are items, also the few that nobody rated; ids are MovieLens's own.
 *
 * It is looked for in the folder that COFI_DATA names, in the project's `data` and in `shared/data` beside the
 * project, unpacked or as its publisher's archive, `ml-100k.zip`; else fetched from its publisher into `data`. The files
 * of an archive have their checksums verified. Where none of that can be, ratings of the same shape are generated, and
 * one line says so.
 *
 * Source: F. Maxwell Harper and Joseph A. Konstan (2015), "The MovieLens Datasets: History and Context", ACM
 * TiiS 5, 4: 19:1–19:19, https://doi.org/10.1145/2827872
 *
 * @throws RangeError for a name that is not one of the data sets.
 */
export async function movielens(name: MovieLensName): Promise<Films> {
  checkOneOf("name", name, names);
  return loadDataSet(name, catalogue[name]);
}

/**
 * The five folds that ml-100k is published with: `train` is `u1.base` and `test` is `u1.test`, and so on to `u5`. Each
 * rating is in one test. All ten share one set of items and users, that of `movielens("ml-100k")`.
 *
 * @throws Error where the data set is not on this machine and cannot be fetched: no folds are generated.
 */
export async function movielensFolds(): Promise<Fold[]> {
  const name = "ml-100k";
  const dataSet = catalogue[name];
  const folder = await folderOf(name, dataSet).catch((error) => {
    throw new Error(`${name} must be here for its folds, and is not (${error.message})`);
  });
  const { ratings } = await readDataSet(name, dataSet, folder);
  const read = async (file: string) =>
    inOrderOf(ratings, await readRatings(join(folder, file)), `${name}: ${file}`);
  const parts: Fold[] = [];
  for (const part of ["u1", "u2", "u3", "u4", "u5"]) {
    const test = heldBack(await read(`${part}.test`), `${name}: ${part}.test`);
    parts.push({ train: await read(`${part}.base`), test });
  }
  return parts;
}
