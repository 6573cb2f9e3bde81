import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { itemMeans, itemSpread } from "../../src/explore/itemMeans";
import { popularityMap } from "../../src/explore/popularityMap";
import { ratingsFrom, ratingsFromTable } from "../../src/ratings/build";
import type { Figure } from "../../src/show/figure";
import { ratingsOfSpread } from "../samples";

test("the map has every item in a circle, in both panels, where its mean and its number of ratings are", () => {
  const ratings = ratingsOfSpread(0.5, 1.2, 2);
  const rows = itemMeans(ratings);
  const { low, high } = rangeOf(ratings.values);
  const [funnel, rated, shrunk] = popularityMap(ratings).data as unknown as Trace[];
  for (const [trace, heightOf] of [
    [rated, (row: (typeof rows)[0]) => row.mean],
    [shrunk, (row: (typeof rows)[0]) => row.shrunk],
  ] as const) {
    expect(trace.text.reduce((sum, names) => sum + itemsIn(names), 0)).toBe(300);
    trace.text.forEach((names, circle) => {
      for (const [, id] of names.matchAll(/(?:^|<br>)(\d+): /g)) {
        const row = rows.find(({ item }) => item === Number(id))!;
        expect(Math.abs(heightOf(row) - trace.y[circle])).toBeLessThan((high - low) / 30);
        expect(Math.abs(Math.log2(row.ratings / trace.x[circle]))).toBeLessThan(0.25);
      }
    });
  }
  const { mean, within } = itemSpread(ratings);
  funnel.x.forEach((count, k) => {
    const reach = (1.959964 * within) / Math.sqrt(count);
    const edge = k < funnel.x.length / 2 ? Math.min(high, mean + reach) : Math.max(low, mean - reach);
    expect(funnel.y[k]).toBeCloseTo(edge, 12);
  });
});

test("the map keeps within the scale, and a name from data is escaped in what hovers", () => {
  const ratings = ratingsFromTable([
    [1, 1, 5],
    [5, 4, 5],
  ]);
  const figure = popularityMap(ratings, { labels: ["<img src=x>", "a & b"] });
  expect(JSON.stringify(figure)).not.toContain("<img");
  expect(JSON.stringify(figure)).toContain("&#60;img src=x&#62;: 2.33");
  const { y } = figure.data[0] as unknown as Trace;
  expect(Math.min(...y)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...y)).toBeLessThanOrEqual(5);
});

test("the headings say what the panels are, and the damping", () => {
  expect(headings(popularityMap(lecture().ratings))).toEqual([
    "as rated; grey: 95 % by chance alone",
    "drawn towards the mean of all: damping ∞",
  ]);
  const ratings = ratingsOfSpread(0.5, 1.2, 2);
  const { damping } = itemSpread(ratings);
  expect(headings(popularityMap(ratings))[1]).toContain(`damping ${damping.toFixed(1)}`);
});

test("ratings that tell nothing of chance, and unknown options, are refused", () => {
  const apart = ratingsFrom([0, 1, 2].map((item) => ({ item, user: 0, value: item })));
  expect(() => popularityMap(apart)).toThrow("ratings must hold an item rated twice, got none");
  expect(() => popularityMap(lecture().ratings, { titles: [] } as object)).toThrow(
    'option must be one of labels, title, got "titles"',
  );
});

interface Trace {
  x: number[];
  y: number[];
  text: string[];
}

/** How many items a circle's text is of. */
function itemsIn(names: string): number {
  const lines = names.split("<br>");
  const more = /^… and ([\d,]+) more$/.exec(lines[lines.length - 1]);
  return more ? lines.length - 1 + Number(more[1].replaceAll(",", "")) : lines.length;
}

const rangeOf = (values: Float64Array) => ({ low: Math.min(...values), high: Math.max(...values) });

const headings = ({ layout }: Figure) => (layout.annotations as { text: string }[]).map(({ text }) => text);
