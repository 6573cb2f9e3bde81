import { expect, test } from "vitest";
import { examined } from "../../src/exercises/examine";
import { functionIn, taskOf } from "./functions";
import { plants } from "./plants";

const rows = plants.map((plant) => ({ ...plant, is: plant.mistake ?? "right" }));

test.each(rows)("$assignment $cell: $is", ({ assignment, cell, mistake, code }) => {
  const verdict = examined(taskOf(assignment, cell), functionIn(code, cell), { seed: 11 });
  expect(verdict.mistake, verdict.text).toBe(mistake);
  expect(verdict.right).toBe(mistake === undefined);
});
