import { describe, expect, test } from "vitest";
import { compiled, surroundingsOf } from "../../src/grading/compile";
import { limitsOf, usualLimits } from "../../src/grading/limits";
import { notebookFrom } from "../../src/grading/notebook";
import { missingTests, stepsOf } from "../../src/grading/steps";
import { asNotebook, submissionOf, toySource } from "./toy";

const source = asNotebook(toySource());
const stepsIn = (change: Parameters<typeof submissionOf>[0]) =>
  stepsOf(source, asNotebook(submissionOf(change)));
const brief = (steps: ReturnType<typeof stepsOf>) =>
  steps.map(({ at, kind, name }) => `${at} ${kind} ${name ?? "-"}`);

describe("the steps of a submission", () => {
  test("are its code cells in their order", () => {
    expect(brief(stepsIn(() => {}))).toEqual([
      "0 cell setup",
      "1 cell predict",
      "2 test test-predict",
      "3 cell cost",
      "4 test test-cost",
    ]);
  });

  test("are the source's where cells are locked, whatever was made of them", () => {
    const steps = stepsIn(({ setup, "test-cost": own }) => {
      setup.source = "changed";
      Object.assign(own, { cell_type: "markdown", source: "changed" });
      Object.assign(own.metadata.nbgrader ?? {}, { grade: false, locked: false, points: 1000 });
    });
    expect(steps[0].source).toBe('import { check, examine } from "cofi";');
    expect(steps[4]).toMatchObject({ kind: "test", points: 3, source: source.cells[4].source });
  });

  test("take the last of two of one name, and call a test only what is one in the source", () => {
    const steps = stepsIn((cells, notebook) => {
      const copy = structuredClone(cells["test-predict"]);
      notebook.cells.splice(0, 0, copy);
      const other = structuredClone(copy);
      Object.assign(other.metadata.nbgrader ?? {}, { grade_id: "of my own", points: 100 });
      notebook.cells.push(other);
    });
    expect(brief(steps)).toEqual([
      "0 cell -",
      "1 cell setup",
      "2 cell predict",
      "3 test test-predict",
      "4 cell cost",
      "5 test test-cost",
      "6 cell -",
    ]);
  });

  test("leave out a test that was deleted, which is missed", () => {
    const submitted = asNotebook(submissionOf((_, notebook) => void notebook.cells.splice(2, 1)));
    expect(missingTests(source, submitted).map(({ grading }) => grading?.grade_id)).toEqual(["test-predict"]);
  });
});

test.each([
  ["", "a text that is not JSON"],
  ["{", "a text that is not JSON"],
  ["{}", "no cells"],
  ['{"cells": [null]}', "no cell (cell 0)"],
])("%j is no notebook", (text, what) => {
  expect(() => notebookFrom(text, "mine.ipynb")).toThrow(`mine.ipynb must be a notebook, got ${what}`);
});

test("a notebook may say its limits, which must be limits", () => {
  const { limits } = asNotebook(toySource({ cellSeconds: 5 }));
  expect(limitsOf(limits)).toEqual({ ...usualLimits, cellSeconds: 5 });
  expect(() => limitsOf({ memory: -1 })).toThrow("memory must be > 0, got -1");
  expect(() => limitsOf({ cpu: 1 } as object)).toThrow(/cpu/);
});

test("what tests find around them: what is imported, and what locked cells declare", () => {
  const notebook = toySource();
  notebook.cells[0].source = `import { check, rmse as error } from "cofi"; import * as fs from "node:fs"; import path from "node:path";
import type { Model } from "cofi";
const [a, { b, c: [d] }] = [1, { b: 2, c: [3] }]; function f() {} class G {} interface H {} enum I { J }`;
  const { imports, locked } = surroundingsOf(asNotebook(notebook));
  expect(imports).toEqual({
    check: { from: "cofi", name: "check" },
    error: { from: "cofi", name: "rmse" },
    fs: { from: "node:fs", name: "*" },
    path: { from: "node:path", name: "default" },
  });
  expect(locked.map(({ declares }) => declares)).toEqual([["a", "b", "d", "f", "G", "I"]]);
  expect(() => compiled("const = 1")).toThrow(SyntaxError);
});
