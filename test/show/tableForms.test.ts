import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableHtml, tableText } from "../../src/show/tableForms";

test("in a table numbers line up, with the decimals that their column needs", () => {
  const rows = [
    { film: "a", stars: 4.5, count: 12 },
    { film: "bcd", stars: 3.12345, count: 7 },
    { film: "e" },
  ];
  expect(tableText(rows)).toBe(
    ["film  stars  count", "────  ─────  ─────", "a     4.500     12", "bcd   3.123      7", "e"].join("\n"),
  );
});

test("text from data cannot become markup", () => {
  const html = tableHtml([{ "<b>": '<script>alert("1")</script>' }]);
  expect(html).not.toMatch(/<script|<b>/);
  expect(html).toContain("&#60;script&#62;");
});

test("a long table shows its beginning, and how much more there is", () => {
  const rows = Array.from({ length: 1000 }, (_, k) => ({ k }));
  expect(tableText(rows).split("\n").at(-1)).toBe("… and 940 more rows");
  expect(tableHtml(rows).match(/<tr>/g)?.length).toBe(61);
});

/** The texts of a column under its name, as they stand in the plain table. */
const printed = (values: readonly unknown[]): string[] =>
  tableText(values.map((y) => ({ y })))
    .split("\n")
    .slice(2)
    .map((line) => line.trim());

describe("the numbers of a column", () => {
  test.each([
    [[1e-4], ["0.0001"]],
    [[0.00012], ["0.00012"]],
    [[0.0004], ["0.0004"]],
    [
      [0.1, 0.01, 0.001, 1e-4],
      ["0.1000", "0.0100", "0.0010", "0.0001"],
    ],
    [
      [3.5, 0.00012],
      ["3.50000", "0.00012"],
    ],
    [
      [1e-7, 2.5e-7, 0, 3],
      ["1.0e-7", "2.5e-7", "0", "3"],
    ],
    [[0.00123456], ["0.00123"]],
    [
      [0.0123456, 0.5],
      ["0.012", "0.500"],
    ],
    [
      [-1.66666, "?", -0.0004],
      ["-1.6667", "?", "-0.0004"],
    ],
    [
      [0.24682, 0.078534, 0.00031459],
      ["0.2468", "0.0785", "0.0003"],
    ],
    [
      [0.31, 0.00352],
      ["0.31000", "0.00352"],
    ],
    [
      [0.31, 0.0035214],
      ["0.310", "0.004"],
    ],
    [
      [1234567, 0.5],
      ["1234567.0", "0.5"],
    ],
    [
      [-0, 2],
      ["0", "2"],
    ],
    [
      [Number.NaN, Infinity, -1.25],
      ["NaN", "Infinity", "-1.25"],
    ],
    [
      [12n, 3],
      ["12", "3"],
    ],
  ])("%o are printed as %o", (values, texts) => {
    expect(printed(values)).toEqual(texts);
  });

  test("are near to what they are, the largest within 1 in 200, and zero only where they are", () => {
    const sizes = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const small = fc.double({ min: -1e-3, max: 1e-3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.oneof(sizes, small), { minLength: 1, maxLength: 20 }), (values) => {
        const largest = Math.max(...values.map(Math.abs));
        printed(values).forEach((text, k) => {
          // A single digit is off by a third at most: 1.5 is rounded to 2.
          const part = Math.abs(values[k]) === largest ? 200 : 3;
          expect(Math.abs(Number(text) - values[k])).toBeLessThanOrEqual(
            (1.001 * Math.abs(values[k])) / part,
          );
          if (values[k] === 0) expect(text).toMatch(/^0(\.0+)?$/);
        });
      }),
    );
  });

  test("stand below one another at the right, all of those without an exponent with their points in line", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }), (values) => {
        const lines = tableText(values.map((y) => ({ y }))).split("\n");
        expect(new Set(lines.slice(1, 62).map((line) => line.length)).size).toBe(1);
        const fixed = printed(values).filter((text) => /^-?[\d.]+$/.test(text));
        expect(new Set(fixed.map((text) => text.split(".")[1]?.length)).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test.each([
  [["Drama", "War"], "Drama, War"],
  [[1, 2.5], "1, 2.5"],
  [[], "[]"],
  [[["a"], []], "[ [ 'a' ], [] ]"],
  [{ a: { b: [1] } }, "{ a: { b: [ 1 ] } }"],
  [new Map([["k", 1]]), "Map(1) { 'k' => 1 }"],
  [Float64Array.of(1, 2), "Float64Array(2) [ 1, 2 ]"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [true, "true"],
  [Symbol("s"), "Symbol(s)"],
  [() => 1, "[Function (anonymous)]"],
  [null, "(empty)"],
])("a nested value %o reads %s", (value, text) => {
  expect(printed([value, "beside"])).toEqual([text, "beside"]);
});

test("columns stand below one another in a terminal, whatever the script", () => {
  const rows = ["霸王别姬", "Amélie", "दंगल", "🎬", "기생충"].map((film, k) => ({ film, k }));
  expect(tableText(rows)).toBe(`film      k
────────  ─
霸王别姬  0
Amélie    1
दंगल       2
🎬        3
기생충    4`);
});

test("a getter that throws spoils its own cell only, and a row of nothing says so", () => {
  const bad = Object.defineProperty({ a: 1 }, "b", {
    enumerable: true,
    get: () => {
      throw new RangeError("no b");
    },
  });
  expect(
    tableText([bad, {}, { a: 2 }])
      .split("\n")
      .slice(2),
  ).toEqual(["      1  (throws RangeError: no b)", "(empty)", "      2"]);
});

test("what cannot be read is shown by something that can, in cells and in names", () => {
  const bad = `a\u001b[31m\0\nb\u007f\x85${"🎬".slice(0, 1)}\u202e`;
  const good = "a␛[31m␀␊b␡\\u0085�\\u202e";
  expect(tableText([{ [bad]: bad, beside: [bad], within: `${bad}🎬é` }]).split("\n")[2]).toContain(
    `${good}🎬é`,
  );
  for (const form of [tableText, tableHtml]) {
    const shown = form([{ [bad]: bad, nested: { [bad]: bad }, list: [bad] }]);
    expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202e]/u);
    expect(shown.split(good).length).toBeGreaterThanOrEqual(3);
  }
});

test("a table of a million rows is laid out, and one of hundreds of thousands of cells in a column", () => {
  const rows = Array.from({ length: 300_000 }, (_, k) => ({ k }));
  expect(tableText(rows).split("\n").at(-1)).toBe("… and 299,940 more rows");
});
