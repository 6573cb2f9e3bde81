// @module-tag slow
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TinyProject } from "./tinyProject";

const notebook = (outputs: string[], source = "1 + 1") =>
  JSON.stringify({
    cells: [{ cell_type: "code", source, outputs: outputs.map((text) => ({ text })) }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });

describe.skipIf(process.platform === "win32")("a notebook is replaced only by its whole execution", () => {
  const project = new TinyProject({ "notebooks/a.ipynb": "" });
  const stored = project.path("notebooks", "a.ipynb");

  beforeAll(() => mkdirSync(project.path(".venv", "bin"), { recursive: true }));
  afterAll(() => project.remove());

  /** Executes the notebook with an nbconvert that writes this and ends so. */
  function executed(written: string | undefined, status = 0) {
    writeFileSync(stored, notebook([]));
    if (written !== undefined) project.write("written", written);
    const write = written === undefined ? "" : `mkdir -p "$folder"; cp ../written "$folder/a.ipynb"`;
    const script = `#!/bin/sh
for argument; do case "$argument" in --output-dir=*) folder="\${argument#--output-dir=}";; esac; done
${write}
exit ${status}
`;
    project.write(join(".venv", "bin", "python"), script, 0o755);
    const said = project.evaluate("pages/notebooks.mjs", `tell(await it.execute("a.ipynb"));`);
    return { said: said?.problem as string | undefined, now: readFileSync(stored, "utf8") };
  }

  test.each([
    ["nothing", undefined, 0, "a.ipynb was not written whole"],
    ["an empty file", "", 0, "a.ipynb was not written whole"],
    ["half a file", notebook(["2"]).slice(0, 60), 0, "a.ipynb was not written whole"],
    ["other cells", notebook(["2"], "2 + 2"), 0, "a.ipynb was not written whole"],
    ["no notebook", "[]", 0, "a.ipynb was not written whole"],
    ["a file, and fails", notebook(["2"]), 1, "a.ipynb did not run to its end"],
  ])("where nbconvert writes %s, the stored one stays", (_, written, status, problem) => {
    const { said, now } = executed(written, status);
    expect(said).toContain(problem);
    expect(now).toBe(notebook([]));
    expect(readdirSync(project.folder).filter((name) => name.startsWith(".notebooks-"))).toEqual([]);
  });

  test("where it writes the same cells with outputs, they are stored", () => {
    expect(executed(notebook(["2"]))).toEqual({ said: undefined, now: notebook(["2"]) });
    expect(readdirSync(project.folder).filter((name) => name.startsWith(".notebooks-"))).toEqual([]);
  });
});

describe("a folder of pages", () => {
  const project = new TinyProject();
  afterAll(() => project.remove());
  const replace = () =>
    project.evaluate(
      "pages/replace.mjs",
      `tell(it.replaceFolder(${JSON.stringify(project.path("new"))}, ${JSON.stringify(project.path("html"))}));`,
    );

  test("is put in the place of another, or of none, and leaves nothing beside", () => {
    for (const content of ["first", "second"]) {
      project.write("new/index.html", content);
      expect(replace()).toBeNull();
      expect(readFileSync(project.path("html", "index.html"), "utf8")).toBe(content);
      expect(readdirSync(project.folder).sort()).toEqual(["commands", "html"]);
    }
  });

  test("that is not there leaves the other where it was", () => {
    expect(replace().problem).toContain("ENOENT");
    expect(readFileSync(project.path("html", "index.html"), "utf8")).toBe("second");
    expect(readdirSync(project.folder).sort()).toEqual(["commands", "html"]);
  });
});
