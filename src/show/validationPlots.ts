import { checkOneOf, checkOptions } from "../base/check";
import { type Metric, metricNames, metrics } from "../evaluate/metrics";
import { extent } from "../math/statistics";
import { type ComparisonRow, sortedBy } from "../modelSelection/compareFolds";
import type { Setting, Settings } from "../modelSelection/fits";
import { scoreOf, type Trial } from "../modelSelection/gridSearch";
import { colours, escaped, type Figure, figure } from "./figure";
import { dots, line } from "./traces";

/** The most curves that one figure draws. */
const mostCurves = 6;

const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

/** A legend right of the drawing, for more names than fit on one line above it. */
const beside = { legend: { x: 1.02, y: 1 }, margin: { l: 64, r: 24, t: 56, b: 56 } };

/** A trial with any settings. */
type AnyTrial = Trial<Settings<Setting>>;

/** The trials that did not fail, the best first. @throws RangeError when they were not judged by one metric. */
function sortedTrials(trials: readonly AnyTrial[]): { metric: Metric; sorted: AnyTrial[] } {
  const good = trials.filter(({ error }) => error === undefined);
  if (good.length === 0) throw new RangeError("trials must hold one that did not fail, got none");
  const { metric } = scoreOf(good[0]);
  const other = good.map((trial) => scoreOf(trial).metric).find((name) => name !== metric);
  if (other) throw new RangeError(`trials must be judged by one metric, got ${metric} and ${other}`);
  return { metric, sorted: sortedBy(metric, good, (trial) => scoreOf(trial).score.mean) };
}

/**
 * The error on ratings held back over the iterations of training, a curve a trial with a dot where it is least: it
 * falls while the model learns what is common, and rises when it learns what is chance. Of many trials the six best.
 *
 * @throws RangeError when no trial has such a curve.
 */
export function validationCurve<S>(trials: readonly Trial<S>[], options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
  const followed = (trials as readonly AnyTrial[]).filter(({ validation }) => validation !== undefined);
  if (followed.length === 0) throw new RangeError("trials must hold one whose error was followed, got none");
  const drawn = sortedTrials(followed).sorted.slice(0, mostCurves);
  const names = differences(drawn.map(({ settings: { iterations: _, ...others } }) => others));
  const colour = Object.values(colours);
  const ofLabels = drawn[0].settings.loss === "logistic" || metrics[scoreOf(drawn[0]).metric].of === "labels";
  const error = ofLabels ? metrics.logLoss : metrics.rmse;
  return figure(
    drawn.flatMap(({ validation }, k) => {
      const y = Array.from(validation!);
      const least = y.indexOf(extent(y)[0]);
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
          y: [y[least]],
          style: { size: 9, color: colour[k] },
          showlegend: false,
          hover: "least, after %{x} updates: %{y:.4f}<extra></extra>",
        }),
      ];
    }),
    {
      title: options.title ?? "The error on ratings held back, while training runs",
      x: { title: "updates" },
      y: { title: heldBack(error.title), range: rangeOf(drawn) },
      showlegend: drawn.length > 1,
      ...beside,
    },
  );
}

/** "RMSE, in stars" of ratings held back is "RMSE on ratings held back, in stars". */
function heldBack(title: string): string {
  const [what, ...unit] = title.split(", ");
  return [`${what} on ratings held back`, ...unit].join(", ");
}

/** What there is to see is near the least: of the first steep fall only the last third is drawn. */
function rangeOf(trials: readonly AnyTrial[]): [number, number] {
  const [least, most] = extent(trials.flatMap(({ validation }) => Array.from(validation!)));
  const span = (most - least || 1) / 3;
  return [least - span / 10, least + span];
}

/**
 * What trials were chosen by, on ratings held back, against one setting, a line for each value of another, each at the
 * best of whatever else was tried; the best of all has a ring, and its interval over the folds. Trials that failed are
 * left out.
 *
 * @param options.setting Along the axis. @default "lambda"
 * @param options.each A line for each of its values. @default "numFeatures"
 * @throws RangeError for a setting that no trial has, and where all have failed.
 */
export function settingCurve<S>(
  trials: readonly Trial<S>[],
  options: { setting?: string; each?: string; title?: string } = {},
): Figure {
  checkOptions(options, ["setting", "each", "title"]);
  const { setting = "lambda", each = "numFeatures" } = options;
  const { metric, sorted } = sortedTrials(trials as readonly AnyTrial[]);
  const valuesOf = (name: string) =>
    [...new Set(sorted.flatMap(({ settings }) => settings[name] ?? []))].sort(
      (a, b) => Number(a) - Number(b),
    );
  const [along, lines] = [valuesOf(setting), valuesOf(each)];
  if (along.length === 0) throw new RangeError(`trials must have the setting ${setting}, and have not`);
  const [best] = sorted;
  // Sorted as they are, the first of a place is the best of it.
  const bestAt = (line: Setting | undefined, x: Setting) => {
    const found = sorted.find(({ settings }) => settings[setting] === x && settings[each] === line);
    return found ? scoreOf(found).score.mean : null;
  };
  const { mean, high } = scoreOf(best).score;
  const [name] = metrics[metric].title.split(", ");
  const logarithmic = Number(along[0]) > 0 && Number(along[along.length - 1]) >= 8 * Number(along[0]);
  return figure(
    [
      ...(lines.length > 0 ? lines : [undefined]).map((of, k) =>
        line({
          mode: "lines+markers",
          name: of === undefined ? name : `${each} ${of}`,
          x: along,
          y: along.map((x) => bestAt(of, x)),
          style: { dash: dashes[k % dashes.length] },
          marker: { size: 7 },
          hover: `${setting} %{x}: %{y:.4f}`,
        }),
      ),
      dots({
        name: "best, with its<br>interval over the folds",
        x: [best.settings[setting] ?? null],
        y: [mean],
        style: { size: 15, symbol: "circle-open", color: colours.grey, line: { width: 2 } },
        error_y: { type: "data", array: [high - mean], color: colours.grey, thickness: 1.5, width: 6 },
        hover: `best: ${escaped(differences([best.settings])[0])}, ${name} %{y:.4f}<extra></extra>`,
      }),
    ],
    {
      title: options.title ?? `Choosing ${setting} and ${each} by ratings held back`,
      x: {
        title: logarithmic ? `${setting} (logarithmic)` : setting,
        type: logarithmic ? "log" : "linear",
        tickvals: along,
      },
      y: { title: heldBack(metrics[metric].title) },
      showlegend: true,
      ...beside,
    },
  );
}

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
  const { title, isError } = metrics[metric];
  const sorted = sortedBy(metric, rows, (row) => row[metric]!);
  // A single fold has no interval, and no bar.
  const halves = sorted.map((row) => row[`${metric} ±`] || 0);
  return figure(
    [
      dots({
        mode: "markers+text",
        name: title,
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
      title: options.title ?? `The models compared; ${isError ? "less" : "more"} is better`,
      x: { title: `${title}; the bars: 95% over the folds` },
      y: { title: "", type: "category", autorange: "reversed", showgrid: true },
      height: 150 + 46 * rows.length,
    },
  );
}

/** The settings in which some differ from one another, as text; all of them where there is only one. */
function differences(all: readonly Settings<Setting>[]): string[] {
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const telling = names.filter(
    (name) => all.length === 1 || all.some((settings) => settings[name] !== all[0][name]),
  );
  return all.map((settings) => telling.map((name) => `${name} ${settings[name]}`).join(", "));
}
