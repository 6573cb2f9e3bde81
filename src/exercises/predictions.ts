/** Tasks about all predictions at once: the table of them, with the means added back, and the best for one user. */
import type { Random } from "../math/random";
import { predictAt } from "../model/posterior";
import { recommend } from "../predict/predict";
import { drawnMatrix, drawnRatings, drawnRow, drawnSize } from "./draws";
import { type Matrix, modelOf, product, type Row } from "./notation";
import { taskWithSlips } from "./slips";
import { wording } from "./wording";

type ModelArguments = [X: Matrix, W: Matrix, b: Row];

/** A film and a user, two users, two films; three films and four users. */
const modelCases: ModelArguments[] = [
  [[[1]], [[2]], [1]],
  [[[2]], [[1], [3]], [0.5, -1]],
  [
    [
      [2, 1],
      [0, 1],
      [1, 3],
    ],
    [
      [1, -1],
      [2, 0.5],
    ],
    [0, 1],
  ],
  [
    [
      [0.9, 0],
      [1, 0.01],
      [0.99, 0],
      [0.1, 1],
      [0, 0.9],
    ],
    [
      [5, 0],
      [5, 0.2],
      [0, 5],
      [0.1, 4],
    ],
    [0, 0.3, -0.2, 0.4],
  ],
];

function drawnModel(source: Random): ModelArguments {
  const [items, n] = [drawnSize(source, 2, 7), drawnSize(source, 1, 4)];
  let users = drawnSize(source, 2, 6);
  if (users >= items) users++;
  return [drawnMatrix(source, items, n), drawnMatrix(source, users, n), drawnRow(source, users)];
}

const turned = (rows: Matrix): number[][] => rows[0].map((_, j) => rows.map((row) => row[j]));

/** What can be mistaken in a table of predictions. */
const tableSlips = {
  bias: wording.bias,
  biasOfFilm: ["b of the wrong axis", "Whose number is b? Look at its index."],
  oneUser: ["one user's weights for all", "Which row of W belongs to which column of the result?"],
  oneFilm: ["one film's features for all", "Which row of X belongs to which row of the result?"],
  first: ["only one feature", "How many of the features take part? Look at where the loop over them ends."],
  turned: ["users as rows", "How many rows has the result: as many as there are films, or users?"],
} as const;

/** The table of w(j)·x(i) + b(j), with something more added to each. */
function tableOf(
  [X, W, b]: ModelArguments,
  slips: ReadonlySet<string>,
  more: (i: number, j: number) => number,
): number[][] {
  const rows = X.map((_, i) =>
    W.map((_, j) => {
      const [x, w] = [X[slips.has("oneFilm") ? 0 : i], W[slips.has("oneUser") ? 0 : j]];
      const own = slips.has("first") ? w[0] * x[0] : product(w, x);
      return own + (slips.has("bias") ? 0 : b[slips.has("biasOfFilm") ? i : j]) + more(i, j);
    }),
  );
  return slips.has("turned") ? turned(rows) : rows;
}

export const predictionsTask = taskWithSlips({
  name: "A1 predictions",
  statement: "The table of all predictions, w(j)·x(i) + b(j): films are its rows, users its columns.",
  signature: "predictAll(X: number[][], W: number[][], b: number[]): number[][]",
  parameters: ["X", "W", "b"],
  reference: (...[X, W, b]: ModelArguments): number[][] => {
    const model = modelOf(X, W, b);
    return X.map((_, i) => W.map((_, j) => predictAt(model, i, j)));
  },
  cases: modelCases,
  draw: drawnModel,
  slips: tableSlips,
  variant:
    (slips) =>
    (...given) =>
      tableOf(given, slips, () => 0),
});

type StarsArguments = [...ModelArguments, means: Row];

export const starsTask = taskWithSlips({
  name: "A3 stars",
  statement:
    "The table of predictions in stars, w(j)·x(i) + b(j) + means(i), of a model that was trained on ratings less the means of their films.",
  signature: "predictStars(X: number[][], W: number[][], b: number[], means: number[]): number[][]",
  parameters: ["X", "W", "b", "means"],
  reference: (...[X, W, b, means]: StarsArguments): number[][] => {
    const model = { ...modelOf(X, W, b), mu: Float64Array.from(means) };
    return X.map((_, i) => W.map((_, j) => predictAt(model, i, j)));
  },
  cases: [
    [[[1]], [[2]], [1], [3]],
    [[[2]], [[1], [0]], [0.5, 0], [2.5]],
    [
      [
        [2, 1],
        [0, 1],
        [1, 3],
      ],
      [
        [1, -1],
        [2, 0.5],
      ],
      [0, 1],
      [2, 3, 1.5],
    ],
    [
      [
        [0.9, 0],
        [1, 0.01],
        [0.1, 1],
      ],
      [
        [2, 0],
        [0.2, -1],
        [1, 0.5],
        [0, 0],
      ],
      [0.4, 0.3, -0.2, 0],
      [2.5, 2, 2.25],
    ],
  ],
  draw: (source): StarsArguments => {
    const model = drawnModel(source);
    return [...model, drawnRow(source, model[0].length).map((z) => 3 + z / 2)];
  },
  slips: {
    ...tableSlips,
    noMean: ["forgot to add the mean back", "What was taken from the ratings before training?"],
    sign: ["wrong sign", "The means were taken off. What puts the stars right again?"],
    userMean: ["mean of the wrong axis", "Whose means are they? Look at their index."],
    onlyMean: ["nothing but the means", "What has the model learned that the means do not say?"],
  },
  variant:
    (slips) =>
    (...[X, W, b, means]) => {
      const zero = (rows: Matrix) => rows.map((row) => row.map(() => 0));
      const own: ModelArguments = slips.has("onlyMean") ? [zero(X), W, b.map(() => 0)] : [X, W, b];
      return tableOf(own, slips, (i, j) => {
        const mean = means[slips.has("userMean") ? j : i];
        return slips.has("noMean") ? 0 : slips.has("sign") ? -mean : mean;
      });
    },
});

type RecommendArguments = [...ModelArguments, R: Matrix, user: number, count: number];

/** Whether no two predictions for the user are so close that rounding could tell them apart in another order. */
function apart([X, W, b, , user]: RecommendArguments): boolean {
  const sorted = X.map((x) => product(W[user], x) + b[user]).sort((one, other) => one - other);
  return sorted.every((value, k) => k === 0 || value - sorted[k - 1] > 0.001);
}

export const recommendTask = taskWithSlips({
  name: "A2 recommend",
  statement:
    "The numbers of the films to recommend to a user: those not rated yet, r(i, user) = 0, by prediction, the best first, `count` of them; fewer where there are fewer.",
  signature:
    "recommend(X: number[][], W: number[][], b: number[], R: number[][], user: number, count: number): number[]",
  parameters: ["X", "W", "b", "R", "user", "count"],
  reference: (...[X, W, b, R, user, count]: RecommendArguments): number[] => {
    const among = X.flatMap((_, i) => (R[i][user] === 1 ? [] : [i]));
    const found = recommend(modelOf(X, W, b), { user, among, count: Math.min(count, X.length) });
    return found.map(({ item }) => item);
  },
  cases: [
    [[[1], [2]], [[1]], [0], [[0], [0]], 0, 1],
    [[[3], [1], [2]], [[1]], [0], [[0], [1], [0]], 0, 2],
    [[[1], [3], [2]], [[1]], [0], [[0], [1], [0]], 0, 2],
    [
      [[1], [3], [2]],
      [[1], [-1]],
      [0, 1],
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      1,
      3,
    ],
    [
      [
        [0.9, 0],
        [1, 0.01],
        [0.99, 0],
        [0.1, 1],
        [0, 0.9],
      ],
      [
        [5, 0],
        [4, 0.2],
        [0.1, 5],
      ],
      [0, 0.3, -0.2],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
        [0, 0, 1],
      ],
      2,
      2,
    ],
  ],
  draw: (source): RecommendArguments => {
    for (;;) {
      const [X, W, b] = drawnModel(source);
      const { R } = drawnRatings(source, X.length, W.length);
      const user = source.below(W.length);
      // Somebody who has rated everything can be recommended nothing.
      R[source.below(X.length)][user] = 0;
      const given: RecommendArguments = [X, W, b, R, user, drawnSize(source, 1, X.length)];
      if (apart(given)) return given;
    }
  },
  slips: {
    rated: ["forgot R", "Which films does it make sense to recommend? Look at what R says of them."],
    onlyRated: ["swapped rated and blank", "Which value of R stands for a film that the user has not rated?"],
    worst: ["the worst first", "In which order does your sorting put a greater and a smaller prediction?"],
    places: [
      "places among the films left",
      "After films are left out, places in the list are no longer the films' numbers. When does a film's number get lost?",
    ],
    otherUser: ["another user's taste", "Whose row of W, and whose column of R, are to be used?"],
    all: ["forgot count", "How many films are wanted?"],
    oneLess: ["one too few", "How many films are wanted? Look at where the list is cut."],
    scores: [
      "predictions where the numbers of films were meant",
      "What is wanted in the list: how good the films are, or which?",
    ],
    unsorted: ["not sorted", "In which order are the films wanted?"],
  },
  variant:
    (slips) =>
    (...[X, W, b, R, given, count]) => {
      const user = slips.has("otherUser") ? 0 : given;
      const candidates = X.flatMap((x, item) => {
        const left = slips.has("rated") || (R[item][user] === 1) === slips.has("onlyRated");
        return left ? [{ item, score: product(W[user], x) + b[user] }] : [];
      }).map((one, place) => (slips.has("places") ? { ...one, item: place } : one));
      if (!slips.has("unsorted"))
        candidates.sort((one, other) => (other.score - one.score) * (slips.has("worst") ? -1 : 1));
      const cut = slips.has("all") ? candidates : candidates.slice(0, count - (slips.has("oneLess") ? 1 : 0));
      return cut.map(({ item, score }) => (slips.has("scores") ? score : item));
    },
});
