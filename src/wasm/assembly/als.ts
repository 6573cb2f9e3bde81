// The steps of `factorizeImplicit`, in float32 and in the order of additions of ../../train/als/plain.ts, which says what
// they compute: the digits are the same, for any number of threads.
import { sumOfLanes } from "./vector";

/** Where the arrays of one side are: written by ../../train/als/simd.ts by the layout in ../records.ts. */
@unmanaged
class LeastSquares {
  rowBytes: usize;
  size: u32;
  /** How many parts the Gram matrix is summed in, and so many rows are added in float32 at a time. */
  parts: u32;
  chunk: u32;
  start: usize;
  others: usize;
  /** Of each cell its confidence less 1, and of each row the weight of its penalty. */
  extra: usize;
  penalty: usize;
  V: usize;
  /** The parts of the Gram matrix of V. */
  gramParts: usize;
  losses: usize;
  penalties: usize;
  /** The rows of the other side, and their Gram matrix. */
  otherV: usize;
  otherGram: usize;
  /** How many steps of conjugate gradients a row is moved by. */
  steps: u32;
  /** Room for each thread. */
  scratch: usize;
  scratchBytes: usize;
}

/** a · b, in one vector of running sums. */
@inline
function dot(a: usize, b: usize, bytes: usize): f32 {
  let s = f32x4.splat(0);
  for (let o: usize = 0; o < bytes; o += 16) s = f32x4.add(s, f32x4.mul(v128.load(a + o), v128.load(b + o)));
  return sumOfLanes<f32>(s);
}

/** out ← (G + λI) v, sixteen numbers at a time, which stay in registers meanwhile. */
@inline
function multiply(G: usize, lambda: f32, v: usize, out: usize, bytes: usize): void {
  const l = f32x4.splat(lambda);
  const end = v + bytes;
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    let s0 = f32x4.mul(l, v128.load(v + o));
    let s1 = f32x4.mul(l, v128.load(v + o, 16));
    let s2 = f32x4.mul(l, v128.load(v + o, 32));
    let s3 = f32x4.mul(l, v128.load(v + o, 48));
    let line = G + o;
    for (let j = v; j < end; j += 4) {
      const c = v128.load32_splat(j);
      s0 = f32x4.add(s0, f32x4.mul(c, v128.load(line)));
      s1 = f32x4.add(s1, f32x4.mul(c, v128.load(line, 16)));
      s2 = f32x4.add(s2, f32x4.mul(c, v128.load(line, 32)));
      s3 = f32x4.add(s3, f32x4.mul(c, v128.load(line, 48)));
      line += bytes;
    }
    v128.store(out + o, s0);
    v128.store(out + o, s1, 16);
    v128.store(out + o, s2, 32);
    v128.store(out + o, s3, 48);
  }
  for (; o < bytes; o += 16) {
    let s = f32x4.mul(l, v128.load(v + o));
    let line = G + o;
    for (let j = v; j < end; j += 4) {
      s = f32x4.add(s, f32x4.mul(v128.load32_splat(j), v128.load(line)));
      line += bytes;
    }
    v128.store(out + o, s);
  }
}

/** What a cell adds its row of the other side with: (c − 1) s; in the residual c − (c − 1) s. */
@inline
function coefficient(extra: f32, s: f32, residual: bool): f32 {
  return residual ? <f32>1 + extra - extra * s : extra * s;
}

/** What a cell adds to Σ c (1 − s). */
@inline
function lossOf(extra: f32, s: f32): f64 {
  const c = <f64>(<f32>1 + extra);
  return c - c * <f64>s;
}

/**
 * out ← out + Σ (c − 1) (y·v) y over the cells [k, end) of a row, four at a time; or, for the residual, + Σ (c − (c − 1)
 * y·v) y, when it gives Σ c (1 − y·v) too.
 */
@inline
function addCells(job: LeastSquares, k: usize, end: usize, v: usize, out: usize, residual: bool): f64 {
  const bytes = job.rowBytes;
  const Y = job.otherV;
  let other = job.others + (k << 2);
  let extra = job.extra + (k << 2);
  const last = job.others + (end << 2);
  let loss: f64 = 0;
  for (; other + 16 <= last; other += 16, extra += 16) {
    const y0 = Y + <usize>load<u32>(other) * bytes;
    const y1 = Y + <usize>load<u32>(other, 4) * bytes;
    const y2 = Y + <usize>load<u32>(other, 8) * bytes;
    const y3 = Y + <usize>load<u32>(other, 12) * bytes;
    let d0 = f32x4.splat(0);
    let d1 = d0;
    let d2 = d0;
    let d3 = d0;
    for (let o: usize = 0; o < bytes; o += 16) {
      const a = v128.load(v + o);
      d0 = f32x4.add(d0, f32x4.mul(a, v128.load(y0 + o)));
      d1 = f32x4.add(d1, f32x4.mul(a, v128.load(y1 + o)));
      d2 = f32x4.add(d2, f32x4.mul(a, v128.load(y2 + o)));
      d3 = f32x4.add(d3, f32x4.mul(a, v128.load(y3 + o)));
    }
    const s0 = sumOfLanes<f32>(d0);
    const s1 = sumOfLanes<f32>(d1);
    const s2 = sumOfLanes<f32>(d2);
    const s3 = sumOfLanes<f32>(d3);
    const e0 = load<f32>(extra);
    const e1 = load<f32>(extra, 4);
    const e2 = load<f32>(extra, 8);
    const e3 = load<f32>(extra, 12);
    if (residual) {
      loss += lossOf(e0, s0);
      loss += lossOf(e1, s1);
      loss += lossOf(e2, s2);
      loss += lossOf(e3, s3);
    }
    const c0 = f32x4.splat(coefficient(e0, s0, residual));
    const c1 = f32x4.splat(coefficient(e1, s1, residual));
    const c2 = f32x4.splat(coefficient(e2, s2, residual));
    const c3 = f32x4.splat(coefficient(e3, s3, residual));
    for (let o: usize = 0; o < bytes; o += 16) {
      let sum = v128.load(out + o);
      sum = f32x4.add(sum, f32x4.mul(c0, v128.load(y0 + o)));
      sum = f32x4.add(sum, f32x4.mul(c1, v128.load(y1 + o)));
      sum = f32x4.add(sum, f32x4.mul(c2, v128.load(y2 + o)));
      sum = f32x4.add(sum, f32x4.mul(c3, v128.load(y3 + o)));
      v128.store(out + o, sum);
    }
  }
  for (; other < last; other += 4, extra += 4) {
    const y = Y + <usize>load<u32>(other) * bytes;
    const s = dot(v, y, bytes);
    const e = load<f32>(extra);
    if (residual) loss += lossOf(e, s);
    const c = f32x4.splat(coefficient(e, s, residual));
    for (let o: usize = 0; o < bytes; o += 16) {
      v128.store(out + o, f32x4.add(v128.load(out + o), f32x4.mul(c, v128.load(y + o))));
    }
  }
  return loss;
}

/** `solveRows`. */
export function solveRows(from: i32, to: i32, address: usize, thread: i32): void {
  const job = changetype<LeastSquares>(address);
  const bytes = job.rowBytes;
  const r = job.scratch + <usize>thread * job.scratchBytes;
  const p = r + bytes;
  const q = p + bytes;
  for (let row: usize = from; row < <usize>to; row++) {
    const first: usize = load<u32>(job.start + (row << 2));
    const end: usize = load<u32>(job.start + (row << 2), 4);
    if (first === end) continue;
    const x = job.V + row * bytes;
    const lambda = load<f32>(job.penalty + (row << 2));
    multiply(job.otherGram, lambda, x, r, bytes);
    for (let o: usize = 0; o < bytes; o += 16) v128.store(r + o, f32x4.neg(v128.load(r + o)));
    let loss = addCells(job, first, end, x, r, true);
    loss -= <f64>dot(x, r, bytes);
    memory.copy(p, r, bytes);
    let square = dot(r, r, bytes);
    for (let step: u32 = 0; step < job.steps; step++) {
      multiply(job.otherGram, lambda, p, q, bytes);
      addCells(job, first, end, p, q, false);
      const curvature = dot(p, q, bytes);
      if (square === 0 || curvature <= 0) break;
      const alpha = square / curvature;
      const a = f32x4.splat(alpha);
      for (let o: usize = 0; o < bytes; o += 16) {
        v128.store(x + o, f32x4.add(v128.load(x + o), f32x4.mul(a, v128.load(p + o))));
        v128.store(r + o, f32x4.sub(v128.load(r + o), f32x4.mul(a, v128.load(q + o))));
      }
      loss -= <f64>alpha * <f64>square;
      const next = dot(r, r, bytes);
      const b = f32x4.splat(next / square);
      for (let o: usize = 0; o < bytes; o += 16) {
        v128.store(p + o, f32x4.add(v128.load(r + o), f32x4.mul(b, v128.load(p + o))));
      }
      square = next;
    }
    store<f64>(job.losses + (row << 3), loss);
    store<f64>(job.penalties + (row << 3), <f64>lambda * <f64>dot(x, x, bytes));
  }
}

/** `gramPart`, of the parts from `from` to before `to`. */
export function gramParts(from: i32, to: i32, address: usize): void {
  const job = changetype<LeastSquares>(address);
  const width = job.rowBytes >> 2;
  for (let part: u64 = from; part < <u64>to; part++) {
    const G = job.gramParts + <usize>part * ((width * width) << 3);
    memory.fill(G, 0, (width * width) << 3);
    const end = <usize>((<u64>job.size * (part + 1)) / job.parts);
    for (let row = <usize>((<u64>job.size * part) / job.parts); row < end; row += job.chunk) {
      addProducts(G, job.V, row, min(end, row + job.chunk), job.rowBytes);
    }
  }
}

/** Adds Σ v vᵀ over some rows to the lower triangle of G, in tiles of 4 × 4 that stay in registers. */
@inline
function addProducts(G: usize, V: usize, from: usize, to: usize, bytes: usize): void {
  const lineBytes = bytes << 1;
  const end = V + to * bytes;
  for (let i: usize = 0; i < bytes; i += 16) {
    for (let j: usize = 0; j <= i; j += 16) {
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let v = V + from * bytes; v < end; v += bytes) {
        const columns = v128.load(v + j);
        s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(v + i), columns));
        s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(v + i, 4), columns));
        s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(v + i, 8), columns));
        s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(v + i, 12), columns));
      }
      const line = G + (i >> 2) * lineBytes + (j << 1);
      addPromoted(line, s0);
      addPromoted(line + lineBytes, s1);
      addPromoted(line + 2 * lineBytes, s2);
      addPromoted(line + 3 * lineBytes, s3);
    }
  }
}

/** Adds four numbers of 32 bits to four of 64. */
@inline
function addPromoted(to: usize, s: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(s)));
  const high = i8x16.shuffle(s, s, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}
