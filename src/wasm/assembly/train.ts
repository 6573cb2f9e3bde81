// The steps of `train`: all rated cells once by user, once by item. Each row is written by whoever has it alone, in an
// order of its own ratings that is fixed: the digits are the same for any number of threads.
import { axpy, dot, scale } from "./vector";

@external("env", "exp")
declare function exp(x: f64): f64;
@external("env", "log1p")
declare function log1p(x: f64): f64;

/** Where everything is, and how to train: written by ../../train/gradient/simd.ts by the layout in ../records.ts. */
@unmanaged
class Training {
  rowBytes: usize;
  scratchBytes: usize;
  logistic: u32;
  /** Whether the optimizer keeps running means of the gradient, and of its square. */
  usesMean: u32;
  usesSquare: u32;
  learnW: u32;
  X: usize;
  W: usize;
  b: usize;
  /** The gradients of W and b, and of one row of X for each thread. */
  gradientW: usize;
  gradientB: usize;
  gradientRow: usize;
  /** The running means of the gradient and of its square, where they are kept. */
  meanX: usize;
  meanW: usize;
  meanB: usize;
  squareX: usize;
  squareW: usize;
  squareB: usize;
  /** Ratings in the order of users: where each user's begin, their items, values, and the errors of the predictions. */
  userStart: usize;
  userItems: usize;
  userValues: usize;
  /** Their weights; 0 where they have none. What is added to each item's predictions; 0 where nothing is. */
  userWeights: usize;
  mu: usize;
  errors: usize;
  /** Ratings in the order of items: where each item's begin, their users, and places in the order of users. */
  itemStart: usize;
  itemUsers: usize;
  itemPlaces: usize;
  /** Of each user the sum of the losses, of each row of W and X its squared length: the parts of the cost. */
  losses: usize;
  squaresW: usize;
  squaresX: usize;
  lambda: f64;
  /** The length of this iteration's step, and what the optimizer's running means take up: 1 − β₁, 1 − β₂. */
  stepSize: f64;
  meanRate: f64;
  squareRate: f64;
  epsilon: f64;
}

/**
 * Moves one row against its gradient: θ ← θ − α m / (√v + ε), with the gradient itself in the place of its running
 * mean m, or without the division by that of its square v, where the optimizer keeps none.
 */
@inline
function move<T>(job: Training, row: usize, gradient: usize, mean: usize, square: usize): void {
  if (job.usesMean) {
    if (job.usesSquare) moveBy<T>(job, row, gradient, mean, square, true, true);
    else moveBy<T>(job, row, gradient, mean, square, true, false);
  } else {
    if (job.usesSquare) moveBy<T>(job, row, gradient, mean, square, false, true);
    else moveBy<T>(job, row, gradient, mean, square, false, false);
  }
}

/** One of the four forms of `move`: what is constant where it is inlined is decided when it is compiled. */
@inline
function moveBy<T>(
  job: Training,
  row: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  usesMean: bool,
  usesSquare: bool,
): void {
  const bytes = job.rowBytes;
  const alpha = v128.splat<T>(job.stepSize as T);
  const rate1 = v128.splat<T>(job.meanRate as T);
  const rate2 = v128.splat<T>(job.squareRate as T);
  const epsilon = v128.splat<T>(job.epsilon as T);
  for (let o: usize = 0; o < bytes; o += 16) {
    const g = v128.load(gradient + o);
    let m = g;
    if (usesMean) {
      m = v128.load(mean + o);
      m = v128.add<T>(m, v128.mul<T>(rate1, v128.sub<T>(g, m)));
      v128.store(mean + o, m);
    }
    let step = v128.mul<T>(alpha, m);
    if (usesSquare) {
      let v = v128.load(square + o);
      v = v128.add<T>(v, v128.mul<T>(rate2, v128.sub<T>(v128.mul<T>(g, g), v)));
      v128.store(square + o, v);
      step = v128.div<T>(step, v128.add<T>(v128.sqrt<T>(v), epsilon));
    }
    v128.store(row + o, v128.sub<T>(v128.load(row + o), step));
  }
}

/** Moves one user's bias against its gradient, as `move` does a row. */
@inline
function moveBias<T>(job: Training, offset: usize): void {
  const b = job.b + offset;
  const g = load<T>(job.gradientB + offset);
  let m = g;
  if (job.usesMean) {
    m = load<T>(job.meanB + offset);
    m += (job.meanRate as T) * (g - m);
    store<T>(job.meanB + offset, m);
  }
  let step = (job.stepSize as T) * m;
  if (job.usesSquare) {
    let v = load<T>(job.squareB + offset);
    v += (job.squareRate as T) * (g * g - v);
    store<T>(job.squareB + offset, v);
    const root: T = (sizeof<T>() == 8 ? Math.sqrt(v) : Mathf.sqrt(v as f32)) as T;
    step /= root + (job.epsilon as T);
  }
  store<T>(b, load<T>(b) - step);
}

/** Moves the users' W and b by the gradients that `users` left. */
@inline
function moveUsers<T>(from: i32, to: i32, job: Training): void {
  const bytes = job.rowBytes;
  for (let user: usize = from; user < <usize>to; user++) {
    const row = user * bytes;
    move<T>(job, job.W + row, job.gradientW + row, job.meanW + row, job.squareW + row);
    moveBias<T>(job, user * sizeof<T>());
  }
}

/** Of each user: the predictions' errors and losses, and the gradients of W and b where those are learned. */
@inline
function users<T>(from: i32, to: i32, job: Training): void {
  const bytes = job.rowBytes;
  const lambda = v128.splat<T>(job.lambda as T);
  for (let user: usize = from; user < <usize>to; user++) {
    const w = job.W + user * bytes;
    const gradient = job.gradientW + user * bytes;
    const b = load<T>(job.b + user * sizeof<T>());
    const end: usize = load<u32>(job.userStart + (user << 2), 4);
    let slope: T = 0 as T;
    let loss: f64 = 0;
    if (job.learnW) scale<T>(lambda, w, gradient, bytes);
    for (let k: usize = load<u32>(job.userStart + (user << 2)); k < end; k++) {
      const x = job.X + <usize>load<u32>(job.userItems + (k << 2)) * bytes;
      let z: T = b + dot<T>(w, x, bytes);
      if (job.mu) z += load<T>(job.mu + <usize>load<u32>(job.userItems + (k << 2)) * sizeof<T>());
      const y = load<T>(job.userValues + k * sizeof<T>());
      const weight: T = job.userWeights ? load<T>(job.userWeights + k * sizeof<T>()) : (1 as T);
      let e: T = z - y;
      if (job.logistic) {
        const q = exp(-Math.abs(z as f64));
        loss += (Math.max(z as f64, 0) - (y as f64) * (z as f64) + log1p(q)) * (weight as f64);
        e = ((z >= (0 as T) ? 1 / (1 + q) : q / (1 + q)) - (y as f64)) as T;
      } else {
        loss += 0.5 * (e as f64) * (e as f64) * (weight as f64);
      }
      e *= weight;
      store<T>(job.errors + k * sizeof<T>(), e);
      if (job.learnW) axpy<T>(v128.splat<T>(e), x, gradient, bytes);
      slope += e;
    }
    store<T>(job.gradientB + user * sizeof<T>(), slope);
    store<f64>(job.losses + (user << 3), loss);
    store<f64>(job.squaresW + (user << 3), dot<T>(w, w, bytes) as f64);
  }
}

/** Of each item: the gradient of its features from the errors that `users` left, and the step against it. */
@inline
function moveItems<T>(from: i32, to: i32, job: Training, thread: i32): void {
  const bytes = job.rowBytes;
  const gradient = job.gradientRow + <usize>thread * job.scratchBytes;
  for (let item: usize = from; item < <usize>to; item++) {
    const row = item * bytes;
    const x = job.X + row;
    itemGradient<T>(job, item, x, gradient);
    move<T>(job, x, gradient, job.meanX + row, job.squareX + row);
    store<f64>(job.squaresX + (item << 3), dot<T>(x, x, bytes) as f64);
  }
}

/** λ x + Σ e w over the item's raters, eight vectors at a time, which stay in registers meanwhile. */
@inline
function itemGradient<T>(job: Training, item: usize, x: usize, gradient: usize): void {
  const bytes = job.rowBytes;
  const lambda = v128.splat<T>(job.lambda as T);
  const first: usize = load<u32>(job.itemStart + (item << 2));
  const raters = job.itemUsers + (first << 2);
  const ratersEnd = job.itemUsers + (<usize>load<u32>(job.itemStart + (item << 2), 4) << 2);
  const places = job.itemPlaces + (first << 2);
  let o: usize = 0;
  for (; o + 128 <= bytes; o += 128) {
    let g0 = v128.mul<T>(lambda, v128.load(x + o));
    let g1 = v128.mul<T>(lambda, v128.load(x + o, 16));
    let g2 = v128.mul<T>(lambda, v128.load(x + o, 32));
    let g3 = v128.mul<T>(lambda, v128.load(x + o, 48));
    let g4 = v128.mul<T>(lambda, v128.load(x + o, 64));
    let g5 = v128.mul<T>(lambda, v128.load(x + o, 80));
    let g6 = v128.mul<T>(lambda, v128.load(x + o, 96));
    let g7 = v128.mul<T>(lambda, v128.load(x + o, 112));
    let place = places;
    for (let rater = raters; rater < ratersEnd; rater += 4) {
      const e = v128.splat<T>(load<T>(job.errors + <usize>load<u32>(place) * sizeof<T>()));
      const w = job.W + o + <usize>load<u32>(rater) * bytes;
      place += 4;
      g0 = v128.add<T>(g0, v128.mul<T>(e, v128.load(w)));
      g1 = v128.add<T>(g1, v128.mul<T>(e, v128.load(w, 16)));
      g2 = v128.add<T>(g2, v128.mul<T>(e, v128.load(w, 32)));
      g3 = v128.add<T>(g3, v128.mul<T>(e, v128.load(w, 48)));
      g4 = v128.add<T>(g4, v128.mul<T>(e, v128.load(w, 64)));
      g5 = v128.add<T>(g5, v128.mul<T>(e, v128.load(w, 80)));
      g6 = v128.add<T>(g6, v128.mul<T>(e, v128.load(w, 96)));
      g7 = v128.add<T>(g7, v128.mul<T>(e, v128.load(w, 112)));
    }
    v128.store(gradient + o, g0);
    v128.store(gradient + o, g1, 16);
    v128.store(gradient + o, g2, 32);
    v128.store(gradient + o, g3, 48);
    v128.store(gradient + o, g4, 64);
    v128.store(gradient + o, g5, 80);
    v128.store(gradient + o, g6, 96);
    v128.store(gradient + o, g7, 112);
  }
  for (; o < bytes; o += 16) {
    let g = v128.mul<T>(lambda, v128.load(x + o));
    let place = places;
    for (let rater = raters; rater < ratersEnd; rater += 4) {
      const e = v128.splat<T>(load<T>(job.errors + <usize>load<u32>(place) * sizeof<T>()));
      const w = job.W + o + <usize>load<u32>(rater) * bytes;
      g = v128.add<T>(g, v128.mul<T>(e, v128.load(w)));
      place += 4;
    }
    v128.store(gradient + o, g);
  }
}

/** Of each item the squared length of its features: the penalty before the first step. */
@inline
function squareItems<T>(from: i32, to: i32, job: Training): void {
  const bytes = job.rowBytes;
  for (let item: usize = from; item < <usize>to; item++) {
    const x = job.X + item * bytes;
    store<f64>(job.squaresX + (item << 3), dot<T>(x, x, bytes) as f64);
  }
}

export function users64(from: i32, to: i32, job: usize): void {
  users<f64>(from, to, changetype<Training>(job));
}
export function users32(from: i32, to: i32, job: usize): void {
  users<f32>(from, to, changetype<Training>(job));
}
export function moveUsers64(from: i32, to: i32, job: usize): void {
  moveUsers<f64>(from, to, changetype<Training>(job));
}
export function moveUsers32(from: i32, to: i32, job: usize): void {
  moveUsers<f32>(from, to, changetype<Training>(job));
}
export function moveItems64(from: i32, to: i32, job: usize, thread: i32): void {
  moveItems<f64>(from, to, changetype<Training>(job), thread);
}
export function moveItems32(from: i32, to: i32, job: usize, thread: i32): void {
  moveItems<f32>(from, to, changetype<Training>(job), thread);
}
export function squareItems64(from: i32, to: i32, job: usize): void {
  squareItems<f64>(from, to, changetype<Training>(job));
}
export function squareItems32(from: i32, to: i32, job: usize): void {
  squareItems<f32>(from, to, changetype<Training>(job));
}
