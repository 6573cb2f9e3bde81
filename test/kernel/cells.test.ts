// @module-tag slow

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, root, said } from "./kernelClient";

/** A case of the table of the language: files beside the notebook, its cells, and what the last of them says. */
interface Case {
  topic: string;
  name: string;
  files?: Record<string, string>;
  cells: string[];
  wanted: (string | { matches: string })[];
}

const table: Case[] = JSON.parse(readFileSync(join(__dirname, "language.json"), "utf8"));

test("the page of the language has every case, each right in this kernel", () => {
  const published = readFileSync(join(root, "bench", "language.md"), "utf8");
  const rows = published.split("\n").filter((line) => /^\| .+? \| [✓✗] \|/.test(line));
  expect(rows.map((row) => row.split(" | ")[0].slice(2))).toEqual(
    table.map(({ topic, name }) => `${topic}: ${name}`.replaceAll("|", "\\|")),
  );
  expect(rows.filter((row) => !/^\| .+? \| ✓ \|/.test(row))).toEqual([]);
});

/** One kernel for the whole table: names are declared again and again, as they are in a notebook. */
const folder = mkdtempSync(join(tmpdir(), "cofi-cells-"));
let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ cwd: folder });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true });
});

describe("a cell that fails on its way", () => {
  const run = async (code: string) => said((await kernel.execute(code)).outputs);

  test("keeps what it had made, functions, classes and types, and leaves what was there of the rest", async () => {
    await run("const rest = 'before'; let counter = 1;");
    await run(
      "const made = 5; function done() { return made; } interface Shape { n: number } counter = 2; class Known {} throw new Error('half-way'); const rest = 'after'; class Unknown {}",
    );
    expect(await run("const s: Shape = { n: done() }; [s.n, rest, counter, typeof Known]")).toEqual([
      "result: [ 5, 'before', 2, 'function' ]",
    ]);
    expect((await run("Unknown")).join()).toContain("Cannot find name 'Unknown'");
  });

  test("after an await, in a loop, in destructuring", async () => {
    await run(
      "const early = await Promise.resolve(1); for (var at = 0; at < 5; at++) if (at === 3) throw new Error('at 3');",
    );
    expect(await run("[early, at]")).toEqual(["result: [ 1, 3 ]"]);
    await run(
      "const { left99, right99 } = { left99: 1, get right99(): number { throw new Error('no right'); } };",
    );
    expect((await run("right99")).join()).toContain("Cannot find name 'right99'");
  });

  test("because of its types has declared nothing", async () => {
    await run("interface Gone { a: number } const gone: string = 1;");
    expect((await run("gone as Gone")).join()).toContain("Cannot find name");
  });
});

test("Out holds the values by the numbers of their cells", async () => {
  const { reply } = await kernel.execute("'kept by number'");
  expect(said((await kernel.execute(`Out[${reply.execution_count}]`)).outputs)).toEqual([
    "result: 'kept by number'",
  ]);
});

// The last case of all takes names that Node gives away from what follows: after all else.
describe.each([...new Set(table.map(({ topic }) => topic))])("%s", (title) => {
  test.each(table.filter(({ topic }) => topic === title))("$name", async ({ files = {}, cells, wanted }) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    for (const code of cells.slice(0, -1))
      expect((await kernel.execute(code)).reply, code).toMatchObject({ status: "ok" });
    const { reply, outputs } = await kernel.execute(cells[cells.length - 1]);
    const got = said(outputs).map((text) => text.replaceAll(`In [${reply.execution_count}]`, "In [n]"));
    expect(got).toEqual(
      wanted.map((text) => (typeof text === "string" ? text : expect.stringMatching(text.matches))),
    );
  });
});
