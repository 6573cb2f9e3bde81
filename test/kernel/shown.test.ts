// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, plain, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** What a cell says, with its own prompt as `In [n]`. */
async function run(code: string): Promise<string[]> {
  const { reply, outputs } = await kernel.execute(code);
  return said(outputs).map((text) => text.replaceAll(`In [${reply.execution_count}]`, "In [n]"));
}

const data = async (code: string) =>
  (await kernel.execute(code)).outputs.find(({ header }) =>
    /display_data|execute_result/.test(header.msg_type),
  )?.content.data;

describe("half a surrogate is repaired before it leaves the kernel", () => {
  const halves = ["\\ud83d", "\\udc00", "\\udc00\\ud83d", "\\ud83d\\ud83d\\ude00"];
  const places = {
    "text that is printed": (half: string) => `console.log("a${half}b");`,
    "the message of an error": (half: string) => `throw new Error("a${half}b");`,
    "the name of an error": (half: string) =>
      `const named = new Error("m"); named.name = "a${half}b"; throw named;`,
    "what is thrown": (half: string) => `throw "a${half}b";`,
    "what caused an error": (half: string) => `throw new Error("m", { cause: new Error("a${half}b") });`,
    "a form of a display": (half: string) =>
      `import { display as shown } from "tslab"; shown.html("a${half}b");`,
    "JSON and the names in it": (half: string) =>
      `({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { "a${half}b": ["a${half}b"] } }) })`,
    "the name of a form": (half: string) =>
      `({ [Symbol.for("Jupyter.display")]: () => ({ "text/x-a${half}b": "x" }) })`,
    "the source of the cell": () => 'const shownAsIs = "a\ud800b";',
  };
  test.each(Object.entries(places))("in %s", async (_, code) => {
    for (const half of halves) {
      const { reply, outputs } = await kernel.execute(code(half));
      expect(outputs.length).toBeGreaterThan(0);
      for (const content of [reply, ...outputs.map(({ content }) => content)])
        expect(strings(content).filter((text) => !isWellFormed(text))).toEqual([]);
    }
  });

  test("and whole ones, backslashes and the text of an escape stay", async () => {
    expect(await run('console.log("😀 \\\\ud83d \\\\\\\\ud83d \\\\\\ud83d x");')).toEqual([
      "stdout: 😀 \\ud83d \\\\ud83d \\\ufffd x\n",
    ]);
  });
});

/** All texts and names in a value. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...strings(member)]);
}

const isWellFormed = (text: string) => Buffer.from(text, "utf8").toString("utf8") === text;

describe("what is shown has nothing of the kernel in it", () => {
  test("a timer, and a program that was started", async () => {
    const shown = (await run("[setTimeout(() => {}, 0), setImmediate(() => {})]")).join();
    expect(shown).toContain("Timeout {");
    const child = (await run("require('child_process').spawn('sleep', ['0.2'])")).join();
    expect(child).toContain("_handle: Process {");
    for (const text of [shown, child]) expect(text).not.toMatch(/kResourceStore|Cell/);
  });

  test("a file that is missing is told by the line that asked for it", async () => {
    const { reply } = await kernel.execute(
      "const path = '/nowhere';\nawait require('fs/promises').readFile(path);",
    );
    expect(plain(reply.traceback)).not.toMatch(/node:|dist/);
    expect(plain(reply.traceback)).toContain("> 2 | await require('fs/promises').readFile(path);");
  });

  test("the stack that the cell reads holds its own calls alone", async () => {
    const [stack] = await run("console.log(JSON.stringify(new Error('s').stack));");
    expect(stack).not.toMatch(/node:|runner|tslab/);
  });
});

describe("a bundle is one that the notebook's format has", () => {
  const shown = (forms: string) => data(`({ [Symbol.for("Jupyter.display")]: () => (${forms}) })`);

  test.each([
    ["a Buffer", "Buffer.from([1, 2, 3])"],
    ["an ArrayBuffer", "new Uint8Array([1, 2, 3]).buffer"],
    [
      "a SharedArrayBuffer",
      "(() => { const s = new SharedArrayBuffer(3); new Uint8Array(s).set([1, 2, 3]); return s; })()",
    ],
    ["a view of part of one", "new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)"],
    ["a DataView", "new DataView(new Uint8Array([9, 1, 2, 3]).buffer, 1)"],
    ["clamped bytes", "new Uint8ClampedArray([1, 2, 3])"],
  ])("%s is a picture", async (_, bytes) => {
    expect((await shown(`{ "image/png": ${bytes} }`))["image/png"]).toBe("AQID");
    const displayed = await data(`require("tslab").display.raw("image/jpeg", ${bytes})`);
    expect(displayed).toEqual({ "image/jpeg": "AQID" });
  });

  test("text stays text, JSON is JSON, and what is neither becomes text", async () => {
    expect(
      await shown(`{
        "text/plain": 5, "text/html": null, "text/markdown": undefined, "text/latex": ["a", "b"], "text/x-list": [1],
        "image/svg+xml": Buffer.from("<svg/>"),
        "application/json": { big: 10n, huge: 2n ** 60n, list: new Float32Array([1.5]), bytes: new Uint8Array([7]), none: NaN },
        "application/vnd.x+json": undefined, "application/geo+json": [1],
      }`),
    ).toEqual({
      "text/plain": "5",
      "text/html": "null",
      "text/latex": ["a", "b"],
      "text/x-list": "[1]",
      "image/svg+xml": "<svg/>",
      "application/json": { big: 10, huge: String(2n ** 60n), list: [1.5], bytes: [7], none: null },
      "application/geo+json": [1],
    });
  });
});

describe("printed text", () => {
  test("keeps its order, whichever way it is printed", async () => {
    const ways = [
      'console.log("1")',
      'fs.writeSync(1, "2\\n")',
      'fs.writeSync(1, Buffer.from("x3\\n"), 1)',
      'fs.writeFileSync(1, "4\\n")',
      'execSync("echo 5", { stdio: "inherit" })',
      'process.stdout.write("6\\n")',
      'spawnSync("sh", ["-c", "echo 7"], { stdio: ["ignore", "inherit", "pipe"] })',
      'fs.appendFileSync(1, Buffer.from("8\\n"))',
      'await new Promise((done) => fs.write(1, "9\\n", done))',
    ];
    const cell = `import fs from "fs"; import { execSync, spawnSync } from "child_process";\n${ways.join(";\n")};\n`;
    const text = said((await kernel.execute(`${cell}${ways.join(";\n")}; undefined`)).outputs).join("");
    expect(text.replaceAll("stdout: ", "").split("\n").join("")).toBe("123456789123456789");
  });

  test("of a program that runs beside the cell stands between what the cell printed", async () => {
    const texts = await run(
      'console.log("a"); const beside = require("child_process").spawn("echo", ["b"], { stdio: "inherit" }); await new Promise((done) => beside.on("exit", done)); console.log("c");',
    );
    expect(texts.map((text) => text.replace("stdout: ", "")).join("")).toBe("a\nb\nc\n");
  });

  test.each([1, 2, 3, 5, 7])("is whole where its bytes come in pieces of %d", async (size) => {
    const text = "aé€😀".repeat(20);
    const pieces = `const bytes = Buffer.from(${JSON.stringify(text)}); for (let k = 0; k < bytes.length; k += ${size})`;
    const joined = async (code: string) =>
      (await run(code)).map((one) => one.replace("stdout: ", "")).join("");
    expect(await joined(`${pieces} process.stdout.write(bytes.subarray(k, k + ${size}));`)).toBe(text);
    expect(
      await joined(`${pieces} require("fs").writeSync(1, bytes, k, Math.min(${size}, bytes.length - k));`),
    ).toBe(text);
    const program = `const fs = require("fs"); ${pieces} fs.writeSync(1, bytes.subarray(k, k + ${size}));`;
    const start = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(program)}])`;
    expect(
      await joined(
        `const cut = ${start}; cut.stdout.on("data", (piece: Buffer) => { process.stdout.write(piece); }); await new Promise((done) => cut.on("close", done)); undefined`,
      ),
    ).toBe(text);
  });

  test("in another encoding is what it means, and broken bytes are shown as such", async () => {
    expect(
      await run('process.stdout.write("6869", "hex"); process.stdout.write("aGk=\\n", "base64"); undefined'),
    ).toEqual(["stdout: hihi"]);
    expect(
      await run('process.stdout.write(Buffer.from([0xe2, 0x82])); process.stdout.write("|"); undefined'),
    ).toEqual(["stdout: \ufffd|"]);
  });
});
