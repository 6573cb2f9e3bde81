/** Tasks about training: gradient descent for one user, for W, b and X at once, and by Adam. */
import { costAndGradient } from "../model/cost";
import { optimizers, updater } from "../train/gradient/optimizer";
import { drawnTable } from "./joint";
import { type Matrix, modelOf, type Row, ratingsOf, rowsOf } from "./notation";
import { drawnUser } from "./oneUser";
import { type Slips, taskWithSlips } from "./slips";
import { wording } from "./wording";

type Block = "X" | "W" | "b";
const blocks: readonly Block[] = ["X", "W", "b"];
const wFirst: readonly Block[] = ["W", "X", "b"];

/** What moves in a training, block by block as the library has them. */
type Parameters = Record<Block, Float64Array>;

/** How a training differs from the right one. */
interface Walk {
  alpha: number;
  iterations: number;
  /** Blocks that stay as they are. */
  fixed?: readonly Block[];
  adam?: boolean;
}

/** What can be mistaken in any training. */
const walkSlips = {
  sign: ["climbed the hill", "Does a step go with the gradient, or against it?"],
  noAlpha: ["forgot alpha", "What sets the length of a step?"],
  oneLess: ["a wrong number of steps", "How many steps does your loop take for iterations = 1?"],
  oneMore: ["a wrong number of steps", "How many steps does your loop take for iterations = 1?"],
  stillBias: ["b never moved", "Which parameters are learned?"],
  rated: wording.rated,
  noPenalty: wording.noPenalty,
} as const;

const inTurn = [
  "took new values within a step",
  "All parameters move at once: with which values is each gradient computed, and has one of them moved already?",
] as const;

const descentSlips = {
  ...walkSlips,
  start: [
    "the gradient of the start in every step",
    "The parameters move in every step. Where is the gradient taken again?",
  ],
  inTurn,
  inTurnBack: inTurn,
} as const;

type WalkSlips = Slips<keyof typeof descentSlips | "inTurnW" | "restarted">;

/** Trains from a start, with slips. */
function walked(
  [X, W, b, Y, R, lambda]: readonly [Matrix, Matrix, Row, Matrix, Matrix, number],
  { alpha, iterations, fixed = [], adam = false }: Walk,
  slips: WalkSlips,
): Parameters {
  const model = modelOf(X, W, b);
  const everything = R.map((row) => row.map(() => 1));
  const ratings = ratingsOf(Y, slips.has("rated") ? everything : R);
  const gradient = () => costAndGradient(model, ratings, { lambda: slips.has("noPenalty") ? 0 : lambda });
  const turns = slips.has("inTurn") || slips.has("inTurnBack") || slips.has("inTurnW");
  const order = slips.has("inTurnBack") ? [...blocks].reverse() : slips.has("inTurnW") ? wFirst : blocks;
  const moving = order.filter((name) => !fixed.includes(name) && !(slips.has("stillBias") && name === "b"));
  const length = (slips.has("noAlpha") ? 1 : alpha) * (slips.has("sign") ? -1 : 1);
  const start = gradient();
  const updaters = () =>
    moving.map(
      (name) => [name, updater(optimizers[adam ? "adam" : "gradientDescent"], model[name], length)] as const,
    );
  let update = updaters();
  const steps = iterations + (slips.has("oneMore") ? 1 : 0) - (slips.has("oneLess") ? 1 : 0);
  for (let step = 0; step < steps; step++) {
    if (slips.has("restarted")) update = updaters();
    const now = slips.has("start") ? start : gradient();
    for (const [name, move] of update) move(turns ? gradient()[name] : now[name]);
  }
  return model;
}

type FitArguments = [X: Matrix, y: Row, r: Row, lambda: number, alpha: number, iterations: number];

const column = (values: Row): Matrix => values.map((value) => [value]);

export const fitUserTask = taskWithSlips({
  name: "A1 fit",
  statement:
    "One user's w and b after so many steps of gradient descent on the cost of page 02, from zeros: w ← w − α ∂J/∂w and b ← b − α ∂J/∂b, both at once.",
  signature:
    "fitUser(X: number[][], y: number[], r: number[], lambda: number, alpha: number, iterations: number): { w: number[], b: number }",
  parameters: ["X", "y", "r", "lambda", "alpha", "iterations"],
  reference: (...given: FitArguments) => fitted(given, new Set()),
  cases: [
    [[[1]], [2], [1], 0, 0.1, 1],
    [[[1]], [2], [1], 0, 0.1, 2],
    [[[1]], [2], [1], 1, 0.1, 2],
    [[[1], [2]], [3, 0], [1, 0], 0, 0.1, 2],
    [
      [
        [0.9, 0],
        [1, 0.01],
        [0.99, 0],
        [0.1, 1],
        [0, 0.9],
      ],
      [5, 5, 0, 0, 0],
      [1, 1, 0, 1, 1],
      0.5,
      0.1,
      10,
    ],
  ],
  draw: (source): FitArguments => {
    const [X, , , y, r, lambda] = drawnUser(source);
    return [X, y, r, lambda, (1 + source.below(4)) / 100, 2 + source.below(6)];
  },
  slips: {
    ...descentSlips,
    ones: ["did not start at zeros", "From which w and b does the first step start?"],
  },
  variant:
    (slips) =>
    (...given) =>
      fitted(given, slips),
});

function fitted(
  [X, y, r, lambda, alpha, iterations]: FitArguments,
  slips: Slips<keyof typeof descentSlips | "ones">,
): { w: number[]; b: number } {
  const begin = slips.has("ones") ? 1 : 0;
  const { W, b } = walked(
    [X, [X[0].map(() => begin)], [begin], column(y), column(r), lambda],
    { alpha, iterations, fixed: ["X"] },
    slips as WalkSlips,
  );
  return { w: Array.from(W), b: b[0] };
}

type TrainArguments = [
  X: Matrix,
  W: Matrix,
  b: Row,
  Y: Matrix,
  R: Matrix,
  lambda: number,
  alpha: number,
  iterations: number,
];

const trainParameters = ["X", "W", "b", "Y", "R", "lambda", "alpha", "iterations"];
const trainTypes =
  "X: number[][], W: number[][], b: number[], Y: number[][], R: number[][], lambda: number, alpha: number, iterations: number";

interface Blocks {
  X: number[][];
  W: number[][];
  b: number[];
}

const asRows = ({ X, W, b }: Parameters, n: number): Blocks => ({
  X: rowsOf(X, n),
  W: rowsOf(W, n),
  b: Array.from(b),
});

const trainCases: TrainArguments[] = [
  [[[1]], [[2]], [0], [[1]], [[1]], 0, 0.1, 1],
  [[[1]], [[2]], [0], [[1]], [[1]], 0, 0.1, 2],
  [[[1]], [[2]], [0.5], [[1]], [[1]], 2, 0.1, 2],
  [[[1]], [[2], [1]], [1, 0.5], [[5, 0]], [[1, 0]], 0, 0.1, 2],
  [
    [
      [0.9, 0.1],
      [1, 0.2],
      [0.1, 1],
    ],
    [
      [1.5, 0.5],
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
    0.05,
    4,
  ],
];

export const descentTask = taskWithSlips({
  name: "A2 descent",
  statement:
    "X, W and b after so many steps of gradient descent on the joint cost, θ ← θ − α ∂J/∂θ for all three at once, from those given.",
  signature: `descend(${trainTypes}): { X: number[][], W: number[][], b: number[] }`,
  parameters: trainParameters,
  reference: (...given: TrainArguments) => trained(given, new Set(), false),
  cases: trainCases,
  draw: (source): TrainArguments => [...drawnTable(source), (1 + source.below(4)) / 100, 2 + source.below(4)],
  slips: {
    ...descentSlips,
    inTurnW: inTurn,
    stillX: ["X never moved", "Which parameters are learned?"],
    stillW: ["W never moved", "Which parameters are learned?"],
  },
  variant:
    (slips) =>
    (...given) =>
      trained(given, slips, false),
});

export const adamTrainingTask = taskWithSlips({
  name: "A2 adam",
  statement:
    "X, W and b after so many steps of Adam with the step length α on the joint cost, from those given: tf.train.adam(α), all else as it comes.",
  signature: `trainAdam(${trainTypes}): { X: number[][], W: number[][], b: number[] }`,
  parameters: trainParameters,
  reference: (...given: TrainArguments) => trained(given, new Set(), true),
  cases: trainCases.map((given): TrainArguments => given),
  // Tensors have seven digits, and Adam divides a gradient by its size: where it is near zero none are left.
  tolerance: 1e-3,
  draw: (source): TrainArguments => {
    for (;;) {
      const given: TrainArguments = [...drawnTable(source), (1 + source.below(4)) / 20, 2 + source.below(4)];
      if (steepEnough(given)) return given;
    }
  },
  slips: {
    ...walkSlips,
    descent: ["plain gradient descent", "Which optimizer moves the variables?"],
    restarted: [
      "a new optimizer in every step",
      "Adam remembers its gradients. Where is yours made: before the loop, or inside it?",
    ],
    stillX: ["X never moved", "Which variables does the optimizer know?"],
    stillW: ["W never moved", "Which variables does the optimizer know?"],
  },
  variant:
    (slips) =>
    (...given) =>
      trained(given, slips, !slips.has("descent")),
});

function trained(
  [X, W, b, Y, R, lambda, alpha, iterations]: TrainArguments,
  slips: Slips<keyof typeof descentSlips | "inTurnW" | "stillX" | "stillW" | "descent" | "restarted">,
  adam: boolean,
): Blocks {
  const fixed = blocks.filter((name) => slips.has(`still${name}` as "stillX"));
  const model = walked([X, W, b, Y, R, lambda], { alpha, iterations, fixed, adam }, slips as WalkSlips);
  return asRows(model, X[0].length);
}

/** Whether every derivative on Adam's way is far enough from zero for its sign and size to survive seven digits. */
function steepEnough([X, W, b, Y, R, lambda, alpha, iterations]: TrainArguments): boolean {
  const ratings = ratingsOf(Y, R);
  for (let step = 0; step < iterations; step++) {
    const at = trained([X, W, b, Y, R, lambda, alpha, step], new Set(), true);
    const gradient = costAndGradient(modelOf(at.X, at.W, at.b), ratings, { lambda });
    if (blocks.some((name) => gradient[name].some((slope) => Math.abs(slope) < 0.01))) return false;
  }
  return true;
}
