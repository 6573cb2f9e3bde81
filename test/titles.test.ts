import { expect, test } from "vitest";
import { itemTitled } from "../src/titles";

const titles = [
  "Matrix, The (1999)",
  "Matrix Reloaded, The (2003)",
  "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
  "Silence of the Lambs, The (1991)",
  "Psycho (1960)",
  "Psycho (1998)",
];

test.each([
  ["Matrix, The (1999)", 0],
  ["the matrix", 0],
  ["MATRIX RELOADED", 1],
  ["Amelie Poulain", 2],
  ["lambs", 3],
  ["psycho 1960", 4],
])("%j is found", (title, item) => {
  expect(itemTitled(titles, title)).toBe(item);
});

test("a title that fits several films, or none, is refused with the likeliest", () => {
  expect(() => itemTitled(titles, "psycho")).toThrow(
    'title must fit one film, not 2, got "psycho": "Psycho (1960)", "Psycho (1998)"?',
  );
  expect(() => itemTitled(titles, "Silense of the Lamps")).toThrow(
    'title must be that of a film, got "Silense of the Lamps": "Silence of the Lambs, The (1991)"?',
  );
  expect(() => itemTitled(titles, "qqq")).toThrow(/^title must be that of a film, got "qqq"$/);
});
