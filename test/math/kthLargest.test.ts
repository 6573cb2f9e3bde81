import fc from "fast-check";
import { expect, test } from "vitest";
import { kthLargest } from "../../src/math/kthLargest";

test("is what sorting gives, equal numbers and infinities among them", () => {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }),
    fc.constant(-Infinity),
  );
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.nat(), (numbers, at) => {
      const k = 1 + (at % numbers.length);
      const values = Float64Array.from(numbers);
      const found = kthLargest(values, k);
      expect(found === values.slice().sort().reverse()[k - 1]).toBe(true);
      expect([...values]).toEqual(numbers);
    }),
  );
});
