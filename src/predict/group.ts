/** Recommendations for several people who are to watch, read or eat the same. */
import { checkCount, checkIndex, checkOneOf, checkOptions, checkSome, optionNames } from "../base/check";
import { clipper } from "../math/statistics";
import { type Predictor, predictAt } from "../model/posterior";
import { addRatedBy, bestOf, candidatesOf, finite, type RecommendOptions, type Scored } from "./predict";

/**
 * What an item is worth to a group: "mean", of its members' predictions; or "leastMisery", the lowest of them, so that
 * nobody is made to sit through what they cannot bear.
 */
export type Together = "mean" | "leastMisery";

export interface GroupOptions extends Omit<RecommendOptions, "user"> {
  /** Who belongs to the group. */
  users: Iterable<number>;
  /** @default "mean" */
  together?: Together;
}

const names = optionNames<GroupOptions>({
  users: true,
  together: true,
  exclude: true,
  rated: true,
  among: true,
  range: true,
  count: true,
});

/**
 * The items that are worth most to a group, best first; of two with the same score the one with the lower index first.
 * What anybody of the group has rated in `exclude` is left out. Predictions are brought into the range, where there is one,
 * after the order is made.
 *
 * Sources: O'Connor, Cosley, Konstan and Riedl, "PolyLens: a recommender system for groups of users" (2001), for least
 * misery; Masthoff, "Group recommender systems" (2011), for both.
 *
 * @throws RangeError for a group of nobody, a user or an item that the model does not have, options out of range, and
 *   `exclude` of other items or users.
 */
export function recommendToGroup(model: Predictor, options: GroupOptions): Scored[] {
  checkOptions(options, names);
  const { exclude, rated = false, together = "mean", among, range, count = 10 } = options;
  const users = [...new Set(options.users)];
  checkSome("users", "user", users);
  for (const user of users) checkIndex("user", user, model.numUsers, "in users");
  checkOneOf("together", together, ["mean", "leastMisery"]);
  checkCount("count", count, 0);
  clipper(range);
  const seen = new Set<number>();
  if (exclude) for (const user of users) addRatedBy(user, exclude, model, seen);
  if (rated) seen.clear();
  const scored: Scored[] = [];
  for (const item of candidatesOf(model, among)) {
    if (seen.has(item)) continue;
    const scores = users.map((user) => finite(predictAt(model, item, user), { item, user }));
    const score =
      together === "mean"
        ? scores.reduce((sum, one) => sum + one, 0) / users.length
        : scores.reduce((least, one) => Math.min(least, one));
    scored.push({ item, score });
  }
  return bestOf(scored, count, range);
}
