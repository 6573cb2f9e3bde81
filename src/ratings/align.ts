/** Ratings numbered by the ids of others: a test file by its training file, new ratings by a model. */
import { checkOneOf, checkOptions } from "../base/check";
import { ratingsFromColumns } from "./build";
import { type Names, namedIds } from "./ids";
import { type Id, pick, type Ratings } from "./ratings";

/** What to make of a rating by a user, or of an item, that the others do not have. */
export type Unknown = "error" | "drop" | "add";

const unknownPolicies: readonly Unknown[] = ["error", "drop", "add"];

/**
 * The same ratings with users and items numbered as `like` numbers them, by their ids. Two files that are read one
 * after the other number by first appearance, each in its own way; before a model of the one is judged by the other
 * they have to be numbered alike. An id that is a number in the one and the same text in the other is one id.
 *
 * @param like Ratings, or a model or a posterior that carries ids.
 * @param options.unknown What to make of ratings of users and items that `like` does not have: refuse them, leave
 *   them out, or add all users and items that it does not have after its own. @default "error"
 * @throws RangeError for such a rating under "error", with its id and place; when none is left under "drop"; or where
 *   one of the two has no ids that anybody gave.
 */
export function alignTo(ratings: Ratings, like: Names, options: { unknown?: Unknown } = {}): Ratings {
  checkOptions(options, ["unknown"]);
  const { unknown = "error" } = options;
  checkOneOf("unknown", unknown, unknownPolicies);
  const items = numberingOf("itemIds", ratings, like, unknown);
  const users = numberingOf("userIds", ratings, like, unknown);
  const kept: number[] = [];
  for (let k = 0; k < ratings.values.length; k++) {
    const [item, user] = [ratings.items[k], ratings.users[k]];
    const isKnown = items.places[item] >= 0 && users.places[user] >= 0;
    if (isKnown) kept.push(k);
    else if (unknown === "error") {
      const [name, id] =
        items.places[item] < 0 ? ["itemIds", ratings.itemIds[item]] : ["userIds", ratings.userIds[user]];
      throw new RangeError(
        `${name} must be among those of like, got ${JSON.stringify(id)} (rating ${k}): unknown may be "drop" or "add"`,
      );
    }
  }
  if (kept.length === 0) throw new RangeError("ratings must share a user and an item with like, got none");
  const aligned = renumber(pick(ratings, Int32Array.from(kept)), items, users);
  // Checked as if they were new: two ids may have become one.
  return ratingsFromColumns(aligned, aligned);
}

/** Ids, and for each old index which of them it is. */
export interface Numbering {
  ids: readonly Id[];
  places: ArrayLike<number>;
}

/** The same ratings by other numbers. */
export function renumber(ratings: Ratings, items: Numbering, users: Numbering): Ratings {
  const titles = ratings.titles && new Array<string | undefined>(items.ids.length).fill(undefined);
  ratings.titles?.forEach((title, item) => {
    if (items.places[item] >= 0) titles![items.places[item]] = title;
  });
  return {
    ...ratings,
    ...(titles && { titles }),
    numItems: items.ids.length,
    numUsers: users.ids.length,
    itemIds: items.ids,
    userIds: users.ids,
    items: ratings.items.map((item) => items.places[item]),
    users: ratings.users.map((user) => users.places[user]),
  };
}

/** Where the ratings' ids are among those of `like`: -1 where they are not, or, if they are to be added, behind them. */
function numberingOf(
  name: "itemIds" | "userIds",
  ratings: Ratings,
  like: Names,
  unknown: Unknown,
): Numbering {
  const given = idsOf(name, "ratings", ratings);
  const ids = [...idsOf(name, "like", like)];
  const exactly = new Map(ids.map((id, k) => [id, k]));
  const asText = new Map(ids.map((id, k) => [String(id), k]));
  const places = given.map((id) => {
    const place = exactly.get(id) ?? asText.get(String(id)) ?? -1;
    return place < 0 && unknown === "add" ? ids.push(id) - 1 : place;
  });
  return { ids, places };
}

function idsOf(name: "itemIds" | "userIds", owner: string, of: Names): readonly Id[] {
  const ids = namedIds(of[name]);
  if (ids === undefined) throw new RangeError(`${owner} must have ${name} to be aligned by, got none`);
  return ids;
}
