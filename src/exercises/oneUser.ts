/** Tasks about a single user with known features: the prediction, the cost of the user's weights, its gradient. */
import type { Random } from "../math/random";
import { cost, costAndGradient } from "../model/cost";
import { predictAt } from "../model/posterior";
import { drawnMatrix, drawnRatings, drawnRow, drawnSize } from "./draws";
import { type Matrix, modelOf, product, type Row, ratingsOf, squares } from "./notation";
import { leavesOut, taskWithSlips } from "./slips";
import { wording } from "./wording";

export const predictTask = taskWithSlips({
  name: "02 predict",
  statement:
    "The stars that a user with the weights w and the bias b is predicted to give a film with the features x: w·x + b.",
  signature: "starsOf(x: number[], w: number[], b: number): number",
  parameters: ["x", "w", "b"],
  reference: (x: Row, w: Row, b: number): number => predictAt(modelOf([x], [w], [b]), 0, 0),
  cases: [
    [[1], [2], 1],
    [[1], [-3], 1],
    [[2], [3], 1],
    [[0.9, 0.1], [5, 0], 0.5],
    [[1, 0.5, -2], [2, 3, 0.25], -1],
  ],
  draw: (source) => {
    const n = drawnSize(source, 1, 6);
    return [drawnRow(source, n), drawnRow(source, n), source.normal()];
  },
  slips: {
    bias: wording.bias,
    biasPerFeature: [
      "b once per feature",
      "How often is b added? Look at whether it stands inside the loop over the features.",
    ],
    mean: wording.mean,
    first: [
      "only one feature",
      "How many of the features take part? Look at where the loop ends, and where the result is returned.",
    ],
    sign: ["wrong sign", "Look at the sign in front of b."],
    noWeights: ["forgot the weights", "What multiplies each feature?"],
    clipped: [
      "kept within the scale",
      "Does the formula keep a prediction between 0 and 5 stars? Whoever shows it does.",
    ],
  },
  variant: (slips) => (x, w, b) => {
    let sum = slips.has("noWeights") ? x.reduce((total, feature) => total + feature, 0) : product(w, x);
    if (slips.has("first")) sum = slips.has("noWeights") ? x[0] : w[0] * x[0];
    if (slips.has("mean")) sum /= x.length;
    const times = (slips.has("biasPerFeature") ? x.length : 1) * (slips.has("sign") ? -1 : 1);
    const stars = slips.has("bias") ? sum : sum + times * b;
    return slips.has("clipped") ? Math.min(5, Math.max(0, stars)) : stars;
  },
});

/** Column 0 of the one user, as the library's table of ratings takes it. */
const column = (values: Row): Matrix => values.map((value) => [value]);

type UserArguments = [X: Matrix, w: Row, b: number, y: Row, r: Row, lambda: number];

/** One user's cases: a single rating, two, a blank, a zero that is a rating, a penalty with a bias, and all of it. */
const userCases: UserArguments[] = [
  [[[1]], [2], 0, [1], [1], 0],
  [[[1], [2]], [1], 1, [5, 1], [1, 1], 0],
  [[[1], [2]], [1], 1, [3, 0], [1, 0], 0],
  [[[1], [2]], [1], 1, [3, 0], [1, 1], 0],
  [[[1], [1]], [2], 1, [3, 4], [1, 1], 2],
  [
    [
      [0.9, 0.1],
      [1, 0.2],
      [0.1, 1],
      [0.3, 0.8],
    ],
    [3, 0.5],
    0.4,
    [5, 0, 0, 1.5],
    [1, 0, 1, 1],
    1.5,
  ],
];

/** A user of up to nine films with up to four features. */
export const drawnUser = (source: Random): UserArguments => {
  const [items, n] = [drawnSize(source, 2, 9), drawnSize(source, 1, 4)];
  // Of two users the first: a column alone would have no blank.
  const { Y, R } = drawnRatings(source, items, 2);
  const [y, r] = [Y, R].map((matrix) => matrix.map(([cell]) => cell));
  return [drawnMatrix(source, items, n), drawnRow(source, n), source.normal(), y, r, source.below(4) / 2];
};

const userParameters = ["X", "w", "b", "y", "r", "lambda"];

/** What can be mistaken in the cost of a user and in its gradient alike. */
const sharedSlips = {
  penalizedBias: wording.penalizedBias,
  penaltyPerRating: wording.penaltyPerRating,
  mean: wording.mean,
  meanAll: wording.mean,
  meanOverCells: wording.meanOverCells,
  meanAllOverCells: wording.meanOverCells,
  bias: wording.bias,
} as const;

export const userCostTask = taskWithSlips({
  name: "02 user cost",
  statement:
    "The cost of one user's w and b: ½ Σ (w·x(i) + b − y(i))² over the rated films, where r(i) = 1, and λ/2 ‖w‖².",
  signature:
    "userCost(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): number",
  parameters: userParameters,
  reference: (...[X, w, b, y, r, lambda]: UserArguments): number => {
    const fixed = cost(modelOf(X, [w], [b]), ratingsOf(column(y), column(r)));
    // The features are known here, and carry no penalty: the library's penalizes what it learns.
    return fixed + (lambda / 2) * squares(w);
  },
  cases: userCases,
  draw: drawnUser,
  slips: {
    rated: wording.rated,
    zeros: wording.zeros,
    half: wording.half,
    penaltyHalf: wording.penaltyHalf,
    noPenalty: wording.noPenalty,
    ...sharedSlips,
    notSquared: wording.notSquared,
    absolute: wording.absolute,
    weightsNotSquared: [
      "weights not squared",
      "What happens to the weights before they are added up in the penalty?",
    ],
    penalizedX: [
      "penalized the features",
      "Which parameters does the formula's penalty name? The features are given.",
    ],
    firstItem: ["the same film every time", "Whose features does the loop use in its second turn?"],
  },
  variant:
    (slips) =>
    (...[X, w, b, y, r, lambda]) => {
      let errors = 0;
      let rated = 0;
      X.forEach((x, i) => {
        if (leavesOut(slips, r[i], y[i])) return;
        rated++;
        const features = slips.has("firstItem") ? X[0] : x;
        const error = product(w, features) + (slips.has("bias") ? 0 : b) - y[i];
        errors += slips.has("notSquared") ? error : slips.has("absolute") ? Math.abs(error) : error * error;
      });
      if (!slips.has("half")) errors /= 2;
      let norm = slips.has("weightsNotSquared")
        ? w.reduce((sum, value) => sum + Math.abs(value), 0)
        : squares(w);
      if (slips.has("penalizedBias")) norm += b * b;
      if (slips.has("penalizedX")) norm += X.reduce((sum, row) => sum + squares(row), 0);
      let penalty = lambda * norm;
      if (!slips.has("penaltyHalf")) penalty /= 2;
      if (slips.has("penaltyPerRating")) penalty *= rated;
      if (slips.has("noPenalty")) penalty = 0;
      if (slips.has("mean") || slips.has("meanAll")) errors /= rated;
      if (slips.has("meanAll")) penalty /= rated;
      if (slips.has("meanOverCells") || slips.has("meanAllOverCells")) errors /= X.length;
      if (slips.has("meanAllOverCells")) penalty /= X.length;
      return errors + penalty;
    },
});

export const userGradientTask = taskWithSlips({
  name: "02 user gradient",
  statement: "The derivatives of that cost: by each entry of w, and by b.",
  signature:
    "userGradient(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): { w: number[], b: number }",
  parameters: userParameters,
  reference: (...[X, w, b, y, r, lambda]: UserArguments): { w: number[]; b: number } => {
    const gradient = costAndGradient(modelOf(X, [w], [b]), ratingsOf(column(y), column(r)), { lambda });
    return { w: Array.from(gradient.W), b: gradient.b[0] };
  },
  cases: userCases,
  draw: drawnUser,
  slips: {
    rated: wording.rated,
    zeros: wording.zeros,
    half: wording.halfSlope,
    noPenalty: wording.noPenalty,
    penaltyDoubled: [wording.penaltyHalf[0], wording.halfSlope[1].replace("square", "penalty")],
    ...sharedSlips,
    sign: wording.sign,
    feature: wording.feature,
    halved: wording.halved,
    penaltyHalved: wording.penaltyHalved,
  },
  variant:
    (slips) =>
    (...[X, w, b, y, r, lambda]) => {
      const gw = w.map(() => 0);
      let gb = 0;
      let rated = 0;
      X.forEach((x, i) => {
        if (leavesOut(slips, r[i], y[i])) return;
        rated++;
        let error = product(w, x) + (slips.has("bias") ? 0 : b) - y[i];
        if (slips.has("half")) error *= 2;
        else if (slips.has("halved")) error /= 2;
        if (slips.has("sign")) error = -error;
        w.forEach((_, f) => {
          gw[f] += slips.has("feature") ? error : error * x[f];
        });
        gb += error;
      });
      let by = 1;
      if (slips.has("mean") || slips.has("meanAll")) by *= rated;
      if (slips.has("meanOverCells") || slips.has("meanAllOverCells")) by *= X.length;
      let factor = slips.has("noPenalty") ? 0 : lambda;
      if (slips.has("penaltyDoubled")) factor *= 2;
      else if (slips.has("penaltyHalved")) factor /= 2;
      if (slips.has("penaltyPerRating")) factor *= rated;
      if (slips.has("meanAll")) factor /= rated;
      if (slips.has("meanAllOverCells")) factor /= X.length;
      return {
        w: gw.map((sum, f) => sum / by + factor * w[f]),
        b: gb / by + (slips.has("penalizedBias") ? factor * b : 0),
      };
    },
});
