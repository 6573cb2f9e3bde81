import { expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { lecture } from "../../src/datasets/lecture";
import { generateFilms } from "../../src/datasets/synthetic";
import { randomModel } from "../../src/model/model";
import { mimeBundle, plainText } from "../../src/show/mime";
import { ratingHistogram } from "../../src/show/plots";
import { tableHtml, tableText } from "../../src/show/tableForms";

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

test("in a table numbers line up, with the decimals that their column needs", () => {
  const rows = [
    { film: "a", stars: 4.5, count: 12 },
    { film: "bcd", stars: 3.12345, count: 7 },
    { film: "e" },
  ];
  expect(tableText(rows)).toBe(
    ["film  stars  count", "────  ─────  ─────", "a     4.500     12", "bcd   3.123      7", "e"].join("\n"),
  );
});

test("text from data cannot become markup", () => {
  const html = tableHtml([{ "<b>": '<script>alert("1")</script>' }]);
  expect(html).not.toMatch(/<script|<b>/);
  expect(html).toContain("&#60;script&#62;");
});

test("a long table shows its beginning, and how much more there is", () => {
  const rows = Array.from({ length: 1000 }, (_, k) => ({ k }));
  expect(tableText(rows).split("\n").at(-1)).toBe("… and 940 more rows");
  expect(tableHtml(rows).match(/<tr>/g)?.length).toBe(61);
});

test("a blank keeps its question mark among numbers, and zero has no sign", () => {
  expect(tableText([{ y: -1.66666 }, { y: "?" }, { y: -0.00001 }])).toBe(
    "     y\n──────\n-1.667\n     ?\n 0.000",
  );
});
