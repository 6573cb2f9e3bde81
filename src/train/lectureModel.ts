import { checkFinite, checkOptions, outOfRange } from "../base/check";
import { addMeans, randomModel } from "../model/model";
import { normalize } from "../ratings/normalize";
import { type Ratings, withValues } from "../ratings/ratings";
import { split } from "../ratings/split";
import { type Trained, train } from "./gradient/train";

/** Everything about the lecture's model that is chosen before it is trained, as plain numbers. */
export type LectureSettings = {
  /** n, the number of features. @default 6 */
  numFeatures?: number;
  /** Weight of the penalty on W and X. @default 12 */
  lambda?: number;
  /** How many ratings of the global mean are added to each item's. @default 5 */
  damping?: number;
  /** How many updates at most. @default 200 */
  iterations?: number;
  /** The length of Adam's steps. @default 0.1 */
  learningRate?: number;
  /** Standard deviation of the initial values. @default 0.1 */
  scale?: number;
  /** Of the initial values, and of the validation part. @default 0 */
  seed?: number;
  /** The part of the ratings held back to stop early by; 0 for none. @default 0 */
  validation?: number;
  /** How many updates the error on the validation part may go without a new low; Adam swings. @default 30 */
  patience?: number;
};

const settingNames: readonly (keyof LectureSettings)[] = [
  ...(["numFeatures", "lambda", "damping", "iterations", "learningRate"] as const),
  ...(["scale", "seed", "validation", "patience"] as const),
];

/**
 * The lecture's model from ratings in one call: the ratings are normalized by item, a random model is trained on them
 * with Adam, and the means are added back, so that it predicts in stars. Its settings are plain numbers, to be chosen by
 * `gridSearch`; the defaults are what that chooses on ml-100k.
 *
 * With a validation part training stops early: when the error on it has not fallen for `patience` updates. The model
 * is then the one with the least error.
 *
 * @param options.held Ratings that were held back already, to be the validation part. @default drawn as `validation` says
 * @param options.threads Threads to train on, see `train`.
 * @throws RangeError for settings out of range, and for training that diverges.
 */
export async function lectureModel(
  ratings: Ratings,
  settings: LectureSettings = {},
  options: { held?: Ratings; threads?: number; signal?: AbortSignal } = {},
): Promise<Trained> {
  checkOptions(settings, settingNames);
  checkOptions(options, ["held", "threads", "signal"]);
  const { numFeatures = 6, lambda = 12, damping = 5, iterations = 200, learningRate = 0.1 } = settings;
  const { scale, seed = 0, validation = 0, patience = 30 } = settings;
  checkFinite("validation", validation);
  if (!(validation >= 0 && validation < 1)) throw outOfRange("validation", "in [0, 1)", validation);
  const parts =
    options.held || validation === 0
      ? { train: ratings, test: options.held }
      : split(ratings, { test: validation, seed });
  const normalized = normalize(parts.train, { damping });
  const start = randomModel({ ...sizeOf(ratings), numFeatures }, { seed, scale });
  const held = parts.test && lessMeans(parts.test, normalized.means);
  const trained = await train(start, normalized.ratings, {
    ...{ iterations, lambda, learningRate, validation: held, patience },
    ...{ threads: options.threads, signal: options.signal },
  });
  return { ...trained, model: addMeans(trained.model, normalized) };
}

const sizeOf = ({ numItems, numUsers }: Ratings) => ({ numItems, numUsers });

/** Ratings held back, normalized by the means of those trained on. */
function lessMeans(ratings: Ratings, means: Float64Array): Ratings {
  return withValues(
    ratings,
    ratings.values.map((value, k) => value - means[ratings.items[k]]),
  );
}
