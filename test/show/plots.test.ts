import fc from "fast-check";
import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { generateFilms } from "../../src/datasets/synthetic";
import { still } from "../../src/platform/stills";
import { ratingsFrom, ratingsFromTable } from "../../src/ratings/build";
import { describeFigure, type Figure, logAxis } from "../../src/show/figure";
import { ratingHistogram } from "../../src/show/histogram";
import { costCurve, ratingsHeatmap } from "../../src/show/plots";

const { ratings } = lecture();
const layoutOf = (figure: Figure) =>
  figure.layout as Record<string, { title: { text: string }; type?: string; text?: string }>;

test("the heat map has a number where rated and nothing where not, zero stars included", () => {
  const [{ z, x, y }] = ratingsHeatmap(ratings).data as { z: unknown; x: string[]; y: string[] }[];
  expect(z).toEqual([
    [5, 5, 0, 0],
    [5, null, null, 0],
    [null, 4, 0, null],
    [0, 0, 5, 4],
    [0, 0, 5, null],
  ]);
  expect(x).toEqual(["Alice", "Bob", "Carol", "Dave"]);
  expect(y[0]).toBe("Love at last");
});

test("the heat map's numbers have three digits where they would have many", () => {
  const numbers = (rows: number[][]) => ratingsHeatmap(ratingsFromTable(rows)).data[0].texttemplate;
  expect(numbers([[4.5, 2.25]])).toBe("%{z}");
  expect(numbers([[4.5, 5 / 3]])).toBe("%{z:.3~r}");
  const svg = still(ratingsHeatmap(ratingsFromTable([[-5 / 3, 0.00123456, 5]])))!;
  expect([...svg.matchAll(/>([-−\d.]+)<\/text>/g)].map(([, text]) => text.replace("−", "-"))).toEqual(
    expect.arrayContaining(["-1.67", "0.00123", "5"]),
  );
});

test("of a large matrix the heat map takes rows and columns evenly, the most rated first", () => {
  const scale = { min: 1, max: 5, step: 1 };
  const films = generateFilms({ numItems: 500, numUsers: 300, numRatings: 6000, scale, years: [1990, 2000] });
  const figure = ratingsHeatmap(films.ratings);
  const z = figure.data[0].z as (number | null)[][];
  expect([z.length, z[0].length]).toEqual([100, 100]);
  const rated = z.map((row) => row.filter((value) => value !== null).length);
  const top = rated.slice(0, 20).reduce((sum, count) => sum + count, 0);
  const bottom = rated.slice(-20).reduce((sum, count) => sum + count, 0);
  expect(top).toBeGreaterThan(3 * bottom);
  expect(layoutOf(figure).title.text).toContain("100 × 100 of 500 × 300");
});

test("the histogram counts every rating once, in the order of the stars", () => {
  const [{ x, y }] = ratingHistogram(ratings).data;
  expect(x).toEqual([0, 4, 5]);
  expect(y).toEqual([8, 2, 5]);
});

test("values of many levels, or of levels too close for a bar each, are counted in steps", () => {
  const step = (value: number) => ({ item: 0, user: 0, value });
  const ofValues = (values: number[]) =>
    ratingHistogram(ratingsFrom(values.map((value, user) => ({ ...step(value), user }))))
      .data[0] as unknown as { x: number[]; y: number[]; customdata?: [number, number][] };
  const percent = ofValues(Array.from({ length: 1000 }, (_, k) => k / 10));
  expect(percent.x.slice(0, 3)).toEqual([2.5, 7.5, 12.5]);
  expect(percent.y).toEqual(new Array(20).fill(50));
  expect(percent.customdata![19]).toEqual([95, 100]);
  // 0.1 + 0.2 is no level of its own.
  const close = ofValues([0.1, 0.2, 0.3, 0.1 + 0.2]);
  expect(close.y.filter((count) => count > 0)).toEqual([1, 1, 2]);
  expect(ofValues([1, 2, 3]).customdata).toBeUndefined();
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const { x, y, customdata } = ofValues(values);
        expect(x.length).toBeLessThanOrEqual(102);
        expect(y.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        customdata?.forEach(([from, to], k) => {
          expect(x[k]).toBeCloseTo((from + to) / 2, 6);
          const room = 1e-6 * (to - from);
          const within = values.filter((value) => value >= from - room && value < to + room).length;
          expect(y[k]).toBeLessThanOrEqual(within);
        });
      },
    ),
  );
});

test("long names are shortened at the axes of the heat map, and whole beside the pointer", () => {
  const title = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1964)";
  const { data, layout } = ratingsHeatmap(
    ratingsFromTable([[5], [4]], { itemIds: [title, "$9.99 (2008)"], userIds: ["Ann"] }),
  );
  const axes = layout as Record<string, { tickvals?: string[]; ticktext?: string[] }>;
  expect(data[0].y).toEqual([title, "&#36;9.99 (2008)"]);
  expect(axes.yaxis.tickvals).toEqual(data[0].y);
  expect(axes.yaxis.ticktext).toEqual(["Dr. Strangelove or: How I Lea…", "&#36;9.99 (2008)"]);
  expect(axes.xaxis.ticktext).toBeUndefined();
});

test("a cost curve is on a logarithmic axis when the cost falls far, and names its curves", () => {
  expect(layoutOf(costCurve([100, 50, 20])).yaxis.type).toBe("linear");
  expect(layoutOf(costCurve([100, 50, 1])).yaxis.type).toBe("log");
  expect(layoutOf(costCurve([100, 50, 0])).yaxis.type).toBe("linear");
  const both = costCurve({ "with means": [3, 2], without: Float64Array.of(3, 1) });
  expect(both.data.map(({ name, y }) => [name, y])).toEqual([
    ["with means", [3, 2]],
    ["without", [3, 1]],
  ]);
});

test("a cost that is no number, or no cost at all, is refused", () => {
  expect(() => costCurve([1, Number.NaN])).toThrow("cost must be finite, got NaN (entry 1)");
  expect(() => costCurve({ fast: [1], slow: [] })).toThrow(
    "history must hold at least one cost, got none (slow)",
  );
});

test("every figure names its axes, and lets the page show through", () => {
  for (const figure of [costCurve([3, 2]), ratingHistogram(ratings)]) {
    const layout = layoutOf(figure);
    expect(layout.title.text).not.toBe("");
    expect(layout.xaxis.title.text).not.toBe("");
    expect(layout.yaxis.title.text).not.toBe("");
    expect(figure.layout.paper_bgcolor).toBe("rgba(0, 0, 0, 0)");
  }
});

test("names that come from data are escaped where plotly would read them as HTML", () => {
  const evil = ratingsFromTable([[5]], { itemIds: ['<img src=x onerror="alert(1)">'], userIds: ["a & b"] });
  const text = JSON.stringify(ratingsHeatmap(evil).data);
  expect(text).not.toContain("<img");
  expect(text).toContain("&#60;img");
});

test("a logarithmic axis has marks enough to read it by, and room at its ends", () => {
  const { title, tickvals, range } = logAxis("ratings", [1, 30000]);
  expect([title, tickvals]).toEqual(["ratings (logarithmic)", [1, 10, 100, 1000, 10000]]);
  const [low, high] = range as number[];
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(Math.log10(30000));
  expect(logAxis("ratings", [1, 40]).tickvals).toEqual([1, 2, 5, 10, 20]);
  expect(logAxis("share", [0.004, 1]).tickvals).toEqual([0.01, 0.1, 1]);
  expect(logAxis("share", [0.05, 1]).tickvals).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
  expect(logAxis("ratings", [1, 1]).tickvals).toEqual([1]);
});

test("a figure can be told in words", () => {
  expect(describeFigure(ratingHistogram(ratings))).toBe(
    "Figure: How the 15 ratings are spread\n  ratings: 3 points, from 2 to 8",
  );
  expect(describeFigure(costCurve({ "A$AP & <b>": [2, 1] }))).toBe(
    "Figure: The cost falls as training runs\n  A$AP & <b>: 2 points, from 1 to 2",
  );
  const evil = ratingsFrom([{ item: 0, user: 0, value: 3 }]);
  expect(describeFigure(ratingsHeatmap(evil, { title: "a < b" }))).toContain("Figure: a < b");
});
