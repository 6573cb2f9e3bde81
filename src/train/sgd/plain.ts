import { heap } from "../../wasm/arena";
import { type Descent, layOut, type SgdProblem, type SgdSolver } from "./descent";

/** The readable solver of stochastic gradient descent, on this thread: the reference for the SIMD one. */
export async function plainSgd(problem: SgdProblem, pause: () => Promise<void>): Promise<SgdSolver> {
  const descent = await layOut(problem, heap, pause);
  const { blocks, squares, heldOut, W, X, width } = descent;
  return {
    descent,
    async descend(stratum) {
      for (let row = 0; row < blocks.count; row++) {
        const column = (row + stratum) % blocks.count;
        const isWeighted = blocks.weights.length > 0;
        squares[row] = (isWeighted ? descendWeighted : descendBlock)(descent, row, column);
        await pause();
      }
    },
    async measure() {
      const { users, items, values, blockSize } = heldOut;
      heldOut.squares.fill(0);
      for (let k = 0; k < values.length; k++) {
        const e = f(values[k] - product(W, users[k] * width, X, items[k] * width, width));
        heldOut.squares[Math.floor(k / blockSize)] += e * e;
        if (k % blockSize === 0) await pause();
      }
    },
    close: async () => {},
  };
}

const f = Math.fround;

/**
 * One block of an epoch of stochastic gradient descent: with e = y − (w·x + b + mu), for one rating after the other,
 *
 * w ← w + α e x,  x ← (1 − α λ) x + α e w,  b ← b + α e,  mu ← (1 − α λ_b) mu + α e
 *
 * and w and b shrink once for a user's run of n ratings, by (1 − α λ)ⁿ and (1 − α λ_b)ⁿ. Gives the sum of e². In
 * numbers of 32 bits and in the order of the SIMD kernel, whose reference this is: both give the same digits.
 */
function descendBlock(descent: Descent, blockRow: number, blockColumn: number): number {
  const { width, W, X, blocks } = descent;
  const { userBounds, itemBounds, starts, items, values } = blocks;
  const numUsers = (starts.length - 1) / blocks.count;
  const rate = f(descent.rate);
  const decay = f(1 - f(rate * f(descent.lambda)));
  const biasDecay = f(1 - f(rate * f(descent.biasLambda)));
  const [one, b, mu, alsoOne] = [width - 2, width - 1, width - 2, width - 1];
  let squares = 0;

  const move = (w: number, x: number, c: number) => {
    for (let n = 0; n < width; n++) {
      const [a, z] = [W[w + n], X[x + n]];
      if (n !== alsoOne) X[x + n] = f(f((n === mu ? biasDecay : decay) * z) + f(c * a));
      if (n !== one) W[w + n] = f(a + f(c * z));
    }
  };
  for (let user = userBounds[blockRow]; user < userBounds[blockRow + 1]; user++) {
    const run = blockColumn * numUsers + user;
    const [start, end] = [starts[run], starts[run + 1]];
    if (start === end) continue;
    const w = user * width;
    const shrink = powerOf32(decay, end - start);
    for (let n = 0; n < one; n++) W[w + n] = f(W[w + n] * shrink);
    W[w + b] = f(W[w + b] * powerOf32(biasDecay, end - start));
    let k = start;
    for (; k + 2 <= end; k += 2) {
      const x = (itemBounds[blockColumn] + items[k]) * width;
      const y = (itemBounds[blockColumn] + items[k + 1]) * width;
      // With p = w·x and q = w·y, the second prediction is q + c g: c x is what the first rating adds to w.
      const g = f(product(X, x, X, y, width) - f(X[x + mu] * X[y + mu]));
      const e1 = f(values[k] - product(W, w, X, x, width));
      const c1 = f(rate * e1);
      const e2 = f(values[k + 1] - f(product(W, w, X, y, width) + f(c1 * g)));
      squares += e1 * e1 + e2 * e2;
      move(w, x, c1);
      move(w, y, f(rate * e2));
    }
    if (k < end) {
      const x = (itemBounds[blockColumn] + items[k]) * width;
      const e = f(values[k] - product(W, w, X, x, width));
      squares += e * e;
      move(w, x, f(rate * e));
    }
  }
  return squares;
}

/**
 * The same for ratings with weights. One of weight v moves its rows as v ratings would that came one after the other:
 * each finds the error smaller by the factor 1 − q, where q = α (‖w‖² + ‖x‖² + 2), so that all together they move as one with
 *
 * c = e (1 − (1 − q)ᵛ) / q × α  in the place of α e,
 *
 * and however great v is, no further than to where the error is nothing. Rows shrink by (1 − α λ)ᵛ.
 *
 * Source: Karampatziakis and Langford, "Online importance weight aware updates" (2011).
 */
function descendWeighted(descent: Descent, blockRow: number, blockColumn: number): number {
  const { width, W, X, blocks } = descent;
  const { userBounds, itemBounds, starts, items, values, weights } = blocks;
  const numUsers = (starts.length - 1) / blocks.count;
  const rate = f(descent.rate);
  const keep = Math.log1p(-f(rate * f(descent.lambda)));
  const biasKeep = Math.log1p(-f(rate * f(descent.biasLambda)));
  const [one, b, mu, alsoOne] = [width - 2, width - 1, width - 2, width - 1];
  let squares = 0;
  for (let user = userBounds[blockRow]; user < userBounds[blockRow + 1]; user++) {
    const run = blockColumn * numUsers + user;
    const w = user * width;
    for (let k = starts[run]; k < starts[run + 1]; k++) {
      const x = (itemBounds[blockColumn] + items[k]) * width;
      const v = weights[k];
      const e = f(values[k] - product(W, w, X, x, width));
      squares += v * (e * e);
      const lengths = product(W, w, W, w, width) + product(X, x, X, x, width);
      const q = Math.min(mostOfError, rate * (lengths - W[w + b] * W[w + b] - X[x + mu] * X[x + mu]));
      const c = f(((rate * e) / q) * (1 - Math.exp(v * Math.log1p(-q))));
      const decay = f(Math.exp(v * keep));
      const biasDecay = f(Math.exp(v * biasKeep));
      for (let n = 0; n < width; n++) {
        const [a, z] = [W[w + n], X[x + n]];
        if (n !== alsoOne) X[x + n] = f(f((n === mu ? biasDecay : decay) * z) + f(c * a));
        if (n !== one) W[w + n] = f(f((n === b ? biasDecay : decay) * a) + f(c * z));
      }
    }
  }
  return squares;
}

/** What part of an error a single step takes away at most, where weights are counted. */
const mostOfError = 0.5;

/** The product of two rows, in numbers of 32 bits: eight sums, as two vectors of four have them. */
function product(A: Float32Array, a: number, B: Float32Array, b: number, width: number): number {
  const sums = new Float32Array(8);
  for (let n = 0; n < width; n++) sums[n & 7] += f(A[a + n] * B[b + n]);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((n) => f(sums[n] + sums[n + 4]));
  return f(f(s0 + s1) + f(s2 + s3));
}

/** baseⁿ by squaring, in numbers of 32 bits. */
function powerOf32(base: number, n: number): number {
  let result = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) result = f(result * base);
    base = f(base * base);
  }
  return result;
}
