import { checkOptions, optionNames } from "../base/check";
import { pauser } from "../base/pause";
import { atOnce, type Steps, withPauses } from "../base/steps";
import type { Predictor } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { originOf } from "../ratings/split";
import { type ErrorOptions, errorSteps } from "./errors";

/** What an accuracy was measured by. Two accuracies can only be compared when it is the same. */
export interface Protocol {
  /** How the ratings were held back. */
  held: string;
  /** How many they are. */
  ratings: number;
  /** The scale that predictions were clipped to, or "none". */
  range: string;
  /** What is predicted for items and users that training has not seen. */
  unknown: "by mu and b as the model has them";
}

/** The error of a model's predictions, in stars, and what it was measured by. */
export interface Accuracy {
  rmse: number;
  mae: number;
  protocol: Protocol;
}

/**
 * Root mean squared and mean absolute error on ratings held back, together with the protocol that they were measured
 * by: how the ratings were held back, how many they are, and how predictions were clipped.
 *
 * @throws RangeError as `rmse` does.
 */
export function accuracy(model: Predictor, test: Ratings, options: ErrorOptions = {}): Accuracy {
  return atOnce(accuracySteps(model, test, options));
}

export interface AccuracyAsyncOptions extends ErrorOptions {
  /** Called now and then with how many ratings were done, and awaited. */
  onProgress?: (step: { done: number; total: number }) => unknown;
  /** Aborting it rejects the promise with its reason. */
  signal?: AbortSignal;
}

const asyncNames = optionNames<AccuracyAsyncOptions>({ range: true, onProgress: true, signal: true });

/**
 * What `accuracy` gives, with pauses for other work, progress and a signal: for many ratings, or a posterior.
 *
 * @throws RangeError as `accuracy` does.
 */
export async function accuracyAsync(
  model: Predictor,
  test: Ratings,
  options: AccuracyAsyncOptions = {},
): Promise<Accuracy> {
  checkOptions(options, asyncNames);
  const { onProgress, signal, ...others } = options;
  const pause = pauser(signal);
  const total = test.values.length;
  let [done, told] = [0, 0];
  const steps = accuracySteps(model, test, others, (ratings) => {
    done = ratings;
  });
  return withPauses(steps, async () => {
    await pause();
    if (done === told) return;
    told = done;
    await onProgress?.({ done, total });
  });
}

/** `accuracy`, in steps. */
export function* accuracySteps(
  model: Predictor,
  test: Ratings,
  options: ErrorOptions = {},
  onRatings?: (done: number) => void,
): Steps<Accuracy> {
  const errors = yield* errorSteps(model, test, options, onRatings);
  return { ...errors, protocol: protocolOf(test, options) };
}

/** What figures on these ratings are measured by. */
export function protocolOf(test: Ratings, { range }: ErrorOptions): Protocol {
  return {
    held: originOf(test),
    ratings: test.values.length,
    range: range ? `${range[0]} to ${range[1]}` : "none",
    unknown: "by mu and b as the model has them",
  };
}

/**
 * The accuracies of several models as the rows of a table, best first.
 *
 * @throws RangeError when they were not measured by the same protocol, naming where two of them differ.
 */
export function compare(
  accuracies: Readonly<Record<string, Accuracy>>,
): { model: string; rmse: number; mae: number }[] {
  const entries = Object.entries(accuracies);
  for (const [model, { protocol }] of entries.slice(1)) {
    const [first, wanted] = [entries[0][0], entries[0][1].protocol];
    for (const part of ["held", "ratings", "range", "unknown"] as const) {
      if (protocol[part] === wanted[part]) continue;
      throw new RangeError(
        `accuracies must have one protocol to be compared: ${part} is ${JSON.stringify(wanted[part])} ` +
          `for ${JSON.stringify(first)}, ${JSON.stringify(protocol[part])} for ${JSON.stringify(model)}`,
      );
    }
  }
  return entries.map(([model, { rmse, mae }]) => ({ model, rmse, mae })).sort((a, b) => a.rmse - b.rmse);
}
