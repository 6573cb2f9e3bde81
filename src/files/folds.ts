import { checkSome } from "../base/check";
import { basename } from "../platform/paths";
import { type Numbering, renumber } from "../ratings/align";
import type { Id, Ratings } from "../ratings/ratings";
import { checkNoneSeen, type Fold, heldBack } from "../ratings/split";
import { type ReadOptions, readRatings } from "./readRatings";

/**
 * Folds that somebody else has made, each from a file of the training part and one of the test, such as data sets are
 * published with. All share one numbering of items and users: those of all files, in the order in which they first
 * appear. Ids that are numbers in some files and text in others are text in all.
 *
 * @param files The two files of each fold.
 * @param options Of all of them, as `readRatings` takes them.
 * @throws RangeError for no files, for a test that holds a cell of its training part, and as `readRatings` does.
 */
export async function foldsFromFiles(
  files: readonly { train: string; test: string }[],
  options: ReadOptions = {},
): Promise<Fold[]> {
  checkSome("files", "fold", files);
  const read: { train: Ratings; test: Ratings }[] = [];
  for (const { train, test } of files)
    read.push({ train: await readRatings(train, options), test: await readRatings(test, options) });
  const all = read.flatMap(({ train, test }) => [train, test]);
  const items = idsOfAll(all.map(({ itemIds }) => itemIds));
  const users = idsOfAll(all.map(({ userIds }) => userIds));
  const renumbered = (ratings: Ratings) => renumber(ratings, items(ratings.itemIds), users(ratings.userIds));
  return read.map(({ train, test }, k) => {
    const fold = {
      train: renumbered(train),
      test: heldBack(renumbered(test), basename(files[k].test)),
    };
    checkNoneSeen(fold);
    return fold;
  });
}

/** Numbers each of several lists by the different ids of all, in the order in which they first come. */
function idsOfAll(lists: readonly (readonly Id[])[]): (list: readonly Id[]) => Numbering {
  const isText = lists.some((list) => list.some((id) => typeof id === "string"));
  const place = new Map<Id, number>();
  const key = (id: Id) => (isText ? String(id) : id);
  for (const list of lists) for (const id of list) if (!place.has(key(id))) place.set(key(id), place.size);
  const ids = [...place.keys()];
  return (list) => ({ ids, places: Int32Array.from(list, (id) => place.get(key(id))!) });
}
