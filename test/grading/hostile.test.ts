// @module-tag slow
import { describe, expect, test } from "vitest";
import { judge } from "../../src/grading/judge";
import { hostile } from "./hostile";
import { asNotebook, toySource } from "./toy";

const source = asNotebook(toySource());
const limits = { cellSeconds: 12, seconds: 90, memory: 700 };

describe("a submission that", () => {
  test.each(hostile)("$what", async ({ notebook, wanted, fails }) => {
    const judged = await judge(source, asNotebook(notebook), { limits });
    const { tests, failures } = judged;
    if (process.env.SHOW) console.log(JSON.stringify(judged, null, 1).slice(0, 3000));
    expect(tests.map(({ points }) => points)).toEqual(wanted);
    if (fails) expect([...failures, ...tests].map(({ text }) => text).join("\n")).toMatch(fails);
  });
});
