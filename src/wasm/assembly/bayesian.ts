// The steps of `bayesian`, in float64 and in the order of additions of conditionals.ts and factors.ts in
// ../../train/gibbs, which say what they compute: the digits are the same.
import { dot } from "./vector";

/** Where the arrays of the factors are: written by ../../train/gibbs/simd.ts by the layout in ../records.ts. */
@unmanaged
class Factors {
  size: u32;
  width: u32;
  start: usize;
  others: usize;
  values: usize;
  /** 0 where all ratings count once. */
  weights: usize;
  share: usize;
  V: usize;
  residual: usize;
  precision: usize;
  sideWeights: usize;
  rowPrecision: usize;
  sideWeightPrecision: f64;
}

/** What both share, written likewise. */
@unmanaged
class Shared {
  noise: usize;
  errors: usize;
  /** Room for each thread. */
  scratch: usize;
  scratchBytes: usize;
  noisePrecision: f64;
}

/** So many ratings are gathered at a time: what is made of them fits into the nearest cache. */
const chunk: usize = 64;

/** A row's numbers filled up to a multiple of four. */
@inline
function padded(width: usize): usize {
  return (width + 3) & ~3;
}

/** `sampleRows`. */
export function sampleRows(
  from: i32,
  to: i32,
  ownAt: usize,
  otherAt: usize,
  sharedAt: usize,
  thread: i32,
): void {
  const own = changetype<Factors>(ownAt);
  const other = changetype<Factors>(otherAt);
  const shared = changetype<Shared>(sharedAt);
  const n: usize = own.width;
  const bytes = n << 3;
  const stride = padded(n) << 3;
  const bias = bytes - 8;
  // z and t z of each rating gathered; then A, r, m and a column of L.
  const Z = shared.scratch + <usize>thread * shared.scratchBytes;
  const T = Z + chunk * stride;
  const A = T + chunk * stride;
  const r = A + padded(n) * stride;
  const m = r + stride;
  const column = m + stride;
  memory.fill(Z, 0, 2 * chunk * stride);
  for (let row: usize = from; row < <usize>to; row++) {
    const v = own.V + row * bytes;
    const residual = own.residual + row * bytes;
    memory.fill(A, 0, padded(n) * stride);
    for (let i: usize = 0; i < n; i++) memory.copy(A + i * stride, own.precision + i * bytes, bytes);
    for (let o: usize = 0; o < bytes; o += 8) store<f64>(m + o, load<f64>(v + o) - load<f64>(residual + o));
    memory.fill(r, 0, stride);
    for (let i: usize = 0; i < n; i++) {
      const line = own.precision + i * bytes;
      let sum: f64 = 0;
      for (let o: usize = 0; o < bytes; o += 8) sum += load<f64>(line + o) * load<f64>(m + o);
      store<f64>(r + (i << 3), sum);
    }
    const alpha = shared.noisePrecision * load<f64>(own.rowPrecision + (row << 3));
    const end: usize = load<u32>(own.start + (row << 2), 4);
    for (let first: usize = load<u32>(own.start + (row << 2)); first < end; first += chunk) {
      const count = min(chunk, end - first);
      for (let k: usize = 0; k < count; k++) {
        const who: usize = load<u32>(own.others + ((first + k) << 2));
        const given = other.V + who * bytes;
        const z = Z + k * stride;
        const tz = T + k * stride;
        for (let o: usize = 0; o < bias; o += 16) v128.store(z + o, v128.load(given + o));
        store<f64>(z + bias, 1);
        let t = alpha * load<f64>(other.rowPrecision + (who << 3));
        if (own.weights) t *= load<f64>(own.weights + ((first + k) << 3));
        const y = t * (load<f64>(own.values + ((first + k) << 3)) - load<f64>(given + bias));
        const ts = f64x2.splat(t);
        const ys = f64x2.splat(y);
        for (let o: usize = 0; o < stride; o += 16) {
          const pair = v128.load(z + o);
          v128.store(tz + o, f64x2.mul(ts, pair));
          v128.store(r + o, f64x2.add(v128.load(r + o), f64x2.mul(ys, pair)));
        }
      }
      addProducts(A, T, Z, stride, count);
    }
    factor(A, column, stride, n);
    for (let i: usize = 0; i < n; i++) {
      const line = A + i * stride;
      let sum = load<f64>(r + (i << 3));
      for (let k: usize = 0; k < i; k++) sum -= load<f64>(line + (k << 3)) * load<f64>(r + (k << 3));
      store<f64>(r + (i << 3), sum / load<f64>(line + (i << 3)));
    }
    const noise = shared.noise + row * bytes;
    for (let o: usize = 0; o < bytes; o += 8) store<f64>(r + o, load<f64>(r + o) + load<f64>(noise + o));
    for (let i: isize = n - 1; i >= 0; i--) {
      const diagonal = A + <usize>i * (stride + 8);
      let sum = load<f64>(r + (<usize>i << 3));
      for (let k: usize = i + 1, l = diagonal + stride; k < n; k++, l += stride) {
        sum -= load<f64>(l) * load<f64>(r + (k << 3));
      }
      store<f64>(r + (<usize>i << 3), sum / load<f64>(diagonal));
    }
    for (let o: usize = 0; o < bytes; o += 8) {
      const sampled = load<f64>(r + o);
      store<f64>(v + o, sampled);
      store<f64>(residual + o, sampled - load<f64>(m + o));
    }
  }
}

/** Adds Σ t z zᵀ over the ratings gathered to the lower triangle of A, in tiles of 4 × 4 that stay in registers. */
@inline
function addProducts(A: usize, T: usize, Z: usize, stride: usize, count: usize): void {
  for (let i: usize = 0; i < stride; i += 32) {
    const line0 = A + (i >> 3) * stride;
    const line1 = line0 + stride;
    const line2 = line1 + stride;
    const line3 = line2 + stride;
    for (let j: usize = 0; j <= i; j += 32) {
      let a00 = v128.load(line0 + j);
      let a01 = v128.load(line0 + j, 16);
      let a10 = v128.load(line1 + j);
      let a11 = v128.load(line1 + j, 16);
      let a20 = v128.load(line2 + j);
      let a21 = v128.load(line2 + j, 16);
      let a30 = v128.load(line3 + j);
      let a31 = v128.load(line3 + j, 16);
      let t = T + i;
      let z = Z + j;
      for (let k: usize = 0; k < count; k++) {
        const z0 = v128.load(z);
        const z1 = v128.load(z, 16);
        const t0 = v128.load64_splat(t);
        a00 = f64x2.add(a00, f64x2.mul(t0, z0));
        a01 = f64x2.add(a01, f64x2.mul(t0, z1));
        const t1 = v128.load64_splat(t, 8);
        a10 = f64x2.add(a10, f64x2.mul(t1, z0));
        a11 = f64x2.add(a11, f64x2.mul(t1, z1));
        const t2 = v128.load64_splat(t, 16);
        a20 = f64x2.add(a20, f64x2.mul(t2, z0));
        a21 = f64x2.add(a21, f64x2.mul(t2, z1));
        const t3 = v128.load64_splat(t, 24);
        a30 = f64x2.add(a30, f64x2.mul(t3, z0));
        a31 = f64x2.add(a31, f64x2.mul(t3, z1));
        t += stride;
        z += stride;
      }
      v128.store(line0 + j, a00);
      v128.store(line0 + j, a01, 16);
      v128.store(line1 + j, a10);
      v128.store(line1 + j, a11, 16);
      v128.store(line2 + j, a20);
      v128.store(line2 + j, a21, 16);
      v128.store(line3 + j, a30);
      v128.store(line3 + j, a31, 16);
    }
  }
}

/**
 * `factor` of ../../math/linear.ts, column by column: each, once done, is subtracted from all to its right, two numbers at a
 * time. Every number has the same things subtracted in the same order.
 */
@inline
function factor(A: usize, column: usize, stride: usize, n: usize): void {
  memory.fill(column, 0, stride);
  for (let k: usize = 0; k < n; k++) {
    const o = k << 3;
    const pivot = Math.sqrt(load<f64>(A + k * stride + o));
    store<f64>(A + k * stride + o, pivot);
    // Zeros keep the pairs that begin left of the column after this one from changing it.
    store<f64>(column + o, 0);
    for (let row = k + 1; row < n; row++) {
      const l = load<f64>(A + row * stride + o) / pivot;
      store<f64>(A + row * stride + o, l);
      store<f64>(column + (row << 3), l);
    }
    for (let row = k + 1; row < n; row++) {
      const line = A + row * stride;
      const l = v128.load64_splat(line + o);
      for (let c = (o + 8) & ~15; c <= row << 3; c += 16) {
        v128.store(line + c, f64x2.sub(v128.load(line + c), f64x2.mul(l, v128.load(column + c))));
      }
    }
  }
}

/** `sampleSideWeights`: of the columns from 8 `from` to before 8 `to`. */
export function sampleSideWeights(from: i32, to: i32, ownAt: usize, otherAt: usize, sharedAt: usize): void {
  const own = changetype<Factors>(ownAt);
  for (let c: usize = from << 3; c < <usize>(to << 3); c += 8) {
    if (c + 8 <= own.width) eightColumns(own, changetype<Factors>(otherAt), changetype<Shared>(sharedAt), c << 3);
    else {
      for (let one = c; one < own.width; one++) {
        oneColumn(own, changetype<Factors>(otherAt), changetype<Shared>(sharedAt), one << 3);
      }
    }
  }
}

function eightColumns(own: Factors, other: Factors, shared: Shared, column: usize): void {
  const bytes = (<usize>own.width) << 3;
  const residual = own.residual + column;
  for (let k: usize = 0; k < <usize>other.size; k++) {
    const first = other.others + (<usize>load<u32>(other.start + (k << 2)) << 2);
    const end = other.others + (<usize>load<u32>(other.start + (k << 2), 4) << 2);
    let squares: f64 = 0;
    let c0 = f64x2.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (let p = first; p < end; p += 4) {
      const who: usize = load<u32>(p);
      const share = load<f64>(own.share + (who << 3));
      const f = f64x2.splat(share);
      const row = residual + who * bytes;
      squares += share * share;
      c0 = f64x2.add(c0, f64x2.mul(f, v128.load(row)));
      c1 = f64x2.add(c1, f64x2.mul(f, v128.load(row, 16)));
      c2 = f64x2.add(c2, f64x2.mul(f, v128.load(row, 32)));
      c3 = f64x2.add(c3, f64x2.mul(f, v128.load(row, 48)));
    }
    const h = own.sideWeightPrecision + squares;
    const sideWeights = own.sideWeights + k * bytes + column;
    const noise = shared.noise + k * bytes + column;
    c0 = sampled(c0, squares, h, sideWeights, noise);
    c1 = sampled(c1, squares, h, sideWeights + 16, noise + 16);
    c2 = sampled(c2, squares, h, sideWeights + 32, noise + 32);
    c3 = sampled(c3, squares, h, sideWeights + 48, noise + 48);
    for (let p = first; p < end; p += 4) {
      const who: usize = load<u32>(p);
      const f = v128.load64_splat(own.share + (who << 3));
      const row = residual + who * bytes;
      v128.store(row, f64x2.sub(v128.load(row), f64x2.mul(f, c0)));
      v128.store(row, f64x2.sub(v128.load(row, 16), f64x2.mul(f, c1)), 16);
      v128.store(row, f64x2.sub(v128.load(row, 32), f64x2.mul(f, c2)), 32);
      v128.store(row, f64x2.sub(v128.load(row, 48), f64x2.mul(f, c3)), 48);
    }
  }
}

/** Samples two weights, and gives their change. */
@inline
function sampled(change: v128, squares: f64, h: f64, sideWeights: usize, noise: usize): v128 {
  const before = v128.load(sideWeights);
  const mean = f64x2.div(f64x2.add(change, f64x2.mul(f64x2.splat(squares), before)), f64x2.splat(h));
  const after = f64x2.add(mean, f64x2.div(v128.load(noise), f64x2.splat(Math.sqrt(h))));
  v128.store(sideWeights, after);
  return f64x2.sub(after, before);
}

function oneColumn(own: Factors, other: Factors, shared: Shared, column: usize): void {
  const bytes = (<usize>own.width) << 3;
  const residual = own.residual + column;
  for (let k: usize = 0; k < <usize>other.size; k++) {
    const first = other.others + (<usize>load<u32>(other.start + (k << 2)) << 2);
    const end = other.others + (<usize>load<u32>(other.start + (k << 2), 4) << 2);
    let squares: f64 = 0;
    let change: f64 = 0;
    for (let p = first; p < end; p += 4) {
      const who: usize = load<u32>(p);
      const f = load<f64>(own.share + (who << 3));
      squares += f * f;
      change += f * load<f64>(residual + who * bytes);
    }
    const h = own.sideWeightPrecision + squares;
    const sideWeight = own.sideWeights + k * bytes + column;
    const before = load<f64>(sideWeight);
    const noise = load<f64>(shared.noise + k * bytes + column);
    const after = (change + squares * before) / h + noise / Math.sqrt(h);
    store<f64>(sideWeight, after);
    for (let p = first; p < end; p += 4) {
      const who: usize = load<u32>(p);
      const row = residual + who * bytes;
      store<f64>(row, load<f64>(row) - load<f64>(own.share + (who << 3)) * (after - before));
    }
  }
}

/** `squaredErrors`. */
export function squaredErrors(
  from: i32,
  to: i32,
  ownAt: usize,
  otherAt: usize,
  sharedAt: usize,
  thread: i32,
): void {
  const own = changetype<Factors>(ownAt);
  const other = changetype<Factors>(otherAt);
  const shared = changetype<Shared>(sharedAt);
  const bytes = (<usize>own.width) << 3;
  const bias = bytes - 8;
  // Filled up with a zero to pairs; what of the next row it meets there adds nothing.
  const v = shared.scratch + <usize>thread * shared.scratchBytes;
  const pairs = (bytes + 8) & ~15;
  memory.fill(v, 0, pairs);
  for (let row: usize = from; row < <usize>to; row++) {
    memory.copy(v, own.V + row * bytes, bias);
    store<f64>(v + bias, 1);
    const ownBias = load<f64>(own.V + row * bytes + bias);
    const end: usize = load<u32>(own.start + (row << 2), 4);
    let plain: f64 = 0;
    let weighted: f64 = 0;
    for (let k: usize = load<u32>(own.start + (row << 2)); k < end; k++) {
      const who: usize = load<u32>(own.others + (k << 2));
      const product = dot<f64>(v, other.V + who * bytes, pairs);
      const error = load<f64>(own.values + (k << 3)) - ownBias - product;
      let square = error * error;
      if (own.weights) square *= load<f64>(own.weights + (k << 3));
      plain += square;
      weighted += square * load<f64>(other.rowPrecision + (who << 3));
    }
    store<f64>(shared.errors + (row << 4), plain);
    store<f64>(shared.errors + (row << 4), weighted, 8);
  }
}
