import { chunk, type Factors, partBounds, partCount, sumGram } from "./factors";
import { type AlsProblem, type AlsSolver, initialFactors, steps } from "./solver";

const f = Math.fround;

/** The readable solver, on this thread: the reference for the SIMD one. */
export async function plainAls(problem: AlsProblem, pause: () => Promise<void>): Promise<AlsSolver> {
  return {
    ...(await initialFactors(problem, pause)),
    async solve(own, other) {
      for (let part = 0; part < partCount; part++) {
        await pause();
        gramPart(other, part);
      }
      sumGram(other);
      for (let from = 0; from < own.size; from += 64) {
        await pause();
        solveRows(own, other, from, Math.min(own.size, from + 64));
      }
    },
    close: async () => {},
  };
}

/** One part of VᵀV, its lower triangle: Σ v vᵀ over the part's rows. */
export function gramPart({ V, size, width: n, gramParts }: Factors, part: number): void {
  const G = gramParts.subarray(part * n * n, (part + 1) * n * n).fill(0);
  const { from, to } = partBounds(size, part);
  for (let first = from; first < to; first += chunk) {
    const end = Math.min(to, first + chunk);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let at = first * n; at < end * n; at += n) sum = f(sum + f(V[at + i] * V[at + j]));
        G[i * n + j] += sum;
      }
    }
  }
}

/**
 * Moves the rows from `from` to before `to`, and of all arrays writes only theirs, so that blocks of rows may be moved in
 * any order, or at once.
 *
 * The loss of row x, over all cells of it, is Σ c (p − x·y)² + λ‖x‖², with p = 1 and confidence c where there is a count,
 * else p = 0 and c = 1. It is least where A x = b, with A = YᵀY + Σ (c − 1) y yᵀ + λI and b = Σ c y summed over the cells
 * with a count alone. Conjugate gradients go there from where the row is, and lower the loss in every step by α r·r,
 * without making A: 2 width products for each cell and step.
 *
 * In numbers of 32 bits and in the order of the SIMD kernel: both give the same digits.
 */
export function solveRows(own: Factors, other: Factors, from: number, to: number): void {
  const { width: n, start, V, penalty, losses, penalties } = own;
  const r = new Float32Array(n);
  const q = new Float32Array(n);
  for (let row = from; row < to; row++) {
    if (start[row] === start[row + 1]) continue;
    const x = V.subarray(row * n, (row + 1) * n);
    const lambda = penalty[row];
    // r = b − A x; and the loss there, Σ c − x·b − x·r.
    multiply(other, lambda, x, r);
    for (let i = 0; i < n; i++) r[i] = -r[i];
    let loss = addResidual(own, other, row, x, r) - dot(x, r);
    const p = r.slice();
    let square = dot(r, r);
    for (let step = 0; step < steps; step++) {
      multiply(other, lambda, p, q);
      addProduct(own, other, row, p, q);
      const curvature = dot(p, q);
      if (square === 0 || curvature <= 0) break;
      const alpha = f(square / curvature);
      add(x, alpha, p, x);
      add(r, -alpha, q, r);
      loss -= alpha * square;
      const next = dot(r, r);
      add(r, f(next / square), p, p);
      square = next;
    }
    losses[row] = loss;
    penalties[row] = lambda * dot(x, x);
  }
}

/** out ← (YᵀY + λI) v. */
function multiply({ gram, width: n }: Factors, lambda: number, v: Float32Array, out: Float32Array): void {
  for (let i = 0; i < n; i++) {
    let sum = f(lambda * v[i]);
    for (let j = 0; j < n; j++) sum = f(sum + f(v[j] * gram[j * n + i]));
    out[i] = sum;
  }
}

/** out ← out + Σ (c − 1) (y·v) y over the row's cells with a count. */
function addProduct(own: Factors, other: Factors, row: number, v: Float32Array, out: Float32Array): void {
  const { width: n, start, others, extra } = own;
  for (let k = start[row]; k < start[row + 1]; k++) {
    const y = other.V.subarray(others[k] * n, (others[k] + 1) * n);
    add(out, f(extra[k] * dot(v, y)), y, out);
  }
}

/** out ← out + Σ (c − (c − 1) y·x) y over the row's cells with a count; gives Σ c (1 − y·x), which is Σ c − x·b. */
function addResidual(own: Factors, other: Factors, row: number, x: Float32Array, out: Float32Array): number {
  const { width: n, start, others, extra } = own;
  let loss = 0;
  for (let k = start[row]; k < start[row + 1]; k++) {
    const y = other.V.subarray(others[k] * n, (others[k] + 1) * n);
    const s = dot(x, y);
    const c = f(1 + extra[k]);
    loss += c - c * s;
    add(out, f(c - f(extra[k] * s)), y, out);
  }
  return loss;
}

/** out ← a + c b. */
function add(a: Float32Array, c: number, b: Float32Array, out: Float32Array): void {
  for (let i = 0; i < a.length; i++) out[i] = a[i] + f(c * b[i]);
}

/** a · b: four sums, as a vector of four has them. */
function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 4) {
    s0 = f(s0 + f(a[i] * b[i]));
    s1 = f(s1 + f(a[i + 1] * b[i + 1]));
    s2 = f(s2 + f(a[i + 2] * b[i + 2]));
    s3 = f(s3 + f(a[i + 3] * b[i + 3]));
  }
  return f(f(s0 + s1) + f(s2 + s3));
}
