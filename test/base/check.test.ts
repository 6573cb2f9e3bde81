import { describe, expect, it } from "vitest";
import {
  checkAllFinite,
  checkCount,
  checkFinite,
  checkIndex,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkPositive,
  outOfRange,
} from "../../src/base/check";
import { thrown } from "../samples";

describe("what the checks say", () => {
  it("names the argument, the rule, the value, and the place where there is one", () => {
    expect(String(outOfRange("value", "finite", Number.NaN, "triple 17"))).toBe(
      "RangeError: value must be finite, got NaN (triple 17)",
    );
    expect(String(outOfRange("learningRate", "> 0", -1))).toBe(
      "RangeError: learningRate must be > 0, got -1",
    );
  });

  it('shows text in quotes, so that "7" and 7 look different', () => {
    expect(thrown(() => checkFinite("value", "7"))).toBe('TypeError: value must be a number, got "7"');
    expect(thrown(() => checkFinite("value", 7n))).toBe("TypeError: value must be a number, got 7n");
    expect(thrown(() => checkFinite("value", undefined))).toBe(
      "TypeError: value must be a number, got undefined",
    );
    expect(thrown(() => checkFinite("value", null, "line 3"))).toBe(
      "TypeError: value must be a number, got null (line 3)",
    );
  });

  it("lets only finite numbers be finite", () => {
    for (const good of [0, -0, 1.5, -1e300])
      expect(thrown(() => checkFinite("x", good))).toBe("nothing thrown");
    expect(thrown(() => checkFinite("x", Infinity))).toBe("RangeError: x must be finite, got Infinity");
  });

  it("takes an index from 0 to below the length", () => {
    expect(thrown(() => checkIndex("item", 0, 1))).toBe("nothing thrown");
    expect(thrown(() => checkIndex("item", 1681, 1682))).toBe("nothing thrown");
    expect(thrown(() => checkIndex("item", 1682, 1682))).toBe(
      "RangeError: item must be in [0, 1682), got 1682",
    );
    expect(thrown(() => checkIndex("user", -1, 4))).toBe("RangeError: user must be in [0, 4), got -1");
    expect(thrown(() => checkIndex("user", Number.NaN, 4))).toBe(
      "RangeError: user must be in [0, 4), got NaN",
    );
    expect(thrown(() => checkIndex("user", 0.5, 4, "triple 2"))).toBe(
      "RangeError: user must be an integer, got 0.5 (triple 2)",
    );
    expect(thrown(() => checkIndex("user", "0", 4))).toBe('TypeError: user must be a number, got "0"');
  });

  it("takes any index where there is no length, up to the largest that an Int32Array holds", () => {
    expect(thrown(() => checkIndex("item", 2 ** 31 - 1))).toBe("nothing thrown");
    expect(thrown(() => checkIndex("item", -1))).toBe("RangeError: item must be >= 0, got -1");
    expect(thrown(() => checkIndex("item", Number.NaN))).toBe("RangeError: item must be >= 0, got NaN");
    expect(thrown(() => checkIndex("item", 2 ** 31))).toBe(
      "RangeError: item must be < 2147483648, got 2147483648",
    );
    expect(thrown(() => checkIndex("item", Infinity))).toBe(
      "RangeError: item must be < 2147483648, got Infinity",
    );
  });

  it("takes whole counts from the least allowed up", () => {
    expect(thrown(() => checkCount("count", 0, 0))).toBe("nothing thrown");
    expect(thrown(() => checkCount("count", 1))).toBe("nothing thrown");
    expect(thrown(() => checkCount("count", 0))).toBe("RangeError: count must be >= 1, got 0");
    expect(thrown(() => checkCount("count", -1, 0))).toBe("RangeError: count must be >= 0, got -1");
    expect(thrown(() => checkCount("count", 2.5))).toBe("RangeError: count must be an integer, got 2.5");
    expect(thrown(() => checkCount("count", Infinity))).toBe(
      "RangeError: count must be an integer, got Infinity",
    );
    expect(thrown(() => checkCount("count", "3"))).toBe('TypeError: count must be a number, got "3"');
  });

  it("tells positive from not negative", () => {
    expect(thrown(() => checkPositive("learningRate", 1e-9))).toBe("nothing thrown");
    expect(thrown(() => checkPositive("learningRate", 0))).toBe(
      "RangeError: learningRate must be > 0, got 0",
    );
    expect(thrown(() => checkPositive("learningRate", Infinity))).toBe(
      "RangeError: learningRate must be finite, got Infinity",
    );
    expect(thrown(() => checkNotNegative("lambda", 0))).toBe("nothing thrown");
    expect(thrown(() => checkNotNegative("lambda", -0.1))).toBe("RangeError: lambda must be >= 0, got -0.1");
    expect(thrown(() => checkNotNegative("lambda", Number.NaN))).toBe(
      "RangeError: lambda must be finite, got NaN",
    );
  });

  it("lists the choices there are", () => {
    expect(thrown(() => checkOneOf("loss", "squared", ["squared", "logistic"]))).toBe("nothing thrown");
    expect(thrown(() => checkOneOf("loss", "hinge", ["squared", "logistic"]))).toBe(
      'RangeError: loss must be one of "squared", "logistic", got "hinge"',
    );
  });

  it("says which entry of a block is not finite", () => {
    expect(thrown(() => checkAllFinite("model.X", [1, 2, 3]))).toBe("nothing thrown");
    expect(thrown(() => checkAllFinite("model.X", Float64Array.of(1, Number.NaN, Infinity)))).toBe(
      "RangeError: model.X must be finite, got NaN (entry 1)",
    );
  });

  it("refuses an option that is not known", () => {
    expect(thrown(() => checkOptions({ lambda: 1 }, ["lambda", "loss"]))).toBe("nothing thrown");
    expect(thrown(() => checkOptions({ lamda: 1 }, ["lambda", "loss"]))).toBe(
      'TypeError: option must be one of lambda, loss, got "lamda"',
    );
  });
});
