import { describe, expect, test } from "vitest";
import { grade } from "../../src/exercises/grade";
import { checkToldApart, defineTask } from "../../src/exercises/task";
import { tasks } from "../../src/exercises/tasks";
import { samePages } from "./correctAssignments";

/** Those whose results are compared with the reference's. */
const all = Object.values(tasks).filter(({ judge }) => judge === undefined);

/** The mistakes that a task must know, by the tasks in which they can be made. */
const expected: Record<string, string[]> = {
  "forgot R": [
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "05 logistic cost",
    "06 mean normalization",
    "A1 matrices",
    "A1 counts",
    "A1 user cost",
    "A1 user gradient",
    "A1 fit",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 descent",
    "A2 tensor cost",
    "A2 adam",
    "A2 recommend",
    "A3 logistic cost",
    "A3 logistic gradient",
    "A3 mean normalization",
  ],
  "took zeros for blanks": [
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "A1 matrices",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic gradient",
  ],
  "forgot the half": [
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic gradient",
  ],
  "penalized b": [
    "02 user cost",
    "02 user gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "05 logistic cost",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic cost",
    "A3 logistic gradient",
  ],
  "penalty once per rating": [
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "05 logistic cost",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic cost",
    "A3 logistic gradient",
  ],
  "summed over items where users were meant": [
    "03 item gradient",
    "04 cofi gradient",
    "A1 counts",
    "A2 cofi gradient",
    "A3 logistic gradient",
  ],
  "mean instead of sum": [
    "02 predict",
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "05 logistic cost",
    "A1 predict",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic cost",
    "A3 logistic gradient",
  ],
  "mean over all cells": [
    "02 user cost",
    "02 user gradient",
    "03 item gradient",
    "04 cofi cost",
    "04 cofi gradient",
    "05 logistic cost",
    "06 mean normalization",
    "A1 user cost",
    "A1 user gradient",
    "A2 cofi cost",
    "A2 cofi gradient",
    "A2 tensor cost",
    "A3 logistic cost",
    "A3 logistic gradient",
    "A3 mean normalization",
  ],
  "normalized along the wrong axis": ["06 mean normalization", "A3 mean normalization"],
  "NaN from log(0)": ["05 logistic cost", "A3 logistic cost"],
};

test.each(Object.entries(expected))(
  "%s is a mistake of every task in which it can be made",
  (mistake, names) => {
    const knowing = all.filter(({ mistakes }) => mistakes.some(({ name }) => name === mistake));
    expect(knowing.map(({ name }) => name)).toEqual(names);
  },
);

/** What is a page's task by another name stands here once. */
const once = all.filter(({ name }) => !(name in samePages));

describe.each(once.map((task) => ({ name: task.name, task })))("$name", ({ task }) => {
  test("has a reference that is finite, and mistakes that are told apart", () => {
    checkToldApart(task);
    const { combined, ...options } = task;
    expect(combined!.length).toBeGreaterThan(0);
    expect(defineTask(options as never)).toEqual(options);
    expect(grade(task, task.reference).right).toBe(true);
  });

  test("says what it wants in one line, and names its arguments as its signature does", () => {
    expect(task.statement).toMatch(/^[^\n]+$/);
    const named = [...task.signature.matchAll(/(\w+): /g)].map(([, name]) => name);
    expect(named.slice(0, task.parameters.length)).toEqual(task.parameters);
    for (const given of task.cases) expect(given).toHaveLength(task.parameters.length);
  });

  test("begins with its smallest case", () => {
    const sizes = task.cases.map((given) => JSON.stringify(given).match(/[\d.]+/g)!.length);
    expect(sizes[0]).toBe(Math.min(...sizes));
    expect(sizes.slice(0, 5)).toEqual(sizes.slice(0, 5).toSorted((a, b) => a - b));
  });

  test("names a mistake when two are made at a time", () => {
    for (const { wrong, name } of task.combined!) {
      const verdict = grade(task, wrong);
      expect(verdict.right, name).toBe(false);
      expect(verdict.mistake, name).toBeDefined();
      expect(verdict.shownBy, name).toBeDefined();
    }
  });

  test.each(task.mistakes.map((mistake, k) => ({ title: `${mistake.name} (${k})`, mistake })))(
    "$title is named, and shown by the first case where it shows",
    ({ mistake }) => {
      const verdict = grade(task, mistake.wrong);
      expect(verdict).toMatchObject({ right: false, mistake: mistake.name });
      expect(verdict.text.split("\n")[0].toLowerCase()).toContain(mistake.name.toLowerCase());
      expect(verdict.text).toContain(mistake.where);

      const far = (one: unknown, other: unknown) =>
        JSON.stringify(one, rounded) !== JSON.stringify(other, rounded);
      const at = task.cases.findIndex((given) => far(mistake.wrong(...given), task.reference(...given)));
      const { input, wanted, got } = verdict.shownBy!;
      expect(Object.values(input)).toEqual(task.cases[at]);
      expect(wanted).toEqual(task.reference(...task.cases[at]));
      expect(got).toEqual(mistake.wrong(...task.cases[at]));
    },
  );
});

/** Numbers to four decimals, and NaN by its name. */
function rounded(_: string, value: unknown) {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 + 0 : String(value);
}
