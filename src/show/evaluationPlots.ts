import { sigmoid } from "../math/logistic";
import { checkSameSize } from "../model/model";
import type { Predictor } from "../model/posterior";
import { predictAt } from "../model/posterior";
import type { Ratings } from "../ratings/ratings";
import { colours, type Figure, figure } from "./figure";

/** More different ratings than this are drawn as points, not as boxes. */
const mostBoxes = 11;

/**
 * What was predicted beside what was given: for each rating given a box of the predictions (the middle half of them
 * with their median, and whiskers around nine tenths), and the line on which all would lie if every prediction were right.
 *
 * @throws RangeError when the model and the ratings differ in size.
 */
export function predictedVersusActual(
  model: Predictor,
  ratings: Ratings,
  options: { title?: string } = {},
): Figure {
  checkSameSize(model, ratings);
  const { items, users, values } = ratings;
  const given = Array.from(values);
  const predicted = given.map((_, k) => predictAt(model, items[k], users[k]));
  const levels = [...new Set(given)].sort((a, b) => a - b);
  const boxes = levels.length <= mostBoxes && given.length > 4 * levels.length;
  const [low, high] = [levels[0], levels[levels.length - 1]];
  return figure(
    [
      boxes
        ? boxesOf(levels, (level) => predicted.filter((_, k) => given[k] === level))
        : {
            ...{ type: "scatter", mode: "markers", name: "predictions", x: given, y: predicted },
            marker: { color: colours.blue, size: 9, opacity: 0.7 },
          },
      {
        ...{
          type: "scatter",
          mode: "lines",
          name: "if every prediction were right",
          x: [low, high],
          y: [low, high],
        },
        ...{ line: { color: colours.vermilion, width: 2, dash: "dash" }, hoverinfo: "skip" },
      },
    ],
    {
      title: options.title ?? "Predicted against given",
      x: { title: "rating given, in stars", ...(boxes ? { tickvals: levels } : {}) },
      y: { title: "rating predicted, in stars" },
    },
  );
}

/** A box for each level, drawn from five numbers and not from all predictions, of which there may be millions. */
function boxesOf(
  levels: readonly number[],
  predictionsAt: (level: number) => number[],
): Record<string, unknown> {
  const sorted = levels.map((level) => Float64Array.from(predictionsAt(level)).sort());
  const quantile = (part: number) => sorted.map((values) => values[Math.round(part * (values.length - 1))]);
  return {
    ...{ type: "box", name: "predictions", x: levels, marker: { color: colours.blue } },
    ...{ q1: quantile(0.25), median: quantile(0.5), q3: quantile(0.75) },
    ...{ lowerfence: quantile(0.05), upperfence: quantile(0.95) },
  };
}

/**
 * The logistic function g(z) = 1 / (1 + e⁻ᶻ), with labels of 1 at the top and of 0 at the bottom over their z.
 *
 * @param points Labels and the z = w·x + b of their cells. @default none
 */
export function logisticCurve(
  points: readonly { z: number; label: number; name?: string }[] = [],
  options: { title?: string } = {},
): Figure {
  const reach = Math.max(6, ...points.map(({ z }) => Math.abs(z)));
  const z = Array.from({ length: 121 }, (_, k) => (reach * (k - 60)) / 60);
  const ofLabel = (label: number, name: string, color: string, symbol: string) => {
    const chosen = points.filter((point) => point.label === label);
    return {
      ...{
        type: "scatter",
        mode: "markers",
        name,
        x: chosen.map((point) => point.z),
        y: chosen.map(() => label),
      },
      text: chosen.map((point) => point.name ?? ""),
      marker: { color, symbol, size: 11, opacity: 0.75 },
      hovertemplate: "%{text}<br>z = %{x:.2f}<extra></extra>",
    };
  };
  const curve = {
    type: "scatter",
    mode: "lines",
    name: "g(z)",
    x: z,
    y: z.map(sigmoid),
    line: { color: colours.grey },
  };
  const labels =
    points.length > 0
      ? [ofLabel(1, "liked (1)", colours.blue, "circle"), ofLabel(0, "not liked (0)", colours.vermilion, "x")]
      : [];
  return figure([curve, ...labels], {
    title: options.title ?? "The logistic function: from any number to a probability",
    x: { title: "z = w·x + b" },
    y: { title: "g(z), a probability", range: [-0.08, 1.08] },
    showlegend: points.length > 0,
  });
}
