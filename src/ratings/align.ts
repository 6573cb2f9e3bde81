/** Ratings numbered by the ids of others: a test file by its training file, new ratings by a model. */
import { checkOneOf, checkOptions } from "../base/check";
import { ratingsFromColumns } from "./build";
import { type Names, namedIds } from "./ids";
import type { Id, Ratings } from "./ratings";

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
  const item = renumbering("itemIds", ratings, like);
  const user = renumbering("userIds", ratings, like);
  if (unknown === "add") {
    item.addUnknown();
    user.addUnknown();
  }
  const places: number[] = [];
  for (let k = 0; k < ratings.values.length; k++) {
    const missing = [item, user].find(({ indices }, which) => indices[cellOf(ratings, k)[which]] < 0);
    if (missing === undefined) places.push(k);
    else if (unknown === "error") {
      const id = missing.given[cellOf(ratings, k)[missing === item ? 0 : 1]];
      throw new RangeError(
        `${missing.name} must be among those of like, got ${JSON.stringify(id)} (rating ${k}): unknown may be "drop" or "add"`,
      );
    }
  }
  if (places.length === 0) throw new RangeError("ratings must share a user and an item with like, got none");
  const kept = Int32Array.from(places);
  const { times } = ratings;
  const aligned = ratingsFromColumns(
    {
      items: kept.map((k) => item.indices[ratings.items[k]]),
      users: kept.map((k) => user.indices[ratings.users[k]]),
      values: Float64Array.from(kept, (k) => ratings.values[k]),
    },
    { itemIds: item.ids, userIds: user.ids },
  );
  return times === undefined ? aligned : { ...aligned, times: Float64Array.from(kept, (k) => times[k]) };
}

const cellOf = (ratings: Ratings, k: number): [item: number, user: number] => [
  ratings.items[k],
  ratings.users[k],
];

/** The index in `like` of each of the ratings' ids, -1 where it has none, and the ids that these indices are of. */
function renumbering(name: "itemIds" | "userIds", ratings: Ratings, like: Names) {
  const given = idsOf(name, "ratings", ratings);
  let ids = idsOf(name, "like", like);
  const exactly = new Map(ids.map((id, k) => [id, k]));
  const asText = new Map(ids.map((id, k) => [String(id), k]));
  const indices = Int32Array.from(given, (id) => exactly.get(id) ?? asText.get(String(id)) ?? -1);
  return {
    name,
    given,
    indices,
    get ids() {
      return ids;
    },
    addUnknown() {
      const added: Id[] = [];
      for (let k = 0; k < indices.length; k++)
        if (indices[k] < 0) indices[k] = ids.length + added.push(given[k]) - 1;
      ids = added.length === 0 ? ids : [...ids, ...added];
    },
  };
}

function idsOf(name: "itemIds" | "userIds", owner: string, of: Names): readonly Id[] {
  const ids = namedIds(of[name]);
  if (ids === undefined) throw new RangeError(`${owner} must have ${name} to be aligned by, got none`);
  return ids;
}
