/** Right answers to the tasks in four styles, none of which calls the library's own. */
import { random, shuffled } from "../../src/math/random";
import { assignmentArrayMethods, assignmentLoops, samePages } from "./correctAssignments";

type M = number[][];
type Answers = Record<string, (...given: never[]) => unknown>;

const g = (z: number) => 1 / (1 + Math.exp(-z));
/** log(1 + eᶻ), for any z. */
const softplus = (z: number) => (z > 30 ? z : Math.log1p(Math.exp(z)));

/** Loops over indices, as a beginner writes them. */
export const loops: Answers = {
  "02 predict": (x: number[], w: number[], b: number) => {
    let sum = b;
    for (let f = 0; f < x.length; f++) sum += x[f] * w[f];
    return sum;
  },
  "02 user cost": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) => {
    let J = 0;
    for (let i = 0; i < X.length; i++) {
      if (r[i] === 0) continue;
      let p = b;
      for (let f = 0; f < w.length; f++) p += w[f] * X[i][f];
      J += (p - y[i]) ** 2 / 2;
    }
    for (let f = 0; f < w.length; f++) J += (lambda / 2) * w[f] ** 2;
    return J;
  },
  "02 user gradient": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) => {
    const dw: number[] = [];
    for (let f = 0; f < w.length; f++) dw.push(lambda * w[f]);
    let db = 0;
    for (let i = 0; i < X.length; i++) {
      if (!r[i]) continue;
      let e = b - y[i];
      for (let f = 0; f < w.length; f++) e += w[f] * X[i][f];
      for (let f = 0; f < w.length; f++) dw[f] += e * X[i][f];
      db += e;
    }
    return { w: dw, b: db };
  },
  "03 item gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number, i: number) => {
    const d: number[] = [];
    for (let f = 0; f < X[i].length; f++) {
      d[f] = lambda * X[i][f];
      for (let j = 0; j < W.length; j++) {
        let e = b[j] - Y[i][j];
        for (let k = 0; k < X[i].length; k++) e += W[j][k] * X[i][k];
        if (R[i][j]) d[f] += e * W[j][f];
      }
    }
    return d;
  },
  "04 cofi cost": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
    let J = 0;
    for (let j = 0; j < W.length; j++)
      for (let i = 0; i < X.length; i++) {
        let z = b[j];
        for (let f = 0; f < X[i].length; f++) z += W[j][f] * X[i][f];
        J += (R[i][j] * (z - Y[i][j]) ** 2) / 2;
      }
    for (const row of W) for (const w of row) J += (lambda * w * w) / 2;
    for (const row of X) for (const x of row) J += (lambda * x * x) / 2;
    return J;
  },
  "04 cofi gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
    const dX = X.map((row) => row.map((x) => lambda * x));
    const dW = W.map((row) => row.map((w) => lambda * w));
    const db = b.map(() => 0);
    for (let i = 0; i < X.length; i++)
      for (let j = 0; j < W.length; j++) {
        if (R[i][j] !== 1) continue;
        let e = b[j] - Y[i][j];
        for (let f = 0; f < X[i].length; f++) e += W[j][f] * X[i][f];
        for (let f = 0; f < X[i].length; f++) {
          dX[i][f] += e * W[j][f];
          dW[j][f] += e * X[i][f];
        }
        db[j] += e;
      }
    return { X: dX, W: dW, b: db };
  },
  "05 logistic cost": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
    let J = 0;
    for (let i = 0; i < X.length; i++)
      for (let j = 0; j < W.length; j++) {
        if (R[i][j] !== 1) continue;
        let z = b[j];
        for (let f = 0; f < X[i].length; f++) z += W[j][f] * X[i][f];
        J += Y[i][j] === 1 ? softplus(-z) : softplus(z);
      }
    for (const row of [...W, ...X]) for (const value of row) J += (lambda / 2) * value ** 2;
    return J;
  },
  "06 mean normalization": (Y: (number | null)[][]) => {
    let total = 0;
    let count = 0;
    for (const row of Y)
      for (const y of row)
        if (y !== null) {
          total += y;
          count++;
        }
    const means: number[] = [];
    const Ynorm: (number | null)[][] = [];
    for (let i = 0; i < Y.length; i++) {
      let sum = 0;
      let n = 0;
      for (let j = 0; j < Y[i].length; j++) {
        const y = Y[i][j];
        if (y === null) continue;
        sum += y;
        n++;
      }
      means[i] = n > 0 ? sum / n : total / count;
      Ynorm[i] = [];
      for (let j = 0; j < Y[i].length; j++) {
        const y = Y[i][j];
        Ynorm[i][j] = y === null ? null : y - means[i];
      }
    }
    return { means, Ynorm };
  },
  "07 adam step": (th: number[], gr: number[], m: number[], v: number[], t: number, alpha: number) => {
    const result = { theta: [...th], m: [...m], v: [...v] };
    for (let k = 0; k < th.length; k++) {
      result.m[k] = 0.9 * m[k] + 0.1 * gr[k];
      result.v[k] = 0.999 * v[k] + 0.001 * gr[k] ** 2;
      const mHat = result.m[k] / (1 - 0.9 ** t);
      const vHat = result.v[k] / (1 - 0.999 ** t);
      result.theta[k] -= (alpha * mHat) / (Math.sqrt(vHat) + 1e-8);
    }
    return result;
  },
};

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const dot = (a: number[], c: number[]) => sum(a.map((value, k) => value * c[k]));
const norm = (rows: M) => sum(rows.flat().map((value) => value ** 2));
const turned = (rows: M): M => rows[0].map((_, j) => rows.map((row) => row[j]));
const errors = (X: M, W: M, b: number[], Y: M, R: M): M =>
  X.map((x, i) => W.map((w, j) => R[i][j] * (dot(w, x) + b[j] - Y[i][j])));
const times = (A: M, B: M): M => A.map((row) => turned(B).map((column) => dot(row, column)));
const plus = (A: M, B: M, factor: number): M => A.map((row, i) => row.map((a, j) => a + factor * B[i][j]));

/** Array methods and matrix products, nothing assigned twice. */
export const arrayMethods: Answers = {
  "02 predict": (x: number[], w: number[], b: number) => dot(w, x) + b,
  "02 user cost": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) =>
    sum(X.filter((_, i) => r[i]).map((x, k) => (dot(w, x) + b - y.filter((_, i) => r[i])[k]) ** 2)) / 2 +
    (lambda / 2) * dot(w, w),
  "02 user gradient": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) => {
    const e = X.map((x, i) => r[i] * (dot(w, x) + b - y[i]));
    return { b: sum(e), w: turned(X).map((column, f) => dot(column, e) + lambda * w[f]) };
  },
  "03 item gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number, i: number) =>
    plus(times(errors(X, W, b, Y, R), W), X, lambda)[i],
  "04 cofi cost": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) =>
    (norm(errors(X, W, b, Y, R)) + lambda * (norm(X) + norm(W))) / 2,
  "04 cofi gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
    const E = errors(X, W, b, Y, R);
    return {
      W: plus(times(turned(E), X), W, lambda),
      b: turned(E).map(sum),
      X: plus(times(E, W), X, lambda),
    };
  },
  "05 logistic cost": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) =>
    sum(X.flatMap((x, i) => W.map((w, j) => R[i][j] * softplus((1 - 2 * Y[i][j]) * (dot(w, x) + b[j]))))) +
    (lambda / 2) * (norm(X) + norm(W)),
  "06 mean normalization": (Y: (number | null)[][]) => {
    const mean = (values: (number | null)[]) => {
      const own = values.filter((y) => y !== null);
      return own.length ? sum(own) / own.length : undefined;
    };
    const means = Y.map((row) => mean(row) ?? mean(Y.flat())!);
    return { means, Ynorm: Y.map((row, i) => row.map((y) => (y === null ? y : y - means[i]))) };
  },
  "07 adam step": (theta: number[], gr: number[], m: number[], v: number[], t: number, alpha: number) => {
    const nm = m.map((old, k) => old + 0.1 * (gr[k] - old));
    const nv = v.map((old, k) => old + 0.001 * (gr[k] ** 2 - old));
    const rate = (alpha * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    return { theta: theta.map((old, k) => old - (rate * nm[k]) / (Math.sqrt(nv[k]) + 1e-7)), m: nm, v: nv };
  },
};

for (const [answers, own] of [
  [loops, assignmentLoops],
  [arrayMethods, assignmentArrayMethods],
]) {
  Object.assign(answers, own);
  for (const [name, page] of Object.entries(samePages)) answers[name] = answers[page];
}

/** Every number in the precision of 32 bits, every row a typed array, records as lists in their order. */
export function typed(value: unknown): unknown {
  if (typeof value === "number") return Math.fround(value);
  if (!Array.isArray(value)) {
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, typed(entry)]));
  }
  return value.every((entry) => typeof entry === "number") ? Float32Array.from(value) : value.map(typed);
}

/** A right answer made by chance: cells visited in any order, the penalty's part and the bias at any place of the sum. */
export function byChance(name: string, seed: number): (...given: never[]) => unknown {
  const source = random(seed);
  const coin = () => source.uniform() < 0.5;
  const [penaltyFirst, flat, single, other] = [coin(), coin(), coin(), coin()];
  const order = (n: number): number[] => Array.from(shuffled(n, source));
  const cell = (X: M, W: M, b: number[], i: number, j: number) => {
    let z = flat ? b[j] : 0;
    for (const f of order(X[i].length)) z += X[i][f] * W[j][f];
    return flat ? z : z + b[j];
  };
  const joint =
    (loss: (z: number, y: number) => number) => (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
      const penalty = (lambda / 2) * (norm(X) + norm(W));
      let J = penaltyFirst ? penalty : 0;
      for (const c of order(X.length * W.length)) {
        const [i, j] = other
          ? [c % X.length, Math.floor(c / X.length)]
          : [Math.floor(c / W.length), c % W.length];
        if (R[i][j]) J += loss(cell(X, W, b, i, j), Y[i][j]);
      }
      return penaltyFirst ? J : J + penalty;
    };
  const gradient = (X: M, W: M, b: number[], Y: M, R: M, lambda: number) => {
    const [dX, dW] = [X, W].map((rows) =>
      rows.map((row) => row.map((value) => (penaltyFirst ? lambda * value : 0))),
    );
    const db = b.map(() => 0);
    for (const c of order(X.length * W.length)) {
      const [i, j] = [Math.floor(c / W.length), c % W.length];
      if (!R[i][j]) continue;
      const e = cell(X, W, b, i, j) - Y[i][j];
      for (const f of order(X[i].length)) {
        dX[i][f] += e * W[j][f];
        dW[j][f] += e * X[i][f];
      }
      db[j] += e;
    }
    return penaltyFirst ? { W: dW, b: db, X: dX } : { X: plus(dX, X, lambda), W: plus(dW, W, lambda), b: db };
  };
  const column = (values: number[]): M => values.map((value) => [value]);
  const free: Answers = {
    "02 predict": (x: number[], w: number[], b: number) => cell([x], [w], [b], 0, 0),
    "02 user cost": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) =>
      joint((z, label) => (z - label) ** 2 / 2)(X, [w], [b], column(y), column(r), lambda) -
      (lambda / 2) * norm(X),
    "02 user gradient": (X: M, w: number[], b: number, y: number[], r: number[], lambda: number) => {
      const d = gradient(X, [w], [b], column(y), column(r), lambda);
      return { w: d.W[0], b: d.b[0] };
    },
    "03 item gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number, i: number) =>
      gradient(X, W, b, Y, R, lambda).X[i],
    "04 cofi cost": joint((z, y) => 0.5 * (y - z) ** 2),
    "04 cofi gradient": gradient,
    "05 logistic cost": joint((z, y) =>
      other ? softplus(z) - y * z : Math.abs(z) < 30 ? -Math.log(y ? g(z) : g(-z)) : softplus(y ? -z : z),
    ),
  };
  const answer = (free[samePages[name] ?? name] ?? (other ? loops : arrayMethods)[name]) as (
    ...given: unknown[]
  ) => unknown;
  return ((...given: unknown[]) => (single ? typed(answer(...given)) : answer(...given))) as (
    ...given: never[]
  ) => unknown;
}
