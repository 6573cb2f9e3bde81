// @module-tag slow

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot, root } from "../../commands/project/project.mjs";
import { KernelClient, plain, said } from "../kernel/kernelClient";
import { launchBrowser } from "./browser";
import { serve } from "./serve";
import { WebKernelClient } from "./webKernelClient";

const built = inRoot("dist", "browser");
let browser: Browser;
const servers: Server[] = [];
let kernel: WebKernelClient;

/** A page of its own origin with a kernel. */
async function newKernel(isolated: boolean): Promise<WebKernelClient> {
  const folders = { "/": built, "/page/": join(root, "test", "browser", "blank") };
  const { address, server } = await serve(folders, { isolated });
  servers.push(server);
  const page: Page = await browser.newPage();
  page.on("console", (message) => process.env.LOUD && console.log(message.text()));
  page.on("pageerror", (error) => console.log(error));
  await page.goto(`${address}/page/blank.html`);
  return WebKernelClient.start(page);
}

beforeAll(async () => {
  if (!process.env.BUILT)
    execFileSync(process.execPath, [inRoot("commands", "main.mjs"), "browser"], { cwd: root });
  browser = await launchBrowser();
  kernel = await newKernel(false);
});
afterAll(async () => {
  await browser.close();
  for (const server of servers) server.close();
});

interface Case {
  topic: string;
  name: string;
  files?: Record<string, string>;
  cells: string[];
  wanted: (string | { matches: string })[];
}
const table: Case[] = JSON.parse(readFileSync(join(root, "test", "kernel", "language.json"), "utf8"));

test("says what it is", async () => {
  const info = await kernel.request("kernel_info_request", {});
  expect(info).toMatchObject({ status: "ok", language_info: { mimetype: "text/typescript" } });
  expect(kernel.heard[0]).toMatchObject({ channel: "iopub", content: { execution_state: "starting" } });
});

test("is no heavier than its bar", () => {
  const sizes = Object.fromEntries(
    ["kernel.js", "declarations.json"].map((name) => {
      const file = readFileSync(join(built, name));
      return [name, { raw: file.length, gzip: gzipSync(file, { level: 9 }).length }];
    }),
  );
  console.table(sizes);
  expect(sizes["kernel.js"].gzip + sizes["declarations.json"].gzip).toBeLessThan(1.7e6);
});

/** What takes Node: a package that no browser has. */
const needsNode = ["a package that its exports lead to"];

describe.each([...new Set(table.map(({ topic }) => topic))])("%s", (title) => {
  const cases = table.filter(({ topic, name }) => topic === title && !needsNode.includes(name));
  test.each(cases)("$name", async ({ files, cells, wanted }) => {
    if (files) await kernel.post({ files });
    for (const code of cells.slice(0, -1))
      expect((await kernel.execute(code)).reply, code).toMatchObject({ status: "ok" });
    const { reply, outputs } = await kernel.execute(cells[cells.length - 1]);
    const got = said(outputs).map((text) => text.replaceAll(`In [${reply.execution_count}]`, "In [n]"));
    expect(got).toEqual(
      wanted.map((text) => (typeof text === "string" ? text : expect.stringMatching(text.matches))),
    );
  });
});

describe.each([{ isolated: false }, { isolated: true }])(
  "interrupts, isolated: $isolated",
  ({ isolated }) => {
    let kernel: WebKernelClient;
    beforeAll(async () => {
      kernel = await newKernel(isolated);
      expect(await kernel.page.evaluate("crossOriginIsolated")).toBe(isolated);
      await kernel.execute("let turns = 0; const kept = 'kept';");
    });

    /** Starts a cell, interrupts it once it runs, and tells how it ended. */
    async function interrupted(code: string) {
      const id = await kernel.start(code);
      await kernel.waitFor(() => kernel.outputsOf(id).some(({ content }) => content.text?.includes("go")));
      expect(await kernel.request("interrupt_request", {}, "control")).toEqual({ status: "ok" });
      const { reply } = await kernel.finished(id);
      return { ename: reply.ename, evalue: reply.evalue };
    }

    test.each([
      ["a loop", "console.log('go'); while (true) turns++;"],
      ["a loop after an await", "await 0; console.log('go'); for (;;) { turns++; }"],
      [
        "a loop in a function",
        "const spin = () => { do { turns++ } while (true) }; console.log('go'); spin();",
      ],
      ["an await", "console.log('go'); await new Promise(() => {});"],
      [
        "a loop that sleeps",
        "console.log('go'); while (true) await new Promise((go) => setTimeout(go, 10));",
      ],
    ])("stop %s, and variables are kept", async (_, code) => {
      const { ename } = await interrupted(code);
      expect(ename).toBe("KeyboardInterrupt");
      expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 'kept'"]);
    });

    test("stop a training, which goes on from where the reader wants", async () => {
      const { reply } = await kernel.execute(
        "import { lecture, randomModel, train } from 'cofi'; const { ratings } = lecture(); const model = randomModel({ ...ratings, numFeatures: 50 }); await train(model, ratings, { iterations: 1 }); 0",
      );
      expect(reply).toMatchObject({ status: "ok" });
      const { ename } = await interrupted(
        "console.log('go'); await train(model, ratings, { iterations: 1e9, tolerance: 0 }); 0",
      );
      expect(ename).toBe("KeyboardInterrupt");
      expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 'kept'"]);
    });

    test.each([
      ["a timer", "console.log('go'); await new Promise((go) => setTimeout(go, 600)); while (true) turns++;"],
      [
        "a way to be shown",
        "console.log('go'); ({ [Symbol.for('Jupyter.display')]: async () => { await new Promise((go) => setTimeout(go, 600)); for (;;) turns++; } })",
      ],
      [
        "a function of a timer",
        "setTimeout(() => { while (true) turns++; }, 600); console.log('go'); await new Promise(() => {});",
      ],
    ])("are not undone by what %s leads a stopped cell into", async (_, code) => {
      expect((await interrupted(code)).ename).toBe("KeyboardInterrupt");
      await kernel.page.waitForTimeout(700);
      expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 'kept'"]);
    });

    test("stop what can't be stopped by ending it, and say so", async () => {
      const { ename, evalue } = await interrupted("console.log('go'); /(a+)+b/.test('a'.repeat(60))");
      expect(ename).toBe("ProcessEnded");
      expect(evalue).toContain("could not be interrupted");
      expect(evalue).toContain("all variables are lost");
      expect(said((await kernel.execute("1 + 1")).outputs)).toEqual(["result: 2"]);
      expect((await kernel.execute("kept")).reply.evalue).toContain("Cannot find name 'kept'");
    });
  },
);

describe("what cells show", () => {
  test("a figure by its MIME type, rows as a table, an own form", async () => {
    const shown = async (code: string) => {
      const { reply, outputs } = await kernel.execute(code);
      expect(reply.status, reply.evalue).toBe("ok");
      return Object.keys(outputs.find(({ header }) => header.msg_type === "execute_result")?.content.data);
    };
    expect(await shown("({ data: [{ type: 'bar', x: [1], y: [2] }], layout: { title: 'f' } })")).toEqual([
      "application/vnd.plotly.v1+json",
      "text/plain",
    ]);
    expect(await shown("[{ a: 1, b: 'x' }]")).toEqual(["text/html", "text/plain"]);
    expect(await shown("({ [Symbol.for('Jupyter.display')]: () => ({ 'text/latex': '$x$' }) })")).toEqual([
      "text/plain",
      "text/latex",
    ]);
    expect(await shown("import { lecture } from 'cofi'; lecture().ratings")).toEqual([
      "text/html",
      "text/plain",
    ]);
  });

  test("displays, new and in the place of others, by tslab and by the project", async () => {
    const { outputs } = await kernel.execute(
      "import { display, newDisplay } from 'tslab'; import { show } from 'cofi'; display.html('<b>x</b>'); const d = newDisplay(); d.text('one'); d.text('two'); show([{ a: 1 }]);",
    );
    expect(
      outputs.slice(1).map(({ header, content }) => [header.msg_type, Object.keys(content.data)]),
    ).toEqual([
      ["display_data", ["text/html"]],
      ["display_data", ["text/plain"]],
      ["update_display_data", ["text/plain"]],
      ["display_data", ["text/html", "text/plain"]],
    ]);
  });

  test("a training, its progress, and what it learned", async () => {
    const code = `import { cost, lecture, randomModel, train } from "cofi";
      const { ratings: stars } = lecture();
      const { model: learned, history } = await train(randomModel({ ...stars, numFeatures: 3 }), stars, { iterations: 50, lambda: 1 });
      [history.length, cost(learned, stars, { lambda: 1 }).toFixed(9)]`;
    const { outputs } = await kernel.execute(code);
    expect(said(outputs).at(-1)).toMatch(/^result: \[ \d+, '\d+\.\d{9}' \]$/);
  });

  test("late output belongs to its cell", async () => {
    const late = await kernel.execute("setTimeout(() => console.log('late'), 300); 0");
    const next = await kernel.execute("await new Promise((go) => setTimeout(go, 600)); 1");
    expect(said(next.outputs)).toEqual(["result: 1"]);
    const id = late.outputs[0].parent_header.msg_id as string;
    expect(said(kernel.outputsOf(id))).toContain("stdout: late\n");
  });
});

test("files: those of the page are read, those of cells are handed over", async () => {
  await kernel.post({ files: { "in/a.txt": "from the page" } });
  const { reply } = await kernel.execute(
    "import fs from 'node:fs'; fs.mkdirSync('out'); fs.writeFileSync('out/b.txt', fs.readFileSync('in/a.txt', 'utf8') + '!'); fs.rmSync('in/a.txt');",
  );
  expect(reply).toMatchObject({ status: "ok" });
  const told = await kernel.page.evaluate("lastFiles");
  expect(told).toEqual({ "in/a.txt": null, "out/b.txt": "from the page!" });
});

test("files: the project reads those of the page and of cells", async () => {
  const lines = "userId,movieId,rating\\n1,1,5\\n1,2,3\\n2,1,4\\n";
  await kernel.page.evaluate(`kernel.postMessage({ files: { "page.csv": new Blob(["${lines}"]) } })`);
  const { reply, outputs } = await kernel.execute(`
    import fs from "node:fs"; import os from "node:os"; import path from "node:path";
    import { readRatings } from "cofi";
    fs.writeFileSync("own.csv", "${lines}");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "x-"));
    fs.writeFileSync(path.join(folder, "far.csv"), "${lines}");
    const sizes = [];
    for (const name of ["page.csv", "own.csv", path.join(folder, "far.csv")]) sizes.push((await readRatings(name)).values.length);
    sizes`);
  expect(reply.evalue).toBe(undefined);
  expect(said(outputs)).toEqual(["result: [ 3, 3, 3 ]"]);
});

test("TensorFlow.js is declared and loaded for the first cell that speaks of it, by either name", async () => {
  const product = `import { tf } from "cofi"; const square: tf.Tensor2D = tf.tensor2d([[1, 2], [3, 4]]);
    Array.from(square.matMul(square, true, false).dataSync())`;
  expect(said((await kernel.execute(product)).outputs)).toEqual(["result: [ 10, 14, 14, 20 ]"]);
  const whole =
    'import * as tfjs from "@tensorflow/tfjs"; const sum: tfjs.Scalar = tfjs.ones([3]).sum(); sum.dataSync()[0]';
  expect(said((await kernel.execute(whole)).outputs)).toEqual(["result: 3"]);
  expect((await kernel.execute("square.nothing")).reply.evalue).toContain(
    "Property 'nothing' does not exist",
  );
});

test("course() lists the pages, and an answer counts, in a file that the page is given to keep", async () => {
  const count =
    'import { check, course } from "cofi"; [course().pages.length, course().done, course().open > 30]';
  expect(said((await kernel.execute(count)).outputs)).toEqual(["result: [ 12, 0, true ]"]);
  await kernel.execute('check("01 unrated", 5)');
  expect(said((await kernel.execute("course().done")).outputs)).toEqual(["result: 1"]);
  const told = (await kernel.page.evaluate("lastFiles")) as Record<string, string>;
  expect(JSON.parse(told[".course.json"])).toEqual({ done: ["01 unrated"] });
});

test("questions are asked on stdin", async () => {
  const id = await kernel.start("await prompt('Name?')", { allow_stdin: true });
  await kernel.waitFor(() => kernel.heard.some(({ header }) => header?.msg_type === "input_request"));
  await kernel.send("input_reply", { value: "Ada" }, "stdin");
  expect(said((await kernel.finished(id)).outputs)).toEqual(["result: 'Ada'"]);
});

test("what needs Node is refused with a sentence", async () => {
  const failed = async (code: string) => (await kernel.execute(code)).reply.evalue;
  expect(await failed("import { spawn } from 'node:child_process'; spawn('ls');")).toBe(
    "node:child_process needs Node, and this notebook runs in a browser",
  );
  expect(await failed("!ls")).toBe("ls: a notebook in a browser can't start programs");
  expect(await failed("process.exit(3)")).toContain("exit code 3");
  expect(said((await kernel.execute("1")).outputs)).toEqual(["result: 1"]);
});

test("comms lead to code in cells and back", async () => {
  const id = await kernel.start(
    "import { registerCommTarget } from 'cofi'; registerCommTarget('echo', (comm) => { comm.onMessage(({ data }) => comm.send({ back: data })); });",
  );
  expect((await kernel.finished(id)).reply).toMatchObject({ status: "ok" });
  await kernel.send("comm_open", { comm_id: "c1", target_name: "echo", data: {} });
  await kernel.send("comm_msg", { comm_id: "c1", data: { n: 1 } });
  await kernel.waitFor(() => kernel.heard.some(({ header }) => header?.msg_type === "comm_msg"));
  expect(kernel.heard.find(({ header }) => header?.msg_type === "comm_msg")?.content.data).toEqual({
    back: { n: 1 },
  });
  expect(await kernel.request("comm_info_request", {})).toMatchObject({
    comms: { c1: { target_name: "echo" } },
  });
});

test("several kernels run beside each other, each with its own variables", async () => {
  const start = 'new Worker("/kernel.js", { type: "module" })';
  const second = await WebKernelClient.start(kernel.page, { name: "second", start });
  await kernel.execute("const whose = 'first';");
  await second.execute("const whose = 'second';");
  expect(said((await kernel.execute("whose")).outputs)).toEqual(["result: 'first'"]);
  expect(said((await second.execute("whose")).outputs)).toEqual(["result: 'second'"]);
  expect(await second.request("shutdown_request", { restart: false }, "control")).toEqual({
    status: "ok",
    restart: false,
  });
});

test("starts from a Blob, also on a page from a disk, with files in the place of addresses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cofi-page-"));
  const parts = readdirSync(built).filter((name) => name.startsWith("chunk-"));
  const names = ["kernel.js", "declarations.json", "cofi.js", ...parts];
  const texts = Object.fromEntries(names.map((name) => [name, readFileSync(join(built, name), "utf8")]));
  const html = join(folder, "page.html");
  const safe = JSON.stringify(texts).replaceAll("<", "\\u003c");
  writeFileSync(html, `<!doctype html><meta charset="utf-8"><script>const texts = ${safe}</script>`);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(html).href);
  const client = await WebKernelClient.start(page, {
    start: "new Worker(URL.createObjectURL(new Blob([texts['kernel.js']], { type: 'text/javascript' })))",
  });
  await page.evaluate("kernel.postMessage({ configure: { files: texts } })");
  const { outputs } = await client.execute("import { lecture } from 'cofi'; lecture().ratings.numItems");
  expect(said(outputs)).toEqual(["result: 5"]);
  const id = await client.start("const kept = 1; console.log('go'); while (true) {}");
  await client.waitFor(() => client.outputsOf(id).some(({ content }) => content.text?.includes("go")));
  await client.page.waitForTimeout(500);
  expect(
    client.heard.some(({ channel, parent_header }) => channel === "shell" && parent_header.msg_id === id),
  ).toBe(false);
  await client.request("interrupt_request", {}, "control");
  // There, nothing tells a loop to stop: addresses can't be read, and memory can't be shared.
  expect((await client.finished(id)).reply.ename).toBe("ProcessEnded");
  expect(said((await client.execute("1 + 1")).outputs)).toEqual(["result: 2"]);
  rmSync(folder, { recursive: true });
});

test("memory that can't be had is an error of the cell, and the kernel goes on", async () => {
  await kernel.execute("const before = 1;");
  expect((await kernel.execute("new Float64Array(2 ** 33)")).reply.ename).toBe("RangeError");
  expect((await kernel.execute("const deep = (): number => 1 + deep(); deep()")).reply.ename).toBe(
    "RangeError",
  );
  expect(said((await kernel.execute("before")).outputs)).toEqual(["result: 1"]);
});

describe("as Node's kernel", () => {
  let node: KernelClient;
  beforeAll(async () => {
    node = await KernelClient.start();
  });
  afterAll(() => node.stop());

  test.each([
    ["complete_request", "import { tra", "members"],
    ["complete_request", "[1, 2].fl", "of a list"],
    [
      "complete_request",
      "import { lecture } from 'cofi';\nlecture().ratings.num",
      "of what the project gives",
    ],
    ["complete_request", "trainWith", "with the import above"],
    ["complete_request", "import {} from 'co", "names of packages"],
    ["inspect_request", "import { train } from 'cofi';\ntrain", "a function of the project"],
    ["inspect_request", "Math.max(", "a function of the language"],
    ["inspect_request", "[1].map", "a method"],
    ["inspect_request", "nothingOfThatName", "an unknown name"],
    ["is_complete_request", "for (const a of [1]) {", "what is open"],
    ["is_complete_request", "1 + 1", "what is whole"],
  ])("%s: %s (%s)", async (type, code) => {
    const ask = { code, cursor_pos: code.length, detail_level: 0 };
    const [own, its] = [await kernel.request(type, ask), await node.request(type, ask)];
    expect(own).toEqual(its);
    expect(own.status).toBe(
      type === "is_complete_request" ? (code === "1 + 1" ? "complete" : "incomplete") : "ok",
    );
  });

  test.each([
    ["a throw", ["\n\nthrow new RangeError('bad');"]],
    [
      "in a function of an earlier cell",
      [
        "function f(n: number): number {\n  if (n === 0) throw new Error('deep');\n  return f(n - 1);\n}",
        "const x = 1;\nf(2);",
      ],
    ],
    ["after an await", ["async function g() {\n  await 0;\n  throw new TypeError('late');\n}", "await g();"]],
    ["with a cause", ["try { null!.x } catch (cause) { throw new Error('outer', { cause }); }"]],
    ["a method of a class", ["class A { b() {\n null!.c; } }\nnew A().b()"]],
    ["a value that is no error", ["throw { a: 1 };"]],
    ["members of an error", ["throw Object.assign(new Error('with'), { code: 7 });"]],
    ["several", ["throw new AggregateError([new Error('a'), new Error('b')], 'both');"]],
    ["in a callback", ["[1].map((n) => {\n  throw new Error(String(n));\n});"]],
    ["unhandled", ["Promise.reject(new Error('nobody')); await new Promise((go) => setTimeout(go, 50));"]],
    ["in the project", ["import { train } from 'cofi';\n\nawait train(1 as never, 2 as never);"]],
    ["types", ["const a: number = 'x';\nconst b: string = 1;"]],
    ["a property that is not there", ["({ a: 1 }).b"]],
    [
      "an option that the project has not",
      ["import { lecture, train } from 'cofi';\nawait train(lecture().ratings, { learninRate: 1 });"],
    ],
    ["syntax", ["const = 1;"]],
    ["a promise that is awaited", ["await Promise.reject(new RangeError('r'));"]],
    [
      "an async callback",
      ["await Promise.all([1, 2].map(async (n) => {\n  if (n === 2) throw new Error('n ' + n);\n}));"],
    ],
    ["a getter", ["const held = { get x(): number {\n  throw new Error('get'); } };", "held.x"]],
    ["a generator", ["function* steps() {\n  yield 1;\n  throw new Error('two');\n}\n[...steps()]"]],
    [
      "a constructor and what inherits it",
      [
        "class Base { constructor() {\n throw new TypeError('base'); } }\nclass Own extends Base {}\nnew Own();",
      ],
    ],
    [
      "a timer that the cell waits for",
      ["await new Promise((_, fail) => setTimeout(() => fail(new Error('tick')), 5));"],
    ],
    [
      "an own class of errors",
      [
        "class Odd extends Error { override name = 'Odd'; constructor(readonly n: number) { super('odd ' + n); } }\nthrow new Odd(3);",
      ],
    ],
    ["a cause of a cause", ["throw new Error('a', { cause: new Error('b', { cause: 'c' }) });"]],
    ["what is no function", ["const five: any = 5;\nfive();"]],
    ["a member of nothing", ["const nothing: any = undefined;\nnothing.x.y"]],
    ["a name misspelt", ["import { trian } from 'cofi';"]],
    ["a module that is not there", ["import { x } from './nowhere';"]],
    ["arguments that lack", ["import { sigmoid } from 'cofi';\nsigmoid();"]],
    ["a wrong type of tensor", ["import { tf } from 'cofi';\nconst table: tf.Tensor2D = 1;"]],
    ["names twice", ["const twice = 1;\nconst twice = 2;"]],
    ["await where none may be", ["function waits() { await 0; }"]],
    ["an open string", ["const open = 'a;"]],
    ["an implicit any", ["const add = (a, b) => a + b;"]],
    [
      "values out of range",
      [
        "import { normalize } from 'cofi';\nimport { lecture } from 'cofi';\nnormalize(lecture().ratings, { damping: -1 });",
      ],
    ],
    [
      "ratings twice",
      [
        "import { ratingsFrom } from 'cofi';\nratingsFrom([{ item: 0, user: 0, value: 1 }, { item: 0, user: 0, value: 2 }]);",
      ],
    ],
  ])("fails: %s", async (_, cells) => {
    const replies = [];
    for (const client of [kernel, node]) {
      for (const code of cells.slice(0, -1)) await client.execute(code);
      const { reply, outputs } = await client.execute(cells[cells.length - 1]);
      expect(reply.status).toBe("error");
      // Node's kernel also tells of the calls inside the project, whose bundle for browsers has no lines to tell of.
      const text = plain(reply.traceback)
        .replaceAll(/In \[\d+\]/g, "In [n]")
        .replaceAll(/ \[as \w+\]/g, "") // which older engines say of getters
        .replaceAll(/\n +at .*\(src\/.*/g, "");
      replies.push({
        ename: reply.ename,
        evalue: reply.evalue.replace(/In \[\d+\]/, ""),
        text,
        outputs: outputs.length,
      });
    }
    expect(replies[0]).toEqual(replies[1]);
  });

  test.each([
    [
      "promises, settled and not",
      "const made = async () => 42;\nconsole.log(made(), [made(), Promise.resolve('x'), new Promise(() => {})]); console.log('after');",
    ],
    [
      "a promise before and after it is done",
      "const slow = (async () => { await 0; return { a: 1 }; })();\nconsole.log(slow); await slow; console.log(slow, { slow });",
    ],
    [
      "a promise that is rejected",
      "const failed = (async () => { throw 7; })();\nfailed.catch(() => {}); console.log(failed); console.error(failed);",
    ],
    [
      "promises and other output, in order",
      "console.log(made()); console.log(1); console.error(2); process.stdout.write('3\\n');",
    ],
    [
      "formats",
      "console.log('%s is %d, %i, %f, %j, %o and %%', 'a', 4.2, 4.2, '1.5', { b: 1 }, [2], 'more');",
    ],
    [
      "maps, sets, lists",
      "console.log(new Map([[1, { a: [1, 2] }]]), new Set(['x']), [, 1], new Float64Array(3), [1, 2, 3].entries());",
    ],
    [
      "classes, functions, symbols",
      "class K { p = 1; get q() { return 1; } }\nconsole.log(new K(), K, () => 1, Symbol('s'), 10n, /x/g, new Date(0), null, undefined, -0);",
    ],
    [
      "what holds itself",
      "const ring: any = { deep: { a: { b: { c: { d: 1 } } } } }; ring.own = ring; console.log(ring);",
    ],
    [
      "long lists and texts",
      "console.log(Array.from({ length: 130 }, (_, k) => k), 'x'.repeat(200), ['y'.repeat(90)]);",
    ],
    [
      "tables",
      "console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]); console.table(new Map([['k', 1]])); console.table(new Set([{ a: 1 }, 'x']));",
    ],
    [
      "groups, counts, asserts",
      "console.group('g'); console.log('in\\nside'); console.groupEnd(); console.count(); console.count('x'); console.assert(false, 'no'); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });",
    ],
    [
      "what cofi shows in text",
      "import { lecture, describe } from 'cofi';\nconsole.log(String(lecture().ratings.numItems), describe(lecture().ratings)[0]);",
    ],
  ])("prints: %s", async (_, code) => {
    const printed = [];
    for (const client of [kernel, node]) {
      const { reply, outputs } = await client.execute(code);
      expect(reply.status, reply.evalue).toBe("ok");
      const streams: Record<string, string> = {};
      for (const { content } of outputs)
        if (content.name) streams[content.name] = (streams[content.name] ?? "") + content.text;
      printed.push(streams);
    }
    expect(printed[0]).toEqual(printed[1]);
  });
});
