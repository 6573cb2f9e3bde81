// @module-tag slow
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { answerOf } from "./python.mjs";

const tools = ["nbclient", "nbconvert", "papermill", "nbmake", "nbval"] as const;
const failing = ["thrown error", "type error", "rejected promise", "last of 21 cells"];

/** By case and tool: whether the tool passed the notebook, whether it said where it fails, and all that it said. */
type Verdicts = Record<
  string,
  Record<(typeof tools)[number], { passed: boolean; says: boolean; said: string }>
>;

const limit = 400_000;

describe("other people's tools believe this kernel", () => {
  let verdicts: Verdicts;
  beforeAll(async () => {
    verdicts = await answerOf("tools.py");
  }, limit);

  test("a good notebook passes, with parameters and with compared outputs", () => {
    const { good } = verdicts;
    for (const tool of tools)
      expect(good[tool], `${tool}: ${good[tool].said}`).toMatchObject({ passed: true });
  });

  test.each(failing)("%s: each fails, and says where", (name) => {
    const row = verdicts[name];
    for (const tool of tools)
      expect(row[tool], `${tool}: ${row[tool].said}`).toMatchObject({ passed: false, says: true });
  });

  test("nbgrader gives full marks for a correct submission, and none for the others", {
    timeout: limit,
  }, async () => {
    const { scores, said } = await answerOf("grading.py");
    expect(scores, said).toEqual({ correct: [3, 3], wrong: [0, 3], empty: [0, 3], broken: [0, 3] });
  });
});

test("the table beside tslab as it comes is of the tslab that is installed", () => {
  const { version } = createRequire(__filename)("tslab/package.json");
  const table = readFileSync(inRoot("bench", "tools.md"), "utf8");
  expect(table).toContain(`| tool | notebook | Cofi's kernel | tslab ${version} |`);
  const rows = table.split("\n").filter((line) => /^\| (nb|papermill)/.test(line));
  expect(rows).toHaveLength(29);
  for (const row of rows) expect(row.split(" | ")[2]).toMatch(/^✓/);
});
