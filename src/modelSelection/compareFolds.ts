import { checkOneOf, checkOptions, checkSome } from "../base/check";
import { compare } from "../evaluate/accuracy";
import { type Metric, metricNames, metrics } from "../evaluate/metrics";
import type { CrossValidation } from "./crossValidate";

/** A row of the table of models: each figure is a mean over folds, with half its interval's width beside it. */
export type ComparisonRow = { model: string } & { [name in Metric | `${Metric} ±`]?: number };

/**
 * The results of several models on the same folds as the rows of a table, the best by the first metric on top.
 *
 * @param options.metrics Which figures: one that ranks without predicting stars, such as `popularity`, has no error worth
 *   a column. @default of log loss, AUC, RMSE, MAE, NDCG, precision and recall all that every model was measured by
 * @throws RangeError when the models were not measured by the same protocol, naming where two of them differ, or not by
 *   a metric asked for.
 */
export function compareFolds(
  results: Readonly<Record<string, CrossValidation>>,
  options: { metrics?: readonly Metric[] } = {},
): ComparisonRow[] {
  checkOptions(options, ["metrics"]);
  const all = Object.entries(results);
  if (all.length === 0) throw new RangeError("results must be at least one, got none");
  const usual = () =>
    metricNames.filter((name) => metrics[name].isUsual && all.every(([, result]) => result[name]));
  const { metrics: columns = usual() } = options;
  checkSome("metrics", "metric", columns);
  for (const name of columns) checkOneOf("metric", name, metricNames);
  checkSameFolds(all);
  const rows = all.map(([model, result]): ComparisonRow => {
    const row: ComparisonRow = { model };
    for (const name of columns) {
      const measured = result[name];
      if (!measured) throw new RangeError(`${JSON.stringify(model)} must be measured by ${name}, and is not`);
      row[name] = measured.mean;
      row[`${name} ±`] = measured.high - measured.mean;
    }
    return row;
  });
  const [first] = columns;
  return sortedBy(first, rows, (row) => row[first]!);
}

/** What was measured, the best first; what has no number (NaN) comes last. */
export function sortedBy<T>(metric: Metric, all: readonly T[], figureOf: (one: T) => number): T[] {
  const sign = metrics[metric].isError ? 1 : -1;
  const key = (one: T) => (Number.isNaN(figureOf(one)) ? Infinity : sign * figureOf(one));
  return [...all].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
}

function checkSameFolds(all: readonly (readonly [string, CrossValidation])[]): void {
  const [name, { folds }] = all[0];
  for (const [other, result] of all.slice(1)) {
    if (result.folds.length !== folds.length) {
      throw new RangeError(
        `results must be of the same folds, got ${folds.length} for ${JSON.stringify(name)}, ` +
          `${result.folds.length} for ${JSON.stringify(other)}`,
      );
    }
    // What `compare` refuses to compare, it names.
    for (const [k, fold] of folds.entries()) compare({ [name]: fold, [other]: result.folds[k] });
  }
}
