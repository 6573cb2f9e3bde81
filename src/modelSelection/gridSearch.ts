import { checkOneOf, checkOptions, optionNames, outOfRange } from "../base/check";
import { pauser } from "../base/pause";
import { withPauses } from "../base/steps";
import { judge, type ListOptions, type Metric, metricFor, metricNames, metrics } from "../evaluate/metrics";
import { extent, type MeanInterval, mean, meanInterval } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";
import type { Fold } from "../ratings/split";
import type { LectureSettings } from "../train/lectureModel";
import { sortedBy } from "./compareFolds";
import { foldsOf, type ValidationOptions, validationNames } from "./crossValidate";
import type { Setting, Settings } from "./fits";
import { fitAll } from "./pool";

/** The values that each setting is tried with; a single one is kept in all trials. */
export type Grid = Readonly<Record<string, Setting | readonly Setting[]>>;

/** The settings that are chosen from a grid: one value of each, and the number of updates where that was found on the way. */
export type Chosen<G extends Grid> = {
  readonly [Name in keyof G]: G[Name] extends readonly (infer Value extends Setting)[] ? Value : G[Name];
} & { readonly iterations?: number };

export interface GridSearchOptions extends ValidationOptions {
  /** What the settings are chosen by. @default "rmse"; "logLoss" for what is learned under loss "logistic" */
  metric?: Metric;
  /** How recommendations are judged, where the metric is one of lists: see `ranking`. @default as there */
  ranking?: ListOptions;
  /** Called after each fit, and awaited; false, or a promise of it, stops, and chooses from the trials that were complete. */
  onFit?: (step: FitStep) => unknown;
}

const names = optionNames<GridSearchOptions>({
  ...validationNames,
  metric: true,
  ranking: true,
  onFit: true,
});

/** How far a search is, and what the last fit gave. */
export interface FitStep {
  settings: Settings<Setting>;
  fold: number;
  done: number;
  total: number;
  rmse: number;
  metric: Metric;
  score: number;
  /** What the fit threw; its figures are NaN. */
  error?: Error;
}

/** One set of settings, and how it did. */
export interface Trial<S = LectureSettings> {
  /** With `iterations` as many as did best, where the error was followed. */
  settings: S;
  /** On the ratings held back, over the folds, with Student's 95% interval; of labels that of the probabilities. */
  rmse: MeanInterval;
  /** What it was judged by, and how it did, where that is not the RMSE. */
  metric?: Metric;
  score?: MeanInterval;
  /** Before each update, the mean over the folds of the figure on the ratings held back: RMSE, log loss, or `metric`. */
  validation?: Float64Array;
  /** Why it failed: what a fit threw, such as of training that diverged, or a figure that is no number. It is never the best. */
  error?: Error;
}

/** All that was tried, in the order of the grid, and the settings that did best. */
export interface GridSearch<S = LectureSettings> {
  best: S;
  trials: Trial<S>[];
}

/**
 * Tries every combination of the settings in a grid by cross-validation, and gives the best. Give it training ratings
 * alone: what was looked at to choose the settings can no longer tell how well they do.
 *
 * Under "lectureModel" the error on the ratings held back is followed while training. Training ends when it has not fallen for
 * `patience` updates, and the number of updates with the least mean over the folds becomes the `iterations` of that
 * trial: that one setting is found on the way, and needs no list in the grid. Predictions are not clipped.
 *
 * What is learned under loss "logistic", from labels, is chosen by log loss; `metric` chooses by another, such as "auc",
 * "ndcg" or "map", which is then what is followed while training, too, and which ends it.
 *
 * A trial of which a fit throws, or whose figure is no number, is reported with its error, and the others go on.
 *
 * `gridSearch(train, { numFeatures: [5, 10, 20], lambda: [5, 10, 20], damping: 5 })` makes 9 trials, 45 fits.
 *
 * @param data Ratings, to be parted into folds; or folds.
 * @throws RangeError for a setting without values or options out of range; and what the first fit threw, where no trial
 *   succeeded.
 */
export async function gridSearch<const G extends Grid>(
  data: Ratings | readonly Fold[],
  grid: G,
  options: GridSearchOptions = {},
): Promise<GridSearch<Chosen<G>>> {
  checkOptions(options, names);
  const { fit = "lectureModel", threads, signal, onFit } = options;
  if (options.metric !== undefined) checkOneOf("metric", options.metric, metricNames);
  const parts = foldsOf(data, options);
  const tried = combinations(grid);
  const jobs = tried.flatMap((settings) => parts.map((_, fold) => ({ fold, settings })));
  const fits: Fitted[] = [];
  // The errors that training itself minimizes are followed at no cost.
  const follows = options.metric !== undefined && !["rmse", "logLoss"].includes(options.metric);
  const pause = pauser(signal);
  let done = 0;
  const tell = (place: number, fitted: Fitted) => {
    fits[place] = fitted;
    const { fold, settings } = jobs[place];
    const { rmse, metric, score, error } = fitted;
    const step: FitStep = { settings, fold, done: ++done, total: jobs.length, rmse, metric, score };
    return onFit?.(error ? { ...step, error } : step);
  };
  await fitAll(parts, jobs, {
    fit,
    threads,
    signal,
    watch: true,
    follow: follows ? { metric: options.metric!, lists: options.ranking } : undefined,
    async onDone(place, { model, validation }) {
      const own = metricFor(model);
      const { metric = own } = options;
      const judgement = judge(model, parts[jobs[place].fold], { lists: options.ranking });
      const measure = (name: Metric) => withPauses(metrics[name].compute(judgement), pause);
      // Of what is followed less is better: it is turned back.
      const turned = follows && !metrics[metric].isError ? validation?.map((error) => -error) : validation;
      const curve = turned?.length ? turned : undefined;
      const followed = follows ? metric : own;
      const fitted = await measureBoth(measure, metric)
        .then((figures): Fitted => ({ ...figures, metric, curve, own: followed }))
        .catch(async (error) => {
          // Whoever stops the work has not failed at it.
          await pause();
          return failed(error, metric);
        });
      return tell(place, fitted);
    },
    onFail: (place, error) => tell(place, failed(error, options.metric ?? "rmse")),
  });
  const trials = tried.flatMap((settings, k): Trial<Settings<Setting>>[] => {
    const own = fits.slice(k * parts.length, (k + 1) * parts.length).filter((one) => one !== undefined);
    return own.length < parts.length ? [] : [trialOf(settings, own)];
  });
  const search: GridSearch<Settings<Setting>> = { best: bestOf(trials, fits).settings, trials };
  return search as unknown as GridSearch<Chosen<G>>;
}

/** What a fit gave. */
interface Fitted {
  rmse: number;
  metric: Metric;
  score: number;
  error?: Error;
  /** The figure on the ratings held back before each update, by the metric `own`. */
  curve?: Float64Array;
  own?: Metric;
}

const failed = (error: Error, metric: Metric): Fitted => ({
  rmse: Number.NaN,
  score: Number.NaN,
  metric,
  error,
});

/** The figures of a model; a failure where they cannot be had, or are no numbers. */
async function measureBoth(
  measure: (metric: Metric) => Promise<number>,
  metric: Metric,
): Promise<{ rmse: number; score: number; error?: Error }> {
  const rmse = await measure("rmse");
  const score = metric === "rmse" ? rmse : await measure(metric);
  return Number.isFinite(score)
    ? { rmse, score }
    : { rmse, score, error: outOfRange(metric, "finite", score) };
}

/** The trial with the best figure of those that did not fail; of equals the first. */
function bestOf<S>(trials: readonly Trial<S>[], fits: readonly (Fitted | undefined)[]): Trial<S> {
  const good = trials.filter(({ error }) => error === undefined);
  if (good.length > 0)
    return sortedBy(scoreOf(good[0]).metric, good, (trial) => scoreOf(trial).score.mean)[0];
  const error = fits.find((one) => one?.error)?.error;
  throw (
    error ?? new RangeError("a trial must be complete to be chosen, got none before onFit stopped the search")
  );
}

/** What a trial was judged by, and how it did. */
export function scoreOf<S>(trial: Trial<S>): { metric: Metric; score: MeanInterval } {
  const { rmse, metric = "rmse", score = rmse } = trial;
  return { metric, score };
}

/** The trial of the fits on all folds; where the error was followed, judged by the updates that are best for all of them. */
function trialOf<S>(settings: S, fits: readonly Fitted[]): Trial<S> {
  const error = fits.find((one) => one.error)?.error;
  const [{ metric, own }] = fits;
  const rmse = meanInterval(fits.map((one) => one.rmse));
  const score = meanInterval(fits.map((one) => one.score));
  const judged = metric === "rmse" ? {} : { metric, score };
  if (error) return { settings, rmse, ...judged, error };
  const curves = fits.flatMap(({ curve }) => (curve ? [curve] : []));
  if (curves.length < fits.length) return { settings, rmse, ...judged };
  // Folds stop at different times: only as far as all went is there a mean.
  const [length] = extent(curves.map((curve) => curve.length));
  const at = (t: number) => curves.map((curve) => curve[t]);
  const validation = Float64Array.from({ length }, (_, t) => mean(at(t)));
  const [least, most] = extent(validation);
  const iterations = validation.indexOf(metrics[own!].isError ? least : most);
  const followed = meanInterval(at(iterations));
  return {
    settings: { ...settings, iterations },
    rmse: own === "rmse" ? followed : rmse,
    ...(metric === own && metric !== "rmse" ? { metric, score: followed } : judged),
    validation,
  };
}

/** Every combination of one value for each setting, the last setting changing first. */
function combinations(grid: Grid): Settings<Setting>[] {
  let made: Settings<Setting>[] = [{}];
  for (const [name, given] of Object.entries(grid)) {
    const values = typeof given === "object" ? given : [given];
    if (values.length === 0) throw new RangeError(`grid.${name} must hold at least one value, got none`);
    made = made.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
  }
  return made;
}
