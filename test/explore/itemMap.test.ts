import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { itemMap } from "../../src/explore/itemMap";
import { random } from "../../src/math/random";
import { randomModel } from "../../src/model/model";
import { similarItems } from "../../src/predict/similar";
import { ratingsFromTable } from "../../src/ratings/build";
import type { Figure } from "../../src/show/figure";

interface Trace {
  name: string;
  x: number[];
  y: number[];
  text?: string[];
  customdata: string[];
  marker: { size: number[] };
}

const tracesOf = ({ data }: Figure) => data as unknown as Trace[];
const { ratings } = lecture();
const model = randomModel({ numItems: 5, numUsers: 4, numFeatures: 3 }, { seed: 2, scale: 1 });

const variance = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
};

test("no direction spreads the items more than across the map, nor any at right angles to it more than up it", () => {
  const [{ x, y }] = tracesOf(itemMap(model, ratings));
  const at = (item: number, direction: number[]) =>
    direction.reduce((sum, part, f) => sum + part * model.X[item * 3 + f], 0);
  const next = random(5);
  for (let turn = 0; turn < 200; turn++) {
    const direction = [next.uniform(), next.uniform(), next.uniform()].map((value) => value - 0.5);
    const length = Math.hypot(...direction);
    const along = x.map((_, item) => at(item, direction) / length);
    expect(variance(along)).toBeLessThanOrEqual(variance(x) * (1 + 1e-9));
  }
  expect(variance(y)).toBeLessThanOrEqual(variance(x));
  const covariance = x.reduce((sum, value, k) => sum + value * y[k], 0);
  expect(Math.abs(covariance)).toBeLessThan(1e-9);
});

test("a model of two features is drawn whole: as far apart as the items are, they lie on the map", () => {
  const two = randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }, { seed: 3, scale: 1 });
  const [{ x, y }] = tracesOf(itemMap(two, ratings));
  for (let a = 0; a < 5; a++)
    for (let b = 0; b < a; b++) {
      const wanted = Math.hypot(two.X[2 * a] - two.X[2 * b], two.X[2 * a + 1] - two.X[2 * b + 1]);
      expect(Math.hypot(x[a] - x[b], y[a] - y[b])).toBeCloseTo(wanted, 10);
    }
});

test("an item is the larger the more ratings it has", () => {
  // The lecture's table: 4, 2, 2, 4 and 3 ratings.
  const { size } = tracesOf(itemMap(model, ratings))[0].marker;
  expect([size[0], size[1]]).toEqual([size[3], size[2]]);
  expect(size[0]).toBeGreaterThan(size[4]);
  expect(size[4]).toBeGreaterThan(size[1]);
});

test("beside the pointer stand label, note, mean and number of ratings, and none of them is markup", () => {
  const table = ratingsFromTable([
    [1, 2],
    [null, null],
  ]);
  const two = randomModel({ numItems: 2, numUsers: 2, numFeatures: 2 }, { seed: 1 });
  const labels = ["<img src=x onerror=alert(1)>", "b"];
  const figure = itemMap(two, table, { labels, notes: ["a & <b>", ""], atLeast: 0, lit: 0 });
  expect(JSON.stringify(figure)).not.toMatch(/<img|<b>/);
  const [items] = tracesOf(figure);
  expect(items.customdata[0]).toBe(
    "&#60;img src=x onerror=alert(1)&#62;<br>a &#38; &#60;b&#62;<br>mean 1.50, ratings: 2",
  );
  expect(items.customdata[1]).toBe("b<br><br>not rated, ratings: 0");
});

test("the item lit up stands out with those nearest to it by all features, named, and your own are marked", () => {
  const labels = ratings.itemIds.map(String);
  const figure = itemMap(model, ratings, { labels, lit: 3, neighbours: 2, own: [1] });
  const [all, own, nearest, lit] = tracesOf(figure);
  const expected = similarItems(model, { item: 3, count: 2 }).map(({ item }) => labels[item]);
  expect([own.name, nearest.name, lit.name]).toEqual(["your own", "the nearest", "lit up"]);
  expect(nearest.text).toEqual(expected);
  expect(lit.text).toEqual(["Nonstop car chases"]);
  expect([own.x, lit.y]).toEqual([[all.x[1]], [all.y[3]]]);
});

test("items with too few ratings are left out, also as neighbours", () => {
  const [items, nearest] = tracesOf(itemMap(model, ratings, { atLeast: 3, lit: 0 }));
  expect(items.x).toHaveLength(3);
  expect(nearest.x).toHaveLength(2);
});

test("a model of one feature, other items' ratings and items that are not there are refused", () => {
  const line = randomModel({ numItems: 5, numUsers: 4, numFeatures: 1 });
  expect(() => itemMap(line, ratings)).toThrow("model.numFeatures");
  const other = randomModel({ numItems: 6, numUsers: 4, numFeatures: 2 });
  expect(() => itemMap(other, ratings)).toThrow("ratings must be of the model's 6 items, got 5");
  expect(() => itemMap(model, ratings, { lit: 5 })).toThrow("lit");
  expect(() => itemMap(model, ratings, { own: [0, -1] })).toThrow("own[1]");
  expect(() => itemMap(model, ratings, { notes: ["one"] })).toThrow("notes");
});
