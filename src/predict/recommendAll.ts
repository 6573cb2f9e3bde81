import { checkCount, checkOneOf, checkOptions, optionNames } from "../base/check";
import { pauser } from "../base/pause";
import { type Block, dot } from "../math/dot";
import { clipper, type Range } from "../math/statistics";
import { checkSameSize } from "../model/model";
import { type Predictor, samplesOf, sideBySide } from "../model/posterior";
import { byUser, type Ratings } from "../ratings/ratings";
import { candidatesOf, recommend } from "./predict";
import { directions, distanceBetween, type Measure, measures, similarItems } from "./similar";
import { type Lists, type Query, topItems } from "./topItems";

export interface RecommendAllOptions {
  /** Ratings whose items are left out for whoever rated them. @default none */
  exclude?: Ratings;
  /** Whether what was rated already may be recommended all the same. @default false */
  rated?: boolean;
  /** The items to choose from. @default all */
  among?: Iterable<number>;
  /** The lowest rating and the highest: of the scores what lies beyond counts as these, after the order is made. @default none */
  range?: Range;
  /** How many items for each at most. @default 10 */
  count?: number;
  /** Threads to work on. @default the cores, for work that is worth it */
  threads?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
}

const names = optionNames<RecommendAllOptions>({
  exclude: true,
  rated: true,
  among: true,
  range: true,
  count: true,
  threads: true,
  signal: true,
});

/**
 * What `recommend` gives, for every user: the same items in the same order with the same scores, found without
 * computing all of every score. Of a posterior, whose score is the mean over its samples, too: that is one product of all
 * the samples' features side by side with all their weights.
 *
 * @throws RangeError for options out of range, `exclude` of another size, and an item that the model does not have.
 */
export async function recommendAll(model: Predictor, options: RecommendAllOptions = {}): Promise<Lists> {
  checkOptions(options, names);
  const { exclude, rated = false, among, range, count = 10, signal } = options;
  checkCounts(options);
  const clip = clipper(range);
  if (exclude) checkSameSize(model, exclude, "exclude");
  const left = rated ? undefined : exclude;
  if (among === undefined) {
    const lists = await topItems(await userQuery(model, count, { exclude: left, signal }), options);
    return { ...lists, scores: lists.scores.map(clip) };
  }
  const items = Int32Array.from(candidatesOf(model, among)).sort();
  const lists = await topItems(
    await userQuery(model, count, { exclude: left, among: items, signal }),
    options,
  );
  return { ...lists, items: lists.items.map((place) => items[place]), scores: lists.scores.map(clip) };
}

/**
 * The items with the highest scores, for each user.
 *
 * @param among The items to choose from, ascending; the lists have their places in it. @default all
 */
export async function userQuery(
  model: Predictor,
  count: number,
  options: { exclude?: Ratings; among?: Int32Array; signal?: AbortSignal } = {},
): Promise<Query> {
  const { exclude, among } = options;
  const { numItems, numUsers, numFeatures: n } = model;
  const pause = pauser(options.signal);
  const samples = samplesOf(model).length;
  const width = samples * n;
  const [W, b] = [await sideBySide(model, "W", pause), await sideBySide(model, "b", pause)];
  const [allX, allMu] = [await sideBySide(model, "X", pause), await sideBySide(model, "mu", pause)];
  const X = among === undefined ? allX : rowsAt(allX, among, width);
  const mu = among === undefined ? allMu : rowsAt(allMu, among, samples);
  const placeOf = among && new Int32Array(numItems).fill(-1);
  among?.forEach((item, place) => {
    placeOf![item] = place;
  });
  return {
    ...{ W, X, numFeatures: width, count },
    mu: Float64Array.from({ length: mu.length / samples }, (_, place) => sumOfRow(mu, place, samples)),
    ...leftOut(exclude, numUsers, placeOf),
    // In the order of additions of `predictAt`.
    scoreOf(user, place) {
      let total = 0;
      for (let s = 0, w = user * width, x = place * width; s < samples; s++, w += n, x += n) {
        let sum = b[user * samples + s] + mu[place * samples + s];
        for (let f = 0; f < n; f++) sum += W[w + f] * X[x + f];
        total += sum;
      }
      return total / samples;
    },
    bestOf: (user) =>
      recommend(model, { user, exclude, among, count }).map(({ item, score }) => ({
        item: placeOf ? placeOf[item] : item,
        score,
      })),
  };
}

function sumOfRow(block: Block, row: number, width: number): number {
  let sum = 0;
  for (let k = row * width; k < (row + 1) * width; k++) sum += block[k];
  return sum;
}

/** Some rows of a block. */
function rowsAt<Rows extends Float64Array | Float32Array>(
  block: Rows,
  places: Int32Array,
  width: number,
): Rows {
  const rows = new (block.constructor as new (length: number) => Rows)(places.length * width);
  for (const [k, place] of places.entries())
    rows.set(block.subarray(place * width, (place + 1) * width), k * width);
  return rows;
}

/** Of each user the places of the items that they rated, of those that have a place. */
function leftOut(exclude: Ratings | undefined, numUsers: number, placeOf?: Int32Array) {
  const leaveStart = new Int32Array(numUsers + 1);
  if (exclude === undefined) return { leaveStart, leave: new Int32Array(0) };
  const { start, order } = byUser(exclude);
  const all = order.map((k) => (placeOf ? placeOf[exclude.items[k]] : exclude.items[k]));
  if (placeOf === undefined) return { leaveStart: start, leave: all };
  for (let user = 0; user < numUsers; user++) {
    let known = 0;
    for (let k = start[user]; k < start[user + 1]; k++) if (all[k] >= 0) known++;
    leaveStart[user + 1] = leaveStart[user] + known;
  }
  return { leaveStart, leave: all.filter((place) => place >= 0) };
}

export interface SimilarItemsAllOptions extends Pick<RecommendAllOptions, "count" | "threads" | "signal"> {
  /** How far apart items are, as in `similarItems`. @default "distance" */
  measure?: Measure;
}

const similarNames = optionNames<SimilarItemsAllOptions>({
  count: true,
  threads: true,
  signal: true,
  measure: true,
});

/**
 * What `similarItems` gives, for every item: `scores` are the distances, ‖x(k) − x(i)‖² or by cosine, the nearest first.
 *
 * @throws RangeError for options out of range.
 */
export async function similarItemsAll(
  model: Predictor,
  options: SimilarItemsAllOptions = {},
): Promise<Lists> {
  checkOptions(options, similarNames);
  const { count = 10, measure = "distance", signal } = options;
  checkCounts(options);
  checkOneOf("measure", measure, measures);
  const lists = await topItems(await itemQuery(model, count, { measure, signal }), options);
  return { ...lists, scores: lists.scores.map((score) => (score === 0 ? 0 : -score)) };
}

/**
 * The items that are nearest, for each item: nearest to x is the y with the least ‖y‖² − 2 x·y, which is the highest
 * product of 2x and y, less ‖y‖²; by cosine the y with the highest product of the directions. The scores are the
 * distances with a minus.
 */
export async function itemQuery(
  model: Predictor,
  count: number,
  { measure = "distance", signal }: { measure?: Measure; signal?: AbortSignal } = {},
): Promise<Query> {
  const { numFeatures, numItems } = model;
  const samples = samplesOf(model).length;
  const width = samples * numFeatures;
  const turned =
    measure === "distance"
      ? model
      : { ...model, samples: samplesOf(model).map((one) => ({ ...one, X: directions(one.X, numFeatures) })) };
  const X = await sideBySide(turned as Predictor, "X", pauser(signal));
  const distance = distanceBetween(model, "X", measure);
  return {
    W: measure === "distance" ? X.map((value) => 2 * value) : X,
    X,
    numFeatures: width,
    count,
    mu: Float64Array.from({ length: numItems }, (_, item) =>
      measure === "distance" ? -dot(X, item * width, X, item * width, width) : 0,
    ),
    leaveStart: Int32Array.from({ length: numItems + 1 }, (_, item) => item),
    leave: Int32Array.from({ length: numItems }, (_, item) => item),
    scoreOf: (item, other) => -distance(other, item),
    bestOf: (item) =>
      similarItems(model, { item, count, measure }).map((near) => ({
        item: near.item,
        score: -near.distance,
      })),
  };
}

function checkCounts({ count, threads }: { count?: number; threads?: number }): void {
  if (count !== undefined) checkCount("count", count, 0);
  if (threads !== undefined) checkCount("threads", threads);
}
