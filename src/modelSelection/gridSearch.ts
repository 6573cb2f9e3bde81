import { checkOptions } from "../base/check";
import { rmse as rmseOf } from "../evaluate/errors";
import { type MeanInterval, meanInterval } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";
import type { Fold } from "../ratings/split";
import { foldsOf, type ValidationOptions, validationNames } from "./crossValidate";
import type { Settings } from "./fits";
import { fitAll } from "./pool";

/** The values that each setting is tried with; a single number is kept in all trials. */
export type Grid = Readonly<Record<string, number | readonly number[]>>;

export interface GridSearchOptions extends ValidationOptions {
  /** Called after each fit. */
  onFit?: (step: { settings: Settings; fold: number; done: number; total: number; rmse: number }) => void;
}

/** One set of settings, and how it did. */
export interface Trial {
  /** With `iterations` as many as did best, where the error was followed. */
  settings: Settings;
  /** On the ratings held back, over the folds, with Student's 95% interval. */
  rmse: MeanInterval;
  /** Before each update, the mean over the folds of the RMSE on the ratings held back. */
  validation?: Float64Array;
}

/** All that was tried, in the order of the grid, and the settings with the least RMSE. */
export interface GridSearch {
  best: Settings;
  trials: Trial[];
}

/**
 * Tries every combination of the settings in a grid by cross-validation, and gives the best. Give it training ratings
 * alone: what was looked at to choose the settings can no longer tell how well they do.
 *
 * Under "lectureModel" the error on the ratings held back is followed while training. Training ends when it has not fallen for
 * `patience` updates, and the number of updates with the least mean over the folds becomes the `iterations` of that
 * trial: that one setting is found on the way, and needs no list in the grid. Predictions are not clipped.
 *
 * `gridSearch(train, { numFeatures: [5, 10, 20], lambda: [5, 10, 20], damping: 5 })` makes 9 trials, 45 fits.
 *
 * @param data Ratings, to be parted into folds; or folds.
 * @throws RangeError for a setting without values or options out of range, and whatever the fit throws.
 */
export async function gridSearch(
  data: Ratings | readonly Fold[],
  grid: Grid,
  options: GridSearchOptions = {},
): Promise<GridSearch> {
  checkOptions(options, [...validationNames, "onFit"]);
  const { fit = "lectureModel", threads, signal, onFit } = options;
  const parts = foldsOf(data, options);
  const tried = combinations(grid);
  const jobs = tried.flatMap((settings) => parts.map((_, fold) => ({ fold, settings })));
  let done = 0;
  const errors: number[] = [];
  const followed: (Float64Array | undefined)[] = [];
  await fitAll(parts, jobs, {
    ...{ fit, threads, signal, watch: true },
    onDone(place, { model, validation }) {
      const { fold, settings } = jobs[place];
      followed[place] = validation;
      errors[place] = rmseOf(model, parts[fold].test);
      onFit?.({ settings, fold, done: ++done, total: jobs.length, rmse: errors[place] });
    },
  });
  const trials = tried.map((settings, k): Trial => {
    const from = k * parts.length;
    const curves = followed
      .slice(from, from + parts.length)
      .flatMap((curve) => (curve?.length ? [curve] : []));
    return curves.length < parts.length
      ? { settings, rmse: meanInterval(errors.slice(from, from + parts.length)) }
      : trialOf(settings, curves);
  });
  const best = trials.reduce((least, trial) => (trial.rmse.mean < least.rmse.mean ? trial : least));
  return { best: best.settings, trials };
}

/** The trial whose error was followed: judged by the number of updates that is best for all folds together. */
function trialOf(settings: Settings, curves: readonly Float64Array[]): Trial {
  // Folds stop at different times: only as far as all went is there a mean.
  const length = Math.min(...curves.map((curve) => curve.length));
  const at = (t: number) => curves.map((curve) => curve[t]);
  const validation = Float64Array.from({ length }, (_, t) => meanInterval(at(t)).mean);
  const iterations = validation.indexOf(Math.min(...validation));
  return { settings: { ...settings, iterations }, rmse: meanInterval(at(iterations)), validation };
}

/** Every combination of one value for each setting, the last setting changing first. */
function combinations(grid: Grid): Settings[] {
  let made: Settings[] = [{}];
  for (const [name, given] of Object.entries(grid)) {
    const values = typeof given === "number" ? [given] : given;
    if (values.length === 0) throw new RangeError(`grid.${name} must hold at least one value, got none`);
    made = made.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
  }
  return made;
}
