import type { Predictor } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { biases, globalMean, itemMean, popularity } from "../train/baselines";
import { bayesian } from "../train/gibbs/bayesian";
import { type LectureSettings, lectureModel } from "../train/lectureModel";
import { factorize } from "../train/sgd/factorize";

/** The value of a setting: a number, or a word such as the loss "logistic". */
export type Setting = number | string;

/** Settings of a fit: plain values, which cross to another thread and can be printed; numbers, but for few. */
export type Settings<Value extends Setting = number> = Readonly<Record<string, Value | undefined>>;

/** What a fit is given beside the ratings and its settings. */
export interface FitContext {
  /** Ratings held back, whose error is to be followed while training and ends it. */
  held?: Ratings;
  /** What to follow in the place of that error: a number of the model, of which less is better. */
  judge?: (model: Predictor) => number | Promise<number>;
  /** How many threads it may use; 1 where other fits run beside it. */
  threads?: number;
  signal?: AbortSignal;
}

/** What a fit gives: what predicts, and the error on the ratings held back before each update where it was followed. */
export interface Outcome {
  model: Predictor;
  validation?: Float64Array;
}

/**
 * Learns from ratings what predicts others, in stars or as labels; `train` and its like may give all that they return.
 * What is learned under loss "logistic" is judged as labels are.
 */
export type Fit = (
  ratings: Ratings,
  settings: Settings,
  context: FitContext,
) => Predictor | Outcome | Promise<Predictor | Outcome>;

/** The fits that go by a name, and so can run in other threads, where no function can be sent. */
const named = {
  /** The lecture's model: normalize → randomModel → train → addMeans; with `loss: "logistic"` that of labels. */
  lectureModel: (ratings, settings, context) => lectureModel(ratings, settings as LectureSettings, context),
  /** Its steps shorten over the epochs it is told, so that it goes through them all: no error is followed. */
  factorize: (ratings, settings, { threads, signal }) => factorize(ratings, { ...settings, threads, signal }),
  bayesian: (ratings, settings, { threads, signal }) => bayesian(ratings, { ...settings, threads, signal }),
  globalMean: (ratings) => globalMean(ratings),
  itemMean: (ratings, settings) => itemMean(ratings, settings),
  biases: (ratings, settings) => biases(ratings, settings),
  popularity: (ratings) => popularity(ratings),
} satisfies Record<string, Fit>;

export type FitName = keyof typeof named;

export const fitNames = Object.keys(named) as FitName[];

/** A fit by its name, or the function itself; its model, and the error followed, whichever of the two it gives. */
export async function runFit(
  chosen: FitName | Fit,
  ratings: Ratings,
  settings: Settings<Setting>,
  context: FitContext,
): Promise<Outcome> {
  const learn: Fit = typeof chosen === "string" ? named[chosen] : chosen;
  const made = await learn(ratings, settings as Settings, context);
  return "model" in made ? made : { model: made };
}
