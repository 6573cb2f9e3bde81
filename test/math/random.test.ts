import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keysFor, random, scattered, shuffled } from "../../src/math/random";

const draws = (seed: number, count = 5) => {
  const source = random(seed);
  return Array.from({ length: count }, () => source.uniform());
};

describe("random numbers", () => {
  it("repeat for a seed, and are the same on every machine", () => {
    expect(draws(1)).toEqual(draws(1));
    expect(draws(0, 3).map((u) => u * 2 ** 32)).toEqual([591558436, 2737234123, 107644106]);
  });

  it("differ between seeds: next to each other, negative, fractional and beyond 32 bits", () => {
    const seeds = [0, 1, 2, -1, 0.5, 0.25, 2 ** 32, 2 ** 33, 2 ** 32 + 1, 2 ** 31, -(2 ** 31) - 1, 1e15];
    const first = seeds.map((seed) => draws(seed).join());
    expect(new Set(first).size).toBe(seeds.length);
  });

  it("are uniform in [0, 1): mean, variance and ten classes as they should be", () => {
    const source = random(7);
    const count = 100_000;
    const classes = new Float64Array(10);
    let outside = 0;
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < count; k++) {
      const u = source.uniform();
      outside += Number(!(u >= 0 && u < 1));
      classes[Math.floor(u * 10)]++;
      sum += u;
      squares += u * u;
    }
    expect(outside).toBe(0);
    // Four standard errors of the mean and of the mean square.
    expect(Math.abs(sum / count - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / count));
    const chi = classes.reduce((total, n) => total + (n - count / 10) ** 2 / (count / 10), 0);
    // The 0.1 % point of chi squared with 9 degrees of freedom.
    expect(chi).toBeLessThan(27.9);
  });

  it("are normal with mean 0 and standard deviation 1, each pair independent", () => {
    const source = random(11);
    const count = 100_000;
    const z = Float64Array.from({ length: count }, () => source.normal());
    const moment = (p: number) => z.reduce((sum, value) => sum + value ** p, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    let pairs = 0;
    for (let k = 0; k < count; k += 2) pairs += z[k] * z[k + 1];
    expect(Math.abs(pairs / (count / 2))).toBeLessThan(4 / Math.sqrt(count / 2));
    expect(z.every(Number.isFinite)).toBe(true);
  });

  it("come as integers below n, each as likely", () => {
    const source = random(3);
    const counts = new Float64Array(6);
    for (let k = 0; k < 60_000; k++) counts[source.below(6)]++;
    const chi = counts.reduce((total, n) => total + (n - 10_000) ** 2 / 10_000, 0);
    // The 0.1 % point of chi squared with 5 degrees of freedom.
    expect(chi).toBeLessThan(20.5);
  });
});

describe("shuffled", () => {
  it("is a permutation of 0 … n − 1", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer(), (n, seed) => {
        const order = shuffled(n, random(seed));
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
      }),
    );
  });

  it("gives each of the six orders of three as often", () => {
    const source = random(5);
    const counts = new Map<string, number>();
    for (let k = 0; k < 60_000; k++) {
      const order = shuffled(3, source).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chi = [...counts.values()].reduce((total, n) => total + (n - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(20.5);
  });
});

describe("numbers drawn by their place", () => {
  it("are the same whatever else is drawn, and others for another key", () => {
    const [one, other] = keysFor(3, 2).map(scattered);
    expect([one(5, 2), one(0, 0), one(5, 2)]).toEqual([one(5, 2), one(0, 0), one(5, 2)]);
    expect(keysFor(3, 2)).toEqual(keysFor(3, 3).slice(0, 2));
    expect(one(5, 2)).not.toBe(other(5, 2));
  });

  it("are uniform in [−1, 1), and rows and columns have nothing to do with one another", () => {
    const uniform = scattered(keysFor(1, 1)[0]);
    const n = 200;
    let [sum, squares, alongRows, alongColumns] = [0, 0, 0, 0];
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++) {
        const value = uniform(row, column);
        expect(value >= -1 && value < 1).toBe(true);
        sum += value;
        squares += value * value;
        alongRows += value * uniform(row, column + 1);
        alongColumns += value * uniform(row + 1, column);
      }
    // Four standard errors of each.
    expect(Math.abs(sum / n ** 2)).toBeLessThan((4 * Math.sqrt(1 / 3)) / n);
    expect(Math.abs(squares / n ** 2 - 1 / 3)).toBeLessThan((4 * Math.sqrt(4 / 45)) / n);
    for (const product of [alongRows, alongColumns])
      expect(Math.abs(product / n ** 2)).toBeLessThan((4 * (1 / 3)) / n);
  });
});
