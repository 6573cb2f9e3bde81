import { expect, test } from "vitest";
import { defineTask } from "../../src/exercises/task";

const mistake = { name: "a", where: "b", wrong: (x: number) => x + 1 };
const fine = { name: "double", reference: (x: number): unknown => 2 * x, cases: [[1], [3]] as [number][] };

test("a task has defaults for all that may be left out", () => {
  expect(defineTask(fine)).toEqual({
    ...fine,
    statement: "",
    signature: "reference",
    parameters: ["argument 1"],
    mistakes: [],
  });
});

test.each<[object, RegExp]>([
  [{ nmae: 1 }, /option must be one of name, statement, .*, got "nmae"/],
  [{ name: "" }, /name must be a text, got ""/],
  [{ reference: 3 }, /reference must be a function, got 3/],
  [{ cases: [] }, /cases must hold at least one case, got none/],
  [{ cases: 5 }, /cases must be a list of lists, got 5/],
  [{ cases: [[1], 2] }, /cases\[1\] must be a list of arguments, .* got 2/],
  [{ cases: [["1"]] }, /cases\[0\] must be a list of arguments, .* got \["1"\]/],
  [{ cases: [[() => 1]] }, /cases\[0\] must be a list of arguments, .* got \[a function\]/],
  [{ reference: () => undefined }, /reference must return finite numbers, got undefined \(case 0\)/],
  [
    { reference: (x: number) => 1 / (x - 3) },
    /reference must return finite numbers, got Infinity \(case 1\)/,
  ],
  [{ reference: async () => 1 }, /reference must return finite numbers, got/],
  [
    { reference: (x: number[]) => x.push(1), cases: [[[1]]] },
    /reference must leave its arguments as they are \(case 0\)/,
  ],
  [{ mistakes: [{ ...mistake, name: 1 }] }, /mistakes\[0\].name must be a text, got 1/],
  [{ mistakes: [{ ...mistake, where: "" }] }, /mistakes\[0\].where must be a text, got ""/],
  [{ mistakes: [{ ...mistake, wrong: 1 }] }, /mistakes\[0\].wrong must be a function, got 1/],
  [
    { mistakes: [{ ...mistake, wrong: (x: number) => x + x }] },
    /mistake must differ from the reference in a case, got none \("a"\)/,
  ],
  [
    { mistakes: [mistake, { ...mistake, name: "c" }] },
    /mistakes must differ from each other in a case, got none \("a" and "c"\)/,
  ],
  [
    {
      mistakes: [
        {
          ...mistake,
          wrong: () => {
            throw new Error("x");
          },
        },
      ],
    },
    /mistakes\[0\].wrong must not throw, got Error: x \(case 0\)/,
  ],
])("a task that cannot be checked is refused: %o", (change, message) => {
  expect(() => defineTask({ ...fine, ...change } as never)).toThrow(message);
});
