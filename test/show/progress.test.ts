import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { progress } from "../../src/show/progress";

const root = join(__dirname, "..", "..");
const work = `const { progress } = require("cofi");
const bar = progress(3, "Training");
for (let k = 0; k < 3; k++) bar.step(1, "cost " + k);
bar.done();
console.log("end");`;

test("a progress bar is silent in a log, and in CI", () => {
  for (const CI of ["true", ""]) {
    const run = spawnSync(process.execPath, ["-e", work], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CI },
    });
    expect([run.stdout, run.stderr, run.status]).toEqual(["end\n", "", 0]);
  }
});

test("a number of steps that is none is refused", () => {
  const run = spawnSync(process.execPath, ["-e", `require("cofi").progress(-1, "x")`], {
    cwd: root,
    encoding: "utf8",
  });
  expect(run.stderr).toContain("RangeError: total must be >= 0, got -1");
});

test("in a notebook the last step before a pause is drawn, in the place of the first", async () => {
  const shown: [text: string, update: boolean][] = [];
  const jupyter = createRequire(__filename)("tslab/dist/jupyter");
  jupyter.lastWriteDisplayData = (content: { data: Record<string, string> }, update: boolean) =>
    shown.push([content.data["text/plain"], update]);
  try {
    const bar = progress(10, "Training");
    bar.step(5, "a < b");
    await new Promise((resume) => setTimeout(resume, 120));
    expect(shown).toEqual([
      ["Training: 0 of 10", false],
      ["Training: 5 of 10, a < b", true],
    ]);
    bar.step(5);
    bar.done();
    expect(shown.at(-1)).toEqual(["Training: 10 of 10, a < b", true]);
    await new Promise((resume) => setTimeout(resume, 120));
    expect(shown).toHaveLength(4);
  } finally {
    jupyter.lastWriteDisplayData = null;
  }
});
