import fc from "fast-check";
import { expect, it } from "vitest";
import { gridFor } from "../../src/math/orderless";
import { mean, standardizationInParts } from "../../src/math/statistics";

/** Of a size whose squares are still numbers of full precision. */
const number = fc
  .double({ min: -1e6, max: 1e6, noNaN: true })
  .map((value) => (Math.abs(value) < 1e-50 ? 0 : value));
const numbers = fc.array(number, { minLength: 1, maxLength: 300 });
const pause = async () => {};

/** The greatest without its sign. */
const greatest = (values: number[]) => Math.max(...values.map(Math.abs));

it("adds to the same sum in any order, which is the exact one of the rounded numbers", () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (values, turn) => {
      const { unit, round } = gridFor(greatest(values), values.length);
      const sum = (list: number[]) => list.reduce((total, value) => total + round(value), 0);
      const turned = [...values.slice(turn % values.length), ...values.slice(0, turn % values.length)];
      expect(sum(turned)).toBe(sum(values));
      expect(sum(values.toReversed())).toBe(sum(values));
      const exact = values.reduce((total, value) => total + BigInt(round(value) / unit), 0n);
      expect(BigInt(sum(values) / unit)).toBe(exact);
    }),
  );
});

it("rounds to the nearest multiple of its unit, by less than the doubles would notice in a mean", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const most = greatest(values);
      const { unit, round } = gridFor(most, values.length);
      expect(Math.abs(Math.log2(unit) % 1)).toBe(0);
      for (const value of values) expect(Math.abs(round(value) - value)).toBeLessThanOrEqual(unit / 2);
      if (most > 0) expect(unit).toBeLessThanOrEqual((4 * most * values.length) / 2 ** 51);
    }),
  );
});

it("gives mean and spread to the same digits in any order, near those that are added as they come", async () => {
  await fc.assert(
    fc.asyncProperty(numbers, fc.boolean(), async (values, isWeighted) => {
      const weights = isWeighted ? values.map((_, k) => 1 + (k % 5) / 3) : undefined;
      const found = await standardizationInParts(values, weights, pause);
      expect(await standardizationInParts(values.toReversed(), weights?.toReversed(), pause)).toEqual(found);
      const most = greatest(values);
      expect(Math.abs(found.center - mean(values, weights))).toBeLessThanOrEqual(1e-11 * most);
      const squares = values.map((value) => (value - found.center) ** 2);
      if (found.scale > 0)
        expect(Math.abs(found.scale - Math.sqrt(mean(squares, weights)))).toBeLessThanOrEqual(1e-6 * most);
    }),
  );
});

it("takes numbers that are all the same for just that", async () => {
  for (const value of [0.1, -3.3, 1e-30, 4, 0])
    expect(await standardizationInParts(new Array(1001).fill(value), undefined, pause)).toEqual({
      center: value,
      scale: 0,
    });
});
