import { checkCount, checkFinite, checkOneOf, checkOptions, optionNames, outOfRange } from "../base/check";
import { random, shuffled } from "../math/random";
import { countByUser } from "./counts";
import { byUser, pick, type Ratings } from "./ratings";
import { blocksByTime, placesFromLast, timesOf } from "./timeOrder";

/** Ratings in two parts: what is learned from, and what was held back to measure on. */
export interface Fold {
  train: Ratings;
  test: Ratings;
}

/**
 * How ratings are held back:
 *
 * - "random": any of them, each as likely;
 * - "user": at random, the same part of each user's, to within one rating;
 * - "time": the latest of all: what is predicted comes after all that was learned from;
 * - "last": each user's latest.
 */
export type HoldBack = "random" | "user" | "time" | "last";

const waysToHold: readonly HoldBack[] = ["random", "user", "time", "last"];

export interface SplitOptions {
  /** Which ratings are held back. @default "random" */
  by?: HoldBack;
  /**
   * The part held back, between 0 and 1; with "last" from 1 on how many of each user's. At least one rating stays on
   * either side. @default 0.2; 1 with "last"
   */
  test?: number;
  /** The same seed gives the same parts, where they are drawn at random. @default 0 */
  seed?: number;
  /** When each rating was given, in the order of the ratings, in any unit. @default the ratings' own `times` */
  times?: ArrayLike<number>;
}

export interface FoldsOptions {
  /** Which ratings are held back. @default "random" */
  by?: HoldBack;
  /** How many folds. @default 5 */
  count?: number;
  /** The same seed gives the same folds, where they are drawn at random. @default 0 */
  seed?: number;
  /** When each rating was given, in the order of the ratings, in any unit. @default the ratings' own `times` */
  times?: ArrayLike<number>;
}

const splitNames = optionNames<SplitOptions>({ by: true, test: true, seed: true, times: true });
const foldsNames = optionNames<FoldsOptions>({ by: true, count: true, seed: true, times: true });

/**
 * Holds some ratings back, to measure predictions on ratings that training has not seen. Both parts keep the shape and
 * the ids of the whole, and the order of its list.
 *
 * By "time" ratings of the same moment are not parted, so that nothing learned from is as late as what is predicted:
 * the part held back may be larger than asked for. With "last" users who have no more ratings than are to be held back
 * keep them all in the training part; of ratings of the same moment those later in the list are the later.
 *
 * @throws RangeError for a part that is not between 0 and 1, for only one rating, and by "time" and "last" for ratings
 *   without times, times that are not finite, and where all are of the same moment.
 */
export function split(ratings: Ratings, options: SplitOptions = {}): Fold {
  checkOptions(options, splitNames);
  const { by = "random", seed = 0 } = options;
  const { test = by === "last" ? 1 : 0.2 } = options;
  checkWay(by, options.times);
  checkFinite("test", test);
  checkFinite("seed", seed);
  if (by === "last" && test >= 1) checkCount("test", test);
  else if (!(test > 0 && test < 1)) {
    throw outOfRange("test", by === "last" ? "between 0 and 1, or a count" : "between 0 and 1", test);
  }
  const total = ratings.values.length;
  if (total < 2) throw outOfRange("ratings", "at least 2 to be split", total);
  const drawn = by === "random" || by === "user" ? `, seed ${seed}` : "";
  const how = by === "random" ? "" : `by ${by}, `;
  return parted(ratings, splitter(ratings, by, { test, seed, times: options.times }), {
    origin: `split: ${how}${test} of ${total}${drawn}`,
  });
}

/** Whoever gives times means to split by them: held back at random, what comes later would be learned from. */
function checkWay(by: HoldBack, times: ArrayLike<number> | undefined): void {
  checkOneOf("by", by, waysToHold);
  if (times !== undefined && by !== "time" && by !== "last")
    throw new RangeError(`times must come with by "time" or "last", got ${JSON.stringify(by)}`);
}

/** Whether a rating, by its place in the list, is to be held back. */
type IsHeld = (place: number) => boolean;

function splitter(
  ratings: Ratings,
  by: HoldBack,
  { test, seed, times }: { test: number; seed: number; times?: ArrayLike<number> },
): IsHeld {
  const total = ratings.values.length;
  const held = Math.min(total - 1, Math.max(1, Math.round(total * test)));
  if (by === "random") {
    const drawn = placesDrawn(total, seed);
    return (k) => drawn[k] < held;
  }
  if (by === "user") {
    const dealt = placesDealt(ratings, seed);
    // So many of the first n are held back as make up their part: of each user's run, too, to within one.
    return (k) => Math.floor(((dealt[k] + 1) * held) / total) > Math.floor((dealt[k] * held) / total);
  }
  if (by === "time") {
    const block = blocksByTime(timesOf(ratings, times), [total - held]);
    return (k) => block[k] === 1;
  }
  const last = placesFromLast(ratings, timesOf(ratings, times));
  const counts = countByUser(ratings);
  const wanted = counts.map((count) => (test >= 1 ? test : Math.round(count * test)));
  return (k) => {
    const user = ratings.users[k];
    return last[k] < wanted[user] && counts[user] > wanted[user];
  };
}

/**
 * Parts the ratings into `count` folds, each with a test that the others do not hold back. All keep the shape and the
 * ids of the whole, and the order of its list.
 *
 * By "random" and by "user" folds are of equal size (to within one), and each is trained on all that it does not hold
 * back. By "time" the ratings are cut at `count` moments into blocks of about equal size: the first fold learns from
 * the first block and predicts the second, the next learns from both and predicts the third, and so on. With "last" the
 * first fold predicts each user's last rating from those before, the second the last but one from those before it, and
 * so on; nothing later than what is predicted is learned from that user.
 *
 * @throws RangeError for fewer than 2 folds (1 with "time" and "last"), fewer ratings than folds, and as `split` does.
 */
export function folds(ratings: Ratings, options: FoldsOptions = {}): Fold[] {
  checkOptions(options, foldsNames);
  const { by = "random", count = 5, seed = 0 } = options;
  checkWay(by, options.times);
  checkCount("count", count, by === "random" || by === "user" ? 2 : 1);
  checkFinite("seed", seed);
  const total = ratings.values.length;
  if (total < count) throw outOfRange("ratings", `at least ${count} for ${count} folds`, total);
  const drawn = by === "random" || by === "user" ? `, seed ${seed}` : "";
  const how = by === "random" ? "" : ` by ${by}`;
  const partsOf = folder(ratings, by, { count, seed, times: options.times });
  return Array.from({ length: count }, (_, fold) => {
    const [isHeld, isTrain] = partsOf(fold);
    return parted(ratings, isHeld, {
      origin: `fold ${fold + 1} of ${count} of ${total}${how}${drawn}`,
      isTrain,
    });
  });
}

/** For each fold what it holds back, and what it learns from where that is not all the others. */
function folder(
  ratings: Ratings,
  by: HoldBack,
  { count, seed, times }: { count: number; seed: number; times?: ArrayLike<number> },
): (fold: number) => [isHeld: IsHeld, isTrain?: IsHeld] {
  const total = ratings.values.length;
  if (by === "random") {
    const drawn = placesDrawn(total, seed);
    const bound = (fold: number) => Math.floor((fold * total) / count);
    return (fold) => [(k) => drawn[k] >= bound(fold) && drawn[k] < bound(fold + 1)];
  }
  if (by === "user") {
    const dealt = placesDealt(ratings, seed);
    return (fold) => [(k) => dealt[k] % count === fold];
  }
  if (by === "time") {
    const cuts = Array.from({ length: count }, (_, k) => Math.floor(((k + 1) * total) / (count + 1)));
    const block = blocksByTime(timesOf(ratings, times), cuts);
    return (fold) => [(k) => block[k] === fold + 1, (k) => block[k] <= fold];
  }
  const last = placesFromLast(ratings, timesOf(ratings, times));
  const counts = countByUser(ratings);
  const isShort = (k: number, fold: number) => counts[ratings.users[k]] <= fold + 1;
  return (fold) => [(k) => last[k] === fold && !isShort(k, fold), (k) => last[k] > fold || isShort(k, fold)];
}

/** The ratings in two parts. @throws RangeError when one of them would be empty. */
function parted(
  ratings: Ratings,
  isHeld: IsHeld,
  { origin, isTrain = (k) => !isHeld(k) }: { origin: string; isTrain?: IsHeld },
): Fold {
  const places = Int32Array.from(ratings.values.keys());
  const [train, test] = [places.filter(isTrain), places.filter(isHeld)];
  if (test.length === 0) {
    throw new RangeError(`ratings must be enough to hold some back, got too few of each user (${origin})`);
  }
  return { train: pick(ratings, train), test: heldBack(pick(ratings, test), origin) };
}

/** For each rating its place in an order drawn at random. */
function placesDrawn(total: number, seed: number): Int32Array {
  return inverse(shuffled(total, random(seed)));
}

/** For each rating its place where users' ratings follow one another, each user's in an order drawn at random. */
function placesDealt(ratings: Ratings, seed: number): Int32Array {
  const drawn = placesDrawn(ratings.values.length, seed);
  const { start, order } = byUser(ratings);
  const dealt = order.slice();
  for (let user = 0; user < ratings.numUsers; user++)
    dealt.subarray(start[user], start[user + 1]).sort((a, b) => drawn[a] - drawn[b]);
  return inverse(dealt);
}

function inverse(order: Int32Array): Int32Array {
  const place = new Int32Array(order.length);
  for (let n = 0; n < order.length; n++) place[order[n]] = n;
  return place;
}

/** Pairs of parts that were found to share nothing. */
const apart = new WeakMap<Ratings, WeakSet<Ratings>>();

/**
 * No cell of the test is in the training part: what was learned from tells nothing of what is not known yet.
 *
 * @throws RangeError naming the first that is.
 */
export function checkNoneSeen({ train, test }: Fold): void {
  if (apart.get(train)?.has(test)) return;
  const { start, order } = byUser(train);
  const tested = byUser(test);
  /** The last user, from 1, who rated the item in the training part. */
  const raters = new Int32Array(train.numItems);
  for (let user = 0; user < test.numUsers; user++) {
    for (let k = start[user]; k < start[user + 1]; k++) raters[train.items[order[k]]] = user + 1;
    for (const k of tested.order.subarray(tested.start[user], tested.start[user + 1])) {
      const item = test.items[k];
      if (raters[item] !== user + 1) continue;
      const ids = [test.itemIds[item] ?? item, test.userIds[user] ?? user].map((id) => JSON.stringify(id));
      const cell = `item ${ids[0]}, user ${ids[1]}`;
      throw new RangeError(
        `test must hold nothing that train does, got ${cell} in both (rating ${k} of test)`,
      );
    }
  }
  const known = apart.get(train) ?? new WeakSet();
  apart.set(train, known.add(test));
}

/** How the parts held back came to be, for the protocol of what is measured on them. */
const origins = new WeakMap<Ratings, string>();

/** The ratings, remembered to have been held back in this way. */
export function heldBack(ratings: Ratings, origin: string): Ratings {
  origins.set(ratings, origin);
  return ratings;
}

/** How ratings were held back: "split: 0.2 of 100000, seed 1", "fold 1 of 5 …"; "as given" where nobody said. */
export function originOf(ratings: Ratings): string {
  return origins.get(ratings) ?? "as given";
}
