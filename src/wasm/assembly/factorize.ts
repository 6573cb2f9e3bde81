// The steps of `factorize`: stochastic gradient descent over one block of ratings, in which no other thread works on
// the same users or the same items. A row of W ends with (1, b), a row of X with (mu, 1), so that one product of two
// rows is the whole prediction w·x + b + mu; the ones stay as they are.
import { sumOfLanes } from "./vector";

@external("env", "exp")
declare function exp(x: f64): f64;
@external("env", "log1p")
declare function log1p(x: f64): f64;

/** Where everything is, and how to descend: written by ../../train/sgd/simd.ts by the layout in ../records.ts. */
@unmanaged
class Descent {
  rowBytes: usize;
  W: usize;
  X: usize;
  numUsers: u32;
  /** Block rows, which are ranges of users, and as many block columns, which are ranges of items. */
  count: u32;
  /** The first user of each block row, and the first item of each block column. */
  userBounds: usize;
  itemBounds: usize;
  /** Of each block column, and in it of each user, where the ratings begin. */
  starts: usize;
  /** Of each rating, the item's place in its block column (u16), and the value less the mean of all (f32). */
  items: usize;
  values: usize;
  /** Their weights, where they have any. */
  weights: usize;
  /** Of each block row the sum of the squared errors in a stratum. */
  squares: usize;
  rate: f64;
  lambda: f64;
  biasLambda: f64;
  /** Which blocks it is the turn of: in stratum s block row r meets block column r + s. */
  stratum: f64;
}

/** base to the power of n, by squaring. */
@inline
function power(base: f32, n: u32): f32 {
  let result: f32 = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) result *= base;
    base *= base;
  }
  return result;
}

/**
 * A stratum of an epoch: of the block rows [from, to) the blocks whose turn it is.
 *
 * Two ratings of a user are taken at a time: with p = w·x, q = w·y and g = x·y the second prediction is q + c g, where
 * c x is what the first adds to w. It is the same descent, one rating after the other, in one walk through the rows.
 */
export function descend(from: i32, to: i32, address: usize): void {
  const job = changetype<Descent>(address);
  const stratum = job.stratum as u32;
  const bytes = job.rowBytes;
  const last = bytes - 16;
  const rate = job.rate as f32;
  const decay: f32 = 1 - rate * (job.lambda as f32);
  const biasDecay: f32 = 1 - rate * (job.biasLambda as f32);
  const keep = f32x4.splat(decay);
  const keepX = f32x4.replace_lane(f32x4.replace_lane(keep, 2, biasDecay), 3, 1);
  const movesX = f32x4(1, 1, 1, 0);
  const movesW = f32x4(1, 1, 0, 1);

  for (let row: u32 = from; row < <u32>to; row++) {
    const column = (row + stratum) % job.count;
    const X = job.X + <usize>load<u32>(job.itemBounds + (<usize>column << 2)) * bytes;
    const starts = job.starts + ((<usize>column * job.numUsers) << 2);
    const lastUser: usize = load<u32>(job.userBounds + (<usize>row << 2), 4);
    let squares: f64 = 0;
    for (let user: usize = load<u32>(job.userBounds + (<usize>row << 2)); user < lastUser; user++) {
      let k: usize = load<u32>(starts + (user << 2));
      const end: usize = load<u32>(starts + (user << 2), 4);
      if (k === end) continue;
      const w = job.W + user * bytes;
      const shrink = power(decay, <u32>(end - k));
      shrinkRow(w, last, shrink, power(biasDecay, <u32>(end - k)));

      for (; k + 2 <= end; k += 2) {
        const x = X + <usize>load<u16>(job.items + (k << 1)) * bytes;
        const y = X + <usize>load<u16>(job.items + (k << 1), 2) * bytes;
        let p0 = f32x4.splat(0);
        let p1 = p0;
        let q0 = p0;
        let q1 = p0;
        let g0 = p0;
        let g1 = p0;
        let o: usize = 0;
        for (; o < last; o += 32) {
          const a = v128.load(w + o);
          const b = v128.load(x + o);
          const c = v128.load(y + o);
          p0 = f32x4.add(p0, f32x4.mul(a, b));
          q0 = f32x4.add(q0, f32x4.mul(a, c));
          g0 = f32x4.add(g0, f32x4.mul(b, c));
          const d = v128.load(w + o, 16);
          const e = v128.load(x + o, 16);
          const f = v128.load(y + o, 16);
          p1 = f32x4.add(p1, f32x4.mul(d, e));
          q1 = f32x4.add(q1, f32x4.mul(d, f));
          g1 = f32x4.add(g1, f32x4.mul(e, f));
        }
        if (o === last) {
          const a = v128.load(w + o);
          const b = v128.load(x + o);
          const c = v128.load(y + o);
          p0 = f32x4.add(p0, f32x4.mul(a, b));
          q0 = f32x4.add(q0, f32x4.mul(a, c));
          g0 = f32x4.add(g0, f32x4.mul(b, c));
        }
        // x·y as w moves: without the means, along which it does not.
        const means = load<f32>(x + last, 8) * load<f32>(y + last, 8);
        const g = sumOfLanes<f32>(f32x4.add(g0, g1)) - means;
        const e1 = load<f32>(job.values + (k << 2)) - sumOfLanes<f32>(f32x4.add(p0, p1));
        const c1 = rate * e1;
        const e2 = load<f32>(job.values + (k << 2), 4) - (sumOfLanes<f32>(f32x4.add(q0, q1)) + c1 * g);
        const c2 = rate * e2;
        squares += <f64>e1 * e1 + <f64>e2 * e2;
        const v1 = f32x4.splat(c1);
        const v2 = f32x4.splat(c2);
        for (o = 0; o < last; o += 16) {
          const a = v128.load(w + o);
          const b = v128.load(x + o);
          const c = v128.load(y + o);
          const next = f32x4.add(a, f32x4.mul(v1, b));
          v128.store(x + o, f32x4.add(f32x4.mul(keep, b), f32x4.mul(v1, a)));
          v128.store(y + o, f32x4.add(f32x4.mul(keep, c), f32x4.mul(v2, next)));
          v128.store(w + o, f32x4.add(next, f32x4.mul(v2, c)));
        }
        const a = v128.load(w + o);
        const b = v128.load(x + o);
        const c = v128.load(y + o);
        const next = f32x4.add(a, f32x4.mul(f32x4.mul(v1, movesW), b));
        v128.store(x + o, f32x4.add(f32x4.mul(keepX, b), f32x4.mul(f32x4.mul(v1, movesX), a)));
        v128.store(y + o, f32x4.add(f32x4.mul(keepX, c), f32x4.mul(f32x4.mul(v2, movesX), next)));
        v128.store(w + o, f32x4.add(next, f32x4.mul(f32x4.mul(v2, movesW), c)));
      }

      if (k < end) {
        const x = X + <usize>load<u16>(job.items + (k << 1)) * bytes;
        const e1 = load<f32>(job.values + (k << 2)) - product(w, x, bytes);
        squares += <f64>e1 * e1;
        const v1 = f32x4.splat(rate * e1);
        let o: usize = 0;
        for (; o < last; o += 16) {
          const a = v128.load(w + o);
          const b = v128.load(x + o);
          v128.store(x + o, f32x4.add(f32x4.mul(keep, b), f32x4.mul(v1, a)));
          v128.store(w + o, f32x4.add(a, f32x4.mul(v1, b)));
        }
        const a = v128.load(w + o);
        const b = v128.load(x + o);
        v128.store(x + o, f32x4.add(f32x4.mul(keepX, b), f32x4.mul(f32x4.mul(v1, movesX), a)));
        v128.store(w + o, f32x4.add(a, f32x4.mul(f32x4.mul(v1, movesW), b)));
      }
    }
    store<f64>(job.squares + (<usize>row << 3), squares);
  }
}

/** What part of an error a single step takes away at most, where weights are counted. */
const mostOfError: f64 = 0.5;

/** `descend`, of ratings with weights: one of weight v moves its rows as v of them would that came one after the other. */
export function descendWeighted(from: i32, to: i32, address: usize): void {
  const job = changetype<Descent>(address);
  const stratum = job.stratum as u32;
  const bytes = job.rowBytes;
  const last = bytes - 16;
  const rate = job.rate as f32;
  const keep = log1p(<f64>-(rate * (job.lambda as f32)));
  const biasKeep = log1p(<f64>-(rate * (job.biasLambda as f32)));
  const movesX = f32x4(1, 1, 1, 0);
  const movesW = f32x4(1, 1, 0, 1);

  for (let row: u32 = from; row < <u32>to; row++) {
    const column = (row + stratum) % job.count;
    const X = job.X + <usize>load<u32>(job.itemBounds + (<usize>column << 2)) * bytes;
    const starts = job.starts + ((<usize>column * job.numUsers) << 2);
    const lastUser: usize = load<u32>(job.userBounds + (<usize>row << 2), 4);
    let squares: f64 = 0;
    for (let user: usize = load<u32>(job.userBounds + (<usize>row << 2)); user < lastUser; user++) {
      const end: usize = load<u32>(starts + (user << 2), 4);
      const w = job.W + user * bytes;
      for (let k: usize = load<u32>(starts + (user << 2)); k < end; k++) {
        const x = X + <usize>load<u16>(job.items + (k << 1)) * bytes;
        const v = <f64>load<f32>(job.weights + (k << 2));
        const e = load<f32>(job.values + (k << 2)) - product(w, x, bytes);
        squares += v * (<f64>e * e);
        const b = <f64>load<f32>(w + last, 12);
        const mu = <f64>load<f32>(x + last, 8);
        const lengths = <f64>product(w, w, bytes) + <f64>product(x, x, bytes);
        const q = Math.min(mostOfError, <f64>rate * (lengths - b * b - mu * mu));
        const c = <f32>(((<f64>rate * <f64>e) / q) * (1 - exp(v * log1p(-q))));
        const decay = f32x4.splat(<f32>exp(v * keep));
        const biasDecay = <f32>exp(v * biasKeep);
        const step = f32x4.splat(c);
        let o: usize = 0;
        for (; o < last; o += 16) {
          const a = v128.load(w + o);
          const z = v128.load(x + o);
          v128.store(x + o, f32x4.add(f32x4.mul(decay, z), f32x4.mul(step, a)));
          v128.store(w + o, f32x4.add(f32x4.mul(decay, a), f32x4.mul(step, z)));
        }
        const a = v128.load(w + o);
        const z = v128.load(x + o);
        const keepX = f32x4.replace_lane(f32x4.replace_lane(decay, 2, biasDecay), 3, 1);
        const keepW = f32x4.replace_lane(f32x4.replace_lane(decay, 2, 1), 3, biasDecay);
        v128.store(x + o, f32x4.add(f32x4.mul(keepX, z), f32x4.mul(f32x4.mul(step, movesX), a)));
        v128.store(w + o, f32x4.add(f32x4.mul(keepW, a), f32x4.mul(f32x4.mul(step, movesW), z)));
      }
    }
    store<f64>(job.squares + (<usize>row << 3), squares);
  }
}

/** The penalty on a user's row for all the ratings of a run: features and bias shrink, the one stays. */
@inline
function shrinkRow(w: usize, last: usize, shrink: f32, biasShrink: f32): void {
  const factor = f32x4.splat(shrink);
  for (let o: usize = 0; o < last; o += 16) v128.store(w + o, f32x4.mul(factor, v128.load(w + o)));
  const lastFactor = f32x4.replace_lane(f32x4.replace_lane(factor, 2, 1), 3, biasShrink);
  v128.store(w + last, f32x4.mul(lastFactor, v128.load(w + last)));
}

/** The product of two rows, added in the order in which `descend` adds. */
@inline
function product(w: usize, x: usize, bytes: usize): f32 {
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let o: usize = 0;
  for (; o + 32 <= bytes; o += 32) {
    p0 = f32x4.add(p0, f32x4.mul(v128.load(w + o), v128.load(x + o)));
    p1 = f32x4.add(p1, f32x4.mul(v128.load(w + o, 16), v128.load(x + o, 16)));
  }
  if (o < bytes) p0 = f32x4.add(p0, f32x4.mul(v128.load(w + o), v128.load(x + o)));
  return sumOfLanes<f32>(f32x4.add(p0, p1));
}

/** What to measure: written likewise. */
@unmanaged
class HeldOut {
  rowBytes: usize;
  W: usize;
  X: usize;
  users: usize;
  items: usize;
  values: usize;
  /** Of each block the sum of the squared errors. */
  squares: usize;
  blockSize: u32;
}

/** The squared errors of ratings held out, block by block. */
export function measure(from: i32, to: i32, address: usize): void {
  const held = changetype<HeldOut>(address);
  const bytes = held.rowBytes;
  let squares: f64 = 0;
  for (let k: usize = from; k < <usize>to; k++) {
    const w = held.W + <usize>load<u32>(held.users + (k << 2)) * bytes;
    const x = held.X + <usize>load<u32>(held.items + (k << 2)) * bytes;
    const e = load<f32>(held.values + (k << 2)) - product(w, x, bytes);
    squares += <f64>e * e;
  }
  store<f64>(held.squares + (<usize>(from / held.blockSize) << 3), squares);
}
