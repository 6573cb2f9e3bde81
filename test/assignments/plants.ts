/** Planted answers: what a student might write into a cell, by the mistake that it makes. */
import { type Assignment, cellOf, edited, sourceOf } from "./notebooks";
import { loops, methods, tensors } from "./styles";

export interface Plant {
  assignment: Assignment;
  /** The cell that is filled otherwise than in the instructor's form. */
  cell: string;
  /** The mistake by the name that the check must give it; undefined where the answer is right. */
  mistake: string | undefined;
  code: string;
}

type Edits = readonly (readonly [from: string, to: string])[];

/** Answers as edits of the instructor's, by cell and mistake. */
type Table = Readonly<Record<string, readonly (readonly [mistake: string, ...edits: Edits])[]>>;

const first: Table = {
  toMatrices: [
    ["took zeros for blanks", ["row.map((y) => (y === null ? 0 : 1))", "row.map((y) => (y ? 1 : 0))"]],
    ["forgot R", ["row.map((y) => (y === null ? 0 : 1))", "row.map(() => 1)"]],
    ["swapped rated and blank", ["(y === null ? 0 : 1)", "(y === null ? 1 : 0)"]],
    ["ratings where R was meant", ["(y === null ? 0 : 1)", "(y === null ? 0 : y)"]],
    ["left the blanks in Y", ["row.map((y) => (y === null ? 0 : y))", "[...row] as number[]"]],
    [
      "users as rows",
      [
        "return { Y, R }",
        "const turned = (M: number[][]) => M[0].map((_, j) => M.map((row) => row[j]));\n  return { Y: turned(Y), R: turned(R) }",
      ],
    ],
    [
      "changed its input",
      [
        "return { Y, R }",
        "table.forEach((row) => row.forEach((y, j) => { if (y === null) row[j] = 0; }));\n  return { Y, R }",
      ],
    ],
  ],
  counts: [
    [
      "summed over items where users were meant",
      ["return { ofFilms, ofUsers,", "return { ofFilms: ofUsers, ofUsers: ofFilms,"],
    ],
    ["percent where a part was meant", ["part: sum(ofFilms)", "part: 100 * sum(ofFilms)"]],
    ["divided by the number of films", ["(R.length * R[0].length)", "R.length"]],
    ["forgot R", ["R.map(sum)", "R.map((row) => row.length)"], ["sum(R.map((row) => row[j]))", "R.length"]],
    ["wrong shape", ["return { ofFilms,", "ofUsers.pop();\n  return { ofFilms,"]],
  ],
  predict: [
    ["forgot b", ["let sum = b", "let sum = 0"]],
    ["b once per feature", ["let sum = b", "let sum = 0"], ["w[k] * x[k]", "w[k] * x[k] + b"]],
    ["only one feature", ["k < x.length", "k < 1"]],
    ["forgot the weights", ["w[k] * x[k]", "x[k]"]],
    ["NaN", ["k < x.length", "k <= x.length"]],
    ["wrong shape", ["return sum;", "return [sum] as unknown as number;"]],
    ["wrong shape", ["return sum;", "return sum.toFixed(2) as unknown as number;"]],
    ["returned nothing", ["return sum;", "return undefined as unknown as number;"]],
    ["returned a promise", ["return sum;", "return Promise.resolve(sum) as unknown as number;"]],
  ],
  predictAll: [
    ["forgot b", ["product(x, w) + b[j]", "product(x, w)"]],
    [
      "b of the wrong axis",
      [
        "X.map((x) => W.map((w, j) => product(x, w) + b[j]))",
        "X.map((x, i) => W.map((w) => product(x, w) + b[i]))",
      ],
    ],
    ["one user's weights for all", ["product(x, w) + b[j]", "product(x, W[0]) + b[j]"]],
    [
      "users as rows",
      [
        "X.map((x) => W.map((w, j) => product(x, w) + b[j]))",
        "W.map((w, j) => X.map((x) => product(x, w) + b[j]))",
      ],
    ],
  ],
  userCost: [
    ["forgot R", ["    if (r[i] === 0) continue;\n", ""]],
    ["took zeros for blanks", ["if (r[i] === 0)", "if (y[i] === 0)"]],
    ["forgot the half", ["error ** 2 / 2", "error ** 2"]],
    ["forgot the half of the penalty", ["(lambda / 2)", "lambda"]],
    ["forgot the penalty", ["J += (lambda / 2) * weight ** 2", "J += 0 * weight"]],
    ["penalized b", ["of w)", "of [...w, b])"]],
    [
      "penalty once per rating",
      ["  for (const weight of w) J += (lambda / 2) * weight ** 2;\n", ""],
      [
        "    J += error ** 2 / 2;\n",
        "    J += error ** 2 / 2;\n    for (const weight of w) J += (lambda / 2) * weight ** 2;\n",
      ],
    ],
    [
      "mean instead of sum",
      [
        "\n  for (const weight of w)",
        "\n  J /= r.filter((one) => one === 1).length;\n  for (const weight of w)",
      ],
    ],
    ["mean over all cells", ["\n  for (const weight of w)", "\n  J /= X.length;\n  for (const weight of w)"]],
    ["forgot b", ["let error = b - y[i]", "let error = -y[i]"]],
    ["forgot the square", ["error ** 2 / 2", "error / 2"]],
    ["changed its input", ["  return J;", "  w.fill(0);\n  return J;"]],
    ["threw an error", ["i < X.length", "i <= X.length"], ["if (r[i] === 0) continue;", ""]],
  ],
  userGradient: [
    ["forgot R", ["    if (r[i] === 0) continue;\n", ""]],
    [
      "forgot the half",
      ["    db += error;", "    db += 2 * error;"],
      ["dw[k] += error *", "dw[k] += 2 * error *"],
    ],
    ["penalized b", ["let db = 0", "let db = lambda * b"]],
    ["forgot the penalty", ["lambda * weight", "0 * weight"]],
    [
      "penalty once per rating",
      ["w.map((weight) => lambda * weight)", "w.map(() => 0)"],
      ["dw[k] += error * X[i][k];", "dw[k] += error * X[i][k] + lambda * w[k];"],
    ],
    [
      "mean instead of sum",
      [
        "return { w: dw, b: db }",
        "const n = r.filter((one) => one === 1).length;\n  return { w: dw.map((d, k) => (d - lambda * w[k]) / n + lambda * w[k]), b: db / n }",
      ],
    ],
    [
      "mean over all cells",
      [
        "return { w: dw, b: db }",
        "const n = r.length;\n  return { w: dw.map((d, k) => (d - lambda * w[k]) / n + lambda * w[k]), b: db / n }",
      ],
    ],
    ["wrong sign", ["db += error", "db -= error"], ["dw[k] += error", "dw[k] -= error"]],
    ["forgot the factor of the derivative", ["dw[k] += error * X[i][k]", "dw[k] += error"]],
    [
      "changed its input",
      ["  return {", "  y.forEach((_, i) => { y[i] *= r[i]; });\n  b = 0;\n  X[0][0]++;\n  return {"],
    ],
    ["wrong shape", ["b: db }", "b: [db] as unknown as number }"]],
  ],
  fitUser: [
    ["climbed the hill", ["weight - alpha", "weight + alpha"], ["b -= alpha", "b += alpha"]],
    ["forgot alpha", ["weight - alpha * (", "weight - ("], ["b -= alpha * ", "b -= "]],
    ["a wrong number of steps", ["step < iterations", "step <= iterations"]],
    ["b never moved", ["b -= alpha * errors.reduce((sum, error) => sum + error, 0);", ""]],
    ["forgot the penalty", [" + lambda * weight", ""]],
    ["forgot R", ["r[i] * (x.reduce", "(x.reduce"]],
    ["did not start at zeros", ["X[0].map(() => 0)", "X[0].map(() => 1)"], ["let b = 0", "let b = 1"]],
    [
      "took new values within a step",
      [
        "b -= alpha * errors.reduce((sum, error) => sum + error, 0);",
        "b -= alpha * X.map((x, i) => r[i] * (x.reduce((sum, value, k) => sum + value * w[k], b) - y[i])).reduce((sum, error) => sum + error, 0);",
      ],
    ],
  ],
};

const errorOfCell = "let error = b[j] - Y[i][j]";
const penaltyLine =
  "  for (const row of [...W, ...X]) for (const value of row) J += (lambda / 2) * value ** 2;\n";
const rated = "      if (R[i][j] === 0) continue;\n";
const meanOfErrors = (by: string) => [penaltyLine, `  J /= ${by};\n${penaltyLine}`] as const;
const countOfR = "R.flat().filter((one) => one === 1).length";
/** A gradient's errors divided by something, its penalty as it is. */
const meanOfSlopes = (by: string) =>
  [
    "return { W: dW, b: db, X: dX }",
    `const n = ${by};
  const mean = (d: number[][], block: number[][]) => d.map((row, i) => row.map((v, k) => (v - lambda * block[i][k]) / n + lambda * block[i][k]));
  return { W: mean(dW, W), b: db.map((d) => d / n), X: mean(dX, X) }`,
  ] as const;
const addX = "dX[i][k] += error * W[j][k]";
const addW = "dW[j][k] += error * X[i][k]";

/** What can go wrong in the derivatives by W, b and X, of either cost. */
const gradientPlants = [
  ["forgot R", [rated, ""]],
  ["took zeros for blanks", ["if (R[i][j] === 0)", "if (Y[i][j] === 0)"]],
  ["penalized b", ["db = b.map(() => 0)", "db = b.map((value) => lambda * value)"]],
  [
    "forgot the penalty",
    ["dX = X.map((row) => row.map((value) => lambda * value))", "dX = X.map((row) => row.map(() => 0))"],
    ["dW = W.map((row) => row.map((value) => lambda * value))", "dW = W.map((row) => row.map(() => 0))"],
  ],
  [
    "penalty once per rating",
    ["dX = X.map((row) => row.map((value) => lambda * value))", "dX = X.map((row) => row.map(() => 0))"],
    ["dW = W.map((row) => row.map((value) => lambda * value))", "dW = W.map((row) => row.map(() => 0))"],
    [addX, `${addX} + lambda * X[i][k]`],
    [addW, `${addW} + lambda * W[j][k]`],
  ],
  [
    "penalty without X",
    ["dX = X.map((row) => row.map((value) => lambda * value))", "dX = X.map((row) => row.map(() => 0))"],
  ],
  ["mean instead of sum", meanOfSlopes(countOfR)],
  ["mean over all cells", meanOfSlopes("X.length * W.length")],
  [
    "wrong sign",
    [addX, addX.replace("+=", "-=")],
    [addW, addW.replace("+=", "-=")],
    ["db[j] += error", "db[j] -= error"],
  ],
  ["forgot the factor of the derivative", [addX, "dX[i][k] += error"], [addW, "dW[j][k] += error"]],
  [
    "multiplied by the wrong factor",
    [addX, "dX[i][k] += error * X[i][k]"],
    [addW, "dW[j][k] += error * W[j][k]"],
  ],
  ["swapped W and X", ["{ W: dW, b: db, X: dX }", "{ W: dX, b: db, X: dW }"]],
  [
    "summed over items where users were meant",
    [
      "return { W: dW, b: db, X: dX }",
      "const all = X[0].map((_, k) => dX.reduce((sum, row, i) => sum + row[k] - lambda * X[i][k], 0));\n  return { W: dW, b: db, X: X.map((row) => row.map((value, k) => all[k] + lambda * value)) }",
    ],
  ],
  [
    "summed over users where items were meant",
    ["db = b.map(() => 0)", "db = X.map(() => 0)"],
    ["db[j] += error", "db[i] += error"],
  ],
  ["changed its input", ["  return {", "  X.push([]);\n  return {"]],
] as const;

const second: Table = {
  cofiCost: [
    ["forgot R", [rated, ""]],
    ["took zeros for blanks", ["if (R[i][j] === 0)", "if (Y[i][j] === 0)"]],
    ["forgot the half", ["error ** 2 / 2", "error ** 2"]],
    ["forgot the half of the penalty", ["(lambda / 2)", "lambda"]],
    ["forgot the penalty", [penaltyLine, ""]],
    ["penalized b", ["[...W, ...X]", "[...W, ...X, b]"]],
    ["penalty without X", ["[...W, ...X]", "W"]],
    [
      "penalty once per rating",
      [
        "      J += error ** 2 / 2;\n",
        "      J += error ** 2 / 2;\n      for (const value of [...W[j], ...X[i]]) J += (lambda / 2) * value ** 2;\n",
      ],
      [penaltyLine, ""],
    ],
    ["mean instead of sum", meanOfErrors(countOfR)],
    ["mean over all cells", meanOfErrors("R.flat().length")],
    ["forgot b", [errorOfCell, "let error = -Y[i][j]"]],
    ["forgot the square", ["error ** 2 / 2", "error / 2"]],
    ["changed its input", ["  return J;", "  R[0][0] = 0;\n  return J;"]],
    ["wrong shape", ["  return J;", "  return { J } as unknown as number;"]],
    ["threw an error", ["i < X.length", "i < W.length"], ["j < W.length", "j < X.length"]],
  ],
  cofiGradient: [
    [
      "forgot the half",
      [addX, addX.replace("error", "2 * error")],
      [addW, addW.replace("error", "2 * error")],
      ["db[j] += error", "db[j] += 2 * error"],
    ],
    ["forgot b", [errorOfCell, "let error = -Y[i][j]"]],
    ...gradientPlants,
  ],
  descend: [
    ["climbed the hill", ["value - alpha", "value + alpha"]],
    ["forgot alpha", ["value - alpha * ", "value - "]],
    ["a wrong number of steps", ["let step = 0", "let step = 1"]],
    ["b never moved", ["b: moved([now.b], [slope.b])[0]", "b"]],
    ["X never moved", ["X: moved(now.X, slope.X)", "X"]],
    ["the gradient of the start in every step", ["gradientOf(now.X, now.W, now.b,", "gradientOf(X, W, b,"]],
    [
      "took new values within a step",
      [
        "    now = {",
        "    now.b = moved([now.b], [slope.b])[0];\n    now.W = moved(now.W, gradientOf(now.X, now.W, now.b, Y, R, lambda).W);\n    now = {",
      ],
      [
        "X: moved(now.X, slope.X), W: moved(now.W, slope.W), b: moved([now.b], [slope.b])[0]",
        "W: now.W, b: now.b, X: moved(now.X, gradientOf(now.X, now.W, now.b, Y, R, lambda).X)",
      ],
    ],
  ],
  tensorCost: [
    ["forgot R", [".sub(y).mul(r)", ".sub(y)"]],
    ["forgot the half", [".div(2)", ""]],
    ["forgot b", [".add(tf.tensor1d(b))", ""]],
    ["mean over all cells", ["errors.square().sum()", "errors.square().mean()"]],
    ["penalized b", ["x.square().sum()", "x.square().sum().add(tf.tensor1d(b).square().sum())"]],
    [
      "wrong shape",
      [
        "errors.square().sum().div(2).add(penalty).asScalar()",
        "errors.square().div(2).add(penalty) as tf.Scalar",
      ],
    ],
  ],
  trainAdam: [
    ["plain gradient descent", ["tf.train.adam", "tf.train.sgd"]],
    ["a new optimizer in every step", ["optimizer.minimize", "tf.train.adam(alpha).minimize"]],
    ["a wrong number of steps", ["step < iterations", "step <= iterations"]],
    ["b never moved", ["tf.variable(tf.tensor1d(b))", "tf.variable(tf.tensor1d(b), false)"]],
    ["forgot R", ["tf.tensor2d(R)", "tf.onesLike(tf.tensor2d(R))"]],
    ["forgot the penalty", ["y, r, lambda", "y, r, 0"]],
  ],
  recommend: [
    ["forgot R", ["    .filter(({ film }) => R[film][user] === 0)\n", ""]],
    ["swapped rated and blank", ["R[film][user] === 0", "R[film][user] === 1"]],
    ["the worst first", ["other.stars - one.stars", "one.stars - other.stars"]],
    ["forgot count", ["    .slice(0, count)\n", ""]],
    ["another user's taste", ["W[user][k], b[user]", "W[0][k], b[0]"], ["R[film][user]", "R[film][0]"]],
    ["predictions where the numbers of films were meant", ["({ film }) => film)", "({ stars }) => stars)"]],
    [
      "places among the films left",
      ["({ film }) => film)", "({ place }) => place)"],
      [
        ".filter(({ film }) => R[film][user] === 0)",
        ".filter(({ film }) => R[film][user] === 0)\n    .map((one, place) => ({ ...one, place }))",
      ],
    ],
    ["not sorted", ["    .sort((one, other) => other.stars - one.stars)\n", ""]],
  ],
};

const loss = "J += Y[i][j] === 1 ? softplus(-z) : softplus(z)";
const third: Table = {
  toLabels: [
    ["left out the threshold itself", ["y >= threshold", "y > threshold"]],
    ["filled the blanks", ["y === null ? null", "y === null ? 0"]],
    ["left out ratings of zero", ["y === null ? null", "!y ? null"]],
    ["swapped the labels", ["? 1 : 0", "? 0 : 1"]],
    ["only labels of 1", ["? 1 : 0", "? 1 : null"]],
    ["wrong shape", ["? 1 : 0", "? true as unknown as number : 0"]],
  ],
  logisticCost: [
    [
      "NaN from log(0)",
      [
        loss,
        "const g = 1 / (1 + Math.exp(-z));\n      J += -Y[i][j] * Math.log(g) - (1 - Y[i][j]) * Math.log(1 - g)",
      ],
    ],
    [
      "NaN from log(0)",
      [loss, "const g = 1 / (1 + Math.exp(-z));\n      J -= Math.log(Y[i][j] === 1 ? g : 1 - g)"],
    ],
    [
      "probability kept from 0 and 1",
      [
        loss,
        "const g = Math.min(Math.max(1 / (1 + Math.exp(-z)), 1e-15), 1 - 1e-15);\n      J += -Y[i][j] * Math.log(g) - (1 - Y[i][j]) * Math.log(1 - g)",
      ],
    ],
    ["forgot R", [rated, ""]],
    [
      "wrong sign",
      [
        loss,
        loss.replace("+=", "-=").replace("? softplus(-z) : softplus(z)", "? softplus(-z) : softplus(z)"),
      ],
    ],
    ["only labels of 1", ["softplus(-z) : softplus(z)", "softplus(-z) : 0"]],
    ["swapped the labels", ["softplus(-z) : softplus(z)", "softplus(z) : softplus(-z)"]],
    ["squared error", [loss, "J += (1 / (1 + Math.exp(-z)) - Y[i][j]) ** 2"]],
    ["a half that does not belong there", [loss, `${loss.replace("+= ", "+= 0.5 * (")})`]],
    ["logarithm to another base", [loss, `${loss.replace("+= ", "+= Math.LOG10E * (")})`]],
    ["mean instead of sum", meanOfErrors(countOfR)],
    ["mean over all cells", meanOfErrors("R.flat().length")],
    ["penalized b", ["[...W, ...X]", "[...W, ...X, b]"]],
    [
      "penalty once per rating",
      [
        `      ${loss};\n`,
        `      ${loss};\n      for (const value of [...W[j], ...X[i]]) J += (lambda / 2) * value ** 2;\n`,
      ],
      [penaltyLine, ""],
    ],
    ["forgot the half of the penalty", ["(lambda / 2)", "lambda"]],
  ],
  logisticGradient: [
    ["forgot g", ["1 / (1 + Math.exp(-z)) - Y", "z - Y"]],
    [
      "the squared error's derivative",
      [
        "const error = 1 / (1 + Math.exp(-z)) - Y[i][j];",
        "const g = 1 / (1 + Math.exp(-z));\n      const error = (g - Y[i][j]) * g * (1 - g);",
      ],
    ],
    ["forgot b", ["let z = b[j]", "let z = 0"]],
    ...gradientPlants,
  ],
  meanNormalization: [
    [
      "normalized along the wrong axis",
      [
        "Y.map((row) => (ratingsIn(row).length > 0 ? mean(ratingsIn(row)) : overall))",
        "Y[0].map((_, j) => Y.map((row) => row[j])).map((row) => (ratingsIn(row).length > 0 ? mean(ratingsIn(row)) : overall))",
      ],
      ["y - means[i]", "y - means[j]"],
      ["row.map((y) => (y === null ? null", "row.map((y, j) => (y === null ? null"],
    ],
    [
      "mean over all cells",
      ["mean(ratingsIn(row))", "ratingsIn(row).reduce((sum, y) => sum + y, 0) / row.length"],
    ],
    [
      "forgot R",
      ["cells.filter((y): y is number => y !== null)", "cells.map((y) => y ?? 0)"],
      ["y === null ? null : y - means[i]", "(y ?? 0) - means[i]"],
    ],
    [
      "NaN from 0 / 0",
      ["(ratingsIn(row).length > 0 ? mean(ratingsIn(row)) : overall)", "mean(ratingsIn(row))"],
    ],
    ["zero for a film without ratings", [": overall", ": 0"]],
    ["left out ratings of zero", ["y !== null)", "Boolean(y))"]],
    ["filled the blanks", ["y === null ? null : y - means[i]", "y === null ? 0 : y - means[i]"]],
    [
      "one mean for all films",
      ["(ratingsIn(row).length > 0 ? mean(ratingsIn(row)) : overall)", "overall + 0 * row.length"],
    ],
    ["forgot to subtract", ["y - means[i]", "y + 0 * means[i]"]],
    [
      "changed its input",
      [
        "const Ynorm = Y.map((row, i) => row.map((y) => (y === null ? null : y - means[i])));",
        "Y.forEach((row, i) => row.forEach((y, j) => { if (y !== null) row[j] = y - means[i]; }));\n  const Ynorm = Y;",
      ],
    ],
  ],
  predictStars: [
    ["forgot to add the mean back", ["b[j] + means[i]", "b[j]"], ["X.map((x, i)", "X.map((x)"]],
    ["wrong sign", ["b[j] + means[i]", "b[j] - means[i]"]],
    ["mean of the wrong axis", ["means[i]", "means[j]"], ["X.map((x, i)", "X.map((x)"]],
    ["forgot b", ["b[j] + means[i]", "means[i]"], ["(w, j)", "(w)"]],
    [
      "users as rows",
      [
        "X.map((x, i) => W.map((w, j) => x.reduce((sum, value, k) => sum + value * w[k], b[j] + means[i])))",
        "W.map((w, j) => X.map((x, i) => x.reduce((sum, value, k) => sum + value * w[k], b[j] + means[i])))",
      ],
    ],
  ],
};

const fourth: Table = {
  split: [
    ["tested with what was trained on", ["train: places.filter((k) => !isHeld(k))", "train: places"]],
    ["the earliest instead of the latest", ["times[k] > times[best]", "times[k] < times[best]"]],
    ["the last in the file instead of the latest", ["times[k] > times[best]", "k > best"]],
    ["held back a user's only rating", [" && count.get(users[k])! > 1", ""]],
    [
      "lost a user's only rating",
      ["places.filter((k) => !isHeld(k))", "places.filter((k) => !isHeld(k) && count.get(users[k])! > 1)"],
    ],
    [
      "swapped train and test",
      [
        "train: places.filter((k) => !isHeld(k)), test: places.filter(isHeld)",
        "test: places.filter((k) => !isHeld(k)), train: places.filter(isHeld)",
      ],
    ],
  ],
  rmse: [
    ["forgot the root", ["Math.sqrt(sum / values.length)", "sum / values.length"]],
    ["sum instead of mean", ["Math.sqrt(sum / values.length)", "Math.sqrt(sum)"]],
    [
      "mean of the errors' sizes",
      ["(predicted[k] - values[k]) ** 2", "Math.abs(predicted[k] - values[k])"],
      ["Math.sqrt(sum / values.length)", "sum / values.length"],
    ],
    ["divided after the root", ["Math.sqrt(sum / values.length)", "Math.sqrt(sum) / values.length"]],
  ],
  baseline: [
    ["forgot the damping", ["sum / (counts[key] + damping)", "(counts[key] === 0 ? 0 : sum / counts[key])"]],
    [
      "did not take the films off",
      ["y - g - c[items[k]]", "y - g"],
      ["values.map((y, k) => y - g", "values.map((y) => y - g"],
    ],
    [
      "did not take the mean off",
      ["damped(items, numItems, values.map((y) => y - g))", "damped(items, numItems, values)"],
    ],
    [
      "swapped films and users",
      ["return { g, c, b }", "return { g, c: b, b: c }"],
      [
        "const c = damped(items, numItems, values.map((y) => y - g));",
        "const c = damped(users, numUsers, values.map((y) => y - g));",
      ],
      [
        "const b = damped(users, numUsers, values.map((y, k) => y - g - c[items[k]]));",
        "const b = damped(items, numItems, values.map((y, k) => y - g - c[users[k]]));",
      ],
    ],
    ["NaN", ["counts[key] + damping", "counts[key]"]],
  ],
  recommender: [
    ["no better than the baseline", ["error * w + lambda * x", "0"], ["error * x + lambda * w", "0"]],
    ["the same for every cell", ["asked.map(({ item, user }) => predict(item, user))", "asked.map(() => g)"]],
    [
      "worse than the baseline",
      [
        "asked.map(({ item, user }) => predict(item, user))",
        "asked.map(({ item, user }) => 5 - predict(item, user))",
      ],
    ],
    [
      "wrong shape",
      [
        "asked.map(({ item, user }) => predict(item, user))",
        "asked.slice(1).map(({ item, user }) => predict(item, user))",
      ],
    ],
    [
      "returned a promise",
      [
        "return asked.map(({ item, user }) => predict(item, user))",
        "return Promise.resolve(asked.map(({ item, user }) => predict(item, user))) as unknown as number[]",
      ],
    ],
    [
      "changed its input",
      [
        "return asked.map(({ item, user }) => predict(item, user))",
        "const found = asked.map(({ item, user }) => predict(item, user));\n  train.sort((one, other) => one.value - other.value);\n  return found",
      ],
    ],
    ["NaN", ["[4, 0.02, 0.2, 150]", "[4, 5, 0.2, 150]"]],
  ],
};

const wrong: readonly Plant[] = [first, second, third, fourth].flatMap((table, k) => {
  const assignment = (k + 1) as Assignment;
  const source = sourceOf(assignment);
  return Object.entries(table).flatMap(([cell, rows]) =>
    rows.map(([mistake, ...edits]) => ({
      ...{ assignment, cell, mistake },
      code: edited(cellOf(source, cell).source, edits),
    })),
  );
});

const right: readonly Plant[] = [loops, methods, tensors].flatMap((style) =>
  Object.entries(style).flatMap(([assignment, cells]) =>
    Object.entries(cells).map(([cell, code]) => ({
      ...{ assignment: Number(assignment) as Assignment, cell, mistake: undefined, code },
    })),
  ),
);

/** All planted answers. */
export const plants: readonly Plant[] = [...wrong, ...right];
