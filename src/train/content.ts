import {
  checkCount,
  checkFinite,
  checkNotNegative,
  checkOptions,
  checkPositive,
  optionNames,
} from "../base/check";
import { pauser } from "../base/pause";
import { yearOf } from "../datasets/films";
import { mean } from "../math/statistics";
import { keptMeans } from "../model/means";
import { type Model, randomModel } from "../model/model";
import { predictAt } from "../model/posterior";
import { centredAs, markCentred } from "../ratings/centred";
import { namesOf } from "../ratings/ids";
import { normalize } from "../ratings/normalize";
import { byItem, type Ratings, withValues } from "../ratings/ratings";
import { checkWeights } from "../ratings/weights";
import { foldInRow } from "./foldIn";
import { train } from "./gradient/train";
import { fromScale, scaleOf, toScale } from "./usualScale";

/** What is known of items beforehand, as features. */
export interface ContentFeatures {
  /** What each feature is. */
  names: string[];
  /** numItems × names.length, row-major. */
  X: Float64Array;
}

/**
 * Genres as features: a column for each genre, in alphabetical order, and in an item's row 1/√k for each of its k
 * genres, else 0. So every item that has a genre is as far from the origin as any other, and a film of four genres does
 * not count fourfold. With titles one column more, "year": the year in the title less the mean of all, in units of 20
 * years, 0 where there is none. Old films that are still watched are liked: in MovieLens 100K the year tells about as
 * much of films that nobody has rated as the genres do.
 *
 * @param genres The genres of each item: `genres` of `movielens`.
 * @param options.titles The title of each item, with its year in brackets at the end. @default none
 * @throws RangeError when no item has a genre, and for as many titles as there are not items.
 */
export function genreFeatures(
  genres: readonly (readonly string[])[],
  options: { titles?: readonly string[] } = {},
): ContentFeatures {
  checkOptions(options, ["titles"]);
  const names = [...new Set(genres.flat())].sort();
  if (names.length === 0)
    throw new RangeError(`genres must have one at least, got none of ${genres.length} items`);
  const { titles } = options;
  if (titles && titles.length !== genres.length) {
    throw new RangeError(`titles must be ${genres.length}, one for each item, got ${titles.length}`);
  }
  const place = new Map(names.map((name, k) => [name, k]));
  const width = names.length + (titles ? 1 : 0);
  const X = new Float64Array(genres.length * width);
  genres.forEach((own, item) => {
    const different = new Set(own);
    for (const name of different) X[item * width + place.get(name)!] = 1 / Math.sqrt(different.size);
  });
  if (titles === undefined) return { names, X };
  const years = titles.map(yearOf);
  const given = years.filter((year) => year > 0);
  const meanYear = mean(given);
  years.forEach((year, item) => {
    if (year > 0) X[item * width + width - 1] = (year - meanYear) / 20;
  });
  return { names: [...names, "year"], X };
}

export interface TrainContentOptions {
  /** Weight of the penalty on the weights of the known features. @default 6 */
  contentLambda?: number;
  /** How many features are learned beside the known ones. @default 20 */
  numFeatures?: number;
  /** Weight of the penalty on what is learned. @default 12 */
  lambda?: number;
  /** Damping of the items' means. @default 3 */
  damping?: number;
  /** How many updates at most. @default 60 */
  iterations?: number;
  /** Of the random values from which learning starts. @default 0 */
  seed?: number;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
  /** Called before update `iteration` with the cost there, as in `train`. */
  onIteration?: (step: { iteration: number; cost: number }) => unknown;
}

/**
 * Content-based prediction and collaborative filtering in one model, for items that nobody has rated as well as for
 * those that many have. Its features are [G | L | r]: G, known and fixed; L, `numFeatures` learned ones; and r, 1 for
 * an item that somebody has rated, else 0. It is trained in two steps:
 *
 * 1. for each user a ridge regression of their ratings on G, in closed form (`foldIn`): the lecture's content-based
 *    prediction, g + G_i·w + b, where g is the mean of all ratings;
 * 2. on what that leaves, `train`: items' means, L, its weights, and a second bias, which is the weight of r.
 *
 * An item without ratings has r = 0, L = 0 and mu = g, and is predicted by its content alone: what the
 * second step learned of the user's bias holds for items whose means are known, not for these.
 *
 * Ratings that are spread otherwise than stars are brought to their scale for the second step, as in `lectureModel`.
 *
 * Source: the lecture, "Content-based prediction" and "Collaborative filtering algorithm".
 *
 * @param content The known features, a row for each item: `genreFeatures`, or any others.
 * @returns The model, with content.names.length + numFeatures + 1 features, and the costs of step 2.
 * @throws RangeError for a row of features too many or too few, one not finite, and options out of range.
 */
export async function trainWithContent(
  ratings: Ratings,
  content: ContentFeatures,
  options: TrainContentOptions = {},
): Promise<{ model: Model; history: Float64Array }> {
  checkOptions(options, optionsKnown);
  const {
    contentLambda = 6,
    numFeatures = 20,
    lambda = 12,
    damping = 3,
    iterations = 60,
    seed = 0,
  } = options;
  checkPositive("contentLambda", contentLambda);
  checkCount("numFeatures", numFeatures);
  checkNotNegative("lambda", lambda);
  checkContent(content, ratings.numItems);
  checkWeights(ratings);

  const { signal, onIteration } = options;
  const known = await contentModel(ratings, content, contentLambda, signal);
  const left = markCentred(
    ratings.values.map((value, k) => value - predictAt(known, ratings.items[k], ratings.users[k])),
  );
  const units = { ...scaleOf(ratings), center: 0 };
  const { unit } = units;
  const normalized = normalize(toScale(withValues(ratings, left), units), { damping });
  const { numItems, numUsers } = ratings;
  const start = randomModel(
    { numItems, numUsers, numFeatures },
    { seed, ...(units.isConstant && { scale: 0 }) },
  );
  const { model: learned, history } = await train(start, normalized.ratings, {
    lambda,
    iterations,
    signal,
    onIteration,
  });
  const means = normalized.means.map((mean) => unit * mean);
  return {
    model: together(known, fromScale(learned, units), means, byItem(ratings).start),
    history: history.map((J) => unit * unit * J),
  };
}

const optionsKnown = optionNames<TrainContentOptions>({
  contentLambda: true,
  numFeatures: true,
  lambda: true,
  damping: true,
  iterations: true,
  seed: true,
  signal: true,
  onIteration: true,
});

/** The lecture's content-based prediction, as `contentBased` has it, but with the mean of all ratings as mu. */
async function contentModel(
  ratings: Ratings,
  { names, X }: ContentFeatures,
  lambda: number,
  signal?: AbortSignal,
): Promise<Model> {
  const { numItems, numUsers, values, weights } = ratings;
  const model: Model = {
    numItems,
    numUsers,
    numFeatures: names.length,
    X,
    W: new Float64Array(numUsers * names.length),
    b: new Float64Array(numUsers),
    mu: centredAs(new Float64Array(numItems).fill(mean(values, weights)), values),
    ...namesOf(ratings),
  };
  const pause = pauser(signal);
  for (let user = 0; user < numUsers; user++) {
    await pause();
    foldInRow(model, ratings, user, lambda);
  }
  return model;
}

/** The sum of both models as one; items of which `start` says that nobody has rated them get the first alone. */
function together(known: Model, learned: Model, means: Float64Array, start: Int32Array): Model {
  const { numItems, numUsers } = known;
  const [n, m] = [known.numFeatures, learned.numFeatures];
  const width = n + m + 1;
  const X = new Float64Array(numItems * width);
  const mu = keptMeans(known.mu.slice(), known.mu);
  for (let item = 0; item < numItems; item++) {
    X.set(known.X.subarray(item * n, (item + 1) * n), item * width);
    if (start[item] === start[item + 1]) continue;
    X.set(learned.X.subarray(item * m, (item + 1) * m), item * width + n);
    X[item * width + n + m] = 1;
    mu[item] += means[item];
  }
  const W = new Float64Array(numUsers * width);
  for (let user = 0; user < numUsers; user++) {
    W.set(known.W.subarray(user * n, (user + 1) * n), user * width);
    W.set(learned.W.subarray(user * m, (user + 1) * m), user * width + n);
    W[user * width + n + m] = learned.b[user];
  }
  return { ...known, numFeatures: width, X, W, mu };
}

function checkContent({ names, X }: ContentFeatures, numItems: number): void {
  if (X.length !== numItems * names.length) {
    throw new RangeError(
      `content.X must have ${numItems * names.length} entries, ${names.length} for each of the ratings' ${numItems} items, got ${X.length}`,
    );
  }
  for (let k = 0; k < X.length; k++) {
    checkFinite("content.X", X[k], `item ${Math.floor(k / names.length)}, ${names[k % names.length]}`);
  }
}
