import { checkCount, checkOneOf, checkOptions, optionNames } from "../base/check";
import { pauser } from "../base/pause";
import { withPauses } from "../base/steps";
import { type Accuracy, protocolOf } from "../evaluate/accuracy";
import {
  judge,
  type LabelMetric,
  type ListOptions,
  type Metric,
  metricFor,
  metricNames,
  metrics,
  metricsOf,
} from "../evaluate/metrics";
import type { Ranking } from "../evaluate/ranking";
import { type MeanInterval, meanInterval, type Range } from "../math/statistics";
import { checkSameSize } from "../model/model";
import type { Ratings } from "../ratings/ratings";
import { checkNoneSeen, type Fold, folds } from "../ratings/split";
import { type Fit, type FitName, fitNames, type Setting, type Settings } from "./fits";
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
  range?: Range;
  /** Whether recommendations are measured too, and how: see `ranking`. @default false */
  ranking?: ListOptions | false;
  /**
   * Called after each fold, and awaited; false, or a promise of it, stops, and gives what the folds that were done gave.
   * `score` is the RMSE, or of labels the log loss.
   */
  onFold?: (step: FoldStep) => unknown;
}

/** The names of what all ways to validate have in common, for `optionNames`. */
export const validationNames = {
  fit: true,
  folds: true,
  seed: true,
  threads: true,
  signal: true,
} satisfies Record<keyof ValidationOptions, true>;

const names = optionNames<CrossValidateOptions>({
  ...validationNames,
  range: true,
  ranking: true,
  onFold: true,
});

/** How far a cross-validation is, and what the last fold gave. */
export interface FoldStep {
  fold: number;
  done: number;
  total: number;
  rmse: number;
  metric: Metric;
  score: number;
}

/** What one fold gave; log loss, AUC (NaN where all labels of the test are the same) and calibration of labels alone. */
export interface FoldResult extends Accuracy, Partial<Record<LabelMetric, number>> {
  settings: Settings<Setting>;
  ranking?: Ranking;
}

/**
 * What all folds gave, each figure with its interval over the folds: RMSE and MAE always; of labels log loss, AUC and
 * calibration; and what `ranking` tells where that was asked for.
 */
export interface CrossValidation extends Partial<Record<Metric, MeanInterval>> {
  rmse: MeanInterval;
  mae: MeanInterval;
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
 * A model that was learned under loss "logistic" is judged by the probabilities that it gives to labels: its RMSE is
 * that of g(z), and log loss, AUC and calibration come with it.
 *
 * @param data Ratings, to be parted into folds; or folds, such as `movielensFolds()`, or `folds(ratings, { by: "time" })`.
 * @param settings What the fit is to be done with, or how to choose that from a training part.
 * @throws RangeError for options out of range, a fold whose test holds what its training part does, and whatever the fit
 *   throws.
 */
export async function crossValidate(
  data: Ratings | readonly Fold[],
  settings:
    | Settings<Setting>
    | ((train: Ratings, fold: number) => Settings<Setting> | Promise<Settings<Setting>>) = {},
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  checkOptions(options, names);
  const { fit = "lectureModel", threads, signal, range, onFold } = options;
  const parts = foldsOf(data, options);
  const jobs: { fold: number; settings: Settings<Setting> }[] = [];
  for (const [fold, { train }] of parts.entries()) {
    jobs.push({ fold, settings: typeof settings === "function" ? await settings(train, fold) : settings });
  }
  const results: FoldResult[] = [];
  let done = 0;
  const pause = pauser(signal);
  await fitAll(parts, jobs, {
    fit,
    threads,
    signal,
    watch: false,
    async onDone(fold, { model }) {
      const judgement = judge(model, parts[fold], { range, lists: options.ranking });
      const figures: Partial<Record<Metric, number>> = {};
      for (const name of metricsOf(model, options.ranking)) {
        if (metrics[name].of !== "lists")
          figures[name] = await withPauses(metrics[name].compute(judgement), pause);
      }
      const result: FoldResult = {
        ...(figures as { rmse: number; mae: number }),
        protocol: protocolOf(parts[fold].test, { range }),
        settings: jobs[fold].settings,
        ...(options.ranking && { ranking: await withPauses(judgement.ranking(), pause) }),
      };
      results[fold] = result;
      const metric = metricFor(model);
      const score = figures[metric] ?? Number.NaN;
      return onFold?.({ fold, done: ++done, total: jobs.length, rmse: result.rmse, metric, score });
    },
  });
  return overFolds(results.filter((result) => result !== undefined));
}

/** The figures of several folds together: each that all of them have. */
function overFolds(results: FoldResult[]): CrossValidation {
  const means: Partial<Record<Metric, MeanInterval>> = {};
  for (const name of metricNames) {
    const figures = results.map((result) => figureOf(result, name));
    if (figures.every((figure) => figure !== undefined)) means[name] = meanInterval(figures);
  }
  return { ...(means as Pick<CrossValidation, "rmse" | "mae">), folds: results };
}

function figureOf(result: FoldResult, metric: Metric): number | undefined {
  const place: Partial<Record<Metric, number>> | undefined =
    metrics[metric].of === "lists" ? result.ranking : (result as Partial<Record<Metric, number>>);
  return place?.[metric];
}

/** The folds given, or those made of the ratings given; the options that both searches share are checked. */
export function foldsOf(data: Ratings | readonly Fold[], options: ValidationOptions): readonly Fold[] {
  const { fit, folds: count, seed, threads } = options;
  if (typeof fit === "string") checkOneOf("fit", fit, fitNames);
  if (threads !== undefined) checkCount("threads", threads);
  // Not by `values`, which an array has too.
  if ("users" in data) return folds(data, { count, seed });
  if (data.length === 0) throw new RangeError("folds must be at least one, got none");
  for (const fold of data) {
    checkSameSize(fold.train, fold.test, "test");
    checkNoneSeen(fold);
  }
  return data;
}
