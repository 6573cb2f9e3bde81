import { describe, expect, test } from "vitest";
import { examine, examined, NotRight } from "../../src/exercises/examine";
import type { Task } from "../../src/exercises/task";
import { defineTask } from "../../src/exercises/task";
import { tasks } from "../../src/exercises/tasks";
import { loops } from "./correct";

const all = Object.values(tasks);
const seeds = Array.from({ length: 6 }, (_, k) => 1000 + 37 * k);

/** What knows the results of the known cases, and guesses for others. */
const remembered = ({ cases, reference }: Task) => {
  const results = new Map(
    cases.map((given) => [JSON.stringify(given), reference(...structuredClone(given))]),
  );
  return (...given: never[]) => results.get(JSON.stringify(given)) ?? [...results.values()][0];
};

describe.each(all)("$name, examined", (task) => {
  test.each(seeds)("passes what is right, with seed %d", (seed) => {
    expect(examined(task.name, loops[task.name], { seed })).toMatchObject({ right: true });
  });

  test("refuses what only knows the results of the known cases", () => {
    for (const seed of seeds) expect(examined(task.name, remembered(task), { seed }).right).toBe(false);
  });

  test("refuses every mistake, by its name or the one of another that is as good a guess", () => {
    for (const { name, wrong } of task.mistakes) {
      const verdict = examined(task.name, wrong, { seed: 5 });
      expect(verdict.right, name).toBe(false);
      expect(verdict.mistake, name).toBeTypeOf("string");
    }
  });
});

test("the same seed draws the same cases, another one others", () => {
  const seen = (seed: number) => {
    const given: unknown[] = [];
    examined("02 predict", (...one: unknown[]) => void given.push(one), { seed });
    examined(
      "02 predict",
      (x: number[], w: number[], b: number) => {
        given.push([x, w, b]);
        return loops["02 predict"](...([x, w, b] as never[]));
      },
      { seed },
    );
    return given;
  };
  expect(seen(1)).toEqual(seen(1));
  expect(seen(1)).not.toEqual(seen(2));
});

test("examine is silent over what is right, and throws the verdict over what is not", () => {
  expect(examine("02 predict", loops["02 predict"])).toBeUndefined();
  expect(() => examine("02 predict", () => 0)).toThrow(NotRight);
  expect(() => examine("02 predict", () => 0)).toThrow(/^Not yet\. /);
  expect(() => examine("no such", () => 0)).toThrow(RangeError);
  expect(() => examine("02 predict", () => 0, { count: 0 })).toThrow("count must be >= 1, got 0");
});

test("a task of one's own needs a draw", () => {
  const double = (x: number): number => 2 * x;
  const task = defineTask({ name: "double", reference: double, cases: [[1]] });
  expect(() => examine(task, double)).toThrow('task must have a draw to be examined, got none ("double")');
  const drawing = defineTask({
    name: "double",
    reference: double,
    cases: [[1]],
    draw: (source) => [source.normal()],
  });
  expect(() => examine(drawing, double)).not.toThrow();
  expect(() => examine(drawing, () => 2)).toThrow("Not yet.");
});
