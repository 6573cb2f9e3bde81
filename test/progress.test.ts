import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(__dirname, "..");
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
