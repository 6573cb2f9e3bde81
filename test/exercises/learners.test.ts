import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { answered } from "../../src/exercises/check";

/** What a learner may well answer, worked out here from the text of the page: right ones, and wrong ones with what is said. */
interface Answers {
  right: unknown[];
  wrong: [answer: unknown, says: RegExp][];
}

const { exp, log, log1p, sqrt, max, abs, round } = Math;
const [root, natural] = [(x: number) => sqrt(x), (p: number) => -log(p)];

const numbers: Record<string, Answers> = {
  "00 sum": {
    right: [3.9 - 0.5 + 0.3],
    wrong: [
      [3.9 + 0.5 + 0.3, /negative/],
      [3.9 - 0.5 - 0.3, /add the 0\.3/],
    ],
  },
  "00 taste": {
    right: [3.9 - 4.4 + 0.6, 0.1],
    wrong: [
      [3.9 - 4.4, /Part of it is your bias/],
      [3.9 - 4.4 - 0.6, /negative/],
    ],
  },
  "00 rmse": {
    right: [root((0.5 ** 2 + 1) / 2), 0.79],
    wrong: [
      [(0.5 ** 2 + 1) / 2, /Take the root/],
      [(0.5 + 1) / 2, /without their signs/],
      [(0.5 - 1) / 2, /cancel/],
      [0.8, /Nearly: give it to two/],
    ],
  },
  "01 unrated": {
    right: [4 * 5 - 15],
    wrong: [
      [15, /are rated/],
      [5 + 8, /A zero is a rating/],
    ],
  },
  "01 mean of Bob": {
    right: [(5 + 4 + 0 + 0) / 4],
    wrong: [
      [9 / 5, /not a zero/],
      [9 / 2, /A zero is a rating/],
      [9, /Divide/],
      [2.3, /Nearly/],
    ],
  },
  "01 share": {
    right: [(100 * 100_836) / (9742 * 610), 1.7],
    wrong: [
      [100_836 / (9742 * 610), /hundred times as much/],
      [(9742 * 610) / 100_836, /Turn it round/],
    ],
  },
  "02 car chases": {
    right: [5 * 0.1 + 0 * 1],
    wrong: [
      [5, /Alice's weight is on romance/],
      [0.1, /weight/],
    ],
  },
  "02 cost of Alice": {
    right: [(0.5 ** 2 + 0.5 ** 2) / 2],
    wrong: [
      [0.5, /forgot the half/],
      [(0.5 + 4.95 ** 2) / 2, /unrated/],
      [0.5 / 4, /a sum, not a mean/],
      [0.5 / 8, /a sum, not a mean/],
    ],
  },
  "02 with penalty": {
    right: [0.25 + (2 / 2) * 5 ** 2],
    wrong: [
      [0.25 + 2 * 25, /λ\/2/],
      [0.5 + 25, /forgot the half/],
      [25, /penalty alone/],
      [0.25 + 5, /squared/],
    ],
  },
  "03 x1": {
    right: [4 / 5],
    wrong: [
      [4, /That is the rating/],
      [4 / 10, /her weight for it is zero/],
      [5 * 4, /Divide/],
    ],
  },
  "03 shrunk": {
    right: [20 / (25 + 25)],
    wrong: [
      [20 / 25, /without a penalty/],
      [20 / (25 + 12.5), /meets the 2/],
      [20 / 75, /not 2λx/],
    ],
  },
  "03 raters": {
    right: [10],
    wrong: [
      [1, /one equation/],
      [11, /bias/],
      [20, /one equation/],
    ],
  },
  "04 parameters": {
    right: [1000 * 20 + 500 * 20 + 500],
    wrong: [
      [1500 * 20, /bias/],
      [1500 * 20 + 1500, /only people/],
      [1000 * 500, /cells/],
      [500 * 20 + 500, /features are learned/],
      [1000 * 500 * 20, /add/],
    ],
  },
  "04 cost": {
    right: [1.5 + 3 + 4],
    wrong: [
      [1.5 + 2 * 7, /λ\/2/],
      [1.5 + 3, /X is penalized/],
      [1.5 + 9 + 16, /squares already/],
    ],
  },
  "04 turned": {
    right: [2 + 2 + 0.5],
    wrong: [
      [2 + 2, /bias/],
      [2 - 2 + 0.5, /turned/],
    ],
  },
  "05 g of 0": {
    right: [1 / (1 + exp(0))],
    wrong: [
      [0, /e⁰ is 1/],
      [1, /1 \+ e⁰/],
      [0 / 0, /comes out as NaN/],
    ],
  },
  "05 cost": {
    right: [natural(0.25), 1.39],
    wrong: [
      [log(0.25), /never negative/],
      [natural(0.75), /if the label is 0/],
      [-Math.log10(0.25), /base 10/],
      [-Math.log2(0.25), /base 2/],
      [1.4, /Nearly/],
    ],
  },
  "05 terms": {
    right: [4],
    wrong: [
      [1, /label of 0/],
      [3, /label, too/],
      [10, /not shown/],
    ],
  },
  "06 mean": {
    right: [9 / 4],
    wrong: [
      [9 / 5, /Eve/],
      [9 / 2, /zero counts/],
      [9, /sum/],
    ],
  },
  "06 damped": {
    right: [(5 + 5 * 3.5) / 6],
    wrong: [
      [5, /plain mean/],
      [(5 + 3.5) / 2, /halfway/],
      [(5 + 5 * 3.5) / 5, /which is 6/],
      [(5 + 3.5) / 6, /5 times/],
    ],
  },
  "06 stars": {
    right: [3.7 - 1.2],
    wrong: [
      [-1.2, /Add the mean/],
      [3.7 + 1.2, /less/],
      [3.7, /film's mean/],
    ],
  },
  "07 one step": {
    right: [3 - 0.01 * 4],
    wrong: [
      [3 + 0.04, /subtract/],
      [3 - 0.1 * 4, /0\.01/],
      [3 - 0.02, /factor of 2/],
    ],
  },
  "07 cells": {
    right: [round((4778 * 444) / 39_266)],
    wrong: [
      [(4778 * 444) / 39_266, /round it/],
      [39_266 / (47.78 * 444), /Turn it round/],
      [53, /unrated/],
    ],
  },
  "07 first step": {
    right: [(0.1 * 1000) / root(1000 ** 2)],
    wrong: [
      [0.1 * 1000, /gradient descent/],
      [(0.1 * 100) / root(1000), /without the correction/],
      [(0.1 * 100) / 1000, /not a tenth/],
    ],
  },
  "08 rated": {
    right: [(100 * 15_000) / (2000 * 500)],
    wrong: [
      [0.015, /hundred/],
      [1_000_000 / 15_000, /Turn it round/],
    ],
  },
  "08 reach": {
    right: [1.96 / root(49), 0.28],
    wrong: [
      [1.96 / 49, /root/],
      [1 / 7, /standard error/],
      [1.96, /root/],
      [0.3, /Nearly/],
    ],
  },
  "08 shrunk": {
    right: [(2 * 5 + 4 * 3.5) / 6],
    wrong: [
      [5, /as rated/],
      [24 / 2, /n \+ d/],
      [3.5, /mean of all/],
      [(5 + 3.5) / 2, /halfway/],
    ],
  },
  "09 fits": {
    right: [3 * 2 * 3 * 5],
    wrong: [
      [3 * 2 * 5, /inner folds/],
      [3 * 2 * 3, /one outer/],
      [90 + 5, /choose nothing/],
    ],
  },
  "09 interval": {
    right: [(2.78 * 2) / root(5), 2.49],
    wrong: [
      [(1.96 * 2) / root(5), /2\.78/],
      [(2.78 * 2) / 5, /root/],
      [2.5, /Nearly/],
    ],
  },
  "09 recall": {
    right: [3 / 12],
    wrong: [
      [3 / 10, /precision/],
      [25, /percent/],
      [12 / 3, /Turn it round/],
    ],
  },
  "10 sure": {
    right: [4.3 - 1.28 * 0.2, 4.04],
    wrong: [
      [4.6 - 1.28 * 0.8, /bound of A/],
      [4.3 - 0.2, /one standard/],
      [4.3, /lower bound/],
    ],
  },
  "10 reasons": {
    right: [3.6 + 0.2 * (5 - 4) + 0.1 * (2 - 3.5)],
    wrong: [
      [3.6 + 0.2 * 5 + 0.1 * 2, /own film's mean/],
      [3.6 + 0.2 + 0.15, /take away/],
      [0.05, /Add it/],
    ],
  },
  "10 novelty": {
    right: [3.3 + 0.5 * (1 - 0.2)],
    wrong: [
      [3.3 + 0.5 * 0.2, /1 − p/],
      [3.3 + 0.8, /novelty of 1/],
    ],
  },
  "11 cells": {
    right: [round((480_189 * 17_770) / 100_480_507)],
    wrong: [
      [(480_189 * 17_770) / 100_480_507, /round it/],
      [84, /blank/],
    ],
  },
  "11 growth": {
    right: [4 * 3],
    wrong: [
      [5, /rated cells only/],
      [4 + 3, /product/],
      [12 / 5, /more than/],
    ],
  },
  "11 at most": {
    right: [3.9 + 0.5 * 0.4],
    wrong: [
      [3.9 + 0.5 + 0.4, /multiplied/],
      [3.9, /without the rest/],
    ],
  },
};

type M = number[][];
type User = [X: M, w: number[], b: number, y: number[], r: number[], lambda: number];
type Joint = [X: M, W: M, b: number[], Y: M, R: M, lambda: number];
const dot = (x: number[], w: number[], b = 0) => x.reduce((sum, value, f) => sum + value * w[f], b);
const squares = (rows: M) => rows.flat().reduce((sum, value) => sum + value ** 2, 0);
const twoDecimals = (value: number) => round(100 * value) / 100;

/** A person's cost with a part of it put wrong. */
const userCost =
  (wrong: {
    of?: (e: number) => number;
    skip?: (r: number, y: number) => boolean;
    penalty?: (...given: User) => number;
  }) =>
  (...given: User) => {
    const [X, w, b, y, r, lambda] = given;
    const { of = (e) => e ** 2 / 2, skip = (r) => r === 0, penalty = () => (lambda / 2) * dot(w, w) } = wrong;
    return X.reduce((J, x, i) => (skip(r[i], y[i]) ? J : J + of(dot(x, w, b) - y[i])), penalty(...given));
  };

/** A joint cost with a part of it put wrong. */
const jointCost =
  (
    loss: (z: number, y: number) => number,
    wrong: {
      skip?: (r: number, y: number) => boolean;
      bias?: (i: number, j: number) => number;
      penalty?: (...given: Joint) => number;
    } = {},
  ) =>
  (...given: Joint) => {
    const [X, W, b, Y, R, lambda] = given;
    const {
      skip = (r) => r === 0,
      bias = (_, j) => j,
      penalty = () => (lambda / 2) * (squares(X) + squares(W)),
    } = wrong;
    let J = penalty(...given);
    for (const [i, x] of X.entries())
      for (const [j, w] of W.entries())
        if (!skip(R[i][j], Y[i][j])) J += loss(dot(x, w, b[bias(i, j)]), Y[i][j]);
    return J;
  };
const half = (z: number, y: number) => (z - y) ** 2 / 2;
const stable = (z: number, y: number) => max(z, 0) - y * z + log1p(exp(-abs(z)));
const naive = (z: number, y: number) =>
  y === 1 ? natural(1 / (1 + exp(-z))) : natural(1 - 1 / (1 + exp(-z)));

const jointGradient =
  (
    by: (e: number, w: number[], x: number[]) => [ofX: number[], ofW: number[]],
    wrong: { zero?: (rows: M, lambda: number) => M } = {},
  ) =>
  (...[X, W, b, Y, R, lambda]: Joint) => {
    const { zero = (rows, factor) => rows.map((row) => row.map((value) => factor * value)) } = wrong;
    const slopes = { W: zero(W, lambda), b: b.map(() => 0), X: zero(X, lambda) };
    for (const [i, x] of X.entries())
      for (const [j, w] of W.entries()) {
        if (R[i][j] === 0) continue;
        const e = dot(x, w, b[j]) - Y[i][j];
        const [ofX, ofW] = by(e, w, x);
        x.forEach((_, f) => {
          slopes.X[i][f] += ofX[f];
          slopes.W[j][f] += ofW[f];
        });
        slopes.b[j] += e;
      }
    return slopes;
  };
const times = (e: number, row: number[]) => row.map((value) => e * value);
const rightGradient = jointGradient((e, w, x) => [times(e, w), times(e, x)]);

const filmGradient =
  (
    part: (e: number, w: number[], x: number[]) => number[],
    penalty = (x: number, lambda: number) => lambda * x,
  ) =>
  (...[X, W, b, Y, R, lambda, i]: [...Joint, number]) => {
    const slope = X[i].map((x) => penalty(x, lambda));
    W.forEach((w, j) => {
      if (R[i][j] === 0) return;
      part(dot(X[i], w, b[j]) - Y[i][j], w, X[i]).forEach((value, f) => {
        slope[f] += value;
      });
    });
    return slope;
  };

type Table = (number | null)[][];
const rated = (row: (number | null)[]) => row.filter((y) => y !== null);
const mean = (values: number[]) => values.reduce((sum, y) => sum + y, 0) / values.length;
const centred =
  (
    meansOf: (Y: Table) => number[],
    left: (y: number | null, mean: number) => number | null = (y, m) => (y === null ? null : y - m),
  ) =>
  (Y: Table) => {
    const means = meansOf(Y);
    return { means, Ynorm: Y.map((row, i) => row.map((y) => left(y, means[i]))) };
  };
const filmMeans = (Y: Table) => Y.map((row) => mean(rated(row).length > 0 ? rated(row) : rated(Y.flat())));

type Adam = [theta: number[], g: number[], m: number[], v: number[], t: number, alpha: number];
const adam =
  (step: (m: number, v: number, t: number) => number, square = (g: number) => g ** 2) =>
  (...[theta, g, m, v, t, alpha]: Adam) => {
    const newM = m.map((old, k) => 0.9 * old + 0.1 * g[k]);
    const newV = v.map((old, k) => 0.999 * old + 0.001 * square(g[k]));
    return { theta: theta.map((old, k) => old - alpha * step(newM[k], newV[k], t)), m: newM, v: newV };
  };
const corrected = (m: number, v: number, t: number) =>
  m / (1 - 0.9 ** t) / (root(v / (1 - 0.999 ** t)) + 1e-7);

const functions: Record<string, Answers> = {
  "02 predict": {
    right: [
      (x: number[], w: number[], b: number) => dot(x, w) + b,
      (x: number[], w: number[], b: number) => {
        let stars = b;
        for (const [f, feature] of x.entries()) stars += w[f] * feature;
        return stars;
      },
    ],
    wrong: [
      [(x: number[], w: number[]) => dot(x, w), /Forgot b/],
      [
        (x: number[], w: number[], b: number) => x.reduce((sum, value, f) => sum + value * w[f] + b, 0),
        /b once per feature/,
      ],
      [(x: number[], w: number[], b: number) => Math.min(5, max(0, dot(x, w, b))), /Kept within the scale/],
      [
        (x: number[], w: number[], b: number) => dot(x, w, b).toFixed(2),
        /is a string\. Quotation marks and toFixed/,
      ],
      [(x: number[], w: number[], b: number) => void dot(x, w, b), /returns nothing/],
      [async (x: number[], w: number[], b: number) => dot(x, w, b), /without async/],
      [(x: number[], w: number[], b: number) => w[0] * x[0] + w[1] * x[1] + b, /holds NaN.*past the end/],
      [3, /The answer is a function, starsOf\(.*without calling it/],
    ],
  },
  "02 user cost": {
    right: [
      userCost({}),
      (...[X, w, b, y, r, lambda]: User) =>
        (X.reduce((J, x, i) => J + r[i] * (y[i] - dot(x, w, b)) ** 2, 0) + lambda * dot(w, w)) / 2,
    ],
    wrong: [
      [userCost({ of: (e) => e ** 2 }), /Forgot the half/],
      [userCost({ skip: () => false }), /Forgot R/],
      [userCost({ skip: (_, y) => y === 0 }), /Took zeros for blanks/],
      [userCost({ of: (e) => abs(e) / 2 }), /Absolute errors/],
      [userCost({ penalty: (...[, w, b, , , lambda]) => (lambda / 2) * (dot(w, w) + b * b) }), /Penalized b/],
      [
        userCost({ penalty: (...[X, w, , , , lambda]) => (lambda / 2) * (dot(w, w) + squares(X)) }),
        /Penalized the features/,
      ],
      [
        userCost({
          penalty: (...[, w, , , , lambda]) => (lambda / 2) * w.reduce((sum, one) => sum + abs(one), 0),
        }),
        /Weights not squared/,
      ],
      [
        (...given: User) =>
          userCost({})(
            given[0].map(() => given[0][0]),
            ...(given.slice(1) as [number[], number, number[], number[], number]),
          ),
        /The same film every time/,
      ],
      [(...given: User) => twoDecimals(userCost({})(...given)), /The results are rounded/],
      [() => 1.5775, /The result is the same in every case\. Does the function use what it is given/],
    ],
  },
  "03 item gradient": {
    right: [
      filmGradient(times),
      (...given: [...Joint, number]) => Float64Array.from(filmGradient(times)(...given)),
    ],
    wrong: [
      [filmGradient((e, _, x) => times(e, x)), /Multiplied by the features/],
      [filmGradient(times, (x, lambda) => (lambda / 2) * x), /Kept the half of the penalty/],
      [filmGradient((e, w) => times(e / 2, w)), /Kept the half\./],
      [filmGradient((e, w) => times(2 * e, w)), /Forgot the half/],
      [filmGradient(times, () => 0), /Forgot the penalty/],
      [
        (...[X, ...others]: [...Joint, number]) => {
          const slope = filmGradient(times)(X, ...others);
          const i = others[5] as number;
          X[i].forEach((_, f) => {
            X[i][f] = slope[f] + X[i][f];
          });
          return X[i];
        },
        /That may be because the function changed its input: X was/,
      ],
    ],
  },
  "04 cofi cost": {
    right: [
      jointCost(half),
      (...[X, W, b, Y, R, lambda]: Joint) =>
        (squares(X.map((x, i) => W.map((w, j) => R[i][j] * (dot(w, x) + b[j] - Y[i][j])))) +
          lambda * squares([...X, ...W])) /
        2,
    ],
    wrong: [
      [jointCost((z, y) => (z - y) ** 2), /Forgot the half/],
      [jointCost(half, { skip: () => false }), /Forgot R/],
      [jointCost(half, { bias: (i) => i }), /Another's b/],
      [jointCost((z, y) => abs(z - y) / 2), /Absolute errors/],
      [
        jointCost(half, { penalty: (...[, W, , , , lambda]) => (lambda / 2) * squares(W) }),
        /Penalty without X/,
      ],
      [
        (...[X, W, b, Y, R, lambda]: Joint) => jointCost(half)(W, X, b, Y, R, lambda),
        /throws in this case: TypeError.*items over rows and users over columns|holds NaN/,
      ],
    ],
  },
  "04 cofi gradient": {
    right: [
      rightGradient,
      (...given: Joint) => {
        const { W, b, X } = rightGradient(...given);
        return {
          X: X.map((row) => Float32Array.from(row)),
          W: W.map((row) => Float64Array.from(row)),
          b: Float64Array.from(b),
        };
      },
    ],
    wrong: [
      [jointGradient((e, w, x) => [times(e, x), times(e, w)]), /Multiplied by the wrong factor/],
      [jointGradient((e, w, x) => [times(2 * e, w), times(2 * e, x)]), /Forgot the half/],
      [
        jointGradient((e, w, x) => [times(e, w), times(e, x)], {
          zero: (rows) => Array(rows.length).fill(rows[0].map(() => 0)),
        }),
        /one and the same list/,
      ],
      [(...given: Joint) => rightGradient(...given).b, /must be an object with W, b, X, and is a list/],
      [
        (...[X, W, b, Y, R, lambda]: Joint) => {
          const own = jointGradient((e, w, x) => [times(e, w), times(e, x)], { zero: (rows) => rows });
          return own(X, W, b, Y, R, lambda);
        },
        /changed its input: (X|W) was/,
      ],
    ],
  },
  "05 logistic cost": {
    right: [
      jointCost(stable),
      jointCost((z, y) => {
        const s = y === 1 ? -z : z;
        return s > 30 ? s : log(1 + exp(s));
      }),
    ],
    wrong: [
      [jointCost(naive), /NaN from log\(0\)/],
      [
        jointCost((z, y) => {
          const g = Math.min(1 - 1e-12, max(1e-12, 1 / (1 + exp(-z))));
          return -y * log(g) - (1 - y) * log(1 - g);
        }),
        /Probability kept from 0 and 1/,
      ],
      [jointCost((z, y) => log(1 + exp(z)) - y * z), /e to a large power/i],
      [jointCost((z, y) => -stable(z, y)), /Wrong sign/],
      [jointCost((z, y) => stable(z, y) / 2), /half that does not belong there/],
      [jointCost(stable, { skip: (_, y) => y === 0 }), /Only labels of 1/],
    ],
  },
  "06 mean normalization": {
    right: [
      centred(filmMeans),
      (Y: Table) => ({ ...centred(filmMeans)(Y), means: Float64Array.from(filmMeans(Y)) }),
    ],
    wrong: [
      [
        centred((Y) => Y.map((row) => row.reduce((sum: number, y) => sum + (y ?? 0), 0) / row.length)),
        /Mean over all cells/,
      ],
      [centred(filmMeans, (y, m) => (y ?? 0) - m), /Filled the blanks/],
      [centred((Y) => Y.map((row) => mean(rated(row)))), /NaN from 0 \/ 0/],
      [
        centred((Y) => {
          const overall = mean(
            Y.map(rated)
              .filter((row) => row.length > 0)
              .map(mean),
          );
          return Y.map((row) => (rated(row).length > 0 ? mean(rated(row)) : overall));
        }),
        /Mean of the means/,
      ],
      [(Y: Table) => centred(filmMeans)(Y).Ynorm, /must be an object with means, Ynorm/],
      [
        (Y: Table) => {
          const means = filmMeans(Y);
          for (const [i, row] of Y.entries())
            for (const [j, y] of row.entries()) row[j] = y === null ? null : y - means[i];
          return { means, Ynorm: Y };
        },
        /The result is right, but the function changed its input: Y was/,
      ],
    ],
  },
  "07 adam step": {
    right: [
      adam(corrected),
      adam((m, v, t) => ((root(1 - 0.999 ** t) / (1 - 0.9 ** t)) * m) / (root(v) + 1e-7)),
    ],
    wrong: [
      [adam((m, v) => m / (root(v) + 1e-7)), /Forgot the correction/],
      [adam((m, v, t) => m / (1 - 0.9 ** t) / (v / (1 - 0.999 ** t) + 1e-7)), /Forgot the root/],
      [adam(corrected, (g) => g), /Forgot the square/],
      [adam((m, v, t) => -corrected(m, v, t)), /Wrong sign/],
      [(...given: Adam) => adam(corrected)(...given).theta, /must be an object with theta, m, v/],
    ],
  },
};

const all = { ...numbers, ...functions };

describe.each(Object.entries(all))("%s", (name, { right, wrong }) => {
  test("what is right is taken in each of its forms", () => {
    for (const answer of right) expect(answered(name, answer).text).toMatch(/^Right\. /);
  });

  test.each(wrong)("%#: what is wrong is told as what it is", (answer, says) => {
    const verdict = answered(name, answer);
    expect(verdict.right).toBe(false);
    expect(verdict.text).toMatch(says);
  });
});

test("every exercise of every page has a right answer and two wrong ones here", () => {
  const folder = join(__dirname, "..", "..", "notebooks");
  const asked = readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(/check\(\\"(\d\d [^"\\]+)\\"/g)])
    .map(([, name]) => name);
  expect([...new Set(asked)].toSorted()).toEqual(Object.keys(all).toSorted());
  for (const { right, wrong } of Object.values(all)) {
    expect(right.length).toBeGreaterThanOrEqual(1);
    expect(wrong.length).toBeGreaterThanOrEqual(2);
  }
});
