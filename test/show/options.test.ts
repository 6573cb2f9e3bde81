import { expect, test } from "vitest";
import * as cofi from "../../src";
import type { Figure } from "../../src/show/figure";

const { ratings, features } = cofi.lecture();
const model = cofi.randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
const genres = ratings.itemIds.map(() => ["Drama"]);
const times = Array.from(ratings.values, (_, k) => k * 1e6);
const trials = [
  { settings: { lambda: 1, numFeatures: 2 }, rmse: { mean: 1, low: 0.9, high: 1.1 }, validation: [2, 1] },
].map((trial) => ({ ...trial, validation: Float64Array.from(trial.validation) }));
const trace = { rmse: [1], noise: [1], userBias: [1], itemBias: [1] };
const curves = Object.fromEntries(Object.entries(trace).map(([name, y]) => [name, Float64Array.from(y)]));

/** Every chart, with options that are its last argument. */
const charts: Record<string, (options: object) => Figure> = {
  comparison: (options) => cofi.comparison([{ model: "a", rmse: 1, "rmse ±": 0.1 }], options),
  costCurve: (options) => cofi.costCurve([2, 1], options),
  driftCurve: (options) => cofi.driftCurve(ratings, times, options),
  featureMap: (options) => cofi.featureMap({ X: features, numFeatures: 2 }, options),
  genreChart: (options) => cofi.genreChart(ratings, genres, options),
  itemMap: (options) => cofi.itemMap(model, ratings, options),
  logisticCurve: (options) => cofi.logisticCurve([{ z: 1, label: 1 }], options),
  longTail: (options) => cofi.longTail(ratings, options),
  popularityMap: (options) => cofi.popularityMap(ratings, options),
  predictedVersusActual: (options) => cofi.predictedVersusActual(model, ratings, options),
  ratingHistogram: (options) => cofi.ratingHistogram(ratings, options),
  ratingsHeatmap: (options) => cofi.ratingsHeatmap(ratings, options),
  settingCurve: (options) => cofi.settingCurve(trials, options),
  traceCurve: (options) => cofi.traceCurve({ trace: { ...curves, warmUp: 0 } as never }, options),
  trainingAnimation: (options) =>
    cofi.trainingAnimation([{ X: features, numFeatures: 2, iteration: 0 }], options),
  validationCurve: (options) => cofi.validationCurve(trials, options),
};

test("no chart is missing from the table", () => {
  const named = /(Curve|Map|Chart|Heatmap|Histogram|Animation|Actual|Tail|^comparison)$/;
  expect(
    Object.keys(cofi)
      .filter((name) => named.test(name))
      .sort(),
  ).toEqual(Object.keys(charts).sort());
});

test.each(Object.entries(charts))("%s refuses an option it does not know", (_, chart) => {
  expect(() => chart({ titel: "x" })).toThrow(/^option must be one of .*\btitle\b.*, got "titel"$/);
});

test.each(Object.entries(charts))(
  "%s takes a title as text: no markup, no formula, nothing unseen",
  (_, chart) => {
    const { layout } = chart({ title: "$x_1$ <b>&\u001b" });
    expect((layout.title as { text: string }).text).toBe("&#36;x_1&#36; &#60;b&#62;&#38;␛");
  },
);

test.each(Object.entries(charts))(
  "%s is plain JSON, every trace of it with a place for its points",
  (_, chart) => {
    const figure = chart({});
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    for (const trace of figure.data) expect(trace.y ?? trace.z ?? trace.median).toBeInstanceOf(Array);
  },
);
