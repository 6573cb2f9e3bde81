import fc from "fast-check";
import { expect, test } from "vitest";
import { studentT } from "../../src/math/distributions";
import { meanInterval } from "../../src/math/statistics";
import { thrown } from "../samples";

// The quantiles are mpmath's: roots of its regularized incomplete beta function, in 30 digits.
test.each([
  [0.95, 1, 12.7062047361747],
  [0.95, 2, 4.30265272974946],
  [0.95, 4, 2.77644510519779],
  [0.95, 9, 2.2621571627982],
  [0.95, 100, 1.98397151852355],
  [0.99, 4, 4.60409487134999],
  [0.8, 7, 1.41492392765051],
  [0.5, 3, 0.764892328404345],
])("Student's t at the level %d with %d degrees of freedom", (level, freedom, t) => {
  expect(studentT(level, freedom)).toBeCloseTo(t, 12);
});

test("the interval is around the mean, and by hand", () => {
  const { mean, low, high } = meanInterval([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(high).toBeCloseTo(3 + 2.77644510519779 * Math.sqrt(2.5 / 5), 9);
  expect(low).toBeCloseTo(6 - high, 12);
  expect(meanInterval([7])).toEqual({ mean: 7, low: Number.NaN, high: Number.NaN });
});

test("it is wider the surer it is to be, and moves with what is measured", () => {
  const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(numbers, fc.double({ min: -50, max: 50, noNaN: true }), (values, shift) => {
      const [narrow, wide] = [0.8, 0.95].map((level) => meanInterval(values, { level }));
      expect(wide.low).toBeLessThanOrEqual(narrow.low);
      expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      const moved = meanInterval(values.map((value) => value + shift));
      expect(moved.low).toBeCloseTo(wide.low + shift, 8);
      expect(moved.high).toBeCloseTo(wide.high + shift, 8);
    }),
  );
});

test("no measurement, and a level that is none, are refused", () => {
  expect(thrown(() => meanInterval([]))).toBe("RangeError: values must be at least one, got none");
  expect(thrown(() => meanInterval([1, 2], { level: 95 }))).toBe(
    "RangeError: level must be between 0 and 1, got 95",
  );
});
