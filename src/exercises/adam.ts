/** The task about one step of Adam. */
import { optimizers } from "../train/gradient/optimizer";
import { drawnRow, drawnSize } from "./draws";
import type { Row } from "./notation";
import { taskWithSlips } from "./slips";

const { beta1, beta2, epsilon, stepSize } = optimizers.adam;

type AdamArguments = [theta: Row, g: Row, m: Row, v: Row, t: number, alpha: number];

interface Moved {
  theta: number[];
  m: number[];
  v: number[];
}

/** An update of the two running means, and what is taken from θ. */
function moved(
  [theta, g, m, v]: AdamArguments,
  mean: (m: number, g: number) => number,
  square: (v: number, g: number) => number,
  step: (m: number, v: number, g: number) => number,
): Moved {
  const newM = m.map((old, k) => mean(old, g[k]));
  const newV = v.map((old, k) => square(old, g[k]));
  return { theta: theta.map((old, k) => old - step(newM[k], newV[k], g[k])), m: newM, v: newV };
}

export const adamTask = taskWithSlips({
  name: "07 adam step",
  statement:
    "Step t of Adam, counted from 1: m ← 0.9 m + 0.1 g, v ← 0.999 v + 0.001 g², θ ← θ − α m̂ / (√v̂ + ε), with m̂ = m / (1 − 0.9ᵗ), v̂ = v / (1 − 0.999ᵗ) and ε = 1e-7.",
  signature:
    "adamStep(theta: number[], g: number[], m: number[], v: number[], t: number, alpha: number): { theta: number[], m: number[], v: number[] }",
  parameters: ["theta", "g", "m", "v", "t", "alpha"],
  reference: (...given: AdamArguments): Moved => {
    const [, , , , t, alpha] = given;
    return moved(
      given,
      (m, g) => m + (1 - beta1) * (g - m),
      (v, g) => v + (1 - beta2) * (g * g - v),
      (m, v) => (stepSize(alpha, t) * m) / (Math.sqrt(v) + epsilon),
    );
  },
  cases: [
    [[1], [2], [0], [0], 1, 0.1],
    [[1], [0.5], [0.2], [0.04], 2, 0.1],
    [[3, -1, 0.5], [-0.4, 1.5, 3], [0.1, -0.3, 0.8], [0.02, 0.5, 1.2], 5, 0.05],
  ],
  draw: (source) => {
    const n = drawnSize(source, 1, 5);
    const v = Array.from({ length: n }, () => source.uniform());
    const rows = [drawnRow(source, n), drawnRow(source, n), drawnRow(source, n)] as const;
    return [...rows, v, drawnSize(source, 1, 9), source.uniform()];
  },
  slips: {
    noCorrection: [
      "forgot the correction",
      "Both means began at zero. What makes up for that in the first steps?",
    ],
    onlyM: ["corrected only m", "Which of the two running means began at zero?"],
    onlyV: ["corrected only v", "Which of the two running means began at zero?"],
    firstStep: ["correction of the first step in every step", "On what does the correction depend?"],
    stepBefore: ["counted t from 0", "What is t in the first step, and what 1 − 0.9 to its power?"],
    betas: ["swapped the betas", "Which of the two means forgets faster?"],
    old: ["swapped beta and 1 − beta", "How much of the old mean is kept in a step?"],
    oldOfM: ["swapped beta and 1 − beta", "How much of the old mean is kept in a step?"],
    noSquare: ["forgot the square", "Of what is v the running mean?"],
    noSquareSigned: ["forgot the square", "Of what is v the running mean?"],
    noRoot: ["forgot the root", "In which unit is v, and in which θ? Look at the denominator."],
    sign: ["wrong sign", "Does the step go with the gradient, or against it?"],
    gradient: ["used the gradient in the place of m", "What stands in the numerator of the step?"],
    descent: ["plain gradient descent", "Where do m and v come in?"],
    oldMeans: ["used the means of the step before", "In which order are m, v and θ updated?"],
    noAlpha: ["forgot alpha", "What sets the length of a step?"],
    stored: ["stored the corrected means", "Which m and v does the next step begin with?"],
  },
  variant:
    (slips) =>
    (...given) => {
      const [, , oldM, oldV, t, alpha] = given;
      const kept = slips.has("betas") ? [beta2, beta1] : [beta1, beta2];
      const k1 = slips.has("old") || slips.has("oldOfM") ? 1 - kept[0] : kept[0];
      const k2 = slips.has("old") ? 1 - kept[1] : kept[1];
      const power = slips.has("firstStep") ? 1 : slips.has("stepBefore") ? t - 1 : t;
      const none = slips.has("noCorrection");
      const ofM = none || slips.has("onlyV") ? 1 : 1 - kept[0] ** power;
      const ofV = none || slips.has("onlyM") ? 1 : 1 - kept[1] ** power;
      const length = (slips.has("noAlpha") ? 1 : alpha) * (slips.has("sign") ? -1 : 1);
      const result = moved(
        given,
        (m, g) => k1 * m + (1 - k1) * g,
        (v, g) => {
          const square = slips.has("noSquareSigned") ? g : slips.has("noSquare") ? Math.abs(g) : g * g;
          return k2 * v + (1 - k2) * square;
        },
        (m, v, g) => {
          if (slips.has("descent")) return length * g;
          const root = slips.has("noRoot") ? v / ofV : Math.sqrt(v / ofV);
          return (length * (slips.has("gradient") ? g : m / ofM)) / (root + epsilon);
        },
      );
      if (slips.has("oldMeans")) {
        const root = (v: number) => (slips.has("noRoot") ? v / ofV : Math.sqrt(v / ofV));
        result.theta = given[0].map((old, k) => old - (length * (oldM[k] / ofM)) / (root(oldV[k]) + epsilon));
      }
      if (!slips.has("stored")) return result;
      return { ...result, m: result.m.map((m) => m / ofM), v: result.v.map((v) => v / ofV) };
    },
});
