import { onCircle } from "./circle";

/**
 * Random numbers that repeat for a seed, on every machine: the generator sfc32 (Doty-Humphrey's
 * "small fast counter", of the PractRand test suite) seeded through the finalizer of MurmurHash3.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** An integer from 0 to below `n`, each as likely. */
  below(n: number): number;
  /** Normal with mean 0 and standard deviation 1 (Box–Muller; the second of each pair is kept for the next call). */
  normal(): number;
}

export function random(seed: number): Random {
  let state = seed | 0;
  const mix = () => {
    state = (state + 0x9e3779b9) | 0;
    return mixed(state);
  };
  let a = mix();
  let b = mix();
  // A seed beyond 32 bits, or with a fraction, still gives a stream of its own.
  const rest = seed - (seed | 0);
  let c = mix() ^ Math.floor(rest / 2 ** 32) ^ Math.floor((rest % 1) * 2 ** 32);
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) next();

  let spare: number | undefined;
  const point = new Float64Array(2);
  const uniform = () => next() / 2 ** 32;
  return {
    uniform,
    below: (n) => Math.floor(uniform() * n),
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      onCircle(angle, point);
      spare = radius * point[1];
      return radius * point[0];
    },
  };
}

/** The numbers 0 … n − 1 in an order drawn from `source` (Fisher–Yates). */
export function shuffled(n: number, source: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = source.below(k + 1);
    const held = order[k];
    order[k] = order[other];
    order[other] = held;
  }
  return order;
}

/**
 * Numbers that repeat for a seed and need no order: of each place, told by two whole numbers, one that is uniform in
 * [−1, 1), by the finalizer of MurmurHash3 over both. Whoever has a part of a matrix draws that part alone.
 *
 * @param key The matrix, of 32 bits: see `keysFor`.
 */
export function scattered(key: number): (row: number, column: number) => number {
  return (row, column) => {
    const ofRow = mixed(key + Math.imul(row + 1, 0x9e3779b9));
    return (mixed(ofRow + Math.imul(column + 1, 0x9e3779b9)) >>> 0) / 2 ** 31 - 1;
  };
}

/** The keys of several matrices that `scattered` fills from one seed. */
export function keysFor(seed: number, count: number): number[] {
  const source = random(seed);
  return Array.from({ length: count }, () => source.below(2 ** 32));
}

/** The finalizer of MurmurHash3, of 32 bits. */
function mixed(value: number): number {
  let z = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
