import { checkFinite, checkOneOf, checkOptions, optionNames, outOfRange } from "../base/check";
import { addMeans } from "../model/means";
import { type Judge, type Loss, type Model, randomModel } from "../model/model";
import { normalize } from "../ratings/normalize";
import { type Ratings, withValues } from "../ratings/ratings";
import { split } from "../ratings/split";
import { type Trained, type TrainOptions, train } from "./gradient/train";
import { fromScale, scaleOf, toScale } from "./usualScale";

/** Everything about the lecture's model that is chosen before it is trained, as plain values. */
export type LectureSettings = {
  /** n, the number of features. @default 6 */
  numFeatures?: number;
  /** Weight of the penalty on W and X. @default 12; 6 under loss "logistic" */
  lambda?: number;
  /** "logistic" where the ratings are labels of 0 and 1. @default "squared" */
  loss?: Loss;
  /** How many ratings of the global mean are added to each item's; not under "logistic". @default 5 */
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

const settingNames = optionNames<LectureSettings>({
  numFeatures: true,
  lambda: true,
  loss: true,
  damping: true,
  iterations: true,
  learningRate: true,
  scale: true,
  seed: true,
  validation: true,
  patience: true,
});

/**
 * The lecture's model from ratings in one call: the ratings are normalized by item, a random model is trained on them
 * with Adam, and the means are added back, so that it predicts in stars. Its settings are plain values, to be chosen by
 * `gridSearch`; the defaults are what that chooses on ml-100k.
 *
 * Ratings that are spread otherwise than stars are (0 to 1, −10 to 10, 1 to 100) are brought to their scale for the
 * training, so that the same settings do; the model is in the ratings' own, and so are the costs.
 *
 * Under loss "logistic" the ratings are labels, from which no mean is subtracted: what is predicted is the z of the
 * probability g(z), and `rmse`, `logLoss`, searches and the like judge it so. The default of lambda is then what
 * `gridSearch` chooses, by log loss, on ml-latest-small's likes.
 *
 * With a validation part training stops early: when the error on it, RMSE or log loss, has not fallen for `patience`
 * updates. The model is then the one with the least error.
 *
 * @param options.judge What early stopping goes by in the place of the error on the validation part: a number of the
 *   model, its means included, of which less is better.
 * @param options.held Ratings that were held back already, to be the validation part. @default drawn as `validation` says
 * @param options.threads Threads to train on, see `train`.
 * @throws RangeError for settings out of range, labels that are not 0 or 1 under "logistic", and for training that diverges.
 */
export async function lectureModel(
  ratings: Ratings,
  settings: LectureSettings = {},
  options: { held?: Ratings; judge?: Judge; threads?: number; signal?: AbortSignal } = {},
): Promise<Trained> {
  checkOptions(settings, settingNames);
  checkOptions(options, ["held", "judge", "threads", "signal"]);
  const { loss = "squared", numFeatures = 6, damping = 5, iterations = 200, learningRate = 0.1 } = settings;
  const { lambda = loss === "logistic" ? 6 : 12, scale, seed = 0, validation = 0, patience = 30 } = settings;
  checkOneOf("loss", loss, ["squared", "logistic"]);
  checkFinite("validation", validation);
  if (!(validation >= 0 && validation < 1)) throw outOfRange("validation", "in [0, 1)", validation);
  const parts =
    options.held || validation === 0
      ? { train: ratings, test: options.held }
      : split(ratings, { test: validation, seed });
  const units = scaleOf(parts.train);
  const isConstant = units.isConstant && loss === "squared";
  const start = randomModel({ ...ratings, numFeatures }, { seed, scale: isConstant ? 0 : scale });
  const { judge, threads, signal } = options;
  const training: TrainOptions = { iterations, lambda, learningRate, loss, patience, threads, signal };
  if (loss === "logistic") {
    if (settings.damping !== undefined)
      throw new RangeError(
        `damping must be left out under loss "logistic", which has no means, got ${damping}`,
      );
    return train(start, parts.train, { ...training, validation: judge ?? parts.test });
  }
  const normalized = normalize(toScale(parts.train, units), { damping });
  const held = parts.test && lessMeans(toScale(parts.test, units), normalized.means);
  const inStars = (model: Model) => fromScale(addMeans(model, normalized), units);
  const byJudge = judge && ((model: Model) => judge(inStars(model)));
  const trained = await train(start, normalized.ratings, { ...training, validation: byJudge ?? held });
  const { history, validation: curve } = trained;
  const { unit } = units;
  return {
    model: inStars(trained.model),
    history: history.map((J) => unit * unit * J),
    ...(curve && { validation: byJudge ? curve : curve.map((error) => unit * error) }),
  };
}

/** Ratings held back, normalized by the means of those trained on. */
function lessMeans(ratings: Ratings, means: Float64Array): Ratings {
  return withValues(
    ratings,
    ratings.values.map((value, k) => value - means[ratings.items[k]]),
  );
}
