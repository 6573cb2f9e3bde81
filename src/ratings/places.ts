/** Where the items and users of one thing are among those of another that has grown from it. */
import { type Names, namedIds } from "./ids";

/**
 * For each item, or user, of `grown` its place among those of `earlier`, -1 where it is new. By ids, where both have any;
 * else the first of `grown` are those of `earlier`.
 *
 * @param called What the earlier is called.
 * @throws RangeError where `grown` lacks one that `earlier` has.
 */
export function placesBefore(
  kind: "item" | "user",
  grown: Names,
  earlier: Names,
  called: string,
): Int32Array {
  const [name, count] =
    kind === "item" ? (["itemIds", "numItems"] as const) : (["userIds", "numUsers"] as const);
  const [ids, before] = [namedIds(grown[name]), namedIds(earlier[name])];
  if (ids === undefined || before === undefined) {
    if (grown[count] < earlier[count])
      throw new RangeError(
        `ratings must have the ${earlier[count]} ${kind}s of ${called} at least, got ${grown[count]}`,
      );
    return Int32Array.from({ length: grown[count] }, (_, k) => (k < earlier[count] ? k : -1));
  }
  const placeOf = new Map(before.map((id, place) => [id, place]));
  const places = Int32Array.from(ids, (id) => placeOf.get(id) ?? -1);
  const known = new Set(ids);
  const missing = before.find((id) => !known.has(id));
  if (missing !== undefined)
    throw new RangeError(`ratings must have all ${kind}s of ${called}, and lack ${JSON.stringify(missing)}`);
  return places;
}
