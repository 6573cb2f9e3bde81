import {
  checkAllFinite,
  checkCount,
  checkFinite,
  checkNotNegative,
  checkOptions,
  outOfRange,
} from "../base/check";
import { random } from "../math/random";
import { countByItem, countByUser } from "../ratings/counts";
import { firstDifference, type Names, namesOf } from "../ratings/ids";
import type { Id, Ratings } from "../ratings/ratings";

/** How many items, users and features a model has. */
export interface ModelSize {
  /** nm, the number of items. */
  numItems: number;
  /** nu, the number of users. */
  numUsers: number;
  /** n, the number of features of an item, and of weights of a user. */
  numFeatures: number;
}

/** Half the squared error for ratings, cross-entropy for labels of 0 and 1. */
export type Loss = "squared" | "logistic";

/**
 * A model of collaborative filtering: user j is predicted to give item i the rating W_j·X_i + b_j + mu_i.
 * The matrices are row-major: row i of X is X[i × numFeatures] … X[(i + 1) × numFeatures − 1].
 */
export interface Model extends ModelSize {
  /** Features of the items, numItems × numFeatures: row i is the lecture's x(i). */
  X: Float64Array;
  /** Weights of the users, numUsers × numFeatures: row j is the lecture's w(j). */
  W: Float64Array;
  /** Biases of the users, numUsers: the lecture's b(j). */
  b: Float64Array;
  /** Means of the items, numItems: 0 until `addMeans` sets them. */
  mu: Float64Array;
  /** The ids of the items and users that it was learned from, where those had any: compared with those of ratings. */
  itemIds?: readonly Id[];
  userIds?: readonly Id[];
  /** "logistic" where it was learned from labels: W_j·X_i + b_j + mu_i is then the z of a probability g(z). */
  loss?: Loss;
}

/**
 * A model of small random values, from which training starts: X and W normal with mean 0 and standard deviation
 * `scale`; b and mu zero. Were X and W zero too, so would be all their gradients, and nothing would be learned. b has
 * nothing to fear from zero; and who has rated nothing keeps the b that they began with. Ids that come with the size,
 * as in `randomModel({ ...ratings, numFeatures: 10 })`, are the model's too.
 *
 * @param options.seed The same seed gives the same model. @default 0
 * @param options.scale Standard deviation of the values. @default 0.1
 */
export function randomModel(
  size: ModelSize & { itemIds?: readonly Id[]; userIds?: readonly Id[] },
  options: { seed?: number; scale?: number } = {},
): Model {
  checkOptions(options, ["seed", "scale"]);
  const { seed = 0, scale = 0.1 } = options;
  const { numItems, numUsers, numFeatures } = size;
  checkCount("numItems", numItems);
  checkCount("numUsers", numUsers);
  checkCount("numFeatures", numFeatures);
  checkFinite("seed", seed);
  checkNotNegative("scale", scale);
  const source = random(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => source.normal() * scale);
  return {
    numItems,
    numUsers,
    numFeatures,
    X: draw(numItems * numFeatures),
    W: draw(numUsers * numFeatures),
    b: new Float64Array(numUsers),
    mu: new Float64Array(numItems),
    ...namesOf(size),
  };
}

/** What training is judged by while it runs: a number of the model as it is, of which less is better. */
export type Judge = (model: Model) => number | Promise<number>;

/** The number that a judge gives. @throws RangeError for NaN, by which nothing can be judged. */
export async function judged(judge: Judge, model: Model): Promise<number> {
  const error = await judge(model);
  if (typeof error !== "number" || Number.isNaN(error))
    throw outOfRange("what validation gives", "a number", error);
  return error;
}

/**
 * Sets to zero, in place, what no rating says anything of: of the blocks named, the rows of X of items without ratings,
 * and of W and b of users without. Their predictions are then those of the means.
 */
export function zeroUnrated(
  model: Pick<Model, "X" | "W" | "b" | "numFeatures">,
  ratings: Ratings,
  blocks: readonly ("X" | "W" | "b")[],
): void {
  const { X, W, b, numFeatures } = model;
  const [ofItems, ofUsers] = [countByItem(ratings), countByUser(ratings)];
  for (const name of blocks) {
    const counts = name === "X" ? ofItems : ofUsers;
    const [block, width] = name === "b" ? [b, 1] : [name === "X" ? X : W, numFeatures];
    for (let row = 0; row < counts.length; row++)
      if (counts[row] === 0) block.fill(0, row * width, (row + 1) * width);
  }
}

/**
 * The model is a single one, and its arrays have the lengths that its sizes say.
 *
 * @throws TypeError for a posterior, RangeError for another length.
 */
export function checkModel(model: Model): void {
  if ("samples" in model) throw new TypeError("model must be a single model here, got a posterior");
  const { numItems, numUsers, numFeatures } = model;
  const lengths = { X: numItems * numFeatures, W: numUsers * numFeatures, b: numUsers, mu: numItems };
  for (const [name, length] of Object.entries(lengths)) {
    const block = model[name as keyof typeof lengths];
    if (block.length !== length) {
      throw new RangeError(`model.${name} must have ${length} entries, got ${block.length}`);
    }
  }
}

/**
 * Every number of a model, or of each of a posterior's samples, is finite, and there are as many as the sizes say.
 *
 * @throws RangeError naming the first that is not.
 */
export function checkFiniteModel(model: ModelSize): void {
  const samples = (model as { samples?: readonly object[] }).samples ?? [model];
  for (const [s, sample] of samples.entries()) {
    const blocks = sample as Record<"X" | "W" | "b" | "mu", ArrayLike<number>>;
    checkModel({ ...blocks, ...sizeOf(model) } as unknown as Model);
    for (const name of ["X", "W", "b", "mu"] as const)
      checkAllFinite(samples.length > 1 ? `sample ${s}'s ${name}` : `model.${name}`, blocks[name]);
  }
}

const sizeOf = ({ numItems, numUsers, numFeatures }: ModelSize): ModelSize => ({
  numItems,
  numUsers,
  numFeatures,
});

/**
 * The model and the ratings are about the same items and users: as many, and where both have ids, in the same order.
 *
 * @param called What the ratings are called. @default "ratings"
 * @throws RangeError when they are not, naming the first id that differs.
 */
export function checkSameSize(model: Names, ratings: Names, called = "ratings"): void {
  for (const kind of ["item", "user"] as const) {
    const [wanted, got] = [model, ratings].map((one) => (kind === "item" ? one.numItems : one.numUsers));
    if (got !== wanted)
      throw new RangeError(`${called} must have the model's ${wanted} ${kind}s, got ${got}`);
  }
  checkSameIds(model, ratings, called);
}

/**
 * Of the items and users that both have, each has the same id in both.
 *
 * @throws RangeError naming the first that differs.
 */
export function checkSameIds(model: Partial<Names>, ratings: Partial<Names>, called = "ratings"): void {
  for (const kind of ["item", "user"] as const) {
    const [own, given] = [model, ratings].map((one) => (kind === "item" ? one.itemIds : one.userIds));
    const place = firstDifference(own, given);
    if (place === undefined) continue;
    const [wanted, got] = [own![place], given![place]].map((id) => JSON.stringify(id));
    throw new RangeError(
      `${called} must have the model's ${kind}s in its order, got ${got} for ${wanted} (${kind} ${place}): ` +
        "number them alike with alignTo",
    );
  }
}
