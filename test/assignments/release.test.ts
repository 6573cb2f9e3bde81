// @module-tag slow

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type NotebookCell, notebookFrom } from "../../src/grading/notebook";
import { cellOf, fileOf, sourceOf, toFill } from "./notebooks";
import { emptied } from "./submissions";

const root = join(__dirname, "..", "..");
const python = join(
  root,
  ".venv",
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);

test("what is released has neither solutions nor hidden tests, and says what to write", () => {
  const all = [1, 2, 3, 4] as const;
  // nbgrader's own steps of a release, as the site takes them.
  const args = ["-m", "cofi_grading", "students", ...all.map(fileOf)];
  const { stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
  expect(stdout, stderr).not.toBe("");
  const released = (JSON.parse(stdout) as string[]).map((text, k) => notebookFrom(text, fileOf(all[k])));

  all.forEach((assignment, k) => {
    const [source, cells] = [sourceOf(assignment), released[k].cells];
    const text = cells.map((cell) => cell.source).join("\n");
    expect(text).not.toMatch(/SOLUTION|HIDDEN|examine/);
    const written = new Set(toFill(source));
    const same = ({ source: code, grading }: NotebookCell) => {
      const name = grading?.grade_id ?? "";
      // What planted submissions take for empty is what nbgrader makes of a solution.
      if (written.has(name)) return code === emptied(cellOf(source, name).source);
      if (name === "written") return code === "YOUR ANSWER HERE";
      const original = cellOf(source, name).source;
      return grading?.grade ? code === original.split("/// BEGIN")[0].trim() : code === original;
    };
    expect(cells.filter(({ grading }) => grading !== undefined).filter((cell) => !same(cell))).toEqual([]);
    expect(cells).toHaveLength(source.cells.length);
  });
});
