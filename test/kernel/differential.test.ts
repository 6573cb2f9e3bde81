// @module-tag slow

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient } from "./kernelClient";
import { randomProgram } from "./program";

/**
 * Random programs of many cells say the same as the program run whole by Node, wherever the borders of the cells
 * fall: one scope, by reference, is what a module's own scope is.
 */
const programs = 500;

/** The same programs each time, so that one that differs can be looked at. */
const seed = 20;

interface Outcome {
  printed: string;
  thrown: string | undefined;
}

const folder = mkdtempSync(join(tmpdir(), "cofi-programs-"));
let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true });
});

const program = fc.record({
  statements: fc.array(fc.nat(), { minLength: 30, maxLength: 120 }).map(randomProgram),
  /** Whether a cell ends behind each statement. */
  borders: fc.infiniteStream(fc.boolean()),
});

/** What Node says of each program, all run in one process as the modules that they are. */
function byNode(sources: string[]): Outcome[] {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  sources.forEach((source, k) => {
    const { outputText } = ts.transpileModule(`${source}\nexport {};`, { compilerOptions });
    writeFileSync(join(folder, `p${k}.mjs`), outputText);
  });
  const main = join(folder, "main.mjs");
  writeFileSync(
    main,
    `import { format } from "node:util";
    const outcomes = [], write = process.stdout.write.bind(process.stdout);
    for (let k = 0; k < ${sources.length}; k++) {
      const outcome = { printed: "" };
      console.log = (...values) => { outcome.printed += format(...values) + "\\n"; };
      try { await import("./p" + k + ".mjs"); } catch (error) { outcome.thrown = error.name + ": " + error.message; }
      outcomes.push(outcome);
    }
    write(JSON.stringify(outcomes));`,
  );
  return JSON.parse(execFileSync(process.execPath, [main], { encoding: "utf8", maxBuffer: 1 << 28 }));
}

/** What the kernel says of a program in cells, up to the one that fails. */
async function byKernel(cells: string[]): Promise<Outcome> {
  let printed = "";
  for (const code of cells) {
    const { reply, outputs } = await kernel.execute(code);
    for (const { header, content } of outputs) if (header.msg_type === "stream") printed += content.text;
    if (reply.status === "error") return { printed, thrown: `${reply.ename}: ${reply.evalue}` };
  }
  return { printed, thrown: undefined };
}

function inCells(statements: string[], borders: Iterator<boolean>): string[] {
  const cells: string[][] = [[]];
  for (const statement of statements) {
    cells.at(-1)?.push(statement);
    if (borders.next().value) cells.push([]);
  }
  return cells.map((lines) => lines.join("\n")).filter(Boolean);
}

test(`${programs} programs in cells say what they say as a whole`, async () => {
  const samples = fc.sample(program, { numRuns: programs, seed }).map(({ statements, borders }) => ({
    source: statements.join("\n"),
    cells: inCells(statements, borders[Symbol.iterator]()),
  }));
  // Few of them throw: here is one that does, whose last cell is never reached.
  const stopped = ["let n = 1;", "console.log(n++); throw new RangeError('n is ' + n);", "console.log(n);"];
  samples.push({ source: stopped.join("\n"), cells: stopped });
  const wanted = byNode(samples.map(({ source }) => source));
  for (const [k, { source, cells }] of samples.entries()) {
    const { printed, thrown } = wanted[k];
    expect(await byKernel(cells), cells.join("\n// next cell\n") || source).toEqual({ printed, thrown });
  }
  // The programs are worth running: most print much.
  expect(wanted.filter(({ printed }) => printed.length > 20).length).toBeGreaterThan(programs / 2);
  expect(wanted.at(-1)).toEqual({ printed: "1\n", thrown: "RangeError: n is 2" });
});
