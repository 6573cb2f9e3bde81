// @module-tag slow
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, root, said } from "./kernelClient";

/** A folder that no package is installed in or above, with a space and letters that are not ASCII. */
const folder = mkdtempSync(join(tmpdir(), "año nuevo ü "));
let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ cwd: folder });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true });
});

const run = async (code: string) => said((await kernel.execute(code)).outputs);
const write = (name: string, code: string) => {
  writeFileSync(join(folder, name), code);
  // The clock of some file systems is too coarse to tell two writes apart.
  utimesSync(join(folder, name), new Date(), new Date(Date.now() + ++writes * 1000));
};
let writes = 0;

describe("a cell is checked as strictly as the project", () => {
  test.each([
    ["null where there may be none", "const s: string = null;", "TS2322"],
    ["a parameter without a type", "function f(a) { return a; }", "TS7006"],
    ["an unknown error", "try { 1; } catch (error) { error.message; }", "TS18046"],
    ["a property that is not set", "class P { name: string; }", "TS2564"],
    ["a path without return", "function g(a: number): number | undefined { if (a > 0) return 1; }", "TS7030"],
    ["an unmarked override", "class A { f() {} }\nclass B extends A { f() {} }", "TS4114"],
    [
      "a case that falls through",
      "const k: number = 1; switch (k) { case 1: k.toFixed(); case 2: break; }",
      "TS7029",
    ],
    ["an unknown name of the project", 'import { trian } from "cofi";', "TS2724"],
    ["a wrong argument for the project", 'import { lecture } from "cofi"; lecture(1);', "TS2554"],
  ])("%s", async (_, code, expected) => {
    expect((await run(code)).join()).toContain(expected);
  });

  test.each([
    ["unused names", "const unused = 1; function idle() {}"],
    ["an expression without effect", "1 + 1;"],
    [
      "what Node gives",
      "Buffer.from('a'); process.cwd(); new URL('http://a'); structuredClone({}); setTimeout(() => {}, 0).unref();",
    ],
    [
      "enums, decorators, namespaces and generics",
      "enum E { A }; namespace N { export const a = 1; }; const f = <T,>(v: T) => v; f(E.A) + N.a",
    ],
  ])("but allows %s", async (_, code) => {
    expect((await kernel.execute(code)).reply.status).toBe("ok");
  });
});

describe("from a folder without packages", () => {
  test("the project, what it uses, and Node's own modules are found", async () => {
    expect(
      await run(
        [
          'import { lecture } from "cofi"; import { DataFrame } from "danfojs-node"; import * as tslab from "tslab";',
          'import { readFileSync } from "node:fs"; import path from "path";',
          '[lecture().ratings.numItems, new DataFrame([[1]]).shape[0], typeof tslab.display.html, path.basename(process.cwd()).startsWith("año")]',
        ].join("\n"),
      ),
    ).toEqual(["result: [ 5, 1, 'function', true ]"]);
  });
});

describe("modules beside the notebook", () => {
  test("are compiled, and a changed one is loaded anew with all that import it; variables stay", async () => {
    write("inner.ts", "export const value = 1;");
    write("middle.ts", 'import { value } from "./inner";\nexport const doubled = () => 2 * value;');
    write("outer.ts", 'import { doubled } from "./middle";\nexport const text = () => "got " + doubled();');
    expect(await run('import { text } from "./outer"; const stays = "here"; text()')).toEqual([
      "result: 'got 2'",
    ]);
    write("inner.ts", "export const value = 21;");
    expect(await run('import { text } from "./outer"; text()')).toEqual(["result: 'got 42'"]);
    write("inner.ts", "export const value: number = 'wrong';");
    expect((await run('import { text } from "./outer"; text()')).join()).toContain(
      "inner.ts, line 1: TS2322",
    );
    write("inner.ts", "export const value = 5;");
    expect(await run('import { text } from "./outer"; text() + stays')).toEqual(["result: 'got 10here'"]);
  });

  test("may appear after they were missed", async () => {
    expect((await run('import { appears } from "./appears";')).join()).toContain("TS2307");
    write("appears.ts", "export const appears = true;");
    expect(await run('import { appears } from "./appears"; appears')).toEqual(["result: true"]);
  });

  test("are told by their own lines when they fail", async () => {
    write(
      "fails.ts",
      "interface Gone { a: number }\n\nexport function fails(): never {\n  throw new Error('in a module');\n}",
    );
    const { reply } = await kernel.execute('import { fails } from "./fails";\nfails();');
    expect(reply.traceback.join("\n")).toMatch(/at fails \(.*fails\.ts:4:9\)/);
  });
});

describe("compiled modules, as those of the project while it is being worked on", () => {
  const compiled = (name: string, code: string, types: string) => {
    write(join("lib", `${name}.js`), code);
    write(join("lib", `${name}.d.ts`), types);
  };

  test("are loaded anew, importers included, and checked by their new types", async () => {
    mkdirSync(join(folder, "lib"));
    compiled("base", "exports.base = () => 1;", "export declare const base: () => number;");
    compiled(
      "index",
      'const b = require("./base"); exports.get = () => b.base();',
      "export declare const get: () => number;",
    );
    expect(await run('import { get } from "./lib/index"; const first = get(); first')).toEqual(["result: 1"]);
    compiled("base", "exports.base = () => 'one';", "export declare const base: () => string;");
    compiled(
      "index",
      'const b = require("./base"); exports.get = () => b.base();',
      "export declare const get: () => string;",
    );
    expect((await run('import { get } from "./lib/index"; const n: number = get();')).join()).toContain(
      "TS2322",
    );
    expect(await run('import { get } from "./lib/index"; get().length + first')).toEqual(["result: 4"]);
  });
});

test("two kernels at once share nothing", async () => {
  const other = await KernelClient.start({ cwd: root });
  const [a, b] = await Promise.all([
    kernel.execute("const mine = 'a'; (globalThis as any).shared = 'a'; mine"),
    other.execute("const mine = 'b'; mine + typeof (globalThis as any).shared"),
  ]);
  expect([said(a.outputs), said(b.outputs)]).toEqual([["result: 'a'"], ["result: 'bundefined'"]]);
  await other.stop();
});
