import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { stub } from "../../src/exercises/grade";
import { tasks } from "../../src/exercises/tasks";
import { agree, plain } from "../../src/exercises/values";
import { functionIn, taskOf } from "./functions";
import { type Assignment, assignments, cellOf, fileOf, sourceOf, toFill } from "./notebooks";

const all = ([1, 2, 3, 4] as const).map((assignment) => ({ assignment, name: assignments[assignment - 1] }));
const cells = all.flatMap(({ assignment }) =>
  toFill(sourceOf(assignment)).map((cell) => ({ assignment, cell })),
);

/** The text above a cell to fill: its task. */
function textAbove(assignment: Assignment, cell: string): string {
  const source = sourceOf(assignment);
  return source.cells[source.cells.indexOf(cellOf(source, cell)) - 1].source;
}

describe.each(all)("$name", ({ assignment }) => {
  const source = sourceOf(assignment);

  test("is of cells that nbgrader knows by different names", () => {
    const { nbformat, cells } = JSON.parse(readFileSync(fileOf(assignment), "utf8"));
    expect(nbformat).toBe(4);
    const ids = cells.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const names = source.cells.flatMap(({ grading }) => grading?.grade_id ?? []);
    expect(new Set(names).size).toBe(names.length);
    for (const { outputs = [], metadata } of cells) {
      expect(outputs).toEqual([]);
      if (metadata.nbgrader) expect(metadata.nbgrader).toMatchObject({ schema_version: 3, task: false });
    }
  });

  test("locks all that is not the student's, and says how many points there are", () => {
    const points = source.cells.reduce((sum, { grading }) => sum + (grading?.points ?? 0), 0);
    expect(source.cells[0].source).toContain(`${points} points`);
    for (const { grading } of source.cells) {
      if (grading === undefined) continue;
      expect(grading.locked).toBe(!grading.solution);
      if (grading.grade) expect(grading.points).toBeGreaterThan(0);
    }
  });
});

describe.each(cells)("$assignment $cell", ({ assignment, cell }) => {
  const source = sourceOf(assignment);
  const task = tasks[taskOf(assignment, cell)];

  test("has a task with its points, shapes, an example and two folded hints", () => {
    const text = textAbove(assignment, cell);
    const { points } = cellOf(source, `${cell}-test`).grading!;
    expect(text).toMatch(new RegExp(`^### Task \\d: .* \\(${points} points?\\)\n`));
    expect(text).toContain("**Example.**");
    expect(text.match(/<details><summary>Hint \d<\/summary>/g)).toEqual([
      "<details><summary>Hint 1</summary>",
      "<details><summary>Hint 2</summary>",
    ]);
    // Of lists and tables the shapes are told; who reads a signature of lists and a number needs no more.
    expect(text).toMatch(/\| shape \||lists? of|shapes of|Two lists|arguments are those of/);
  });

  test("has a check to see, and an examination that is hidden", () => {
    const { source: code } = cellOf(source, `${cell}-test`);
    const [visible, hidden] = code.split("/// BEGIN HIDDEN TESTS");
    expect(visible.trim()).toBe(`check("${task.name}", ${cell});`);
    expect(hidden).toContain(`examine("${task.name}", ${cell});`);
    expect(hidden.trim()).toMatch(/\/\/\/ END HIDDEN TESTS$/);
  });

  test("declares the function of its task, and has one solution to take out", () => {
    const { source: code } = cellOf(source, cell);
    expect(code.match(/\/\/\/ BEGIN SOLUTION/g)).toHaveLength(1);
    expect(code.match(/\/\/\/ END SOLUTION/g)).toHaveLength(1);
    const declared = /function (\w+)\(([\s\S]*?)\)(?=: )/.exec(code)!;
    expect(declared[1]).toBe(cell);
    expect(task.signature).toMatch(new RegExp(`^${cell}\\(`));
    // A judged task's cases are no arguments.
    if (task.judge) return;
    const named = [...declared[2].matchAll(/(\w+): /g)].map(([, name]) => name);
    expect(named).toEqual(task.parameters);
  });

  test("has examples that are so", () => {
    const code = cellOf(source, cell).source;
    const examples = [...textAbove(assignment, cell).matchAll(/`(\w+\([^`]*\))`,? is (?:about )?`([^`]+)`/g)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, call, value] of examples) {
      const got = plain(functionIn(code, call));
      const wanted = plain(new Function("tf", `return ${value};`)(tf));
      expect(agree(got, wanted, 1e-5), `${call} is ${JSON.stringify(got)}`).toBe(true);
    }
  });
});

test("the stub that nbgrader is told to put in is the one that a check knows", () => {
  const file = `${__dirname}/../../src/grading/nbgrader/cofi_grading.py`;
  expect(readFileSync(file, "utf8")).toContain(`throw new Error("${stub}");`);
});
