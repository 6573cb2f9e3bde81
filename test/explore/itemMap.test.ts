import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { itemMap } from "../../src/explore/itemMap";
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

test("every item lies at its first two features, the larger the more ratings it has", () => {
  const [items] = tracesOf(itemMap(model, ratings));
  expect(items.x).toEqual([0, 1, 2, 3, 4].map((item) => model.X[item * 3]));
  expect(items.y).toEqual([0, 1, 2, 3, 4].map((item) => model.X[item * 3 + 1]));
  // The lecture's table: 4, 2, 2, 4 and 3 ratings.
  const { size } = items.marker;
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
  const [, own, nearest, lit] = tracesOf(figure);
  const expected = similarItems(model, { item: 3, count: 2 }).map(({ item }) => labels[item]);
  expect([own.name, nearest.name, lit.name]).toEqual(["your own", "the nearest", "lit up"]);
  expect(nearest.text).toEqual(expected);
  expect(lit.text).toEqual(["Nonstop car chases"]);
  expect(own.x).toEqual([model.X[3]]);
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
