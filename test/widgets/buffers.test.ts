import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinBuffers, partBuffers } from "../../src/widgets/buffers";

/** States as widgets have them: JSON with bytes anywhere in it, but for names that JSON itself would change. */
const name = fc.string().filter((text) => text !== "__proto__");
const { state } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false, 0, 1.5, "text"),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
  state: fc.dictionary(name, tie("value"), { maxKeys: 5, noNullPrototype: true }),
}));

describe("binary parts of a state", () => {
  test("any state goes over JSON and comes back, its bytes beside it", () => {
    fc.assert(
      fc.property(state, (given) => {
        const { state: parted, buffers, paths } = partBuffers(given as Record<string, unknown>);
        const sent = JSON.parse(JSON.stringify({ parted, paths }));
        expect(joinBuffers({ state: sent.parted, paths: sent.paths, buffers })).toEqual(given);
        // As many as there are bytes anywhere in it, counted by JSON's own walk.
        let count = 0;
        JSON.stringify(given, (_, value) => {
          if (!(value instanceof Uint8Array)) return value;
          count++;
          return null;
        });
        expect(buffers.length).toBe(count);
      }),
    );
  });

  test("as ipywidgets has it: null in the place of an entry of a list, nothing in that of a property", () => {
    const bytes = new Uint8Array([1, 2]);
    expect(partBuffers({ a: [0, bytes], b: bytes, c: { d: new DataView(bytes.buffer), e: 1 } })).toEqual({
      state: { a: [0, null], c: { e: 1 } },
      buffers: [bytes, bytes, new DataView(bytes.buffer)],
      paths: [["a", 1], ["b"], ["c", "d"]],
    });
  });

  test.each([
    { what: "too few paths", paths: [], message: "buffer_paths must be one for each of 1 buffers, got 0" },
    {
      what: "a path to nowhere",
      paths: [["x", 0]],
      message: 'buffer_paths must lead to a place in the state, got ["x",0]',
    },
    { what: "an empty path", paths: [[]], message: "buffer_paths must lead to a place in the state, got []" },
    { what: "a path into what is inherited", paths: [["toString", "x"]], message: 'got ["toString","x"]' },
  ])("$what is refused", ({ paths, message }) => {
    expect(() => joinBuffers({ state: {}, buffers: [new Uint8Array(1)], paths })).toThrow(message);
  });
});
