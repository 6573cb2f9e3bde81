import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(__dirname, "..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const sectionOf = (title: string) => page.split(/^## /m).find((section) => section.startsWith(`${title}\n`))!;
const filesIn = (text: string) => [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, file]) => file);

/** The names that a file declares at its top. */
function declaredIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => (name as ts.Identifier).text)
      : [],
  );
}

test("the maintainer's page links to files that exist", () => {
  expect(filesIn(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

describe("where something new goes", () => {
  const rows = sectionOf("Where something new goes")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| new "))
    .map((line) => ({ name: line.split("|")[1].trim(), line }));

  test("is said of at least an optimizer, metric, data set, chart, kernel request and notebook", () => {
    const names = rows.map(({ name }) => name.split(/[,]| that/)[0]);
    for (const name of ["optimizer", "metric", "data set", "chart", "request", "notebook"])
      expect(names).toContain(name);
  });

  test.each(rows)("$name: at most two files, which hold the table named", ({ line }) => {
    const files = filesIn(line);
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(2);
    for (const [, table, file] of line.matchAll(/`(\w+)` in \[[^\]]*\]\(([^)]+)\)/g))
      expect(declaredIn(file), file).toContain(table);
  });
});

test("the rooms named are those of the list, in its order", () => {
  const named = sectionOf("The rooms")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...line.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, room]) => room));
  const tests = readFileSync(join(root, "test", "imports.test.ts"), "utf8");
  const list = /const rooms = \[(.*?)\];/s.exec(tests)![1].replace(/\/\/.*/g, "");
  const rooms = [...list.matchAll(/"([^"]*)"/g)].map(([, room]) => room);
  const outer = rooms.filter((room) => room !== "" && !room.startsWith("kernel/"));
  expect(named).toEqual(outer);
});

test("the scripts named are those of package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const named = [...page.matchAll(/npm run (\w+)/g)].map(([, name]) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

describe("npm test", () => {
  const files = (readdirSync(__dirname, { recursive: true }) as string[])
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".test.ts"));

  test("knows as slow whatever starts a kernel, a browser, a set-up or a notebook", () => {
    const starts = /from ".*\/(kernelClient|python|browser|labSession|tinyProject)"|["]nbconvert"/;
    const read = (file: string) => readFileSync(join(__dirname, file), "utf8");
    const starting = files.filter((file) => starts.test(read(file)));
    expect(starting.length).toBeGreaterThan(5);
    const wrong = starting.filter((file) => !read(file).startsWith("// @module-tag slow\n"));
    expect(wrong).toEqual([]);
  });

  test("says what there is, and begins nothing", () => {
    const main = join(root, "commands", "main.mjs");
    const said = execFileSync(process.execPath, [main, "test", "--help"], { encoding: "utf8" });
    for (const what of ["--quick", "test/ratings", "-t"]) expect(said).toContain(`npm test -- ${what}`);
    expect(said).not.toContain("[1/");
  });
});
