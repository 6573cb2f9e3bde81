/** Right answers in three styles: loops, methods of lists, tensors. */
import type { Assignment } from "./notebooks";

type Styles = Readonly<Record<Assignment, Readonly<Record<string, string>>>>;

const dot = "const dot = (a: number[], c: number[]) => a.reduce((sum, value, k) => sum + value * c[k], 0);";
const total = "const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);";
const flip = "const flip = (M: number[][]) => M[0].map((_, j) => M.map((row) => row[j]));";
const times = `${dot} ${flip} const times = (A: number[][], B: number[][]) => A.map((row) => flip(B).map((column) => dot(row, column)));`;
const plus =
  "const plus = (A: number[][], B: number[][], by: number) => A.map((row, i) => row.map((value, k) => value + by * B[i][k]));";
const gradient = "{ W: number[][]; b: number[]; X: number[][] }";
const joint = "X: number[][], W: number[][], b: number[], Y: number[][], R: number[][], lambda: number";
const user = "X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number";
const learned = "{ X: number[][]; W: number[][]; b: number[] }";
const tensorsOfJoint = `const [x, w, y, r] = [X, W, Y, R].map((M) => tf.tensor2d(M)); const z = x.matMul(w, false, true).add(tf.tensor1d(b));`;
const ofUser =
  "const e = tf.tensor2d(X).matMul(tf.tensor2d(w.map((value) => [value]))).flatten().add(b).sub(tf.tensor1d(y)).mul(tf.tensor1d(r));";
const withTensors = (code: string) => `import { tf } from "cofi";\n${code}`;

export const loops: Styles = {
  1: {
    toMatrices: `function toMatrices(table: (number | null)[][]) {
      const Y: number[][] = []; const R: number[][] = [];
      for (const row of table) {
        const [ys, rs]: number[][] = [[], []];
        for (const y of row) { ys.push(y ?? 0); rs.push(y === null ? 0 : 1); }
        Y.push(ys); R.push(rs);
      }
      return { Y, R };
    }`,
    counts: `function counts(R: number[][]) {
      const ofFilms: number[] = []; const ofUsers: number[] = new Array(R[0].length).fill(0); let all = 0;
      for (let i = 0; i < R.length; i++) { ofFilms[i] = 0; for (let j = 0; j < R[i].length; j++) if (R[i][j] === 1) { ofFilms[i]++; ofUsers[j]++; all++; } }
      return { ofFilms, ofUsers, part: all / R.length / R[0].length };
    }`,
    predict: `function predict(x: number[], w: number[], b: number) { let z = 0; for (let k = x.length - 1; k >= 0; k--) z += x[k] * w[k]; return z + b; }`,
    predictAll: `function predictAll(X: number[][], W: number[][], b: number[]) {
      const result: number[][] = [];
      for (let i = 0; i < X.length; i++) { result[i] = []; for (let j = 0; j < W.length; j++) { result[i][j] = b[j]; for (let k = 0; k < X[i].length; k++) result[i][j] += X[i][k] * W[j][k]; } }
      return result;
    }`,
    userCost: `function userCost(${user}) {
      let [J, norm] = [0, 0];
      for (let i = 0; i < y.length; i++) { let z = b; for (let k = 0; k < w.length; k++) z += w[k] * X[i][k]; J += r[i] * (z - y[i]) * (z - y[i]); }
      for (let k = 0; k < w.length; k++) norm += w[k] * w[k];
      return 0.5 * (J + lambda * norm);
    }`,
    userGradient: `function userGradient(${user}) {
      const dw: number[] = [];
      for (let k = 0; k < w.length; k++) { dw[k] = lambda * w[k]; for (let i = 0; i < X.length; i++) { let z = b; for (let f = 0; f < w.length; f++) z += w[f] * X[i][f]; dw[k] += r[i] * (z - y[i]) * X[i][k]; } }
      let db = 0;
      for (let i = 0; i < X.length; i++) { let z = b; for (let f = 0; f < w.length; f++) z += w[f] * X[i][f]; db += r[i] * (z - y[i]); }
      return { b: db, w: dw };
    }`,
    fitUser: `function fitUser(X: number[][], y: number[], r: number[], lambda: number, alpha: number, iterations: number) {
      const w: number[] = []; for (let k = 0; k < X[0].length; k++) w.push(0); let b = 0;
      while (iterations-- > 0) {
        const d: number[] = []; let db = 0; for (let k = 0; k < w.length; k++) d[k] = lambda * w[k];
        for (let i = 0; i < X.length; i++) { if (!r[i]) continue; let e = b - y[i]; for (let k = 0; k < w.length; k++) e += w[k] * X[i][k]; db += e; for (let k = 0; k < w.length; k++) d[k] += e * X[i][k]; }
        b -= alpha * db; for (let k = 0; k < w.length; k++) w[k] -= alpha * d[k];
      }
      return { w, b };
    }`,
  },
  2: {
    cofiCost: `function cofiCost(${joint}) {
      let J = 0;
      for (let j = 0; j < W.length; j++) for (let i = 0; i < X.length; i++) { let z = b[j]; for (let k = 0; k < X[i].length; k++) z += X[i][k] * W[j][k]; J += (R[i][j] * (z - Y[i][j]) ** 2) / 2; }
      for (const M of [X, W]) for (const row of M) for (const value of row) J += (lambda * value * value) / 2;
      return J;
    }`,
    cofiGradient: `function cofiGradient(${joint}): ${gradient} {
      const E: number[][] = [];
      for (let i = 0; i < X.length; i++) { E[i] = []; for (let j = 0; j < W.length; j++) { let z = b[j]; for (let k = 0; k < X[i].length; k++) z += X[i][k] * W[j][k]; E[i][j] = R[i][j] * (z - Y[i][j]); } }
      const d: ${gradient} = { W: [], b: [], X: [] };
      for (let i = 0; i < X.length; i++) { d.X[i] = []; for (let k = 0; k < X[i].length; k++) { d.X[i][k] = lambda * X[i][k]; for (let j = 0; j < W.length; j++) d.X[i][k] += E[i][j] * W[j][k]; } }
      for (let j = 0; j < W.length; j++) { d.W[j] = []; d.b[j] = 0; for (let k = 0; k < W[j].length; k++) { d.W[j][k] = lambda * W[j][k]; for (let i = 0; i < X.length; i++) d.W[j][k] += E[i][j] * X[i][k]; } for (let i = 0; i < X.length; i++) d.b[j] += E[i][j]; }
      return d;
    }`,
    descend: `function descend(${joint}, alpha: number, iterations: number): ${learned} {
      const now = structuredClone({ X, W, b });
      for (let t = 1; t <= iterations; t++) {
        const d = gradientOf(now.X, now.W, now.b, Y, R, lambda);
        for (const name of ["X", "W"] as const) for (let i = 0; i < now[name].length; i++) for (let k = 0; k < now[name][i].length; k++) now[name][i][k] -= alpha * d[name][i][k];
        for (let j = 0; j < b.length; j++) now.b[j] -= alpha * d.b[j];
      }
      return now;
    }`,
    trainAdam: `function trainAdam(${joint}, alpha: number, iterations: number): ${learned} {
      const now = structuredClone({ X, W, b });
      const flat = (one: ${learned}) => [...one.X, ...one.W, one.b];
      const zero = () => flat(now).map((row) => row.map(() => 0));
      const [m, v] = [zero(), zero()];
      for (let t = 1; t <= iterations; t++) {
        const d = flat(gradientOf(now.X, now.W, now.b, Y, R, lambda));
        flat(now).forEach((row, i) => { for (let k = 0; k < row.length; k++) {
          m[i][k] = 0.9 * m[i][k] + 0.1 * d[i][k]; v[i][k] = 0.999 * v[i][k] + 0.001 * d[i][k] ** 2;
          row[k] -= alpha * (m[i][k] / (1 - 0.9 ** t)) / (Math.sqrt(v[i][k] / (1 - 0.999 ** t)) + 1e-7);
        } });
      }
      return now;
    }`,
    recommend: `function recommend(X: number[][], W: number[][], b: number[], R: number[][], user: number, count: number) {
      const stars: number[] = []; const found: number[] = [];
      for (let i = 0; i < X.length; i++) { stars[i] = b[user]; for (let k = 0; k < X[i].length; k++) stars[i] += X[i][k] * W[user][k]; }
      for (let place = 0; place < count; place++) { let best = -1; for (let i = 0; i < X.length; i++) if (R[i][user] === 0 && !found.includes(i) && (best < 0 || stars[i] > stars[best])) best = i; if (best >= 0) found.push(best); }
      return found;
    }`,
  },
  3: {
    toLabels: `function toLabels(Y: (number | null)[][], threshold: number) {
      const labels: (number | null)[][] = [];
      for (let i = 0; i < Y.length; i++) { labels[i] = []; for (let j = 0; j < Y[i].length; j++) { const y = Y[i][j]; if (y === null) labels[i][j] = null; else if (y < threshold) labels[i][j] = 0; else labels[i][j] = 1; } }
      return labels;
    }`,
    logisticCost: `function logisticCost(${joint}) {
      let J = 0;
      for (let i = 0; i < X.length; i++) for (let j = 0; j < W.length; j++) {
        if (!R[i][j]) continue;
        let z = b[j]; for (let k = 0; k < X[i].length; k++) z += X[i][k] * W[j][k];
        const s = Y[i][j] === 1 ? -z : z;
        J += s > 0 ? s + Math.log(1 + Math.exp(-s)) : Math.log(1 + Math.exp(s));
      }
      for (const M of [X, W]) for (const row of M) for (const value of row) J += (lambda * value * value) / 2;
      return J;
    }`,
    logisticGradient: `function logisticGradient(${joint}): ${gradient} {
      const d: ${gradient} = { W: [], b: [], X: [] };
      for (let i = 0; i < X.length; i++) { d.X[i] = []; for (let k = 0; k < X[i].length; k++) d.X[i][k] = lambda * X[i][k]; }
      for (let j = 0; j < W.length; j++) { d.W[j] = []; d.b[j] = 0; for (let k = 0; k < W[j].length; k++) d.W[j][k] = lambda * W[j][k]; }
      for (let j = 0; j < W.length; j++) for (let i = 0; i < X.length; i++) {
        let z = b[j]; for (let k = 0; k < X[i].length; k++) z += X[i][k] * W[j][k];
        const e = R[i][j] * ((z > 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))) - Y[i][j]);
        d.b[j] += e; for (let k = 0; k < X[i].length; k++) { d.X[i][k] += e * W[j][k]; d.W[j][k] += e * X[i][k]; }
      }
      return d;
    }`,
    meanNormalization: `function meanNormalization(Y: (number | null)[][]) {
      let [all, n] = [0, 0];
      for (const row of Y) for (const y of row) if (y !== null) { all += y; n++; }
      const means: number[] = []; const Ynorm: (number | null)[][] = [];
      for (let i = 0; i < Y.length; i++) {
        let [sum, count] = [0, 0];
        for (const y of Y[i]) if (y !== null) { sum += y; count++; }
        means[i] = count === 0 ? all / n : sum / count; Ynorm[i] = [];
        for (const y of Y[i]) Ynorm[i].push(y === null ? null : y - means[i]);
      }
      return { means, Ynorm };
    }`,
    predictStars: `function predictStars(X: number[][], W: number[][], b: number[], means: number[]) {
      const result: number[][] = [];
      for (let i = 0; i < X.length; i++) { const row: number[] = []; for (let j = 0; j < W.length; j++) { let z = 0; for (let k = 0; k < X[i].length; k++) z += X[i][k] * W[j][k]; row.push(z + b[j] + means[i]); } result.push(row); }
      return result;
    }`,
  },
  4: {
    split: `function split(users: number[], times: number[]) {
      const train: number[] = []; const test: number[] = [];
      for (let k = 0; k < users.length; k++) { let [own, later] = [0, 0]; for (let other = 0; other < users.length; other++) { if (users[other] !== users[k]) continue; own++; if (times[other] > times[k]) later++; } if (own > 1 && later === 0) test.push(k); else train.push(k); }
      return { train, test };
    }`,
    rmse: `function rmse(predicted: number[], values: number[]) { let mean = 0; for (let k = 0; k < values.length; k++) mean += (values[k] - predicted[k]) ** 2 / values.length; return mean ** 0.5; }`,
    baseline: `function baseline(items: number[], users: number[], values: number[], numItems: number, numUsers: number, damping: number) {
      let g = 0; for (const y of values) g += y / values.length;
      const c: number[] = []; const b: number[] = [];
      for (let i = 0; i < numItems; i++) { let [sum, n] = [0, damping]; for (let k = 0; k < items.length; k++) if (items[k] === i) { sum += values[k] - g; n++; } c[i] = sum / n; }
      for (let j = 0; j < numUsers; j++) { let [sum, n] = [0, damping]; for (let k = 0; k < users.length; k++) if (users[k] === j) { sum += values[k] - g - c[items[k]]; n++; } b[j] = sum / n; }
      return { g, c, b };
    }`,
  },
};

export const methods: Styles = {
  1: {
    toMatrices: `const toMatrices = (table: (number | null)[][]) => ({ R: table.map((row) => row.map((y) => Number(y !== null))), Y: table.map((row) => row.map((y) => y ?? 0)) });`,
    counts: `function counts(R: number[][]) { ${total} ${flip} return { part: total(R.flat()) / R.flat().length, ofFilms: R.map(total), ofUsers: flip(R).map(total) }; }`,
    predict: `const predict = (x: number[], w: number[], b: number) => x.map((value, k) => value * w[k]).concat(b).reduce((sum, value) => sum + value);`,
    predictAll: `function predictAll(X: number[][], W: number[][], b: number[]) { ${times} return times(X, flip(W)).map((row) => row.map((z, j) => z + b[j])); }`,
    userCost: `function userCost(${user}) { ${dot} const e = X.map((x, i) => r[i] * (dot(w, x) + b - y[i])); return (dot(e, e) + lambda * dot(w, w)) / 2; }`,
    userGradient: `function userGradient(${user}) { ${dot} ${flip} ${total} const e = X.map((x, i) => r[i] * (dot(w, x) + b - y[i])); return { w: flip(X).map((column, k) => dot(column, e) + lambda * w[k]), b: total(e) }; }`,
    fitUser: `function fitUser(X: number[][], y: number[], r: number[], lambda: number, alpha: number, iterations: number): { w: number[]; b: number } {
      ${dot} ${flip} ${total}
      const step = ({ w, b }: { w: number[]; b: number }) => { const e = X.map((x, i) => r[i] * (dot(w, x) + b - y[i])); return { w: w.map((v, k) => v - alpha * (dot(flip(X)[k], e) + lambda * v)), b: b - alpha * total(e) }; };
      return Array.from({ length: iterations }).reduce<{ w: number[]; b: number }>(step, { w: X[0].map(() => 0), b: 0 });
    }`,
  },
  2: {
    cofiCost: `function cofiCost(${joint}) { ${dot} const norm = (M: number[][]) => M.flat().reduce((sum, v) => sum + v * v, 0); return (norm(X.map((x, i) => W.map((w, j) => R[i][j] * (dot(x, w) + b[j] - Y[i][j])))) + lambda * (norm(W) + norm(X))) / 2; }`,
    cofiGradient: `function cofiGradient(${joint}): ${gradient} { ${times} ${plus} ${total} const E = X.map((x, i) => W.map((w, j) => R[i][j] * (dot(x, w) + b[j] - Y[i][j]))); return { W: plus(times(flip(E), X), W, lambda), b: flip(E).map(total), X: plus(times(E, W), X, lambda) }; }`,
    descend: `function descend(${joint}, alpha: number, iterations: number): ${learned} { ${plus} if (iterations === 0) return { X, W, b }; const d = gradientOf(X, W, b, Y, R, lambda); return descend(plus(X, d.X, -alpha), plus(W, d.W, -alpha), plus([b], [d.b], -alpha)[0], Y, R, lambda, alpha, iterations - 1); }`,
    recommend: `function recommend(X: number[][], W: number[][], b: number[], R: number[][], user: number, count: number) { ${dot} const left = [...X.keys()].filter((i) => !R[i][user]); return left.sort((one, other) => dot(X[other], W[user]) - dot(X[one], W[user])).filter((_, place) => place < count); }`,
  },
  3: {
    toLabels: `const toLabels = (Y: (number | null)[][], threshold: number) => Y.map((row) => row.map((y) => y === null ? y : Number(y >= threshold)));`,
    logisticCost: `function logisticCost(${joint}) { ${dot} const softplus = (z: number) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0); const norm = (M: number[][]) => M.flat().reduce((sum, v) => sum + v * v, 0); return X.flatMap((x, i) => W.map((w, j) => R[i][j] * softplus((1 - 2 * Y[i][j]) * (dot(x, w) + b[j])))).reduce((sum, v) => sum + v, (lambda / 2) * (norm(W) + norm(X))); }`,
    logisticGradient: `function logisticGradient(${joint}): ${gradient} { ${times} ${plus} ${total} const g = (z: number) => 1 / (1 + Math.exp(-z)); const E = X.map((x, i) => W.map((w, j) => R[i][j] * (g(dot(x, w) + b[j]) - Y[i][j]))); return { W: plus(times(flip(E), X), W, lambda), b: flip(E).map(total), X: plus(times(E, W), X, lambda) }; }`,
    meanNormalization: `function meanNormalization(Y: (number | null)[][]) { const mean = (cells: (number | null)[], or = 0) => { const own = cells.flatMap((y) => y ?? []); return own.length ? own.reduce((sum, y) => sum + y, 0) / own.length : or; }; const means = Y.map((row) => mean(row, mean(Y.flat()))); return { means, Ynorm: Y.map((row, i) => row.map((y) => y === null ? null : y - means[i])) }; }`,
    predictStars: `function predictStars(X: number[][], W: number[][], b: number[], means: number[]) { ${times} return times(X, flip(W)).map((row, i) => row.map((z, j) => z + b[j] + means[i])); }`,
  },
  4: {
    split: `function split(users: number[], times: number[]) { const places = users.map((_, k) => k); const own = (k: number) => places.filter((other) => users[other] === users[k]); const held = (k: number) => own(k).length > 1 && own(k).every((other) => times[other] <= times[k]); return { train: places.filter((k) => !held(k)), test: places.filter(held) }; }`,
    rmse: `const rmse = (predicted: number[], values: number[]) => Math.hypot(...values.map((value, k) => value - predicted[k])) / Math.sqrt(values.length);`,
    baseline: `function baseline(items: number[], users: number[], values: number[], numItems: number, numUsers: number, damping: number) { ${total} const g = total(values) / values.length; const by = (keys: number[], n: number, left: number[]) => Array.from({ length: n }, (_, key) => left.filter((_, k) => keys[k] === key)).map((own) => total(own) / (own.length + damping)); const c = by(items, numItems, values.map((y) => y - g)); return { g, c, b: by(users, numUsers, values.map((y, k) => y - g - c[items[k]])) }; }`,
  },
};

export const tensors: Styles = {
  1: {
    counts: withTensors(
      `function counts(R: number[][]) { const r = tf.tensor2d(R); return { ofFilms: r.sum(1), ofUsers: r.sum(0), part: r.mean() }; }`,
    ),
    predict: withTensors(
      "const predict = (x: number[], w: number[], b: number) => tf.dot(tf.tensor1d(x), tf.tensor1d(w)).add(b);",
    ),
    predictAll: withTensors(
      "const predictAll = (X: number[][], W: number[][], b: number[]): number[][] => tf.tensor2d(X).matMul(tf.tensor2d(W), false, true).add(tf.tensor1d(b)).arraySync() as number[][];",
    ),
    userCost: withTensors(
      `function userCost(${user}): number { ${ofUser} return e.square().sum().add(tf.tensor1d(w).square().sum().mul(lambda)).div(2).dataSync()[0]; }`,
    ),
    userGradient: withTensors(
      `function userGradient(${user}) { ${ofUser} return { w: tf.dot(e as tf.Tensor1D, tf.tensor2d(X)).add(tf.tensor1d(w).mul(lambda)), b: e.sum() }; }`,
    ),
  },
  2: {
    cofiCost: withTensors(
      `function cofiCost(${joint}) { ${tensorsOfJoint} return z.sub(y).mul(r).square().sum().add(x.square().sum().add(w.square().sum()).mul(lambda)).mul(0.5); }`,
    ),
    cofiGradient: withTensors(
      `function cofiGradient(${joint}) { ${tensorsOfJoint} const e = z.sub(y).mul(r); return { W: e.matMul(x, true).add(w.mul(lambda)), b: e.sum(0), X: e.matMul(w).add(x.mul(lambda)) }; }`,
    ),
    descend: withTensors(`function descend(${joint}, alpha: number, iterations: number) {
      let [x, w, c] = [tf.tensor2d(X), tf.tensor2d(W), tf.tensor1d(b)];
      const [y, r] = [tf.tensor2d(Y), tf.tensor2d(R)];
      for (let t = 0; t < iterations; t++) { const e = x.matMul(w, false, true).add(c).sub(y).mul(r); [x, w, c] = [x.sub(e.matMul(w).add(x.mul(lambda)).mul(alpha)), w.sub(e.matMul(x, true).add(w.mul(lambda)).mul(alpha)), c.sub(e.sum(0).mul(alpha))]; }
      return { X: x, W: w, b: c };
    }`),
    trainAdam: withTensors(`function trainAdam(${joint}, alpha: number, iterations: number): ${learned} {
      const theta = [tf.variable(tf.tensor2d(X)), tf.variable(tf.tensor2d(W)), tf.variable(tf.tensor1d(b))]; const adam = tf.train.adam(alpha);
      for (let t = 0; t < iterations; t++) { const { grads } = tf.variableGrads(() => costOfTensors(theta[0], theta[1], theta[2], tf.tensor2d(Y), tf.tensor2d(R), lambda)); adam.applyGradients(grads as tf.NamedTensorMap as never); }
      return { X: theta[0].arraySync() as number[][], W: theta[1].arraySync() as number[][], b: theta[2].arraySync() as number[] };
    }`),
    recommend: withTensors(
      `function recommend(X: number[][], W: number[][], b: number[], R: number[][], user: number, count: number): number[] { const left = R.filter((row) => row[user] === 0).length; const z = tf.tensor2d(X).matMul(tf.tensor2d([W[user]]), false, true).flatten().sub(tf.tensor1d(R.map((row) => 1e6 * row[user]))); return [...tf.topk(z, Math.min(count, left)).indices.dataSync()]; }`,
    ),
  },
  3: {
    logisticCost: withTensors(
      `function logisticCost(${joint}) { ${tensorsOfJoint} return tf.softplus(z).sub(z.mul(y)).mul(r).sum().add(x.square().sum().add(w.square().sum()).mul(lambda / 2)); }`,
    ),
    logisticGradient: withTensors(
      `function logisticGradient(${joint}) { ${tensorsOfJoint} const e = tf.sigmoid(z).sub(y).mul(r); return { W: e.matMul(x, true).add(w.mul(lambda)), b: e.sum(0), X: e.matMul(w).add(x.mul(lambda)) }; }`,
    ),
    predictStars: withTensors(
      "const predictStars = (X: number[][], W: number[][], b: number[], means: number[]) => tf.tensor2d(X).matMul(tf.tensor2d(W), false, true).add(tf.tensor1d(b)).add(tf.tensor2d(means.map((mean) => [mean])));",
    ),
  },
  4: {
    rmse: withTensors(
      "const rmse = (predicted: number[], values: number[]) => tf.tensor1d(predicted).sub(tf.tensor1d(values)).square().mean().sqrt();",
    ),
    recommender:
      withTensors(`function recommender(train: { item: number; user: number; value: number }[], asked: { item: number; user: number }[], numItems: number, numUsers: number): number[] {
      const mean = train.reduce((sum, { value }) => sum + value, 0) / train.length;
      const [y, r] = [new Float32Array(numItems * numUsers), new Float32Array(numItems * numUsers)];
      for (const { item, user, value } of train) { y[item * numUsers + user] = value - mean; r[item * numUsers + user] = 1; }
      const [Y, R] = [y, r].map((block) => tf.tensor2d(block, [numItems, numUsers]));
      const [X, W] = [tf.variable(tf.randomNormal([numItems, 3], 0, 0.1)), tf.variable(tf.randomNormal([numUsers, 3], 0, 0.1))];
      const [c, b] = [tf.variable(tf.zeros([numItems, 1])), tf.variable(tf.zeros([1, numUsers]))];
      const all = () => tf.matMul(X as tf.Tensor2D, W as tf.Tensor2D, false, true).add(c).add(b);
      const adam = tf.train.adam(0.05);
      for (let t = 0; t < 200; t++) adam.minimize(() => all().sub(Y).mul(R).square().sum().add(X.square().sum().add(W.square().sum()).mul(2)) as tf.Scalar);
      const z = all().dataSync();
      return asked.map(({ item, user }) => mean + z[item * numUsers + user]);
    }`),
  },
};
