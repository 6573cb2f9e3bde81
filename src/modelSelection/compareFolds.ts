import { checkOneOf, checkOptions } from "../base/check";
import { compare } from "../evaluate/accuracy";
import type { CrossValidation } from "./crossValidate";

/** What can be measured over folds. */
export type Metric = "rmse" | "mae" | "ndcg" | "precision" | "recall";

/** A row of the table of models: each figure is a mean over folds, with half its interval's width beside it. */
export type ComparisonRow = { model: string } & { [name in Metric | `${Metric} ±`]?: number };

export const metricNames = ["rmse", "mae", "ndcg", "precision", "recall"] as const;

/** Whether less of it is better. */
export const isError = (metric: Metric): boolean => metric === "rmse" || metric === "mae";

/**
 * The results of several models on the same folds as the rows of a table, the best by the first metric on top.
 *
 * @param options.metrics Which figures: one that ranks without predicting stars, such as `popularity`, has no error worth
 *   a column. @default all that every model was measured by
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
  const { metrics = metricNames.filter((metric) => all.every(([, result]) => result[metric])) } = options;
  for (const metric of metrics) checkOneOf("metric", metric, metricNames);
  checkSameFolds(all);
  const rows = all.map(([model, result]): ComparisonRow => {
    const row: ComparisonRow = { model };
    for (const metric of metrics) {
      const measured = result[metric];
      if (!measured)
        throw new RangeError(`${JSON.stringify(model)} must be measured by ${metric}, and is not`);
      row[metric] = measured.mean;
      row[`${metric} ±`] = measured.high - measured.mean;
    }
    return row;
  });
  const [first] = metrics;
  return rows.sort((a, b) => (isError(first) ? 1 : -1) * (a[first]! - b[first]!));
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
