import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { addMeans } from "../../src/model/means";
import { randomModel } from "../../src/model/model";
import { predict } from "../../src/predict/predict";
import { ratingsFrom } from "../../src/ratings/build";
import { normalize } from "../../src/ratings/normalize";
import { logisticCurve, predictedVersusActual } from "../../src/show/evaluationPlots";
import { featureMap, trainingAnimation } from "../../src/show/featurePlots";
import type { Figure } from "../../src/show/figure";
import { labelPlaces } from "../../src/show/labelPlaces";

const { ratings, features } = lecture();
const X = features;

const rangeOf = (figure: Figure, axis: "xaxis" | "yaxis") =>
  (figure.layout[axis] as { range: [number, number] }).range;

test("a feature map has a point for each item, and all of them, and what is given, within its axes", () => {
  const given = X.map((value) => 3 * value);
  const figure = featureMap({ X, numFeatures: 2 }, { labels: ratings.itemIds as string[], given });
  expect(figure.data[0].x).toEqual([0.9, 1, 0.99, 0.1, 0]);
  expect(figure.data[0].y).toEqual([0, 0.01, 0, 1, 0.9]);
  const [low, high] = rangeOf(figure, "xaxis");
  for (const value of [...X, ...given].filter((_, k) => k % 2 === 0)) {
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  }
  expect(figure.layout.showlegend).toBe(true);
});

test("a long label is shortened in the drawing, and whole beside the pointer", () => {
  const labels = ["Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1964)", "A$AP"];
  const [points] = featureMap({ X: [0, 1, 2, 3], numFeatures: 2 }, { labels }).data;
  expect(points.text).toEqual(["Dr. Strangelove or: How I Learned to St…", "A&#36;AP"]);
  expect(points.customdata).toEqual([labels[0], "A&#36;AP"]);
  expect(points.hovertemplate).toContain("%{customdata}: ");
});

test("features that are no rows, or too few to draw, are refused", () => {
  expect(() => featureMap({ X: [1, 2, 3], numFeatures: 2 })).toThrow("X must be rows of 2, got 3 numbers");
  expect(() => featureMap({ X: [1, 2], numFeatures: 1 })).toThrow("numFeatures must be >= 2, got 1");
  expect(() => trainingAnimation([])).toThrow("moments must be at least one, got none");
});

test("an animation has a frame and a step of its slider for each moment, and stands at the last", () => {
  const moments = [0, 5, 10].map((iteration) => ({
    iteration,
    numFeatures: 2,
    X: X.map((value) => value * iteration),
  }));
  const figure = trainingAnimation(moments, { labels: ratings.itemIds as string[] });
  expect(figure.frames?.map(({ name }) => name)).toEqual(["iteration 0", "iteration 5", "iteration 10"]);
  const [slider] = figure.layout.sliders as { active: number; steps: { args: [[string]] }[] }[];
  expect(slider.steps.map(({ args }) => args[0][0])).toEqual(figure.frames?.map(({ name }) => name));
  expect(slider.active).toBe(2);
  expect(figure.data[0].x).toEqual([9, 10, 9.9, 1, 0]);
  // The axes hold still while the points move, so they must have room for every frame.
  const [low, high] = rangeOf(figure, "yaxis");
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(10);
});

test("labels keep off one another where there is room", () => {
  const places = labelPlaces([100, 104, 108], [100, 100, 100], ["one", "two", "three"], {
    width: 400,
    height: 300,
  });
  expect(new Set(places).size).toBe(3);
});

test("a label at the edge of the drawing turns inwards", () => {
  expect(labelPlaces([398], [150], ["a long label"], { width: 400, height: 300 })).toEqual(["middle left"]);
  expect(labelPlaces([200], [2], ["top"], { width: 400, height: 300 })).toEqual(["bottom center"]);
});

test("predictions are drawn against what was given", () => {
  const normalized = normalize(ratings);
  const model = addMeans(randomModel({ ...ratings, numFeatures: 2 }), normalized);
  const few = ratingsFrom([{ item: 0, user: 1, value: 5 }], ratings);
  const [points, diagonal] = predictedVersusActual(model, few).data;
  expect(points).toMatchObject({ type: "scatter", x: [5], y: [predict(model, { item: 0, user: 1 })] });
  expect(diagonal).toMatchObject({ x: [5, 5], y: [5, 5] });
  const many = predictedVersusActual(model, ratings).data;
  const zero = Array.from(ratings.values.keys()).filter((k) => ratings.values[k] === 0);
  const predicted = zero
    .map((k) => predict(model, { item: ratings.items[k], user: ratings.users[k] }))
    .sort((a, b) => a - b);
  expect(many[0]).toMatchObject({ type: "box", x: [0, 4, 5] });
  // Eight of them: the median lies half way between two, the first quartile three quarters of the way.
  expect((many[0].median as number[])[0]).toBeCloseTo((predicted[3] + predicted[4]) / 2, 12);
  expect((many[0].q1 as number[])[0]).toBeCloseTo(predicted[1] + 0.75 * (predicted[2] - predicted[1]), 12);
  expect(many[1]).toMatchObject({ x: [0, 5], y: [0, 5] });
});

test("the logistic curve passes through a half at zero, and has the labels at their z", () => {
  const [curve, liked, notLiked] = logisticCurve([
    { z: 9, label: 1, name: "a" },
    { z: -2, label: 0, name: "b" },
  ]).data as Record<string, number[]>[];
  expect(curve.y[60]).toBe(0.5);
  expect([curve.x[0], curve.x[120]]).toEqual([-9, 9]);
  expect([liked.x, liked.y]).toEqual([[9], [1]]);
  expect([notLiked.x, notLiked.y]).toEqual([[-2], [0]]);
  expect(logisticCurve().data).toHaveLength(1);
});

test("the logistic curve takes hundreds of thousands of points, and draws some of them evenly", () => {
  const points = Array.from({ length: 200_000 }, (_, k) => ({
    z: ((k * 7919) % 200_000) / 1e4 - 10,
    label: k % 2,
  }));
  const [, liked, notLiked] = logisticCurve(points).data as Record<string, number[]>[];
  for (const drawn of [liked, notLiked]) {
    expect(drawn.x).toHaveLength(4000);
    // The quartiles of what is drawn are those of all.
    for (const part of [0, 0.25, 0.5, 0.75, 1]) {
      expect(drawn.x[Math.round(part * 3999)]).toBeCloseTo(-10 + 20 * part, 1);
    }
  }
  expect(liked.name).toBe("liked (1), 4,000 of 100,000");
});

test("a point of the logistic curve that is none is refused", () => {
  expect(() => logisticCurve([{ z: 1, label: 0.5 }])).toThrow("label must be 0 or 1, got 0.5 (point 0)");
  expect(() => logisticCurve([{ z: Number.NaN, label: 1 }])).toThrow("z must be finite, got NaN (point 0)");
});

test("labels, and given places, that are not one an item are refused", () => {
  expect(() => featureMap({ X, numFeatures: 2 }, { labels: ["a"] })).toThrow(
    "labels must have 5 entries, got 1",
  );
  expect(() => featureMap({ X, numFeatures: 2 }, { given: [1, 2] })).toThrow(
    "given must have 10 entries, got 2",
  );
});

test("a feature map of hundreds of thousands of items is drawn", () => {
  expect(featureMap({ X: new Float64Array(400_000), numFeatures: 2 }).data[0].x).toHaveLength(200_000);
});

test("of many different ratings so many predictions are drawn, evenly, each at its own rating", () => {
  const many = ratingsFrom(
    Array.from({ length: 10_000 }, (_, k) => ({ item: k % 100, user: Math.floor(k / 100), value: k / 2000 })),
  );
  const model = randomModel({ ...many, numFeatures: 2 });
  const [points, diagonal] = predictedVersusActual(model, many).data as Record<string, number[]>[];
  expect([points.name, points.x.length]).toEqual(["predictions, 4,000 of 10,000", 4000]);
  expect([points.x[0], points.x[3999]]).toEqual([0, 9999 / 2000]);
  points.x.forEach((value, k) => {
    const place = Math.round(2000 * value);
    expect(points.y[k]).toBe(predict(model, { item: place % 100, user: Math.floor(place / 100) }));
  });
  expect(diagonal.x).toEqual([0, 9999 / 2000]);
});
