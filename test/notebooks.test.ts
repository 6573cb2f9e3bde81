// @module-tag slow
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { solutions } from "../commands/pages/solutions.mjs";
import { grade } from "../src/exercises/grade";
import { exercises } from "../src/exercises/questions";
import { tasks } from "../src/exercises/tasks";
import type { Axis, Figure } from "../src/show/figure";
import { sparkIsHere } from "./spark/spark";

const root = join(__dirname, "..");
const folder = join(root, "notebooks");
const python =
  process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  evalue?: string;
}
interface Cell {
  cell_type: "code" | "markdown";
  source: string | string[];
  metadata: { tags?: string[] };
  outputs: Output[];
}

const joined = (text: string | string[] = "") => (Array.isArray(text) ? text.join("") : text);
const cellsOf = (notebook: string): Cell[] => JSON.parse(notebook).cells;
const codeOf = (cells: Cell[]) => cells.filter(({ cell_type }) => cell_type === "code");

/** Runs a notebook from top to bottom in a kernel of its own, as nbconvert does it, and gives it as executed. */
async function execute(path: string): Promise<Cell[]> {
  const args = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--stdout", path];
  const child = spawn(python, args, { cwd: root });
  let out = "";
  let log = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (log += text));
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(log);
  return cellsOf(out);
}

const number = /-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/**
 * What a reader sees of a cell's outputs, without pictures: what was printed, in one, since it comes in pieces as it
 * happens; then the texts of the others, and the numbers in figures.
 */
function seen(outputs: Output[]): unknown[] {
  const [printed, others] = [true, false].map((stream) =>
    outputs.filter(({ output_type }) => (output_type === "stream") === stream),
  );
  const shown = others.map(({ data }) => {
    const { "application/vnd.plotly.v1+json": figure, "text/plain": text } = data ?? {};
    return figure ?? joined(text as string | string[]);
  });
  return [printed.map(({ text }) => joined(text)).join(""), ...shown];
}

/**
 * What stays the same where the numbers are times, as in the cells tagged "timing": the words of a text, of a figure
 * its titles and the names of its traces.
 */
function words(shown: unknown): unknown {
  // The lines and spaces of a table are as wide as its numbers.
  if (typeof shown === "string") return shown.replace(number, "#").replace(/[\s─]+/g, " ");
  const { data, layout } = shown as Figure;
  const titles = [layout.title, ...[layout.xaxis, layout.yaxis].map((axis) => (axis as Axis)?.title)];
  return { titles, names: data.map(({ name }) => name) };
}

/**
 * The first place where two outputs differ: in their words, or in a number by more than a thousandth of it (a
 * thousandth at least). Undefined where there is none.
 */
function difference(a: unknown, b: unknown, path = "output"): string | undefined {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a)) ? undefined : `${path}: ${a} is now ${b}`;
  }
  if (typeof a === "string" && typeof b === "string") {
    if (a.replace(number, "#").replace(/\s+/g, " ") !== b.replace(number, "#").replace(/\s+/g, " ")) {
      return `${path}: ${JSON.stringify(a)} is now ${JSON.stringify(b)}`;
    }
    const numbers = (text: string) =>
      (text.match(number) ?? []).map((digits) => Number(digits.replaceAll(",", "")));
    return difference(numbers(a), numbers(b), path);
  }
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const name of names) {
      const found = difference((a as never)[name], (b as never)[name], `${path}.${name}`);
      if (found) return found;
    }
    return undefined;
  }
  return a === b ? undefined : `${path}: ${JSON.stringify(a)} is now ${JSON.stringify(b)}`;
}

/** The numbers with decimals or thousands that a text for the reader quotes, its formulas and code left out. */
function quotedNumbers(markdown: string): string[] {
  const prose = markdown
    .replace(/```[\s\S]*?```|\$\$[\s\S]*?\$\$|\$[^$\n]+\$|`[^`]*`|\]\([^)]*\)|<details>.*<\/details>/g, " ")
    // Exercises put their own numbers, which their checks know.
    .replace(/^\*\*\d\.\*\* .*$/gm, " ");
  return prose.match(/\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+/g) ?? [];
}

/** A folded solution that is a function, and its name. */
const solution = /<summary>Solution<\/summary>\n\n```ts\n(function (\w+)[\s\S]*?)\n```/g;

/** Milliseconds: only a page that hangs takes so long, also on a machine that is busy thirtyfold. */
const longest = 1_200_000;

/** How many letters of code a page shows in a line at its full width. */
const widest = 88;

/** The names that a cell declares, imports apart. */
function declaredIn(code: string): string[] {
  const bound = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []));
  return ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
    return ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
      ? [statement.name!.text]
      : [];
  });
}

/** The names that a cell imports from the module. */
const importedIn = (code: string): string[] =>
  [...code.matchAll(/^import \{([^}]*)\} from "cofi";/gm)].flatMap(([, list]) =>
    list.split(",").map((one) => one.trim().replace(/^type /, "")),
  );

const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** The pages on which a function is asked for. */
const withCode = /^0[2-7]/;

describe.each(names)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const committed = cellsOf(text);

  test("runs without an error or a word on stderr, and shows what it showed", {
    timeout: longest,
  }, async () => {
    // What a page shows on a cluster it shows where Java is.
    if (text.includes("onSpark")) sparkIsHere();
    const executed = codeOf(await execute(join(folder, name)));
    for (const { source, outputs } of executed) {
      for (const output of outputs) {
        const fault = output.output_type === "error" || output.name === "stderr";
        expect(fault, `${joined(source)}\n${output.evalue ?? joined(output.text)}`).toBe(false);
      }
    }
    // Without the data and a network the numbers are others, and the notebook has said so.
    if (executed.some(({ outputs }) => outputs.some(({ text }) => /generated ratings/.test(joined(text)))))
      return;
    const noSpark = executed.some(({ outputs }) => /^No Spark here\. /.test(seen(outputs)[0] as string));
    codeOf(committed).forEach((cell, k) => {
      if (noSpark && cell.metadata.tags?.includes("spark")) return;
      const timing = cell.metadata.tags?.includes("timing");
      const shown = ({ outputs }: Cell) => (timing ? seen(outputs).map(words) : seen(outputs));
      const found = difference(shown(cell), shown(executed[k]));
      expect(found, joined(cell.source)).toBeUndefined();
    });
  });

  test("is committed as executed, with a still image of each figure", () => {
    for (const { source, outputs } of codeOf(committed)) {
      const code = joined(source);
      if (/^show\(|^[a-z]\w*$/m.test(code)) expect(outputs.length, code).toBeGreaterThan(0);
      for (const { data } of outputs) {
        if (data?.["application/vnd.plotly.v1+json"]) {
          expect(joined(data["image/svg+xml"] as string), code).toMatch(/^<svg /);
        }
      }
    }
  });

  test("has cells short enough to read, and asks for the kernel by a name that every tslab has", () => {
    for (const { source } of codeOf(committed)) {
      const lines = joined(source).split("\n");
      expect(lines.length, joined(source)).toBeLessThanOrEqual(24);
      expect(lines.filter((line) => line.length > widest)).toEqual([]);
    }
    expect(JSON.parse(text).metadata.kernelspec.name).toBe("tslab");
  });

  test("declares no name twice, so that cells above can be run again after an exercise", () => {
    const code = codeOf(committed).map(({ source }) => joined(source));
    const own = code.flatMap(declaredIn);
    const imported = new Set(code.flatMap(importedIn));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((one, k) => own.indexOf(one) !== k || imported.has(one))).toEqual([]);
  });

  test("has links that lead somewhere, and no path of the machine that ran it", () => {
    const markdown = committed
      .filter(({ cell_type }) => cell_type === "markdown")
      .map(({ source }) => joined(source));
    for (const [, target] of markdown.join("\n").matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(join(dirname(join(folder, name)), target)), target).toBe(true);
    }
    expect(text).not.toContain(root);
  });

  test("says no number that is not in what it computes", () => {
    const shown = codeOf(committed).flatMap(({ source, outputs }) => [
      joined(source),
      ...outputs.map((output) => joined(output.text) + joined(output.data?.["text/plain"] as string)),
    ]);
    const known = new Set(
      shown
        .join("\n")
        .match(/\d[\d,]*(?:\.\d+)?/g)
        ?.map((text) => Number(text.replaceAll(",", ""))),
    );
    for (const { cell_type, source } of committed) {
      if (cell_type === "code") continue;
      for (const text of quotedNumbers(joined(source))) {
        const value = Number(text.replaceAll(",", ""));
        expect(known.has(value), `${text} in ${joined(source)}`).toBe(true);
      }
    }
  });

  test("has at least three exercises, each with its hint", () => {
    const asked = codeOf(committed).flatMap(({ source }) => [
      ...joined(source).matchAll(/check\("([^"]+)", (\w+)/g),
    ]);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.some(([, exercise]) => exercise in tasks)).toBe(withCode.test(name));
    const markdown = committed.map(({ source }) => joined(source)).join("\n");
    const functions = new Map(
      [...markdown.matchAll(solution)].map(([, code, name]) => [name, code] as const),
    );
    // A task says where to look by itself, and its page holds a function that is right.
    for (const [, exercise, name] of asked.filter(([, exercise]) => exercise in tasks)) {
      expect(tasks[exercise].signature).toMatch(new RegExp(`^${name}\\(`));
      const { outputText } = ts.transpileModule(functions.get(name) ?? "", {});
      const answer = new Function(`${outputText}; return ${name};`)();
      expect(grade(tasks[exercise], answer).text).toMatch(/^Right/);
    }
    for (const [, exercise] of asked.filter(([, exercise]) => !(exercise in tasks))) {
      const { hint } = exercises()[exercise];
      const html = hint.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      expect(markdown).toContain(`<details><summary>Hint</summary>${html}</details>`);
    }
  });

  test("leads to the page before and the page after", () => {
    const markdown = committed.map(({ source }) => joined(source)).join("\n");
    const at = names.indexOf(name);
    for (const neighbour of [names[at - 1], names[at + 1]].filter(Boolean)) {
      expect(markdown).toContain(`(${neighbour})`);
    }
  });
});

test("the solutions are those that the exercises' file gives, in the order of the pages", () => {
  const stored = readFileSync(join(folder, "solutions.md"), "utf8");
  expect(stored, "npm run notebooks writes them again").toBe(solutions());
  for (const name of Object.keys(exercises())) {
    const page = names.find((file) => file.startsWith(name.slice(0, 2)))!;
    expect(readFileSync(join(folder, page), "utf8"), name).toContain(`check(\\"${name}\\"`);
  }
});
