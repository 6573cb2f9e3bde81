/** Tasks about the table of ratings: the matrices Y and R, and how many ratings there are of whom. */
import type { Random } from "../math/random";
import { ratingsFromTable } from "../ratings/build";
import { countByItem, countByUser } from "../ratings/counts";
import { toLabels } from "../ratings/labels";
import type { Ratings } from "../ratings/ratings";
import { toMatrices } from "../ratings/ratings";
import { drawnRatings, drawnSize } from "./draws";
import { type Matrix, ratingsOf, rowsOf } from "./notation";
import { taskWithSlips } from "./slips";
import { wording } from "./wording";

export type Table = readonly (readonly (number | null)[])[];

/** Stars with blanks, zeros among them; never a square table. */
export function drawnStars(source: Random): Table {
  const items = drawnSize(source, 2, 7);
  let users = drawnSize(source, 2, 6);
  if (users >= items) users++;
  const { Y, R } = drawnRatings(source, items, users);
  return Y.map((row, i) => row.map((y, j) => (R[i][j] === 1 ? y : null)));
}

const lectureTable: Table = [
  [5, 5, 0, 0],
  [5, null, null, 0],
  [null, 4, 0, null],
  [0, 0, 5, 4],
  [0, 0, 5, null],
];

const turned = <T>(rows: readonly (readonly T[])[]): T[][] =>
  rows[0].map((_, j) => rows.map((row) => row[j]));

export const matricesTask = taskWithSlips({
  name: "A1 matrices",
  statement:
    "Y, the ratings, with 0 where the table is blank (null), and R, which is 1 where a film was rated and 0 where it was not. Films are rows, users columns.",
  signature: "toMatrices(table: (number | null)[][]): { Y: number[][], R: number[][] }",
  parameters: ["table"],
  reference: (table: Table): { Y: number[][]; R: number[][] } => {
    const ratings = ratingsFromTable(table);
    const { Y, R } = toMatrices(ratings);
    return { Y: rowsOf(Y, ratings.numUsers), R: rowsOf(R, ratings.numUsers) };
  },
  cases: [
    [[[5]]],
    [[[0]]],
    [[[3, null]]],
    [[[4, null, 0]]],
    [
      [
        [5, null],
        [0, 2],
        [null, 1],
      ],
    ],
    [lectureTable],
  ],
  draw: (source): [Table] => [drawnStars(source)],
  slips: {
    zeros: wording.zeros,
    rated: ["forgot R", "What tells R of a blank cell? Look at what your R holds there."],
    swapped: ["swapped rated and blank", "Which of the two numbers says that a film was rated?"],
    ratings: ["ratings where R was meant", "Which two values may stand in R?"],
    blanks: ["left the blanks in Y", "What number does Y hold where there is no rating?"],
    turned: ["users as rows", "Whose ratings stand in a row of the table, and whose in a row of yours?"],
  },
  variant: (slips) => (table) => {
    const isRated = (y: number | null) =>
      slips.has("zeros") ? Boolean(y) : y !== null || slips.has("rated");
    const Y = table.map((row) => row.map((y) => (slips.has("blanks") ? y : (y ?? 0))));
    const R = table.map((row) =>
      row.map((y) => {
        const rated = isRated(y) !== slips.has("swapped");
        return slips.has("ratings") ? (rated ? (y ?? 0) : 0) : Number(rated);
      }),
    );
    return (slips.has("turned") ? { Y: turned(Y), R: turned(R) } : { Y, R }) as {
      Y: number[][];
      R: number[][];
    };
  },
});

/** The ratings that are where R is 1, whatever they are. */
const ratedIn = (R: Matrix): Ratings => ratingsOf(R, R);

export const countsTask = taskWithSlips({
  name: "A1 counts",
  statement:
    "How many users rated each film, how many films each user rated, and which part of all cells is rated, from 0 to 1.",
  signature: "counts(R: number[][]): { ofFilms: number[], ofUsers: number[], part: number }",
  parameters: ["R"],
  reference: (R: Matrix): { ofFilms: number[]; ofUsers: number[]; part: number } => {
    const ratings = ratedIn(R);
    return {
      ofFilms: Array.from(countByItem(ratings)),
      ofUsers: Array.from(countByUser(ratings)),
      part: ratings.values.length / (ratings.numItems * ratings.numUsers),
    };
  },
  cases: [
    [[[1]]],
    [[[1, 0]]],
    [
      [
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    ],
    [
      [
        [1, 1, 1, 1],
        [1, 0, 0, 1],
        [0, 1, 1, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 0],
      ],
    ],
  ],
  draw: (source): [Matrix] => [drawnStars(source).map((row) => row.map((y) => Number(y !== null)))],
  slips: {
    axis: [
      "summed over items where users were meant",
      "What runs while one film's raters are counted: the rows or the columns?",
    ],
    all: ["forgot R", "Which cells count? Look at what you add for a blank one."],
    percent: ["percent where a part was meant", "Between which two numbers does a part of the whole lie?"],
    ofFilms: ["divided by the number of films", "How many cells has a table of so many rows and columns?"],
    ofUsers: ["divided by the number of users", "How many cells has a table of so many rows and columns?"],
    blanks: [
      "part of the blanks",
      "Which of the cells are counted in the part, the rated ones or the others?",
    ],
  },
  variant: (slips) => (R) => {
    const sums = (rows: Matrix) =>
      rows.map((row) => (slips.has("all") ? row.length : row.reduce((sum, r) => sum + r, 0)));
    const [byRow, byColumn] = [sums(R), sums(turned(R))];
    const total = byRow.reduce((sum, count) => sum + count, 0);
    const cells = slips.has("ofFilms")
      ? R.length
      : slips.has("ofUsers")
        ? R[0].length
        : R.length * R[0].length;
    const part = (slips.has("blanks") ? cells - total : total) / cells;
    return {
      ofFilms: slips.has("axis") ? byColumn : byRow,
      ofUsers: slips.has("axis") ? byRow : byColumn,
      part: slips.has("percent") ? 100 * part : part,
    };
  },
});

export const labelsTask = taskWithSlips({
  name: "A3 labels",
  statement:
    "The table of stars as labels: 1 where a rating is at least the threshold, 0 where it is below it; a blank, null, stays blank.",
  signature: "toLabels(Y: (number | null)[][], threshold: number): (number | null)[][]",
  parameters: ["Y", "threshold"],
  reference: (Y: Table, threshold: number): (number | null)[][] => {
    const ratings = ratingsFromTable(Y);
    const labels = rowsOf(toMatrices(toLabels(ratings, { threshold })).Y, ratings.numUsers);
    return Y.map((row, i) => row.map((y, j) => (y === null ? null : labels[i][j])));
  },
  cases: [
    [[[5]], 4],
    [[[4]], 4],
    [[[4, null]], 3],
    [[[4, 0]], 3],
    [[[2, 4]], 3],
    [lectureTable, 4],
  ],
  draw: (source): [Table, number] => [drawnStars(source), source.below(6) / 2 + 1.5],
  slips: {
    strict: ["left out the threshold itself", "Which label does a rating get that equals the threshold?"],
    blanks: [
      "filled the blanks",
      "What becomes of a cell that held no rating? A film not shown is not a film disliked.",
    ],
    blanksOne: ["filled the blanks", "What becomes of a cell that held no rating?"],
    zeros: [
      "left out ratings of zero",
      "Is no stars a rating? Look at how a blank is told from a rating: 0 is falsy, too.",
    ],
    swapped: ["swapped the labels", "Which label has a film that was liked?"],
    stars: ["kept the stars", "Which two values may a label have?"],
    onlyLiked: ["only labels of 1", "What does a rating below the threshold become? It is not a blank."],
  },
  variant: (slips) => (Y, threshold) =>
    Y.map((row) =>
      row.map((y) => {
        if (y === null || (slips.has("zeros") && y === 0))
          return slips.has("blanks") ? 0 : slips.has("blanksOne") ? 1 : null;
        const liked = slips.has("strict") ? y > threshold : y >= threshold;
        if (slips.has("stars")) return liked ? y : 0;
        if (slips.has("onlyLiked") && !liked) return null;
        return Number(liked !== slips.has("swapped"));
      }),
    ),
});
