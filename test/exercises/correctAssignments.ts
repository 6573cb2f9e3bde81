/** Right answers to the assignments' own tasks, in loops and in array methods; none calls the library's own. */
import { random } from "../../src/math/random";

type M = number[][];
type Table = (number | null)[][];
type Answers = Record<string, (...given: never[]) => unknown>;
type Rating = { item: number; user: number; value: number };
type Cell = { item: number; user: number };

const g = (z: number) => 1 / (1 + Math.exp(-z));
const copy = (rows: M): M => rows.map((row) => [...row]);

function gradient(X: M, W: M, b: number[], Y: M, R: M, lambda: number, link = (z: number) => z) {
  const d = {
    X: X.map((row) => row.map((x) => lambda * x)),
    W: W.map((row) => row.map((w) => lambda * w)),
    b: b.map(() => 0),
  };
  for (let i = 0; i < X.length; i++)
    for (let j = 0; j < W.length; j++) {
      if (R[i][j] === 0) continue;
      let z = b[j];
      for (let f = 0; f < X[i].length; f++) z += W[j][f] * X[i][f];
      const e = link(z) - Y[i][j];
      for (let f = 0; f < X[i].length; f++) {
        d.X[i][f] += e * W[j][f];
        d.W[j][f] += e * X[i][f];
      }
      d.b[j] += e;
    }
  return d;
}

function adam(X: M, W: M, b: number[], Y: M, R: M, lambda: number, alpha: number, iterations: number) {
  const theta = { X: copy(X), W: copy(W), b: [...b] };
  const rows = ({ X: x, W: w, b: biases }: typeof theta) => [...x, ...w, biases];
  const zeros = () => rows(theta).map((row) => row.map(() => 0));
  const [m, v] = [zeros(), zeros()];
  for (let t = 1; t <= iterations; t++) {
    const slopes = rows(gradient(theta.X, theta.W, theta.b, Y, R, lambda));
    rows(theta).forEach((row, r) => {
      row.forEach((_, k) => {
        m[r][k] = 0.9 * m[r][k] + 0.1 * slopes[r][k];
        v[r][k] = 0.999 * v[r][k] + 0.001 * slopes[r][k] ** 2;
        row[k] -= (alpha * (m[r][k] / (1 - 0.9 ** t))) / (Math.sqrt(v[r][k] / (1 - 0.999 ** t)) + 1e-7);
      });
    });
  }
  return theta;
}

/** Stochastic gradient descent on biases and two features, from scratch. */
function recommender(train: Rating[], asked: Cell[], numItems: number, numUsers: number): number[] {
  const [n, lambda, alpha] = [2, 0.05, 0.03];
  const source = random(1);
  const small = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: n }, () => 0.1 * source.normal()));
  const [X, W] = [small(numItems), small(numUsers)];
  const [c, b] = [new Array<number>(numItems).fill(0), new Array<number>(numUsers).fill(0)];
  let mean = 0;
  for (const { value } of train) mean += value / train.length;
  const predict = ({ item, user }: Cell) => {
    let z = mean + c[item] + b[user];
    for (let f = 0; f < n; f++) z += X[item][f] * W[user][f];
    return z;
  };
  for (let epoch = 0; epoch < 150; epoch++)
    for (const rating of train) {
      const { item, user } = rating;
      const e = predict(rating) - rating.value;
      c[item] -= alpha * (e + lambda * c[item]);
      b[user] -= alpha * (e + lambda * b[user]);
      for (let f = 0; f < n; f++) {
        const [x, w] = [X[item][f], W[user][f]];
        X[item][f] -= alpha * (e * w + lambda * x);
        W[user][f] -= alpha * (e * x + lambda * w);
      }
    }
  return asked.map(predict);
}

export const assignmentLoops: Answers = {
  "A1 matrices": (table: Table) => {
    const Y: M = [];
    const R: M = [];
    for (let i = 0; i < table.length; i++) {
      Y[i] = [];
      R[i] = [];
      for (let j = 0; j < table[i].length; j++) {
        const y = table[i][j];
        Y[i][j] = y === null ? 0 : y;
        R[i][j] = y === null ? 0 : 1;
      }
    }
    return { Y, R };
  },
  "A1 counts": (R: M) => {
    const ofFilms = new Array<number>(R.length).fill(0);
    const ofUsers = new Array<number>(R[0].length).fill(0);
    let all = 0;
    for (let i = 0; i < R.length; i++)
      for (let j = 0; j < R[0].length; j++) {
        ofFilms[i] += R[i][j];
        ofUsers[j] += R[i][j];
        all += R[i][j];
      }
    return { ofFilms, ofUsers, part: all / (ofFilms.length * ofUsers.length) };
  },
  "A1 predictions": (X: M, W: M, b: number[]) => {
    const result: M = [];
    for (let i = 0; i < X.length; i++) {
      result[i] = [];
      for (let j = 0; j < W.length; j++) {
        let z = b[j];
        for (let f = 0; f < X[i].length; f++) z += X[i][f] * W[j][f];
        result[i][j] = z;
      }
    }
    return result;
  },
  "A1 fit": (X: M, y: number[], r: number[], lambda: number, alpha: number, iterations: number) => {
    const w = new Array<number>(X[0].length).fill(0);
    let b = 0;
    for (let t = 0; t < iterations; t++) {
      const dw = w.map((value) => lambda * value);
      let db = 0;
      for (let i = 0; i < X.length; i++) {
        if (r[i] === 0) continue;
        let e = b - y[i];
        for (let f = 0; f < w.length; f++) e += w[f] * X[i][f];
        for (let f = 0; f < w.length; f++) dw[f] += e * X[i][f];
        db += e;
      }
      for (let f = 0; f < w.length; f++) w[f] -= alpha * dw[f];
      b -= alpha * db;
    }
    return { w, b };
  },
  "A2 descent": (
    ...[X, W, b, Y, R, lambda, alpha, iterations]: [M, M, number[], M, M, number, number, number]
  ) => {
    const theta = { X: copy(X), W: copy(W), b: [...b] };
    for (let t = 0; t < iterations; t++) {
      const d = gradient(theta.X, theta.W, theta.b, Y, R, lambda);
      for (let i = 0; i < X.length; i++)
        for (let f = 0; f < X[i].length; f++) theta.X[i][f] -= alpha * d.X[i][f];
      for (let j = 0; j < W.length; j++)
        for (let f = 0; f < W[j].length; f++) theta.W[j][f] -= alpha * d.W[j][f];
      for (let j = 0; j < b.length; j++) theta.b[j] -= alpha * d.b[j];
    }
    return theta;
  },
  "A2 adam": adam,
  "A2 recommend": (X: M, W: M, b: number[], R: M, user: number, count: number) => {
    const found: number[] = [];
    const score = (i: number) => {
      let z = b[user];
      for (let f = 0; f < X[i].length; f++) z += X[i][f] * W[user][f];
      return z;
    };
    while (found.length < count) {
      let best = -1;
      for (let i = 0; i < X.length; i++)
        if (R[i][user] === 0 && !found.includes(i) && (best < 0 || score(i) > score(best))) best = i;
      if (best < 0) break;
      found.push(best);
    }
    return found;
  },
  "A3 labels": (Y: Table, threshold: number) => {
    const labels: Table = [];
    for (let i = 0; i < Y.length; i++) {
      labels[i] = [];
      for (let j = 0; j < Y[i].length; j++) {
        const y = Y[i][j];
        labels[i][j] = y === null ? null : y < threshold ? 0 : 1;
      }
    }
    return labels;
  },
  "A3 logistic gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) =>
    gradient(X, W, b, Y, R, lambda, g),
  "A3 stars": (X: M, W: M, b: number[], means: number[]) => {
    const result: M = [];
    for (let i = 0; i < X.length; i++) {
      result[i] = [];
      for (let j = 0; j < W.length; j++) {
        result[i][j] = means[i] + b[j];
        for (let f = 0; f < X[i].length; f++) result[i][j] += X[i][f] * W[j][f];
      }
    }
    return result;
  },
  "A4 split": (users: number[], times: number[]) => {
    const train: number[] = [];
    const test: number[] = [];
    for (let k = 0; k < users.length; k++) {
      let [others, later] = [0, 0];
      for (let at = 0; at < users.length; at++) {
        if (at === k || users[at] !== users[k]) continue;
        others++;
        if (times[at] > times[k]) later++;
      }
      if (others > 0 && later === 0) test.push(k);
      else train.push(k);
    }
    return { train, test };
  },
  "A4 rmse": (predicted: number[], values: number[]) => {
    let sum = 0;
    for (let k = 0; k < values.length; k++) sum += (predicted[k] - values[k]) ** 2;
    return Math.sqrt(sum / values.length);
  },
  "A4 baseline": (
    ...[items, users, values, numItems, numUsers, damping]: [
      number[],
      number[],
      number[],
      number,
      number,
      number,
    ]
  ) => {
    let mean = 0;
    for (const y of values) mean += y;
    mean /= values.length;
    const c = new Array<number>(numItems).fill(0);
    const b = new Array<number>(numUsers).fill(0);
    for (let i = 0; i < numItems; i++) {
      let [sum, count] = [0, 0];
      for (let k = 0; k < values.length; k++)
        if (items[k] === i) {
          sum += values[k] - mean;
          count++;
        }
      c[i] = sum / (count + damping);
    }
    for (let j = 0; j < numUsers; j++) {
      let [sum, count] = [0, 0];
      for (let k = 0; k < values.length; k++)
        if (users[k] === j) {
          sum += values[k] - mean - c[items[k]];
          count++;
        }
      b[j] = sum / (count + damping);
    }
    return { g: mean, c, b };
  },
  "A4 recommender": recommender,
};

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const dot = (a: number[], c: number[]) => sum(a.map((value, k) => value * c[k]));
const turned = (rows: M): M => rows[0].map((_, j) => rows.map((row) => row[j]));
const less = (A: M, B: M, factor: number): M => A.map((row, i) => row.map((a, j) => a - factor * B[i][j]));
const mapped = (table: Table, f: (y: number) => number): Table =>
  table.map((row) => row.map((y) => (y === null ? null : f(y))));
/** The gradient in products of matrices. */
const slopes = (X: M, W: M, b: number[], Y: M, R: M, lambda: number, link = (z: number) => z) => {
  const E = X.map((x, i) => W.map((w, j) => R[i][j] * (link(dot(w, x) + b[j]) - Y[i][j])));
  const times = (A: M, B: M): M => A.map((row) => turned(B).map((column) => dot(row, column)));
  return {
    X: less(times(E, W), X, -lambda),
    W: less(times(turned(E), X), W, -lambda),
    b: turned(E).map(sum),
  };
};

export const assignmentArrayMethods: Answers = {
  "A1 matrices": (table: Table) => ({
    R: table.map((row) => row.map((y) => Number(y !== null))),
    Y: table.map((row) => row.map((y) => y ?? 0)),
  }),
  "A1 counts": (R: M) => ({
    ofFilms: R.map(sum),
    ofUsers: turned(R).map(sum),
    part: sum(R.flat()) / R.flat().length,
  }),
  "A1 predictions": (X: M, W: M, b: number[]) => X.map((x) => W.map((w, j) => dot(w, x) + b[j])),
  "A1 fit": (X: M, y: number[], r: number[], lambda: number, alpha: number, iterations: number) =>
    Array.from({ length: iterations }).reduce(
      ({ w, b }: { w: number[]; b: number }) => {
        const e = X.map((x, i) => r[i] * (dot(w, x) + b - y[i]));
        return {
          w: w.map((value, f) => value - alpha * (dot(turned(X)[f], e) + lambda * value)),
          b: b - alpha * sum(e),
        };
      },
      { w: X[0].map(() => 0), b: 0 },
    ),
  "A2 descent": (
    ...[X, W, b, Y, R, lambda, alpha, iterations]: [M, M, number[], M, M, number, number, number]
  ) =>
    Array.from({ length: iterations }).reduce(
      (now: { X: M; W: M; b: number[] }) => {
        const d = slopes(now.X, now.W, now.b, Y, R, lambda);
        return { X: less(now.X, d.X, alpha), W: less(now.W, d.W, alpha), b: less([now.b], [d.b], alpha)[0] };
      },
      { X, W, b },
    ),
  "A2 adam": adam,
  "A2 recommend": (X: M, W: M, b: number[], R: M, user: number, count: number) =>
    X.map((x, item) => ({ item, score: dot(W[user], x) + b[user] }))
      .filter(({ item }) => !R[item][user])
      .sort((one, other) => other.score - one.score)
      .slice(0, count)
      .map(({ item }) => item),
  "A3 labels": (Y: Table, threshold: number) => mapped(Y, (y) => (y >= threshold ? 1 : 0)),
  "A3 logistic gradient": (X: M, W: M, b: number[], Y: M, R: M, lambda: number) =>
    slopes(X, W, b, Y, R, lambda, g),
  "A3 stars": (X: M, W: M, b: number[], means: number[]) =>
    X.map((x, i) => W.map((w, j) => dot(w, x) + b[j] + means[i])),
  "A4 split": (users: number[], times: number[]) => {
    const places = users.map((_, k) => k);
    const own = (k: number) => places.filter((at) => users[at] === users[k]);
    const isHeld = (k: number) =>
      own(k).length > 1 && times[k] === Math.max(...own(k).map((at) => times[at]));
    return { train: places.filter((k) => !isHeld(k)), test: places.filter(isHeld) };
  },
  "A4 rmse": (predicted: number[], values: number[]) =>
    Math.hypot(...predicted.map((prediction, k) => prediction - values[k])) / Math.sqrt(values.length),
  "A4 baseline": (
    ...[items, users, values, numItems, numUsers, damping]: [
      number[],
      number[],
      number[],
      number,
      number,
      number,
    ]
  ) => {
    const mean = sum(values) / values.length;
    const by = (keys: number[], length: number, left: number[]) =>
      Array.from({ length }, (_, key) => left.filter((_, k) => keys[k] === key)).map(
        (own) => sum(own) / (own.length + damping),
      );
    const c = by(
      items,
      numItems,
      values.map((y) => y - mean),
    );
    return {
      b: by(
        users,
        numUsers,
        values.map((y, k) => y - mean - c[items[k]]),
      ),
      c,
      g: mean,
    };
  },
  "A4 recommender": recommender,
};

/** The assignments' names of tasks that a page has, too. */
export const samePages: Readonly<Record<string, string>> = {
  "A1 predict": "02 predict",
  "A1 user cost": "02 user cost",
  "A1 user gradient": "02 user gradient",
  "A2 cofi cost": "04 cofi cost",
  "A2 cofi gradient": "04 cofi gradient",
  "A2 tensor cost": "04 cofi cost",
  "A3 logistic cost": "05 logistic cost",
  "A3 mean normalization": "06 mean normalization",
};
