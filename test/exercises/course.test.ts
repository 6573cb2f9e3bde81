import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countAsDone, course } from "../../src/exercises/course";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "course-"));
  page("01-ratings.ipynb", "Ratings: what is rated", [
    'let a;\ncheck("01 mean", a);',
    'check("01 blanks", 3);',
  ]);
  page("02-lines.ipynb", "Lines <b>&", ['check("02 line", line);', "const text = 'check(\"02 no\")';"]);
  page("03-read-only.ipynb", "No questions", ["1 + 1"]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function page(file: string, title: string, code: string[]): void {
  const cells = [
    { cell_type: "markdown", source: [`# ${title}\n`, "more"] },
    ...code.map((source) => ({ cell_type: "code", source })),
  ];
  writeFileSync(join(folder, file), JSON.stringify({ cells }));
}

const record = () => join(folder, ".course.json");

test("the exercises of each page are listed in their order, done or open, with a link to the page", () => {
  countAsDone("01 blanks", folder);
  const found = course({ folder });
  expect(found.pages).toEqual([
    { file: "01-ratings.ipynb", title: "01 Ratings", done: ["01 blanks"], open: ["01 mean"] },
    { file: "02-lines.ipynb", title: "02 Lines <b>&", done: [], open: ["02 line"] },
  ]);
  expect([found.done, found.open]).toEqual([1, 2]);
  const { "text/html": html, "text/plain": text } = found.forms() as Record<string, string>;
  expect(html).toContain('<a href="01-ratings.ipynb">01 Ratings</a>');
  expect(html).toContain("02 Lines &#60;b&#62;&#38;");
  expect(html).not.toContain("<b>");
  expect(text.split("\n")[0]).toBe("1 of 3 exercises done");
  expect(text).toMatch(/01 Ratings {2,}1 of 2 {2}mean/);
});

test("what is done stays so, is written whole, and is forgotten by a reset", () => {
  countAsDone("01 mean", folder);
  countAsDone("02 line", folder);
  countAsDone("01 mean", folder);
  expect(JSON.parse(readFileSync(record(), "utf8"))).toEqual({ done: ["01 mean", "02 line"] });
  expect(readdirSync(folder).filter((file) => file.startsWith(".course"))).toEqual([".course.json"]);
  expect(course({ folder, reset: true }).done).toBe(0);
  expect(existsSync(record())).toBe(false);
});

test("nothing is written where the exercise's page is not, and looking writes nothing", () => {
  countAsDone("07 adam step", folder);
  countAsDone("double", folder);
  countAsDone("01 mean", join(folder, "missing"));
  course({ folder });
  expect(existsSync(record())).toBe(false);
});

test("a file that holds something else counts as none, and a broken page is left out", () => {
  writeFileSync(record(), "{");
  writeFileSync(join(folder, "04-broken.ipynb"), "{");
  expect(course({ folder }).done).toBe(0);
  countAsDone("01 mean", folder);
  expect(course({ folder }).done).toBe(1);
});

test("options that are not there are refused", () => {
  expect(() => course({ folders: "." } as object)).toThrow(
    'option must be one of reset, folder, got "folders"',
  );
});
