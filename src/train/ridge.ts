/** The regression by which a user or an item is folded in: ridge regression with a constant that carries no penalty. */
import {
  checkFinite,
  checkIndex,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkPositive,
  outOfRange,
} from "../base/check";
import { solve } from "../math/linear";
import { mean } from "../math/statistics";
import type { Loss, Model } from "../model/model";
import { logisticRidge, type Regression } from "./foldInLogistic";

export interface FoldInOptions {
  /** Weight of the penalty on what is learned, but for the constant. @default 1 */
  lambda?: number;
  /** What an error costs. @default the model's own: "logistic" where it was learned from labels */
  loss?: Loss;
}

/** How often a rating counts in a regression. */
export interface Weighted {
  /** @default 1 */
  readonly weight?: number;
}

/** The weights of some ratings; undefined where all count once. */
export function weightsOf(given: readonly Weighted[]): readonly number[] | undefined {
  return given.some(({ weight }) => weight !== undefined) ? given.map(({ weight = 1 }) => weight) : undefined;
}

/** The options with their defaults, checked. */
export function settingsOf(model: Model, options: FoldInOptions): Required<FoldInOptions> {
  checkOptions(options, ["lambda", "loss"]);
  const { lambda = 1, loss = model.loss ?? "squared" } = options;
  checkNotNegative("lambda", lambda);
  checkOneOf("loss", loss, ["squared", "logistic"]);
  return { lambda, loss };
}

/**
 * What minimizes ½ Σ_k v_k (slope·row_k + constant + offset_k − value_k)² + λ/2 ‖slope‖², v being weights, or under loss "logistic" the
 * cross-entropy in the place of half the squared error; undefined where the values do not determine it.
 */
function regress(
  rows: readonly Float64Array[],
  values: readonly number[],
  offsets: readonly number[],
  { lambda, loss }: Required<FoldInOptions>,
  weights?: readonly number[],
): Regression | undefined {
  if (loss === "logistic") return regressLabels(rows, values, offsets, lambda, weights);
  const { A, centred, meanX } = normalEquations(rows, lambda, weights);
  const meanY = mean(
    values.map((value, k) => value - offsets[k]),
    weights,
  );
  const n = meanX.length;
  const r = new Float64Array(n);
  values.forEach((value, k) => {
    const error = (weights ? weights[k] : 1) * (value - offsets[k] - meanY);
    for (let f = 0; f < n; f++) r[f] += centred[k * n + f] * error;
  });
  const slope = solve(A, r);
  return slope && { slope, constant: slope.reduce((sum, value, f) => sum - value * meanX[f], meanY) };
}

/**
 * The regression by which something is folded in, of its own ratings on these rows.
 *
 * @param what What is to be determined, for the message.
 * @throws RangeError where the ratings do not determine it.
 */
export function foldedIn(
  rows: readonly Float64Array[],
  ratings: readonly ({ value: number } & Weighted)[],
  offsets: readonly number[],
  settings: Required<FoldInOptions>,
  what: string,
): Regression {
  const values = ratings.map(({ value }) => value);
  const found = regress(rows, values, offsets, settings, weightsOf(ratings));
  if (found === undefined) throw undecided(ratings.length, what, settings.lambda);
  return found;
}

/** Where all labels are the same no finite constant would be the best; it is then penalized with 1. */
function regressLabels(
  rows: readonly Float64Array[],
  labels: readonly number[],
  offsets: readonly number[],
  lambda: number,
  weights?: readonly number[],
): Regression | undefined {
  labels.forEach((value, k) => {
    if (value !== 0 && value !== 1)
      throw outOfRange("label", '0 or 1 under loss "logistic"', value, `rating ${k}`);
  });
  const biasLambda = labels.every((label) => label === labels[0]) ? 1 : 0;
  return logisticRidge(rows, labels, offsets, { lambda, biasLambda, weights });
}

/** XᵀVX + λI over the rows less their mean x̄, V being the weights; these rows one after the other; and x̄. */
export function normalEquations(rows: readonly Float64Array[], lambda: number, weights?: readonly number[]) {
  const n = rows[0].length;
  const meanX = new Float64Array(n);
  const weightOf = (k: number) => (weights ? weights[k] : 1);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows.length;
  rows.forEach((row, k) => {
    for (let f = 0; f < n; f++) meanX[f] += (weightOf(k) * row[f]) / total;
  });
  const centred = new Float64Array(rows.length * n);
  rows.forEach((row, k) => {
    for (let f = 0; f < n; f++) centred[k * n + f] = row[f] - meanX[f];
  });
  const A = new Float64Array(n * n);
  for (let k = 0; k < rows.length; k++) {
    for (let f = 0; f < n; f++) {
      const x = weightOf(k) * centred[k * n + f];
      for (let g = 0; g < n; g++) A[f * n + g] += x * centred[k * n + g];
    }
  }
  for (let f = 0; f < n; f++) A[f * n + f] += lambda;
  return { A, centred, meanX, total };
}

export function undecided(ratings: number, what: string, lambda: number): RangeError {
  return new RangeError(
    `lambda must be > 0 where ${ratings} ratings do not determine ${what}, got ${lambda}`,
  );
}

/** Each rating is of an item, or by a user, that there is, comes once, and is finite. */
export function checkEachOnce<Kind extends "item" | "user">(
  kind: Kind,
  given: readonly ({ [name in Kind]: number } & { value: number } & Weighted)[],
  length: number,
): void {
  const seen = new Map<number, number>();
  const once = kind === "item" ? "an item must be rated once" : "a user must rate once";
  given.forEach((rating, k) => {
    const index: number = rating[kind];
    checkIndex(kind, index, length, `rating ${k}`);
    checkFinite("value", rating.value, `rating ${k}`);
    if (rating.weight !== undefined) checkPositive("weight", rating.weight, `rating ${k}`);
    if (seen.has(index)) {
      throw new RangeError(`${once}, got ${kind} ${index} twice (ratings ${seen.get(index)} and ${k})`);
    }
    seen.set(index, k);
  });
}

/** What is to be a row of a model: one number for each feature, each finite. */
export function checkRow(name: string, row: ArrayLike<number>, numFeatures: number): void {
  if (row.length !== numFeatures)
    throw new RangeError(`${name} must have the model's ${numFeatures} features, got ${row.length}`);
  for (let f = 0; f < row.length; f++) checkFinite(name, row[f], `feature ${f}`);
}

/** A copy of the numbers, with more after them. */
export function appended<Block extends Float32Array | Float64Array>(
  block: Block,
  more: ArrayLike<number>,
): Block {
  const all = new (block.constructor as new (length: number) => Block)(block.length + more.length);
  all.set(block);
  all.set(more, block.length);
  return all;
}
