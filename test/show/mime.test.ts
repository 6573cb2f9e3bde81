import { expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { lecture } from "../../src/datasets/lecture";
import { generateFilms } from "../../src/datasets/synthetic";
import { randomModel } from "../../src/model/model";
import { ratingsFrom } from "../../src/ratings/build";
import { ratingHistogram } from "../../src/show/histogram";
import { mimeBundle, plainText } from "../../src/show/mime";

const { ratings } = lecture();

test("a figure goes out as plotly's JSON, as a still SVG drawn by plotly, and as text", () => {
  const figure = ratingHistogram(ratings);
  const bundle = mimeBundle(figure)!;
  expect(Object.keys(bundle).sort()).toEqual([
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
    "text/plain",
  ]);
  expect(bundle["application/vnd.plotly.v1+json"]).toEqual(figure);
  const svg = bundle["image/svg+xml"] as string;
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain("How the 15 ratings are spread");
  // Three bars, each a path of its own.
  expect(svg.match(/class="point"/g)?.length).toBe(3);
});

test("small ratings are shown as the table, with a question mark where unrated", () => {
  const { "text/html": html, "text/plain": text } = mimeBundle(ratings) as Record<string, string>;
  expect(text.split("\n")[0]).toBe("5 items × 4 users, 15 ratings: 75.0 % of the cells");
  expect(text.split("\n")[4].split(/ {2,}/)).toEqual(["Romance forever", "5", "?", "?", "0"]);
  expect(html).toContain("<table>");
});

test("large ratings, and a model, are told by their sizes", () => {
  const scale = { min: 1, max: 5, step: 1 };
  const films = generateFilms({ numItems: 500, numUsers: 300, numRatings: 6000, scale, years: [1990, 2000] });
  expect(plainText(films.ratings)).toBe("500 items × 300 users, 6000 ratings: 4.00 % of the cells");
  expect(plainText(randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }))).toBe(
    "Model of 5 items and 4 users: X 5 × 2, W 4 × 2, b 4, mu 5",
  );
});

test("a danfo data frame, and a tensor, have a form too", () => {
  expect(plainText({ columns: ["film", "stars"], values: [["Psycho", 4]] })).toContain("Psycho");
  expect(plainText(tf.tensor1d([1, 2]))).toContain("[1, 2]");
});

test("what has no form of its own is left to others", () => {
  for (const value of [1, "text", null, undefined, [], [1, 2], { a: 1 }, new Map(), [new Date()]]) {
    expect(mimeBundle(value)).toBeUndefined();
  }
});

test("a table of ratings has its items first and its users in their order, whatever their ids", () => {
  const rows = [
    { item: 30, user: 9, value: 5 },
    { item: 4, user: 2, value: 1 },
    { item: 30, user: 100, value: 3 },
  ];
  const index = { items: [30, 4], users: [9, 2, 100] };
  const numbered = ratingsFrom(
    rows.map(({ item, user, value }) => ({
      item: index.items.indexOf(item),
      user: index.users.indexOf(user),
      value,
    })),
    { itemIds: index.items, userIds: index.users },
  );
  const { "text/html": html, "text/plain": text } = mimeBundle(numbered) as Record<string, string>;
  const lines = text.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines.slice(1)).toEqual([
    ["9", "2", "100"],
    ["──", "─", "─", "───"],
    ["30", "5", "?", "3"],
    ["4", "?", "1", "?"],
  ]);
  expect([...html.matchAll(/<th [^>]*>([^<]*)</g)].map(([, name]) => name)).toEqual(["", "9", "2", "100"]);
});

test("a data frame keeps the order of its columns, and two of one name", () => {
  const text = plainText({ columns: ["film", 7, 3, 7], values: [["a", 1, 2, 3]] })!;
  expect(text.split("\n").map((line) => line.split(/ +/))).toEqual([
    ["film", "7", "3", "7"],
    ["────", "─", "─", "─"],
    ["a", "1", "2", "3"],
  ]);
  expect(plainText({ columns: ["film"], values: [] })).toBe("film\n────\nno rows");
});

test("rows of nothing are left to others too", () => {
  for (const value of [[{}], [{}, {}]]) expect(mimeBundle(value)).toBeUndefined();
});
