/** The task about mean normalization: each rating less the mean of its film. */
import { ratingsFromTable } from "../ratings/build";
import { normalize } from "../ratings/normalize";
import { drawnRatings, drawnSize } from "./draws";
import { rowsOf } from "./notation";
import { taskWithSlips } from "./slips";
import { wording } from "./wording";

type Table = readonly (readonly (number | null)[])[];

/** The mean of what is there; NaN of nothing. */
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const isRating = (y: number | null): y is number => y !== null;

export const meanNormalizationTask = taskWithSlips({
  name: "06 mean normalization",
  statement:
    "The mean of each film, over who rated it, and the table less those means. Films are rows of Y, users its columns; a blank is null, and stays so. A film that nobody rated has the mean of all ratings.",
  signature: "meanNormalization(Y: (number | null)[][]): { means: number[], Ynorm: (number | null)[][] }",
  parameters: ["Y"],
  reference: (Y: Table): { means: number[]; Ynorm: (number | null)[][] } => {
    const { ratings, means } = normalize(ratingsFromTable(Y));
    const cells = new Float64Array(ratings.numItems * ratings.numUsers);
    ratings.values.forEach((value, k) => {
      cells[ratings.items[k] * ratings.numUsers + ratings.users[k]] = value;
    });
    const Ynorm = rowsOf(cells, ratings.numUsers).map((row, i) =>
      row.map((value, j) => (isRating(Y[i][j]) ? value : null)),
    );
    return { means: Array.from(means), Ynorm };
  },
  cases: [
    [[[5]]],
    [[[5, 3]]],
    [[[4, 0]]],
    [[[5, null, 4]]],
    [
      [
        [5, 4],
        [1, null],
        [2, 0],
      ],
    ],
    [
      [
        [5, 4],
        [null, null],
        [0, null],
      ],
    ],
    [
      [
        [5, 5, 0, 0, null],
        [5, null, null, 0, null],
        [null, 4, 0, null, 2],
        [0, 0, 5, 4, null],
      ],
    ],
  ],
  draw: (source) => {
    const { Y, R } = drawnRatings(source, drawnSize(source, 2, 7), drawnSize(source, 2, 7));
    return [Y.map((row, i) => row.map((y, j) => (R[i][j] === 1 ? y : null)))];
  },
  slips: {
    rated: wording.rated,
    blanks: ["filled the blanks", "What becomes of a cell that held no rating?"],
    blanksZero: ["filled the blanks", "What becomes of a cell that held no rating?"],
    overCells: [wording.meanOverCells[0], "By how many do you divide? Blanks do not count."],
    zeros: [
      "left out ratings of zero",
      "Is no stars a rating? Look at how a blank is told from a rating: 0 is falsy, too.",
    ],
    axis: ["normalized along the wrong axis", "Whose mean is it? Films are rows of Y, users its columns."],
    overall: ["one mean for all films", "How many means are there? Look at where the sum begins anew."],
    sum: ["sum instead of mean", "What turns a sum into a mean?"],
    unrated: ["NaN from 0 / 0", "What is the mean of a film that nobody rated?"],
    unratedZero: [
      "zero for a film without ratings",
      "What does the statement say about a film that nobody rated?",
    ],
    unratedMeanOfMeans: [
      "mean of the means",
      "Does the mean of all ratings count a film with many ratings as much as one with few?",
    ],
    notSubtracted: ["forgot to subtract", "Are the normalized ratings around zero?"],
    sign: ["wrong sign", "Are the normalized ratings around zero?"],
  },
  variant: (slips) => (Y) => {
    const counts = (y: number | null): y is number => isRating(y) && !(slips.has("zeros") && y === 0);
    const values = (cells: readonly (number | null)[]): number[] =>
      slips.has("rated") ? cells.map((y) => y ?? 0) : cells.filter(counts);
    const overall = meanOf(values(Y.flat()));
    const groups = slips.has("axis") ? Y[0].map((_, j) => Y.map((row) => row[j])) : Y;
    const ownMeans = groups
      .map(values)
      .filter((own) => own.length > 0)
      .map(meanOf);
    const means = groups.map((cells) => {
      const own = values(cells);
      if (slips.has("overall")) return overall;
      if (own.length === 0) {
        if (slips.has("unrated")) return Number.NaN;
        if (slips.has("unratedZero")) return 0;
        return slips.has("unratedMeanOfMeans") ? meanOf(ownMeans) : overall;
      }
      const sum = meanOf(own) * own.length;
      return slips.has("sum") ? sum : sum / (slips.has("overCells") ? cells.length : own.length);
    });
    const Ynorm = Y.map((row, i) =>
      row.map((y, j) => {
        const mean = slips.has("notSubtracted") ? 0 : means[slips.has("axis") ? j : i];
        const step = slips.has("sign") ? -mean : mean;
        if (y === null)
          return slips.has("blanks") || slips.has("rated") ? -step : slips.has("blanksZero") ? 0 : null;
        return y - step;
      }),
    );
    return { means, Ynorm };
  },
});
