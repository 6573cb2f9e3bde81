/** Tasks about the joint cost of features, weights and biases: its value, its gradients, and the cost of labels. */
import { crossEntropy, sigmoid } from "../math/logistic";
import type { Random } from "../math/random";
import { cost, costAndGradient } from "../model/cost";
import type { Loss } from "../model/model";
import { drawnMatrix, drawnRatings, drawnRow, drawnSize } from "./draws";
import { type Matrix, modelOf, product, type Row, ratingsOf, rowsOf, squares } from "./notation";
import { leavesOut, type Slips, taskWithSlips } from "./slips";
import { wording } from "./wording";

type JointArguments = [X: Matrix, W: Matrix, b: Row, Y: Matrix, R: Matrix, lambda: number];

const parameters = ["X", "W", "b", "Y", "R", "lambda"];
const types = "X: number[][], W: number[][], b: number[], Y: number[][], R: number[][], lambda: number";

/** A single rating, two, a blank, a zero that is a rating, a penalty with a bias, and all of it on a table that is not square. */
const jointCases: JointArguments[] = [
  [[[1]], [[2]], [0], [[1]], [[1]], 0],
  [[[1]], [[2], [1]], [1, 0], [[5, 3]], [[1, 1]], 0],
  [[[1]], [[2], [1]], [1, 1], [[5, 0]], [[1, 0]], 0],
  [[[1]], [[2], [1]], [1, 1], [[5, 0]], [[1, 1]], 0],
  [
    [[1], [3]],
    [[2], [1]],
    [1, -1],
    [
      [3, 0],
      [4, 2],
    ],
    [
      [1, 0],
      [1, 1],
    ],
    2,
  ],
  [
    [
      [0.9, 0.1],
      [1, 0.2],
      [0.1, 1],
    ],
    [
      [3, 0.5],
      [-1, 2],
      [0.7, 1.1],
      [1.3, -0.4],
    ],
    [0.4, -0.6, 0.25, 1.5],
    [
      [5, 0, 2, 4],
      [4, 0, 0, 3.5],
      [0, 5, 1, 0],
    ],
    [
      [1, 0, 1, 1],
      [1, 0, 0, 1],
      [1, 1, 1, 0],
    ],
    1.5,
  ],
];

const largest = jointCases[jointCases.length - 1];

/** Of labels: a click, one of each, a blank, a penalty with a bias, all of it, and z far from zero. */
const labelCases: JointArguments[] = [
  [[[1]], [[2]], [0], [[1]], [[1]], 0],
  [[[1]], [[2], [1]], [1, 0], [[0, 1]], [[1, 1]], 0],
  [[[1]], [[2], [1]], [1, 1], [[1, 0]], [[1, 0]], 0],
  [
    [[1], [3]],
    [[2], [1]],
    [1, -1],
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 1],
    ],
    2,
  ],
  [
    largest[0],
    largest[1],
    largest[2],
    [
      [1, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 1, 1, 0],
    ],
    largest[4],
    1.5,
  ],
  [[[1]], [[1000]], [0], [[1]], [[1]], 0],
  [[[1]], [[1000]], [0], [[0]], [[1]], 0],
  [[[1]], [[-1000]], [0], [[1]], [[1]], 0],
  [[[1]], [[-1000]], [0], [[0]], [[1]], 0],
];

/** A table of up to seven films and users, never a square one: what runs along the wrong side is found out. */
export const drawnTable = (source: Random, rate?: () => number): JointArguments => {
  const [items, n] = [drawnSize(source, 2, 7), drawnSize(source, 1, 4)];
  let users = drawnSize(source, 2, 6);
  if (users >= items) users++;
  const { Y, R } = drawnRatings(source, items, users, rate);
  const [X, W] = [drawnMatrix(source, items, n), drawnMatrix(source, users, n)];
  return [X, W, drawnRow(source, users), Y, R, source.below(4) / 2];
};

const penaltySlips = {
  noPenalty: wording.noPenalty,
  penalizedBias: wording.penalizedBias,
  penaltyPerRating: wording.penaltyPerRating,
  onlyW: ["penalty without X", "Which blocks of parameters does the formula's penalty name?"],
  onlyX: ["penalty without W", "Which blocks of parameters does the formula's penalty name?"],
} as const;

const costSlips = {
  rated: wording.rated,
  mean: wording.mean,
  meanAll: wording.mean,
  meanOverCells: wording.meanOverCells,
  meanAllOverCells: wording.meanOverCells,
  bias: wording.bias,
  biasOfItem: wording.biasOfItem,
  penaltyHalf: wording.penaltyHalf,
  ...penaltySlips,
} as const;

/** The bias of a cell, as a slip takes it. */
const biasIn = (slips: ReadonlySet<string>, b: Row, item: number, user: number): number =>
  slips.has("bias") ? 0 : b[slips.has("biasOfItem") ? item : user];

/** The cost of a table where a cell costs `loss`: what both costs have in common. */
function costOf(
  [X, W, b, Y, R, lambda]: JointArguments,
  slips: Slips<keyof typeof costSlips>,
  loss: (z: number, y: number) => number,
): number {
  let errors = 0;
  let rated = 0;
  let perRating = 0;
  X.forEach((x, i) => {
    W.forEach((w, j) => {
      if (leavesOut(slips, R[i][j], Y[i][j])) return;
      rated++;
      errors += loss(product(w, x) + biasIn(slips, b, i, j), Y[i][j]);
      perRating += (slips.has("onlyX") ? 0 : squares(w)) + (slips.has("onlyW") ? 0 : squares(x));
      if (slips.has("penalizedBias")) perRating += b[j] * b[j];
    });
  });
  const norm = (rows: Matrix) => rows.reduce((sum, row) => sum + squares(row), 0);
  let penalty = (slips.has("onlyX") ? 0 : norm(W)) + (slips.has("onlyW") ? 0 : norm(X));
  if (slips.has("penalizedBias")) penalty += squares(b);
  if (slips.has("penaltyPerRating")) penalty = perRating;
  if (!slips.has("penaltyHalf")) penalty /= 2;
  penalty *= slips.has("noPenalty") ? 0 : lambda;
  const cells = X.length * W.length;
  if (slips.has("mean") || slips.has("meanAll")) errors /= rated;
  if (slips.has("meanOverCells") || slips.has("meanAllOverCells")) errors /= cells;
  if (slips.has("meanAll")) penalty /= rated;
  if (slips.has("meanAllOverCells")) penalty /= cells;
  return errors + penalty;
}

export const cofiCostTask = taskWithSlips({
  name: "04 cofi cost",
  statement:
    "The joint cost: ½ Σ (w(j)·x(i) + b(j) − y(i,j))² over the cells with r(i,j) = 1, and λ/2 (‖W‖² + ‖X‖²). Films are rows of Y, users its columns.",
  signature: `cofiCost(${types}): number`,
  parameters,
  reference: (...[X, W, b, Y, R, lambda]: JointArguments): number =>
    cost(modelOf(X, W, b), ratingsOf(Y, R), { lambda }),
  cases: jointCases,
  draw: (source) => drawnTable(source),
  slips: {
    ...costSlips,
    zeros: wording.zeros,
    half: wording.half,
    notSquared: wording.notSquared,
    absolute: wording.absolute,
  },
  variant:
    (slips) =>
    (...given) =>
      costOf(given, slips as Slips<keyof typeof costSlips>, (z, y) => {
        const error = slips.has("notSquared")
          ? z - y
          : slips.has("absolute")
            ? Math.abs(z - y)
            : (z - y) ** 2;
        return slips.has("half") ? error : error / 2;
      }),
});

/** By how much a probability is kept from 0 and from 1. */
const bounds = { kept15: 1e-15, kept12: 1e-12, kept10: 1e-10, kept9: 1e-9, kept8: 1e-8, kept7: 1e-7 };
const kept = [
  "probability kept from 0 and 1",
  "A bound on g(z) bounds the loss, too: write the loss as a function of z.",
] as const;

export const logisticCostTask = taskWithSlips({
  name: "05 logistic cost",
  statement:
    "The cost of labels of 0 and 1: Σ −y log g(z) − (1 − y) log(1 − g(z)) over the cells with r(i,j) = 1, with z = w(j)·x(i) + b(j), and λ/2 (‖W‖² + ‖X‖²); for any z, however far from 0.",
  signature: `logisticCost(${types}): number`,
  parameters,
  reference: (...[X, W, b, Y, R, lambda]: JointArguments): number =>
    cost(modelOf(X, W, b), ratingsOf(Y, R), { lambda, loss: "logistic" }),
  cases: labelCases,
  draw: (source) => drawnTable(source, () => source.below(2)),
  slips: {
    ...costSlips,
    logOfZero: [
      "NaN from log(0)",
      "What is g(z) in floating point when |z| is 1000, and what its logarithm? Write the loss as a function of z.",
    ],
    logOfZeroOneTerm: [
      "NaN from log(0)",
      "What are Math.exp(1000) and g(−1000) in floating point, and what their logarithms? Write the loss as a function of z.",
    ],
    ...(Object.fromEntries(Object.keys(bounds).map((name) => [name, kept])) as Record<
      keyof typeof bounds,
      typeof kept
    >),
    overflow: [
      "e to a large power",
      "What is Math.exp(1000) in floating point? Find a form whose exponent is never positive.",
    ],
    sign: ["wrong sign", "A logarithm of a probability is negative, and a cost is not."],
    onlyClicks: ["only labels of 1", "What does a label of 0 cost? The formula has two terms."],
    swapped: ["swapped the labels", "Which of the two logarithms goes with a label of 1?"],
    squared: ["squared error", "Which loss does the formula of labels have?"],
    half: [
      "a half that does not belong there",
      "The half is the squared error's. Does the logistic loss have one?",
    ],
    base: ["logarithm to another base", "Which logarithm does the formula mean?"],
    base2: ["logarithm to another base", "Which logarithm does the formula mean?"],
  },
  variant:
    (slips) =>
    (...given) =>
      costOf(given, slips as Slips<keyof typeof costSlips>, (z, label) => {
        const y = slips.has("swapped") ? 1 - label : label;
        let loss = crossEntropy(z, y);
        const [, bound] = Object.entries(bounds).find(([name]) => slips.has(name as keyof typeof bounds)) ?? [
          "",
          0,
        ];
        const g = Math.min(Math.max(sigmoid(z), bound), 1 - bound);
        if (slips.has("logOfZeroOneTerm")) loss = -Math.log(y === 1 ? g : 1 - g);
        if (slips.has("logOfZero") || bound > 0) loss = -y * Math.log(g) - (1 - y) * Math.log(1 - g);
        if (slips.has("onlyClicks")) loss = slips.has("logOfZero") || bound > 0 ? -y * Math.log(g) : y * loss;
        if (slips.has("overflow")) loss = Math.log(1 + Math.exp(z)) - y * z;
        if (slips.has("squared")) loss = (g - y) ** 2;
        if (slips.has("base")) loss /= Math.LN10;
        if (slips.has("base2")) loss /= Math.LN2;
        if (slips.has("half")) loss /= 2;
        return slips.has("sign") ? -loss : loss;
      }),
});

const gradientSlips = {
  rated: wording.rated,
  zeros: wording.zeros,
  half: wording.halfSlope,
  noPenalty: wording.noPenalty,
  penaltyDoubled: [
    wording.penaltyHalf[0],
    "The penalty's factor in front of the square meets the 2 of its derivative: look at what remains.",
  ],
  penaltyPerRating: wording.penaltyPerRating,
  mean: wording.mean,
  meanOverCells: wording.meanOverCells,
  bias: wording.bias,
  biasOfItem: wording.biasOfItem,
  sign: wording.sign,
  feature: wording.feature,
  halved: wording.halved,
  penaltyHalved: wording.penaltyHalved,
} as const;

export const itemGradientTask = taskWithSlips({
  name: "03 item gradient",
  statement:
    "The derivatives of the joint cost by the features x(i) of film i: Σ (w(j)·x(i) + b(j) − y(i,j)) w(j) over the users with r(i,j) = 1, and λ x(i).",
  signature: `itemGradient(${types}, i: number): number[]`,
  parameters: [...parameters, "i"],
  reference: (...[X, W, b, Y, R, lambda, i]: [...JointArguments, number]): number[] =>
    rowsOf(costAndGradient(modelOf(X, W, b), ratingsOf(Y, R), { lambda }).X, X[0].length)[i],
  cases: jointCases.map((given): [...JointArguments, number] => [...given, given === largest ? 2 : 0]),
  draw: (source) => {
    const given = drawnTable(source);
    return [...given, source.below(given[0].length)];
  },
  slips: {
    ...gradientSlips,
    ownFeatures: [
      "multiplied by the features",
      "What multiplies x(i) in the prediction? That is what its derivative leaves.",
    ],
    overItems: [
      "summed over items where users were meant",
      "Does your loop run along row i of Y, over the users who rated film i, or down a column?",
    ],
    firstItem: ["another film's features", "Which row of X, Y and R belongs to film i?"],
  },
  variant:
    (slips) =>
    (...[X, W, b, Y, R, lambda, i]) => {
      const item = slips.has("firstItem") ? 0 : i;
      const own = X[item];
      const gradient = own.map(() => 0);
      const over = slips.has("overItems") ? X : W;
      let rated = 0;
      over.forEach((_, k) => {
        const [row, user] = slips.has("overItems") ? [k, item] : [item, k];
        if (leavesOut(slips, R[row][user], Y[row][user])) return;
        rated++;
        let error = product(W[user], X[row]) + biasIn(slips, b, row, user) - Y[row][user];
        if (slips.has("half")) error *= 2;
        else if (slips.has("halved")) error /= 2;
        if (slips.has("sign")) error = -error;
        const factor = slips.has("ownFeatures") ? X[row] : W[user];
        gradient.forEach((_, f) => {
          gradient[f] += slips.has("feature") ? error : error * factor[f];
        });
      });
      const by = slips.has("mean") ? rated : slips.has("meanOverCells") ? over.length : 1;
      let weight = slips.has("noPenalty") ? 0 : lambda;
      if (slips.has("penaltyDoubled")) weight *= 2;
      else if (slips.has("penaltyHalved")) weight /= 2;
      if (slips.has("penaltyPerRating")) weight *= rated;
      return gradient.map((sum, f) => sum / by + weight * own[f]);
    },
});

/** What can be mistaken in the derivatives by W, b and X, whatever the loss. */
const allGradientSlips = {
  ...gradientSlips,
  penalizedBias: penaltySlips.penalizedBias,
  onlyW: penaltySlips.onlyW,
  onlyX: penaltySlips.onlyX,
  ownFactors: [
    "multiplied by the wrong factor",
    "What multiplies x(i) in the prediction, and what w(j)? That is what each derivative leaves.",
  ],
  overUsers: [
    "summed over users where items were meant",
    "There is one b for each user: over what does the sum of its derivative run?",
  ],
  overItems: [
    "summed over items where users were meant",
    "Over whom does the sum run in the derivative by a film's features?",
  ],
  swapped: ["swapped W and X", "Which shape has the derivative by W, and which the one by X?"],
  halfOfFactors: wording.halfSlope,
  sharedRows: [
    "rows that are one and the same list",
    "Are all rows of W alike, and all of X? fill puts one and the same list in every place.",
  ],
} as const;

interface Blocks {
  W: number[][];
  b: number[];
  X: number[][];
}

/** The derivatives in the library's numbers. */
function blocksOf([X, W, b, Y, R, lambda]: JointArguments, loss: Loss): Blocks {
  const gradient = costAndGradient(modelOf(X, W, b), ratingsOf(Y, R), { lambda, loss });
  const n = X[0].length;
  return { W: rowsOf(gradient.W, n), b: Array.from(gradient.b), X: rowsOf(gradient.X, n) };
}

/** The derivatives of a table where a cell's cost has the derivative `slope` by z. */
function gradientOf(
  [X, W, b, Y, R, lambda]: JointArguments,
  slips: Slips<keyof typeof allGradientSlips>,
  slope: (z: number, y: number) => number,
): Blocks {
  const n = X[0].length;
  const zeros = (rows: number) => Array.from({ length: rows }, () => new Array<number>(n).fill(0));
  const gradient = { W: zeros(W.length), b: b.map(() => 0), X: zeros(X.length) };
  const isOneRow = slips.has("overItems") || slips.has("sharedRows");
  const byItem = X.map(() => 0);
  const [ratedOfUser, ratedOfItem] = [W.map(() => 0), X.map(() => 0)];
  let rated = 0;
  X.forEach((x, i) => {
    W.forEach((w, j) => {
      if (leavesOut(slips, R[i][j], Y[i][j])) return;
      rated++;
      ratedOfUser[j]++;
      ratedOfItem[i]++;
      let error = slope(product(w, x) + biasIn(slips, b, i, j), Y[i][j]);
      if (slips.has("half")) error *= 2;
      else if (slips.has("halved")) error /= 2;
      if (slips.has("sign")) error = -error;
      const [ofW, ofX] = slips.has("ownFactors") ? [w, x] : [x, w];
      // Over the items as well: all that is added goes to one row, which every film gets.
      const [itemRow, userRow] = [isOneRow ? 0 : i, slips.has("sharedRows") ? 0 : j];
      const factor = slips.has("halfOfFactors") ? 2 * error : error;
      for (let f = 0; f < n; f++) {
        gradient.W[userRow][f] += slips.has("feature") ? factor : factor * ofW[f];
        gradient.X[itemRow][f] += slips.has("feature") ? factor : factor * ofX[f];
      }
      gradient.b[j] += error;
      byItem[i] += error;
    });
  });
  const by = slips.has("mean") ? rated : slips.has("meanOverCells") ? X.length * W.length : 1;
  const factor = slips.has("penaltyDoubled") ? 2 : slips.has("penaltyHalved") ? 0.5 : 1;
  const weight = (slips.has("noPenalty") ? 0 : lambda) * factor;
  const times = (counts: Row, k: number) => (slips.has("penaltyPerRating") ? counts[k] : 1);
  const [weightOfW, weightOfX] = [slips.has("onlyX") ? 0 : weight, slips.has("onlyW") ? 0 : weight];
  const gW = gradient.W.map((row, j) =>
    (slips.has("sharedRows") ? gradient.W[0] : row).map(
      (sum, f) => sum / by + weightOfW * times(ratedOfUser, j) * W[j][f],
    ),
  );
  const gX = gradient.X.map((row, i) =>
    (isOneRow ? gradient.X[0] : row).map((sum, f) => sum / by + weightOfX * times(ratedOfItem, i) * X[i][f]),
  );
  const gb = slips.has("overUsers")
    ? byItem.map((sum) => sum / by)
    : gradient.b.map(
        (sum, j) => sum / by + (slips.has("penalizedBias") ? weight * times(ratedOfUser, j) * b[j] : 0),
      );
  return slips.has("swapped") ? { W: gX, b: gb, X: gW } : { W: gW, b: gb, X: gX };
}

export const cofiGradientTask = taskWithSlips({
  name: "04 cofi gradient",
  statement: "The derivatives of the joint cost by W, b and X, each in the shape of what it belongs to.",
  signature: `cofiGradient(${types}): { W: number[][], b: number[], X: number[][] }`,
  parameters,
  reference: (...given: JointArguments): Blocks => blocksOf(given, "squared"),
  cases: jointCases,
  draw: (source) => drawnTable(source),
  slips: allGradientSlips,
  variant:
    (slips) =>
    (...given) =>
      gradientOf(given, slips, (z, y) => z - y),
});

export const logisticGradientTask = taskWithSlips({
  name: "A3 logistic gradient",
  statement:
    "The derivatives of the cost of labels by W, b and X, each in the shape of what it belongs to; the error of a cell is g(z) − y.",
  signature: `logisticGradient(${types}): { W: number[][], b: number[], X: number[][] }`,
  parameters,
  reference: (...given: JointArguments): Blocks => blocksOf(given, "logistic"),
  cases: labelCases,
  draw: (source) => drawnTable(source, () => source.below(2)),
  slips: {
    ...allGradientSlips,
    half: ["a factor that does not belong there", "Is there anything in front of g(z) − y in the statement?"],
    noLogistic: ["forgot g", "Is the error the distance of z from the label, or of the probability?"],
    slopeOfG: [
      "the squared error's derivative",
      "Which loss is derived? In the derivative of this one, that of g(z) has cancelled out.",
    ],
  },
  variant:
    (slips) =>
    (...given) =>
      gradientOf(given, slips as Slips<keyof typeof allGradientSlips>, (z, y) => {
        const g = slips.has("noLogistic") ? z : sigmoid(z);
        return (g - y) * (slips.has("slopeOfG") ? g * (1 - g) : 1);
      }),
});
