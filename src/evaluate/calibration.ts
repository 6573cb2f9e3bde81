import { checkCount, checkOptions, optionNames } from "../base/check";
import { atOnce, type Steps } from "../base/steps";
import { sigmoid } from "../math/logistic";
import type { Model } from "../model/model";
import type { Predictor } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { predictions } from "./errors";
import { checkLabelled } from "./labelMetrics";

/** Cells whose predicted probabilities fall between the same two marks. */
export interface CalibrationBin {
  /** The mean of the probabilities predicted. */
  predicted: number;
  /** The part of the labels that are 1. */
  observed: number;
  /** How many cells. */
  count: number;
}

/** Whether of the cells that are given a probability p a part p is labelled 1. */
export interface Calibration {
  /** The expected calibration error: the mean over the cells of |predicted − observed| of their bin. */
  error: number;
  /** From the lowest probability to the highest, those without a cell left out. */
  bins: CalibrationBin[];
}

export interface CalibrationOptions {
  /** Into how many bins of equal width the probabilities are sorted. @default 10 */
  bins?: number;
}

const names = optionNames<CalibrationOptions>({ bins: true });

/**
 * How far predicted probabilities are those that come true: the cells are sorted into bins by their g(z), bin k from
 * k / bins to below (k + 1) / bins, the last with 1, and in each the mean probability stands beside the part that is
 * labelled 1. The error is Σ_bins count / n × |predicted − observed|.
 *
 * Source: Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning".
 *
 * @throws RangeError as `logLoss` does, and for fewer bins than one.
 */
export function calibration(model: Model, labels: Ratings, options: CalibrationOptions = {}): Calibration {
  return atOnce(calibrationSteps(model, labels, options));
}

/** `calibration`, in steps. */
export function* calibrationSteps(
  model: Predictor,
  labels: Ratings,
  options: CalibrationOptions = {},
): Steps<Calibration> {
  checkOptions(options, names);
  const { bins = 10 } = options;
  checkCount("bins", bins);
  checkLabelled(model, labels);
  const [probability, ones, count] = Array.from({ length: 3 }, () => new Float64Array(bins));
  for (const { from, predicted } of predictions(model, labels)) {
    for (let k = 0; k < predicted.length; k++) {
      const g = sigmoid(predicted[k]);
      const bin = Math.min(bins - 1, Math.floor(g * bins));
      probability[bin] += g;
      ones[bin] += labels.values[from + k];
      count[bin]++;
    }
    yield;
  }
  const total = labels.values.length;
  const filled = Array.from(count.keys()).filter((bin) => count[bin] > 0);
  return {
    error: filled.reduce((sum, bin) => sum + Math.abs(probability[bin] - ones[bin]), 0) / total,
    bins: filled.map((bin) => ({
      predicted: probability[bin] / count[bin],
      observed: ones[bin] / count[bin],
      count: count[bin],
    })),
  };
}
