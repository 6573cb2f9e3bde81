import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Packed, pack, unpack } from "../../src/kernel/protocol/packed";

const through = (value: unknown) => unpack(JSON.parse(JSON.stringify(pack(value))));

describe("a packed value", () => {
  test("is the same again, whatever numbers, texts, lists and records it holds", () => {
    const { tie } = fc.letrec((recur) => ({
      tie: fc.oneof(
        { maxDepth: 4 },
        fc.double(),
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.constant(undefined),
        fc.bigInt(),
        fc.float64Array(),
        fc.int32Array(),
        fc.array(recur("tie")),
        fc.dictionary(fc.string(), recur("tie")),
      ),
    }));
    fc.assert(
      fc.property(tie, (value) => {
        expect(through(value)).toEqual(value);
      }),
    );
  });

  test("keeps the sign of zero, and a name like __proto__ as a name", () => {
    expect(Object.is(through(-0), -0)).toBe(true);
    const record = through(JSON.parse('{ "__proto__": 1, "$": "number" }')) as object;
    expect(Object.entries(record)).toEqual([
      ["__proto__", 1],
      ["$", "number"],
    ]);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });

  test("is never of a function, nor of what runs in a circle", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [() => 1, Symbol("a"), circle, { f: () => 1 }])
      expect(() => pack(value)).toThrow(TypeError);
    expect(() => unpack({ $: "code", is: "1" } as unknown as Packed)).toThrow(TypeError);
  });
});
