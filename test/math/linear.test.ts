import fc from "fast-check";
import { expect, test } from "vitest";
import { eigen, factor, inverse, solveLower, solveUpper } from "../../src/math/linear";
import { random } from "../../src/math/random";

/** B Bᵀ + 0.1 I, with B random. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const source = random(seed);
  const B = Float64Array.from({ length: n * n }, () => source.normal());
  return product(B, transposed(B, n), n).map((value, cell) => value + (cell % (n + 1) === 0 ? 0.1 : 0));
}

const transposed = (A: Float64Array, n: number) =>
  A.map((_, cell) => A[(cell % n) * n + Math.floor(cell / n)]);

function product(A: Float64Array, B: Float64Array, n: number): Float64Array {
  return A.map((_, cell) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += A[Math.floor(cell / n) * n + k] * B[k * n + (cell % n)];
    return sum;
  });
}

const identity = (n: number) =>
  Float64Array.from({ length: n * n }, (_, cell) => (cell % (n + 1) === 0 ? 1 : 0));

function expectClose(found: Float64Array, wanted: Float64Array, digits = 8): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(wanted[k], digits);
  });
}

const shapes = [fc.integer(), fc.integer({ min: 1, max: 8 })] as const;

test("a matrix times its inverse is the identity, and one that has none is told", () => {
  fc.assert(
    fc.property(...shapes, (seed, n) => {
      const A = positiveDefinite(n, seed);
      expectClose(product(A, inverse(A, n)!, n), identity(n));
    }),
  );
  expect(inverse([1, 2, 2, 1], 2)).toBeUndefined();
  expect(inverse([1, 1, 1, 1], 2)).toBeUndefined();
});

test("eigenvectors are at right angles, and A is V diag(values) Vᵀ", () => {
  fc.assert(
    fc.property(...shapes, (seed, n) => {
      const A = positiveDefinite(n, seed).map((value, cell) => value - (cell % (n + 1) === 0 ? 2 : 0));
      const { values, V } = eigen(A, n);
      expectClose(product(V, transposed(V, n), n), identity(n));
      const scaled = V.map((value, cell) => value * values[cell % n]);
      expectClose(product(scaled, transposed(V, n), n), A);
    }),
  );
  const { values } = eigen([2, 1, 1, 2], 2);
  expectClose(values.sort(), Float64Array.of(1, 3), 14);
  expect([...eigen([3, 0, 0, 3], 2).V]).toEqual([1, 0, 0, 1]);
});

test("a factor times its transpose is the matrix again, and what is above the diagonal stays", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, n) => {
      const A = positiveDefinite(n, seed);
      const L = A.slice();
      expect(factor(L, n)).toBe(true);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (j > i) expect(L[i * n + j]).toBe(A[i * n + j]);
          let sum = 0;
          for (let k = 0; k <= Math.min(i, j); k++) sum += L[i * n + k] * L[j * n + k];
          expect(sum).toBeCloseTo(A[i * n + j], 9);
        }
      }
    }),
  );
});

test("triangular systems are solved in place, and only from their start on", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, n) => {
      const L = positiveDefinite(n, seed);
      factor(L, n);
      const source = random(seed + 0.5);
      const z = Float64Array.from({ length: n + 2 }, () => source.normal());
      const lower = z.slice();
      const upper = z.slice();
      for (let i = 0; i < n; i++) {
        lower[2 + i] = upper[2 + i] = 0;
        for (let k = 0; k < n; k++) {
          if (k <= i) lower[2 + i] += L[i * n + k] * z[2 + k];
          if (k >= i) upper[2 + i] += L[k * n + i] * z[2 + k];
        }
      }
      solveLower(L, lower, n, 2);
      solveUpper(L, upper, n, 2);
      for (let k = 0; k < n + 2; k++) {
        expect(lower[k]).toBeCloseTo(z[k], 5);
        expect(upper[k]).toBeCloseTo(z[k], 5);
      }
    }),
  );
});
