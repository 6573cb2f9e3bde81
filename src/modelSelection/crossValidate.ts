import { checkCount, checkOneOf, checkOptions } from "../base/check";
import { type Accuracy, accuracy } from "../evaluate/accuracy";
import { type Ranking, ranking } from "../evaluate/ranking";
import { type MeanInterval, meanInterval } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";
import { type Fold, folds } from "../ratings/split";
import { type Fit, type FitName, fitNames, type Settings } from "./fits";
import { fitAll } from "./pool";

/** What crossValidate and gridSearch have in common. */
export interface ValidationOptions {
  /**
   * How a model is learned: "lectureModel", "factorize" or "bayesian"; a baseline ("globalMean", "itemMean", "biases", "popularity");
   * or a function, which is called in this thread. @default "lectureModel"
   */
  fit?: FitName | Fit;
  /** How many folds are made of ratings that are not folds yet. @default 5 */
  folds?: number;
  /** Of these folds. @default 0 */
  seed?: number;
  /** How many threads work; 1 is this one. @default one a core, as many as there is work for */
  threads?: number;
  /** Aborting it ends all threads, and rejects the promise with its reason. */
  signal?: AbortSignal;
}

export interface CrossValidateOptions extends ValidationOptions {
  /** The scale that predictions are clipped to. @default none, as predicted */
  range?: readonly [min: number, max: number];
  /** Whether recommendations are measured too, and how: see `ranking`. @default false */
  ranking?: { count?: number; relevant?: number } | false;
  /** Called after each fold. */
  onFold?: (step: { fold: number; done: number; total: number; rmse: number }) => void;
}

/** What one fold gave. */
export interface FoldResult extends Accuracy {
  settings: Settings;
  ranking?: Ranking;
}

/** What all folds gave, each figure with its interval over the folds. */
export interface CrossValidation {
  rmse: MeanInterval;
  mae: MeanInterval;
  /** Where they were asked for. */
  ndcg?: MeanInterval;
  precision?: MeanInterval;
  recall?: MeanInterval;
  folds: FoldResult[];
}

/**
 * Learns a model on each fold's training part and measures it on the test that was held back: the error to be expected
 * on ratings not seen, with Student's 95% interval over the folds.
 *
 * Settings that were chosen by looking at all ratings make that error too small. Given as a function, they are chosen
 * for each fold anew from its training part alone:
 * `crossValidate(ratings, async (train) => (await gridSearch(train, grid)).best)`.
 *
 * The same ratings, settings and seeds give the same numbers, whatever the number of threads.
 *
 * @param data Ratings, to be parted into folds; or folds, such as `movielensFolds()`.
 * @param settings What the fit is to be done with, or how to choose that from a training part.
 * @throws RangeError for options out of range, and whatever the fit throws.
 */
export async function crossValidate(
  data: Ratings | readonly Fold[],
  settings: Settings | ((train: Ratings, fold: number) => Settings | Promise<Settings>) = {},
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  checkOptions(options, [...validationNames, "range", "ranking", "onFold"]);
  const { fit = "lectureModel", threads, signal, range, onFold } = options;
  const parts = foldsOf(data, options);
  const jobs: { fold: number; settings: Settings }[] = [];
  for (const [fold, { train }] of parts.entries()) {
    jobs.push({ fold, settings: typeof settings === "function" ? await settings(train, fold) : settings });
  }
  const results: FoldResult[] = [];
  let done = 0;
  await fitAll(parts, jobs, {
    ...{ fit, threads, signal, watch: false },
    onDone(fold, { model }) {
      const { train, test } = parts[fold];
      results[fold] = {
        ...accuracy(model, test, range && { range }),
        settings: jobs[fold].settings,
        ...(options.ranking && { ranking: ranking(model, { train, test, ...options.ranking }) }),
      };
      onFold?.({ fold, done: ++done, total: jobs.length, rmse: results[fold].rmse });
    },
  });
  return {
    rmse: meanInterval(results.map(({ rmse }) => rmse)),
    mae: meanInterval(results.map(({ mae }) => mae)),
    ...(options.ranking && {
      ndcg: meanInterval(results.map((result) => result.ranking!.ndcg)),
      precision: meanInterval(results.map((result) => result.ranking!.precision)),
      recall: meanInterval(results.map((result) => result.ranking!.recall)),
    }),
    folds: results,
  };
}

export const validationNames = ["fit", "folds", "seed", "threads", "signal"] as const;

/** The folds given, or those made of the ratings given; the options that both searches share are checked. */
export function foldsOf(data: Ratings | readonly Fold[], options: ValidationOptions): readonly Fold[] {
  const { fit, folds: count, seed, threads } = options;
  if (typeof fit === "string") checkOneOf("fit", fit, fitNames);
  if (threads !== undefined) checkCount("threads", threads);
  // Not by `values`, which an array has too.
  if ("users" in data) return folds(data, { count, seed });
  if (data.length === 0) throw new RangeError("folds must be at least one, got none");
  return data;
}
