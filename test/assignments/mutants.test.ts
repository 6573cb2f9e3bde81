// @module-tag slow

import { describe, expect, test } from "vitest";
import { examined } from "../../src/exercises/examine";
import { boundFunctionIn, taskOf } from "./functions";
import { mutantsOf } from "./mutants";
import { cellOf, sourceOf, toFill } from "./notebooks";

/** Mutants that no test is to kill, by why. */
const equivalent: Readonly<Record<string, RegExp>> = {
  "no user has two ratings at the same time": /^split: > → >= in if \(best === undefined/,
  "a recommender is right where it beats the baseline, in whatever way: those that survive do":
    /^recommender: /,
};

describe("the hidden tests", () => {
  const cells = ([1, 2, 3, 4] as const).flatMap((assignment) =>
    toFill(sourceOf(assignment)).map((cell) => ({ assignment, cell })),
  );
  let [killed, all] = [0, 0];
  const survivors: string[] = [];

  test.each(cells)("kill the mutants of $assignment $cell", ({ assignment, cell }) => {
    const task = taskOf(assignment, cell);
    for (const { change, code } of mutantsOf(cellOf(sourceOf(assignment), cell).source)) {
      all++;
      let right = false;
      try {
        right = examined(task, boundFunctionIn(code, cell), { seed: 5 }).right;
      } catch (error) {
        // A mutant need not compile.
        if (!(error instanceof SyntaxError)) throw error;
      }
      if (right) survivors.push(`${cell}: ${change}`);
      else killed++;
    }
  });

  test("leave at most one in twenty, each of which is right too", () => {
    expect(killed / all).toBeGreaterThanOrEqual(0.95);
    expect(
      survivors.filter((one) => !Object.values(equivalent).some((pattern) => pattern.test(one))),
    ).toEqual([]);
  });
});
