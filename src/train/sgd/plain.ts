import { heap } from "../../wasm/arena";
import { type Descent, layOut, type SgdProblem, type SgdSolver } from "./descent";

/** The readable solver of stochastic gradient descent, on this thread: the reference for the SIMD one. */
export function plainSgd(problem: SgdProblem, pause: () => Promise<void>): SgdSolver {
  const descent = layOut(problem, heap);
  const { blocks, squares, heldOut, W, X, width } = descent;
  return {
    descent,
    async descend(stratum) {
      for (let row = 0; row < blocks.count; row++) {
        squares[row] = descendBlock(descent, row, (row + stratum) % blocks.count);
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
