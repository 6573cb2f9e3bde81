import { expect, test } from "vitest";
import { gamma, normalBelow, wishart } from "../../src/math/distributions";
import { random } from "../../src/math/random";

test.each([1, 1.5, 4, 50])("gamma numbers of shape %d have the moments of theory", (shape) => {
  const source = random(shape);
  const count = 100_000;
  const draws = Float64Array.from({ length: count }, () => gamma(source, shape));
  const moment = (p: number) => draws.reduce((sum, x) => sum + (x - shape) ** p, 0) / count;
  expect(Math.min(...draws.subarray(0, 1000))).toBeGreaterThan(0);
  // Four standard errors each, from the central moments of the distribution up to the sixth.
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(shape / count));
  expect(Math.abs(moment(2) - shape)).toBeLessThan(4 * Math.sqrt((2 * shape ** 2 + 6 * shape) / count));
  const sixth = 15 * shape ** 3 + 130 * shape ** 2 + 120 * shape;
  expect(Math.abs(moment(3) - 2 * shape)).toBeLessThan(4 * Math.sqrt((sixth - 4 * shape ** 2) / count));
});

test("a gamma number of shape 1 is exponential", () => {
  const source = random(3);
  const count = 100_000;
  for (const limit of [0.05, 0.7, 3]) {
    let below = 0;
    for (let k = 0; k < count; k++) below += Number(gamma(source, 1) < limit);
    expect(Math.abs(below / count - (1 - Math.exp(-limit)))).toBeLessThan(4 * Math.sqrt(0.25 / count));
  }
});

test("Wishart matrices have mean ν S⁻¹ and the variances of theory", () => {
  const n = 3;
  // S = (1/16) [[8, 0, 4], [0, 16, 0], [4, 0, 8]]; its inverse by hand:
  const S = [0.5, 0, 0.25, 0, 1, 0, 0.25, 0, 0.5];
  const inverse = [8 / 3, 0, -4 / 3, 0, 1, 0, -4 / 3, 0, 8 / 3];
  const degrees = 7;
  const source = random(5);
  const count = 20_000;
  const sum = new Float64Array(n * n);
  const squares = new Float64Array(n * n);
  for (let k = 0; k < count; k++) {
    const draw = wishart(source, Float64Array.from(S), degrees, n);
    draw.forEach((value, cell) => {
      sum[cell] += value / count;
      squares[cell] += (value - degrees * inverse[cell]) ** 2 / count;
    });
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const variance = degrees * (inverse[i * n + j] ** 2 + inverse[i * n + i] * inverse[j * n + j]);
      expect(Math.abs(sum[i * n + j] - degrees * inverse[i * n + j])).toBeLessThan(
        4 * Math.sqrt(variance / count),
      );
      expect(squares[i * n + j] / variance).toBeGreaterThan(0.93);
      expect(squares[i * n + j] / variance).toBeLessThan(1.07);
    }
  }
});

test("Φ is the integral of the normal density", () => {
  for (const [z, p] of [
    [0, 0.5],
    [1.2815515655446004, 0.9],
    [1.959963984540054, 0.975],
    [-3.090232306167813, 0.001],
    [6, 0.9999999990134123],
    [-40, 0],
    [40, 1],
  ]) {
    expect(Math.abs(normalBelow(z) - p)).toBeLessThan(1e-7);
  }
});
