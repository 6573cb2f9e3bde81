import { inParts } from "../../base/pause";
import { gridFor } from "../../math/orderless";
import { keysFor, scattered } from "../../math/random";
import type { Model } from "../../model/model";
import { isCentred, markCentred } from "../../ratings/centred";
import { namesOf } from "../../ratings/ids";
import { placesBefore } from "../../ratings/places";
import type { Ratings } from "../../ratings/ratings";
import { paddedWidth, type Store } from "../../wasm/arena";
import { blockSizeFor, equalBounds } from "../../wasm/partition";
import { cutIntoBlocks, type RatingBlocks } from "./blocks";

/** What is to be factorized, and how. */
export interface SgdProblem {
  ratings: Ratings;
  numFeatures: number;
  lambda: number;
  biasLambda: number;
  seed: number;
  /** How many block rows and columns the ratings are cut into, see `blockCountFor`. */
  count: number;
  validation?: Ratings;
  /** What to go on from, if from anything. */
  from?: Model;
}

/**
 * A factorization under way. A row of W is (w_j, …, 1, b_j), a row of X (x_i, …, mu_i, 1), with zeros between the
 * features and the last two numbers: the product of two rows is the whole prediction, less the mean of all ratings and
 * in their unit.
 */
export interface Descent {
  numFeatures: number;
  /** Numbers in a row: a multiple of four, two at least more than there are features. */
  width: number;
  W: Float32Array;
  /** Rows by the items' places. */
  X: Float32Array;
  blocks: RatingBlocks;
  rate: number;
  lambda: number;
  biasLambda: number;
  /** Of each block of a stratum the sum of its squared errors, as the work leaves it. */
  squares: Float64Array;
  heldOut: HeldOut;
}

/** The ratings held out, and of each stretch of them, [bounds[k], bounds[k + 1]), the sum of the squared errors. */
export interface HeldOut {
  users: Int32Array;
  /** The items' places. */
  items: Int32Array;
  values: Float32Array;
  blockSize: number;
  bounds: Int32Array;
  squares: Float64Array;
}

/** What goes over the ratings, on whichever backend: a stratum of an epoch, or all that are held out. */
export interface SgdSolver {
  descent: Descent;
  /** Goes over the ratings of a stratum once; leaves the sums of squared errors in `descent.squares`. */
  descend(stratum: number): Promise<void>;
  /** Leaves the sums of squared errors of the ratings held out in `descent.heldOut.squares`. */
  measure(): Promise<void>;
  /** Gives back what the solver holds. */
  close(): Promise<void>;
}

/** Ratings held out are measured in stretches of so many. */
const heldOutBlock = 50_000;

/** The bytes that the arrays of a factorization take, for a store of known size. */
export function sizesOf({ ratings, numFeatures, count, validation }: SgdProblem) {
  const { numItems, numUsers, values, weights } = ratings;
  const width = widthOf(numFeatures);
  return [
    { length: values.length, bytes: weights ? 10 : 6 },
    { length: (numItems + numUsers) * width, bytes: 4 },
    { length: count * (numUsers + 4) + 64, bytes: 4 },
    { length: validation?.values.length ?? 0, bytes: 12 + 1 },
    { length: 32, bytes: 64 },
  ];
}

/** Numbers in a row: the features, two more, and zeros up to a multiple of four. */
const widthOf = (numFeatures: number) => paddedWidth(numFeatures + 2);

/** The ratings in blocks, rows of zeros, and the ratings held out, in arrays of a store. */
export async function layOut(
  problem: SgdProblem,
  store: Store,
  pause: () => Promise<void>,
): Promise<Descent> {
  const { ratings, numFeatures, lambda, biasLambda, seed, count, validation } = problem;
  const width = widthOf(numFeatures);
  const blocks = await cutIntoBlocks(ratings, { count, seed, store }, pause);
  const held = validation?.values.length ?? 0;
  const blockSize = blockSizeFor(held, heldOutBlock);
  const bounds = equalBounds(held, blockSize);
  const heldOut: HeldOut = {
    users: store.int32(held),
    items: store.int32(held),
    values: store.float32(held),
    blockSize,
    bounds,
    squares: store.float64(bounds.length - 1),
  };
  if (validation) {
    heldOut.users.set(validation.users);
    heldOut.items.set(validation.items.map((item) => blocks.placeOf[item]));
    heldOut.values.set(validation.values.map((value) => (value - blocks.mean) / blocks.unit));
  }
  return {
    numFeatures,
    width,
    W: store.float32(ratings.numUsers * width),
    X: store.float32(ratings.numItems * width),
    blocks,
    rate: 0,
    lambda,
    biasLambda,
    squares: store.float64(blocks.count),
    heldOut,
  };
}

/** Standard deviation of the initial features and weights; they are uniform. */
const initialScale = 0.01;

/** How many ratings at the mean the initial means and biases are damped by. */
const damping = 10;

/**
 * The rows of an earlier model, in the ratings' units, for the items and users that it has, whether they have ratings or
 * not; the others stay as `initialize` leaves them.
 *
 * @param factor What features and weights are multiplied by.
 */
export function goOnFrom(descent: Descent, ratings: Ratings, from: Model, factor: number): void {
  const { numFeatures: n, width, W, X, blocks } = descent;
  const { placeOf, mean, unit } = blocks;
  const fill = (
    rows: Float32Array,
    places: Int32Array,
    at: (row: number) => number,
    values: (place: number, f: number) => number,
    constant: (place: number) => number,
    slot: number,
  ) => {
    places.forEach((place, row) => {
      if (place < 0) return;
      const to = at(row) * width;
      for (let f = 0; f < n; f++) rows[to + f] = values(place, f);
      rows[to + slot] = constant(place);
    });
  };
  const ofItems = placesBefore("item", ratings, from, "from");
  const ofUsers = placesBefore("user", ratings, from, "from");
  const [bias, mu] = [width - 1, width - 2];
  fill(
    X,
    ofItems,
    (item) => placeOf[item],
    (place, f) => factor * from.X[place * n + f],
    (place) => (from.mu[place] - mean) / unit,
    mu,
  );
  fill(
    W,
    ofUsers,
    (user) => user,
    (place, f) => (factor * from.W[place * n + f]) / unit,
    (place) => from.b[place] / unit,
    bias,
  );
}

/**
 * Small random features and weights, uniform in ±√3 · 0.01, zero where there is no rating to learn them from; means and
 * biases damped toward the mean of all. Each row is drawn for itself and sums have no order, so that the same ratings in
 * any order, and any part of the rows alone, begin with the same digits.
 */
export async function initialize(
  { numFeatures, width, W, X, blocks }: Descent,
  ratings: Ratings,
  seed: number,
  pause: () => Promise<void>,
): Promise<void> {
  const { items, users, values, weights, numItems, numUsers } = ratings;
  const { placeOf, mean, unit } = blocks;
  const [one, bias, mu, alsoOne] = [width - 2, width - 1, width - 2, width - 1];
  const scale = blocks.isConstant ? 0 : Math.sqrt(3) * initialScale;
  const draw = async (
    rows: Float32Array,
    key: number,
    counts: Int32Array,
    placeIn: (row: number) => number,
  ) => {
    const uniform = scattered(key);
    for (let row = 0; row < counts.length; row++) {
      const at = placeIn(row) * width;
      if (counts[row] > 0) for (let n = 0; n < numFeatures; n++) rows[at + n] = uniform(row, n) * scale;
      if (row % 1000 === 0) await pause();
    }
  };
  const ofItems = new Int32Array(numItems);
  const ofUsers = new Int32Array(numUsers);
  await inParts(values.length, pause, (k) => {
    ofItems[items[k]]++;
    ofUsers[users[k]]++;
  });
  const [keyX, keyW] = keysFor(seed, 2);
  await draw(X, keyX, ofItems, (item) => placeOf[item]);
  await draw(W, keyW, ofUsers, (user) => user);
  for (let item = 0; item < numItems; item++) X[item * width + alsoOne] = 1;
  for (let user = 0; user < numUsers; user++) W[user * width + one] = 1;
  if (blocks.isConstant) return;
  const spread = await greatest(values.length, pause, (k) => Math.abs(values[k] - mean));
  const weightOf = (k: number) => (weights ? weights[k] / blocks.meanWeight : 1);
  const heaviest = weights ? await greatest(values.length, pause, weightOf) : 1;
  const dampedMeans = async (
    keys: Int32Array,
    length: number,
    most: number,
    residual: (k: number) => number,
  ) => {
    const sums = new Float64Array(length);
    const totals = new Float64Array(length);
    const [grid, ofWeights] = [gridFor(heaviest * most, values.length), gridFor(heaviest, values.length)];
    await inParts(values.length, pause, (k) => {
      sums[keys[k]] += grid.round(weightOf(k) * residual(k));
      totals[keys[k]] += ofWeights.round(weightOf(k));
    });
    return sums.map((sum, key) => sum / (totals[key] + damping));
  };
  const ofItem = await dampedMeans(items, numItems, spread, (k) => values[k] - mean);
  // A mean of residuals is no greater than they are.
  const ofUser = await dampedMeans(users, numUsers, 2 * spread, (k) => values[k] - mean - ofItem[items[k]]);
  for (let item = 0; item < numItems; item++) X[placeOf[item] * width + mu] = ofItem[item] / unit;
  for (let user = 0; user < numUsers; user++) W[user * width + bias] = ofUser[user] / unit;
}

/** The greatest of the numbers of many places, none of them negative. */
async function greatest(
  length: number,
  pause: () => Promise<void>,
  of: (place: number) => number,
): Promise<number> {
  let most = 0;
  await inParts(length, pause, (k) => {
    most = Math.max(most, of(k));
  });
  return most;
}

/**
 * The rows as a model: features and weights apart from means and biases, in the ratings' own unit, the mean of all back
 * in the means.
 */
export function modelOf({ numFeatures, width, W, X, blocks }: Descent, ratings: Ratings): Model {
  const { numItems, numUsers } = ratings;
  const { mean, unit } = blocks;
  const model: Model = {
    numItems,
    numUsers,
    numFeatures,
    X: new Float64Array(numItems * numFeatures),
    W: new Float64Array(numUsers * numFeatures),
    b: new Float64Array(numUsers),
    mu: new Float64Array(numItems),
    ...namesOf(ratings),
  };
  for (let item = 0; item < numItems; item++) {
    const row = blocks.placeOf[item] * width;
    for (let n = 0; n < numFeatures; n++) model.X[item * numFeatures + n] = X[row + n];
    model.mu[item] = mean + unit * X[row + width - 2];
  }
  for (let user = 0; user < numUsers; user++) {
    const row = user * width;
    for (let n = 0; n < numFeatures; n++) model.W[user * numFeatures + n] = unit * W[row + n];
    model.b[user] = unit * W[row + width - 1];
  }
  if (isCentred(ratings.values)) markCentred(model.mu);
  return model;
}
