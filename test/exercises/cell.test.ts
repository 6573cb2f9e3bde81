// @module-tag slow

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient } from "../kernel/kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** What a cell displays, as text and as HTML. */
async function shownBy(code: string): Promise<{ text: string; html: string }> {
  const { reply, outputs } = await kernel.execute(code);
  expect(reply.status, JSON.stringify(reply)).toBe("ok");
  const { data } = outputs.find(({ header }) => header.msg_type === "display_data")!.content;
  return { text: data["text/plain"], html: data["text/html"] };
}

const cost = (guard: string) => `
import { check } from "cofi";
function cofiCost(X: number[][], W: number[][], b: number[], Y: number[][], R: number[][], lambda: number): number {
  const square = (rows: number[][]) => rows.flat().reduce((sum, value) => sum + value ** 2, 0);
  let J = (lambda / 2) * (square(W) + square(X));
  X.forEach((x, i) => W.forEach((w, j) => {
    ${guard}
    J += (x.reduce((sum, feature, f) => sum + feature * w[f], b[j]) - Y[i][j]) ** 2 / 2;
  }));
  return J;
}
check("04 cofi cost", cofiCost);`;

test("a function written in a cell is right, or wrong by the mistake that it makes", async () => {
  expect((await shownBy(cost("if (R[i][j] === 0) return;"))).text).toBe(
    "Right. Your function agrees with the reference in all 6 cases.",
  );
  const { text, html } = await shownBy(cost(""));
  expect(text).toMatch(/^Not yet\. Forgot R\. .*\nThe smallest case that shows it:\n {2}X = \[\[1\]\]\n/);
  expect(html).toMatch(/^<p style="[^"]*">Not yet\. Forgot R\. .*<\/p><pre style="[^"]*">The smallest case/);
});

test("errors and promises of a cell's realm are put into sentences", async () => {
  const { text } = await shownBy('check("02 predict", (x: number[][]) => x[9][0]);');
  expect(text).toMatch(/throws in this case: TypeError: .*does each index run over the list it belongs to/);
  const { text: promised } = await shownBy('check("02 predict", async () => { throw new Error("late"); });');
  expect(promised).toMatch(/The function returns a promise/);
});

test("a task of one's own is defined in a cell", async () => {
  const { text } = await shownBy(`
    import { check, defineTask } from "cofi";
    const double = defineTask({
      name: "double",
      parameters: ["x"],
      reference: (x: number) => 2 * x,
      cases: [[0], [1], [3]],
      mistakes: [{ name: "added 2", where: "Look at the sign between 2 and x.", wrong: (x: number) => x + 2 }],
    });
    check(double, (x: number) => 2 + x);`);
  expect(text).toBe(
    "Not yet. Added 2. Look at the sign between 2 and x.\nThe smallest case that shows it:\n  x = 0\n  wanted 0\n  got 2",
  );
});

test("a function without a line in it is no answer yet", async () => {
  for (const stub of [
    "function f() {\n  // your code\n}",
    "const f = (x: number[]) => { /* your code */ }",
  ]) {
    const { text } = await shownBy(`${stub}\ncheck("02 predict", f);`);
    expect(text).toMatch(/^No answer yet\. The stars that a user/);
  }
  const { text } = await shownBy('check("02 predict", (x: number[]) => ({}));');
  expect(text).toMatch(/^Not yet\. Wrong shape/);
});

test("a right answer counts as done beside its page, a wrong one and none do not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "course-"));
  try {
    const cell = { cell_type: "code", source: 'check("02 car chases", x);\ncheck("02 predict", f);' };
    writeFileSync(join(folder, "02-page.ipynb"), JSON.stringify({ cells: [cell] }));
    const listed = async (code: string) => {
      const { outputs } = await kernel.execute(`process.chdir(${JSON.stringify(folder)}); ${code}; course()`);
      return outputs.find(({ header }) => header.msg_type === "execute_result")!.content.data["text/plain"];
    };
    expect(await listed('import { course } from "cofi"; check("02 car chases", undefined)')).toMatch(
      /^0 of 2/,
    );
    expect(await listed('check("02 car chases", 5)')).toMatch(/^0 of 2/);
    expect(readdirSync(folder)).toEqual(["02-page.ipynb"]);
    expect(await listed('check("02 car chases", 0.5)')).toMatch(/^1 of 2 exercises done/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
