// For each user the items with the highest w·x + mu, without looking at all of every item: rows are rotated so that
// their first numbers, the head, carry most of every product. An item whose head, plus the most that the rest can add
// (by Cauchy and Schwarz), stays below the user's best so far is done with.
import { axpy, dot } from "./vector";

/** Where everything is, and what is wanted: written by ../../predict/candidates.ts by the layout in ../records.ts. */
@unmanaged
class Search {
  /** Numbers in a row, and in its head; both multiples of four. */
  width: u32;
  head: u32;
  /** Eight items each, and blocks of so many of them. */
  panels: u32;
  panelsInBlock: u32;
  /** Rows as they are given, and the rotation: a row of `width` numbers for each number given; 0 where there is none. */
  W: usize;
  rotation: usize;
  /** Of each panel, `head` times the eight items' numbers; of each item mu, the length of the rest, the rest. */
  heads: usize;
  mu: usize;
  restLengths: usize;
  rests: usize;
  /** Of each block the highest mu and the greatest length. */
  blockMu: usize;
  blockLength: usize;
  /** Of each user the places of the items to leave out. */
  leaveStart: usize;
  leave: usize;
  /** Of each user how many were found (-1: too many as good as one another to tell), their places and scores. */
  found: usize;
  foundPlaces: usize;
  foundScores: usize;
  count: u32;
  capacity: u32;
  /** For each thread: four rows side by side, four rows one by one, sixteen and eight numbers, four rows of bits. */
  scratch: usize;
  scratchBytes: u32;
  /** The error of a score in numbers of 32 bits is below slack × (‖w‖ × greatest length + greatest |mu|). */
  slack: f64;
  greatestLength: f64;
  greatestMu: f64;
}

/** Rotates rows [from, to) of `source`, `width` numbers each, into `target`. */
export function rotate(from: i32, to: i32, source: usize, target: usize, rotation: usize, width: u32): void {
  const bytes = <usize>width << 2;
  for (let row = <usize>from * bytes; row < <usize>to * bytes; row += bytes)
    rotateRow(source + row, target + row, rotation, bytes);
}

/**
 * Adds share × Σ x (x·q), over every `step`th of the rows [from, to) of `source`, to `target`, for each row q of `basis`:
 * the product of the rows' Gram matrix with the basis.
 */
export function spread(
  from: i32,
  to: i32,
  source: usize,
  target: usize,
  basis: usize,
  width: u32,
  size: u32,
  step: u32,
  share: f32,
): void {
  const bytes = <usize>width << 2;
  for (let row: usize = from; row < <usize>to; row += step) {
    const x = source + row * bytes;
    for (let k: usize = 0; k < <usize>size; k++)
      axpy<f32>(f32x4.splat(share * dot<f32>(x, basis + k * bytes, bytes)), x, target + k * bytes, bytes);
  }
}

/**
 * Splits rows [from, to) of `source`, `width` numbers each, along an orthonormal basis, a row of `width` numbers for each
 * of `size` axes: `target` takes rows of size + width numbers, the components along the axes, and what is left.
 */
export function project(
  from: i32,
  to: i32,
  source: usize,
  target: usize,
  basis: usize,
  width: u32,
  size: u32,
): void {
  const bytes = <usize>width << 2;
  const headBytes = <usize>size << 2;
  for (let row: usize = from; row < <usize>to; row++) {
    const x = source + row * bytes;
    const head = target + row * (headBytes + bytes);
    const rest = head + headBytes;
    memory.copy(rest, x, bytes);
    for (let k: usize = 0; k < <usize>size; k++) {
      const axis = basis + k * bytes;
      const along = dot<f32>(x, axis, bytes);
      store<f32>(head + (k << 2), along);
      axpy<f32>(f32x4.splat(-along), axis, rest, bytes);
    }
  }
}

@inline
function rotateRow(source: usize, target: usize, rotation: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) {
    let sum = f32x4.splat(0);
    let column = rotation + o;
    for (let n: usize = 0; n < bytes; n += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(source + n), v128.load(column)));
      column += bytes;
    }
    v128.store(target + o, sum);
  }
}

/** The best items of the users [from, to). */
export function search(from: i32, to: i32, address: usize, thread: i32): void {
  const job = changetype<Search>(address);
  const bytes = <usize>job.width << 2;
  const head = <usize>job.head;
  const together = job.scratch + <usize>thread * job.scratchBytes;
  const rows = together + 4 * bytes;
  const scores = rows + 4 * bytes;
  const limits = scores + 128;
  const errors = limits + 16;
  const lengths = errors + 16;
  const restsOf = lengths + 16;
  const bits = restsOf + 16;
  const bitBytes = (<usize>job.panels + 15) & ~15;
  const blocks = (job.panels + job.panelsInBlock - 1) / job.panelsInBlock;

  for (let first = from; first < to; first += 4) {
    const users = min(4, to - first);
    for (let u = 0; u < 4; u++) {
      const row = rows + <usize>u * bytes;
      const at = <usize>u << 2;
      if (u < users) {
        const user = <usize>(first + u);
        if (job.rotation) rotateRow(job.W + user * bytes, row, job.rotation, bytes);
        else memory.copy(row, job.W + user * bytes, bytes);
        const length = Mathf.sqrt(dot<f32>(row, row, bytes));
        store<f32>(lengths + at, length);
        store<f32>(restsOf + at, Mathf.sqrt(dot<f32>(row + (head << 2), row + (head << 2), bytes - (head << 2))));
        store<f32>(errors + at, <f32>(job.slack * (<f64>length * job.greatestLength + job.greatestMu)));
        store<f32>(limits + at, -Infinity);
        store<i32>(job.found + (user << 2), 0);
        mark(job, user, bits + <usize>u * bitBytes, true);
      } else {
        memory.fill(row, 0, bytes);
        store<f32>(lengths + at, 0);
        store<f32>(restsOf + at, 0);
        store<f32>(limits + at, Infinity);
      }
      for (let n: usize = 0; n < head; n++)
        store<f32>(together + ((n << 4) | at), load<f32>(row + (n << 2)));
    }

    for (let block: u32 = 0; block < blocks; block++) {
      const blockMu = f32x4.splat(load<f32>(job.blockMu + (<usize>block << 2)));
      const blockLength = f32x4.splat(load<f32>(job.blockLength + (<usize>block << 2)));
      const most = f32x4.add(blockMu, f32x4.mul(v128.load(lengths), blockLength));
      if (!v128.any_true(f32x4.gt(most, v128.load(limits)))) continue;
      const end = min(job.panels, (block + 1) * job.panelsInBlock);
      for (let panel = block * job.panelsInBlock; panel < end; panel++) {
        const m0 = v128.load(job.mu + (<usize>panel << 5));
        const m1 = v128.load(job.mu + (<usize>panel << 5), 16);
        let a0 = m0;
        let a1 = m1;
        let b0 = m0;
        let b1 = m1;
        let c0 = m0;
        let c1 = m1;
        let d0 = m0;
        let d1 = m1;
        let x = job.heads + ((<usize>panel * head) << 5);
        const wEnd = together + (head << 4);
        for (let w = together; w < wEnd; w += 16) {
          const x0 = v128.load(x);
          const x1 = v128.load(x, 16);
          x += 32;
          const a = v128.load32_splat(w);
          a0 = f32x4.add(a0, f32x4.mul(a, x0));
          a1 = f32x4.add(a1, f32x4.mul(a, x1));
          const b = v128.load32_splat(w, 4);
          b0 = f32x4.add(b0, f32x4.mul(b, x0));
          b1 = f32x4.add(b1, f32x4.mul(b, x1));
          const c = v128.load32_splat(w, 8);
          c0 = f32x4.add(c0, f32x4.mul(c, x0));
          c1 = f32x4.add(c1, f32x4.mul(c, x1));
          const d = v128.load32_splat(w, 12);
          d0 = f32x4.add(d0, f32x4.mul(d, x0));
          d1 = f32x4.add(d1, f32x4.mul(d, x1));
        }
        const r0 = v128.load(job.restLengths + (<usize>panel << 5));
        const r1 = v128.load(job.restLengths + (<usize>panel << 5), 16);
        const aLow = passing(a0, r0, restsOf, limits);
        const aHigh = passing(a1, r1, restsOf, limits);
        const bLow = passing(b0, r0, restsOf + 4, limits + 4);
        const bHigh = passing(b1, r1, restsOf + 4, limits + 4);
        const cLow = passing(c0, r0, restsOf + 8, limits + 8);
        const cHigh = passing(c1, r1, restsOf + 8, limits + 8);
        const dLow = passing(d0, r0, restsOf + 12, limits + 12);
        const dHigh = passing(d1, r1, restsOf + 12, limits + 12);
        const ab = v128.or(v128.or(aLow, aHigh), v128.or(bLow, bHigh));
        const cd = v128.or(v128.or(cLow, cHigh), v128.or(dLow, dHigh));
        if (!v128.any_true(v128.or(ab, cd))) continue;
        v128.store(scores, a0);
        v128.store(scores, a1, 16);
        v128.store(scores, b0, 32);
        v128.store(scores, b1, 48);
        v128.store(scores, c0, 64);
        v128.store(scores, c1, 80);
        v128.store(scores, d0, 96);
        v128.store(scores, d1, 112);
        let which: u32 = i32x4.bitmask(aLow) | (i32x4.bitmask(aHigh) << 4);
        which |= (i32x4.bitmask(bLow) << 8) | (i32x4.bitmask(bHigh) << 12);
        which |= (i32x4.bitmask(cLow) << 16) | (i32x4.bitmask(cHigh) << 20);
        which |= (i32x4.bitmask(dLow) << 24) | (i32x4.bitmask(dHigh) << 28);
        for (; which !== 0; which &= which - 1) {
          const cell = <usize>ctz(which);
          const u = cell >> 3;
          if (load<u8>(bits + u * bitBytes + panel) & (1 << (<u32>cell & 7))) continue;
          const place = (panel << 3) | (<u32>cell & 7);
          const restBytes = bytes - (head << 2);
          const rest = job.rests + <usize>place * restBytes;
          const score = load<f32>(scores + (cell << 2)) + dot<f32>(rows + u * bytes + (head << 2), rest, restBytes);
          if (score > load<f32>(limits + (u << 2)))
            insert(job, first + <i32>u, place, score, limits + (u << 2), load<f32>(errors + (u << 2)));
        }
      }
    }

    for (let u = 0; u < users; u++) {
      const user = <usize>(first + u);
      mark(job, user, bits + <usize>u * bitBytes, false);
      trim(job, user, load<f32>(errors + (<usize>u << 2)));
    }
  }
}

/** Of four items those that may still come among the best: head + ‖rest of w‖ × ‖rest of x‖ > limit. */
@inline
function passing(scores: v128, restLengths: v128, restOf: usize, limit: usize): v128 {
  const most = f32x4.add(scores, f32x4.mul(v128.load32_splat(restOf), restLengths));
  return f32x4.gt(most, v128.load32_splat(limit));
}

/** Sets, or clears, the bits of the items that a user is to be spared. */
@inline
function mark(job: Search, user: usize, bits: usize, set: bool): void {
  const end: usize = load<u32>(job.leaveStart + (user << 2), 4);
  for (let k: usize = load<u32>(job.leaveStart + (user << 2)); k < end; k++) {
    const place = load<u32>(job.leave + (k << 2));
    const byte = bits + (place >> 3);
    store<u8>(byte, set ? <u8>(<u32>load<u8>(byte) | (1 << (place & 7))) : 0);
  }
}

/** Puts an item where it belongs among the best of a user, and raises the limit below which none is looked at. */
function insert(job: Search, user: usize, place: u32, score: f32, limit: usize, error: f32): void {
  const places = job.foundPlaces + ((user * job.capacity) << 2);
  const scores = job.foundScores + ((user * job.capacity) << 2);
  const found = load<u32>(job.found + (user << 2));
  let at: usize = min(found, job.capacity - 1);
  if (found === job.capacity && score <= load<f32>(scores + (at << 2))) return;
  for (; at > 0 && load<f32>(scores + ((at - 1) << 2)) < score; at--) {
    store<f32>(scores + (at << 2), load<f32>(scores + ((at - 1) << 2)));
    store<u32>(places + (at << 2), load<u32>(places + ((at - 1) << 2)));
  }
  store<f32>(scores + (at << 2), score);
  store<u32>(places + (at << 2), place);
  const now = min(found + 1, job.capacity);
  store<u32>(job.found + (user << 2), now);
  if (now >= job.count) store<f32>(limit, load<f32>(scores + (<usize>(job.count - 1) << 2)) - 3 * error);
}

/** Leaves those that may be among the best once their scores are computed exactly; -1 where they may be too many. */
function trim(job: Search, user: usize, error: f32): void {
  const scores = job.foundScores + ((user * job.capacity) << 2);
  let found = load<i32>(job.found + (user << 2));
  if (<u32>found <= job.count) return;
  const least = load<f32>(scores + (<usize>(job.count - 1) << 2)) - 2 * error;
  if (<u32>found === job.capacity && load<f32>(scores + (<usize>(found - 1) << 2)) >= least) {
    store<i32>(job.found + (user << 2), -1);
    return;
  }
  while (load<f32>(scores + (<usize>(found - 1) << 2)) < least) found--;
  store<i32>(job.found + (user << 2), found);
}
