import { checkFinite, checkNotNegative, checkOneOf, checkOptions } from "../base/check";
import { random, shuffled } from "../math/random";
import { type RatingsSize, ratingsFrom } from "./build";
import { byUser, type Cell, pick, type Ratings, withValues } from "./ratings";

/**
 * Stars as labels: 1 where the rating is at least `threshold`, else 0; unrated stays unrated.
 *
 * Source: the lecture, "Binary labels: favs, likes and clicks".
 *
 * @param options.below What a rating below the threshold becomes: a label of 0, or unrated too, as where all that is
 *   known is what people liked. @default "zero"
 * @throws RangeError for a threshold that no rating reaches, where those below it become unrated.
 */
export function toLabels(
  ratings: Ratings,
  options: { threshold: number; below?: "zero" | "unrated" },
): Ratings {
  checkOptions(options, ["threshold", "below"]);
  const { threshold, below = "zero" } = options;
  checkFinite("threshold", threshold);
  checkOneOf("below", below, ["zero", "unrated"]);
  const labels = withValues(
    ratings,
    ratings.values.map((value) => (value >= threshold ? 1 : 0)),
  );
  if (below === "zero") return labels;
  const liked = Int32Array.from(labels.values.keys()).filter((k) => labels.values[k] === 1);
  if (liked.length === 0) throw new RangeError(`ratings must hold one of ${threshold} or more, got none`);
  return pick(labels, liked);
}

/** An item was shown to a user, who did something with it or did not. */
export interface Showing extends Cell {
  engaged: boolean;
}

/**
 * Labels from what people did with what they were shown: 1 where a user engaged with an item at any showing, 0 where
 * it was shown and they never did, and no label where it was not shown.
 *
 * @throws RangeError as `ratingsFrom` does; the place in its message is that of the cell's first showing.
 */
export function labelsFromShowings(showings: Iterable<Showing>, size: RatingsSize = {}): Ratings {
  const labels = new Map<string, Cell & { value: number }>();
  for (const { item, user, engaged } of showings) {
    const cell = `${item} ${user}`;
    const value = engaged || labels.get(cell)?.value === 1 ? 1 : 0;
    labels.set(cell, { item, user, value });
  }
  return ratingsFrom(labels.values(), size);
}

/**
 * The labels, and to each user's labels of 1 `ratio` times as many of 0, at items drawn at random from those without a
 * label; of all that there are where there are fewer.
 *
 * Labels that are all 1 teach nothing: "like everything" costs nothing. What a user was not shown is not disliked, but
 * it is liked less often than what they chose themselves, and a small `ratio` makes it count for little beside that.
 *
 * Source: Pan et al. (2008), "One-class collaborative filtering", ICDM 2008.
 *
 * @param options.ratio Labels of 0 drawn for each label of 1. @default 10
 * @param options.seed The same seed draws the same. @default 0
 */
export function withSampledZeros(labels: Ratings, options: { ratio?: number; seed?: number } = {}): Ratings {
  checkOptions(options, ["ratio", "seed"]);
  const { ratio = 10, seed = 0 } = options;
  checkNotNegative("ratio", ratio);
  checkFinite("seed", seed);
  const { numItems, numUsers } = labels;
  const source = random(seed);
  const { start, order } = byUser(labels);
  const drawn: { items: number[]; users: number[] } = { items: [], users: [] };
  /** The last user, from 1, for whom the item was labelled or drawn. */
  const taken = new Int32Array(numItems);
  for (let user = 0; user < numUsers; user++) {
    const own = order.subarray(start[user], start[user + 1]);
    let liked = 0;
    for (const k of own) {
      taken[labels.items[k]] = user + 1;
      if (labels.values[k] === 1) liked++;
    }
    const free = numItems - own.length;
    const count = Math.min(free, Math.round(ratio * liked));
    const draw = (item: number) => {
      taken[item] = user + 1;
      drawn.items.push(item);
      drawn.users.push(user);
    };
    if (2 * (own.length + count) <= numItems) {
      // Of all items at least half stay free: one drawn at random is, more often than not.
      for (let left = count; left > 0; ) {
        const item = source.below(numItems);
        if (taken[item] === user + 1) continue;
        draw(item);
        left--;
      }
    } else {
      const choice = Array.from(taken.keys()).filter((item) => taken[item] !== user + 1);
      for (const k of shuffled(free, source).subarray(0, count)) draw(choice[k]);
    }
  }
  const length = labels.values.length + drawn.items.length;
  const all = {
    items: new Int32Array(length),
    users: new Int32Array(length),
    values: new Float64Array(length),
  };
  for (const name of ["items", "users", "values"] as const) all[name].set(labels[name]);
  all.items.set(drawn.items, labels.values.length);
  all.users.set(drawn.users, labels.values.length);
  // Nobody was shown anything at any time: the labels drawn have none, and count once each.
  const weights = labels.weights && new Float64Array(length).fill(1);
  weights?.set(labels.weights!);
  return { ...labels, ...all, times: undefined, ...(weights && { weights }) };
}
