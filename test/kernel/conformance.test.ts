// @module-tag slow
import { expect, test } from "vitest";
import { runPython } from "./python.mjs";

test("jupyter_kernel_test passes, all but the pager, which Jupyter's protocol has given up", async () => {
  const { status, log } = await runPython("conformance.py", ["asked"]);
  expect(status, log).toBe(0);
  expect(log).toMatch(/^Ran 13 tests in/m);
  expect(log).toMatch(/^OK \(skipped=1\)$/m);
  expect(log).toMatch(/test_pager .*skipped/);
});
