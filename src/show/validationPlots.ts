import { checkOneOf, checkOptions } from "../base/check";
import { extent } from "../math/statistics";
import { type ComparisonRow, isError, type Metric, metricNames } from "../modelSelection/compareFolds";
import type { Settings } from "../modelSelection/fits";
import type { Trial } from "../modelSelection/gridSearch";
import { colours, escaped, type Figure, figure } from "./figure";
import { dots, line } from "./traces";

/** The most curves that one figure draws. */
const mostCurves = 6;

const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

/** A legend right of the drawing, for more names than fit on one line above it. */
const beside = { legend: { x: 1.02, y: 1 }, margin: { l: 64, r: 24, t: 56, b: 56 } };

/**
 * The error on ratings held back over the iterations of training, a curve a trial with a dot where it is least: it
 * falls while the model learns what is common, and rises when it learns what is chance. Of many trials the six best.
 *
 * @throws RangeError when no trial has such a curve.
 */
export function validationCurve(trials: readonly Trial[], options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
  const drawn = trials
    .filter(({ validation }) => validation !== undefined)
    .sort((a, b) => a.rmse.mean - b.rmse.mean)
    .slice(0, mostCurves);
  if (drawn.length === 0) throw new RangeError("trials must hold one whose error was followed, got none");
  const names = differences(drawn.map(({ settings: { iterations: _, ...others } }) => others));
  const colour = Object.values(colours);
  return figure(
    drawn.flatMap(({ validation }, k) => {
      const y = Array.from(validation!);
      const [lowest] = extent(y);
      const least = y.indexOf(lowest);
      return [
        line({
          name: names[k],
          y,
          style: { dash: dashes[k], color: colour[k] },
          hover: "after %{x} updates: %{y:.4f}",
        }),
        dots({
          name: `least, ${names[k]}`,
          x: [least],
          y: [lowest],
          style: { size: 9, color: colour[k] },
          showlegend: false,
          hover: "least, after %{x} updates: %{y:.4f}<extra></extra>",
        }),
      ];
    }),
    {
      title: options.title ?? "The error on ratings held back, while training runs",
      x: { title: "updates" },
      y: { title: "RMSE on ratings held back, in stars", range: rangeOf(drawn) },
      showlegend: drawn.length > 1,
      ...beside,
    },
  );
}

/** What there is to see is near the least: of the first steep fall only the last third is drawn. */
function rangeOf(trials: readonly Trial[]): [number, number] {
  const [least, most] = extent(trials.flatMap(({ validation }) => Array.from(validation!)));
  const span = (most - least || 1) / 3;
  return [least - span / 10, least + span];
}

/**
 * The error on ratings held back against one setting, a line for each value of another, each at the best of whatever
 * else was tried; the best of all has a ring, and its interval over the folds.
 *
 * @param options.setting Along the axis. @default "lambda"
 * @param options.each A line for each of its values. @default "numFeatures"
 * @throws RangeError for a setting that no trial has.
 */
export function settingCurve(
  trials: readonly Trial[],
  options: { setting?: string; each?: string; title?: string } = {},
): Figure {
  checkOptions(options, ["setting", "each", "title"]);
  const { setting = "lambda", each = "numFeatures" } = options;
  const valuesOf = (name: string) =>
    [...new Set(trials.flatMap(({ settings }) => settings[name] ?? []))].sort((a, b) => a - b);
  const [along, lines] = [valuesOf(setting), valuesOf(each)];
  if (along.length === 0) throw new RangeError(`trials must have the setting ${setting}, and have not`);
  const best = trials.reduce((least, trial) => (trial.rmse.mean < least.rmse.mean ? trial : least));
  const lowest = (of: number | undefined, x: number) => {
    const fitting = trials.filter(({ settings }) => settings[setting] === x && settings[each] === of);
    return fitting.length > 0 ? extent(fitting.map(({ rmse }) => rmse.mean))[0] : null;
  };
  const logarithmic = along[0] > 0 && along[along.length - 1] >= 8 * along[0];
  return figure(
    [
      ...(lines.length > 0 ? lines : [undefined]).map((of, k) =>
        line({
          mode: "lines+markers",
          name: of === undefined ? "RMSE" : `${each} ${of}`,
          x: along,
          y: along.map((x) => lowest(of, x)),
          style: { dash: dashes[k % dashes.length] },
          marker: { size: 7 },
          hover: `${setting} %{x}: %{y:.4f}`,
        }),
      ),
      dots({
        name: "best, with its<br>interval over the folds",
        x: [best.settings[setting] ?? null],
        y: [best.rmse.mean],
        style: { size: 15, symbol: "circle-open", color: colours.grey, line: { width: 2 } },
        error_y: {
          type: "data",
          array: [best.rmse.high - best.rmse.mean],
          color: colours.grey,
          thickness: 1.5,
          width: 6,
        },
        hover: `best: ${escaped(differences([best.settings])[0])}, RMSE %{y:.4f}<extra></extra>`,
      }),
    ],
    {
      title: options.title ?? `Choosing ${setting} and ${each} by ratings held back`,
      x: {
        title: logarithmic ? `${setting} (logarithmic)` : setting,
        type: logarithmic ? "log" : "linear",
        tickvals: along,
      },
      y: { title: "RMSE on ratings held back, in stars" },
      showlegend: true,
      ...beside,
    },
  );
}

const titleOf: Record<Metric, string> = {
  rmse: "RMSE, in stars",
  mae: "mean absolute error, in stars",
  ndcg: "NDCG",
  precision: "precision",
  recall: "recall",
};

/**
 * Models side by side: a dot for each model's figure and a bar for its interval over the folds, the best on top.
 *
 * @param rows From `compareFolds`.
 * @param options.metric Which figure. @default the first that the rows have
 * @throws RangeError for no rows, and a metric that a row has not.
 */
export function comparison(
  rows: readonly ComparisonRow[],
  options: { metric?: Metric; title?: string } = {},
): Figure {
  checkOptions(options, ["metric", "title"]);
  if (rows.length === 0) throw new RangeError("rows must be at least one, got none");
  const { metric = metricNames.find((name) => rows[0][name] !== undefined) ?? "rmse" } = options;
  checkOneOf("metric", metric, metricNames);
  const lacking = rows.find((row) => row[metric] === undefined);
  if (lacking) throw new RangeError(`rows must have ${metric}, and ${JSON.stringify(lacking.model)} has not`);
  const better = isError(metric) ? 1 : -1;
  const sorted = [...rows].sort((a, b) => better * (a[metric]! - b[metric]!));
  // A single fold has no interval, and no bar.
  const halves = sorted.map((row) => row[`${metric} ±`] || 0);
  return figure(
    [
      dots({
        mode: "markers+text",
        name: titleOf[metric],
        x: sorted.map((row) => row[metric]!),
        y: sorted.map(({ model }) => escaped(model)),
        text: sorted.map((row) => row[metric]!.toFixed(4)),
        textposition: "top center",
        style: { size: 10, color: colours.blue },
        error_x: { type: "data", array: halves, color: colours.blue, thickness: 2, width: 5 },
        customdata: halves,
        hover: "%{y}: %{x:.4f} ± %{customdata:.4f}<extra></extra>",
      }),
    ],
    {
      title: options.title ?? `The models compared; ${isError(metric) ? "less" : "more"} is better`,
      x: { title: `${titleOf[metric]}; the bars: 95% over the folds` },
      y: { title: "", type: "category", autorange: "reversed", showgrid: true },
      height: 150 + 46 * rows.length,
    },
  );
}

/** The settings in which some differ from one another, as text; all of them where there is only one. */
function differences(all: readonly Settings[]): string[] {
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const telling = names.filter(
    (name) => all.length === 1 || all.some((settings) => settings[name] !== all[0][name]),
  );
  return all.map((settings) => telling.map((name) => `${name} ${settings[name]}`).join(", "));
}
