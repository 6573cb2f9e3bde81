// @module-tag slow

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

/** A small project: the notebook stands in a folder of its own, beside modules of every kind. */
const project = mkdtempSync(join(tmpdir(), "cofi-modules-"));
const folder = join(project, "notebooks");
let kernel: KernelClient;
let writes = 0;

const write = (name: string, code: string) => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  // The clock of some file systems is too coarse to tell two writes apart.
  utimesSync(file, new Date(), new Date(Date.now() + ++writes * 1000));
};
const run = async (code: string) => said((await kernel.execute(code)).outputs);

beforeAll(async () => {
  mkdirSync(folder);
  kernel = await KernelClient.start({ cwd: folder });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(project, { recursive: true });
});

describe("a module beside the notebook", () => {
  test("has live bindings, in cells and in other modules", async () => {
    write("counter.ts", "export let counter = 0;\nexport function inc(): void { counter++; }");
    write("reader.ts", "import { counter } from './counter';\nexport const read = () => counter;");
    expect(
      await run("import { counter, inc } from './counter'; import { read } from './reader'; inc(); counter"),
    ).toEqual(["result: 1"]);
    expect(await run("inc(); [counter, read()]")).toEqual(["result: [ 2, 2 ]"]);
  });

  test("may import one that imports it", async () => {
    write(
      "even.ts",
      "import { odd } from './odd';\nexport function even(n: number): boolean { return n === 0 || odd(n - 1); }",
    );
    write(
      "odd.ts",
      "import { even } from './even';\nexport function odd(n: number): boolean { return n !== 0 && even(n - 1); }",
    );
    expect(
      await run("import { even } from './even'; import { odd } from './odd'; [even(10), odd(10)]"),
    ).toEqual(["result: [ true, false ]"]);
  });

  test("never takes the place of one of Node's", async () => {
    write("util.ts", "export const mine = true;");
    expect(
      await run("import util from 'util'; import { mine } from './util'; [typeof util.inspect, mine]"),
    ).toEqual(["result: [ 'function', true ]"]);
  });

  test("that calls what is none is told in its own words", async () => {
    write(
      "calls.ts",
      "import { none } from './none'; import path from 'path';\nexport const a = () => none();\nexport const b = () => (path as any).none();",
    );
    write("none.ts", "export const none = undefined as unknown as () => void;");
    expect(await run("import { a, b } from './calls'; a()")).toEqual([
      "error: TypeError: none is not a function",
    ]);
    expect(await run("b()")).toEqual(["error: TypeError: path.none is not a function"]);
  });

  test("fails as what it is, and is loaded anew when it has been mended", async () => {
    write("broken.ts", "throw new RangeError('while loading');\nexport const b = 1;");
    expect(await run("import { b } from './broken'; b")).toEqual(["error: RangeError: while loading"]);
    write("broken.ts", "export const b = 1;");
    expect(await run("import { b } from './broken'; b")).toEqual(["result: 1"]);
  });

  test("of which an interrupt stopped the loading is loaded from the start the next time", async () => {
    write("inner-part.ts", "export const part = 1;");
    write(
      "long.ts",
      "import { part } from './inner-part';\nexport let done = 'not';\nconst end = Date.now() + (process.env.QUICK ? 0 : 60_000);\nwhile (Date.now() < end);\ndone = 'done' + part;",
    );
    const id = await kernel.start("import { done } from './long'; done");
    await new Promise((resume) => setTimeout(resume, 800));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply.ename).toBe("KeyboardInterrupt");
    expect(await run("process.env.QUICK = '1'; 1")).toEqual(["result: 1"]);
    expect(await run("import { done } from './long'; done")).toEqual(["result: 'done1'"]);
  });
});

describe("a package in the notebook's folder", () => {
  const pack = (name: string, manifest: object, files: Record<string, string>) => {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }));
    for (const [file, code] of Object.entries(files)) write(`node_modules/${name}/${file}`, code);
  };

  test("that is an ES module only, with a wait at its top", async () => {
    pack(
      "esm-only",
      { type: "module", exports: { ".": { types: "./index.d.ts", import: "./index.js" } } },
      {
        "index.js": "export const slow = await Promise.resolve(3);\nexport default 'default';",
        "index.d.ts": "export declare const slow: number;\ndeclare const d: string;\nexport default d;",
      },
    );
    expect(await run("import word, { slow } from 'esm-only'; [word, slow]")).toEqual([
      "result: [ 'default', 3 ]",
    ]);
    write("uses-esm.ts", "import { slow } from 'esm-only';\nexport const more = slow + 1;");
    expect(await run("import { more } from './uses-esm'; more + slow")).toEqual(["result: 7"]);
  });

  test("whose loading was interrupted is loaded from the start, with what had seen it half-done", async () => {
    pack(
      "in-a-circle",
      { main: "a.js", types: "a.d.ts" },
      {
        "a.js":
          "exports.early = 1; exports.b = require('./b.js'); const end = Date.now() + (process.env.SWIFT ? 0 : 60000); while (Date.now() < end); exports.late = 2;",
        "b.js": "const a = require('./a.js'); exports.late = () => a.late;",
        "a.d.ts": "export declare const late: number; export declare const b: { late(): number };",
      },
    );
    const id = await kernel.start("import { b, late } from 'in-a-circle'; [late, b.late()]");
    await new Promise((resume) => setTimeout(resume, 800));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply.ename).toBe("KeyboardInterrupt");
    await run("process.env.SWIFT = '1'; 1");
    expect(await run("import { b, late } from 'in-a-circle'; [late, b.late()]")).toEqual([
      "result: [ 2, 2 ]",
    ]);
  });

  test("with ways in by its exports", async () => {
    pack(
      "many-ways",
      { exports: { "./part": { types: "./p.d.ts", default: "./p.js" } } },
      { "p.js": "exports.p = 5;", "p.d.ts": "export declare const p: number;" },
    );
    expect(await run("import { p } from 'many-ways/part'; p")).toEqual(["result: 5"]);
    expect((await run("import { p } from 'many-ways';")).join()).toContain("TS2307");
  });

  test("without types is any, with one note", async () => {
    pack("untyped", { main: "index.js" }, { "index.js": "module.exports = { f: (n) => n * 2 };" });
    const note = 'stderr: note: "untyped" has no type declarations; what it exports is of type any\n';
    expect(await run("import { f } from 'untyped'; f(2).anything?.at + f(3)")).toEqual([
      note,
      expect.stringContaining("NaN"),
    ]);
    expect(await run("import * as untyped from 'untyped'; untyped.f(4)")).toEqual(["result: 8"]);
  });

  test("of Node's types for another version changes nothing", async () => {
    pack(
      "@types/node",
      { types: "index.d.ts" },
      {
        "index.d.ts":
          "declare module 'node:fs' { export const stray: 18; }\ndeclare module 'fs' { export const stray: 18; }",
      },
    );
    expect(
      await run(
        "import { readFileSync } from 'node:fs'; import { styleText } from 'node:util'; [typeof readFileSync, typeof styleText, [1].toSorted()]",
      ),
    ).toEqual(["result: [ 'function', 'function', [ 1 ] ]"]);
  });
});

describe("a tsconfig.json beside the notebook", () => {
  let other: KernelClient;
  beforeAll(async () => {
    const options = {
      paths: { "@lib/*": ["./shared/*"] },
      strict: false,
      noUncheckedIndexedAccess: true,
      experimentalDecorators: true,
      jsx: "react",
      jsxFactory: "el",
    };
    write("with config/tsconfig.json", JSON.stringify({ compilerOptions: options }));
    write("with config/shared/tool.ts", "export const tool = 'found';");
    other = await KernelClient.start({ cwd: join(folder, "with config") });
  });
  afterAll(() => other.stop());

  test.each([
    ["says where modules are", "import { tool } from '@lib/tool'; tool", "result: 'found'"],
    ["says how strict the check is", "function loose(a) { return a; } loose(3)", "result: 3"],
    [
      "chooses the old decorators",
      "function old(target: object, key: string) { (target as any)[key + 'Seen'] = true; } class O { @old n = 1; } (O.prototype as any).nSeen",
      "result: true",
    ],
    ["chooses JSX", "const el = (tag: string) => tag; const shown = <p/>; shown", "result: 'p'"],
  ])("%s", async (_name, code, wanted) => {
    expect(said((await other.execute(code)).outputs)).toEqual([wanted]);
  });
});
