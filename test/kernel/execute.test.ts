// @module-tag slow
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

const run = async (code: string, options = {}) => said((await kernel.execute(code, options)).outputs);

describe("a cell", () => {
  test("tells all front ends its code, then its output in order, then its result", async () => {
    const { reply, outputs } = await kernel.execute(
      'import { display } from "tslab";\nconsole.log("a"); console.error("b"); display.text("c"); console.log("d");\n6 * 7',
    );
    expect(outputs.map(({ header }) => header.msg_type)).toEqual([
      ...["execute_input", "stream", "stream", "display_data", "stream", "execute_result"],
    ]);
    expect(said(outputs)).toEqual(["stdout: a\n", "stderr: b\n", "display: c", "stdout: d\n", "result: 42"]);
    expect(outputs[0].content.execution_count).toBe(reply.execution_count);
    expect(outputs[5].content).toEqual({
      ...{ execution_count: reply.execution_count, data: { "text/plain": "42" }, metadata: {} },
    });
    expect(reply).toMatchObject({ status: "ok", user_expressions: {} });
  });

  test("has no result when its last value is undefined or it ends in a statement", async () => {
    expect(await run("undefined")).toEqual([]);
    expect(await run("const noResult = 1;")).toEqual([]);
    expect(await run("null")).toEqual(["result: null"]);
    expect(await run("0")).toEqual(["result: 0"]);
  });

  test("shows a value in its own forms, also those that it promises", async () => {
    const forms = async (code: string) =>
      (await kernel.execute(code)).outputs.find(({ header }) => header.msg_type === "execute_result")?.content
        .data;
    expect(
      await forms(
        '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>1</b>", "text/plain": "one" }) })',
      ),
    ).toEqual({
      ...{ "text/html": "<b>1</b>", "text/plain": "one" },
    });
    expect(
      await forms('({ [Symbol.for("Jupyter.display")]: async () => ({ "text/markdown": "*1*" }) })'),
    ).toMatchObject({
      ...{ "text/markdown": "*1*", "text/plain": expect.any(String) },
    });
    const project = 'import { costCurve, lecture, randomModel, tf } from "cofi";\n';
    expect(Object.keys(await forms(`${project}costCurve(new Float64Array([3, 2]))`)).sort()).toEqual([
      ...["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"],
    ]);
    for (const rich of ["lecture().ratings", "[{ a: 1 }, { a: 2 }]"])
      expect(Object.keys(await forms(project + rich)).sort()).toEqual(["text/html", "text/plain"]);
    expect(
      (await forms(`${project}randomModel({ numItems: 2, numUsers: 3, numFeatures: 1 })`))["text/plain"],
    ).toContain("2 items");
    expect((await forms(`${project}tf.tensor([1, 2])`))["text/plain"]).toContain("[1, 2]");
  });

  test("may wait at its top, and loop with for await", async () => {
    expect(await run("const waited = await Promise.resolve(3); waited")).toEqual(["result: 3"]);
    expect(
      await run("async function* two() { yield 1; yield 2; }\nfor await (const k of two()) console.log(k);"),
    ).toEqual(["stdout: 1\n2\n"]);
  });

  test("may declare again what another cell declared, with another type", async () => {
    await run("const again = 1; let other = 'a'; function f() { return 1; } class C {}");
    expect(
      await run(
        "const again = 'text'; let other = 2; function f() { return 'f'; } class C { a = 1; }\nagain + other + f()",
      ),
    ).toEqual(["result: 'text2f'"]);
    expect(await run("again.length + new C().a")).toEqual(["result: 5"]);
  });

  test("may say export, which changes nothing", async () => {
    expect(await run("export const exported = 2; export function half() { return exported / 2; }")).toEqual(
      [],
    );
    expect(await run("half() + exported")).toEqual(["result: 3"]);
  });

  test("leaves what it came to declare when it fails, and what was there when it did not", async () => {
    await run("const before = 1;");
    await run("const made: number = 5, list: string[] = []; throw new Error('half-way'); const never = 1;");
    expect(await run("made + list.length")).toEqual(["result: 5"]);
    await run("const before: string = (() => { throw new Error('not assigned'); })();");
    expect(await run("before + 1")).toEqual(["result: 2"]);
  });

  test("keeps its variables although a type of one can't be written down", async () => {
    await run("const hidden = new (class { private secret = 1; open() { return 2; } })(); const seen = 3;");
    expect(await run("hidden.open() + seen")).toEqual(["result: 5"]);
  });
});

describe("output", () => {
  test("arrives while a long cell runs, also one that never gives way", async () => {
    const id = await kernel.start(
      "console.log('first'); const end = Date.now() + 1500; while (Date.now() < end) {}",
    );
    await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
    expect(kernel.outputsOf(id, true).some(({ content }) => content.execution_state === "idle")).toBe(false);
    await kernel.finished(id);
  });

  test("that comes after its cell was done still belongs to it", async () => {
    const id = await kernel.start("setTimeout(() => { console.log('late'); }, 300); undefined");
    await kernel.finished(id);
    const next = await kernel.execute(
      "await new Promise((resume) => setTimeout(resume, 600)); console.log('next')",
    );
    expect(said(next.outputs)).toEqual(["stdout: next\n"]);
    expect(said(kernel.outputsOf(id))).toEqual(["stdout: late\n"]);
  });

  test("of a child process and of native code is shown too", async () => {
    const id = await kernel.start(
      'require("child_process").execSync("echo from a child", { stdio: "inherit" });',
    );
    await kernel.waitFor(() => said(kernel.outputsOf(id)).includes("stdout: from a child\n"));
    expect((await kernel.finished(id)).reply.status).toBe("ok");
  });

  test("loses nothing when there is much of it", async () => {
    const { outputs } = await kernel.execute("for (let k = 0; k < 20000; k++) console.log(k);");
    const text = outputs
      .filter(({ header }) => header.msg_type === "stream")
      .map(({ content }) => content.text)
      .join("");
    expect(text.trim().split("\n").length).toBe(20000);
    expect(text.endsWith("19999\n")).toBe(true);
  });

  test("can be cleared", async () => {
    const { outputs } = await kernel.execute("console.log(1); console.clear();");
    expect(outputs.at(-1)?.header.msg_type).toBe("clear_output");
    expect(outputs.at(-1)?.content).toEqual({ wait: false });
  });
});

describe("display", () => {
  test("sends a whole bundle with metadata, and puts another in its place", async () => {
    const { outputs } = await kernel.execute(
      [
        'const { lastWriteDisplayData: write } = require("tslab/dist/jupyter");',
        'write({ data: { "text/plain": "old", "text/html": "<i>old</i>" }, metadata: { "text/html": { isolated: true } }, transient: { display_id: "d1" } }, false);',
        'write({ data: { "text/plain": "new" }, metadata: {}, transient: { display_id: "d1" } }, true);',
      ].join("\n"),
    );
    expect(outputs.slice(1).map(({ header, content }) => [header.msg_type, content])).toEqual([
      [
        "display_data",
        {
          data: { "text/plain": "old", "text/html": "<i>old</i>" },
          metadata: { "text/html": { isolated: true } },
          transient: { display_id: "d1" },
        },
      ],
      [
        "update_display_data",
        { data: { "text/plain": "new" }, metadata: {}, transient: { display_id: "d1" } },
      ],
    ]);
  });

  test("of tslab still works, bytes included", async () => {
    const { outputs } = await kernel.execute(
      'import { display, newDisplay } from "tslab";\nconst d = newDisplay(); d.html("<b>a</b>"); d.html("<b>b</b>"); display.png(new Uint8Array([1, 2, 3]));',
    );
    const [first, second, third] = outputs.slice(1);
    expect([first, second, third].map(({ header }) => header.msg_type)).toEqual([
      ...["display_data", "update_display_data", "display_data"],
    ]);
    expect(second.content.transient.display_id).toBe(first.content.transient.display_id);
    expect(third.content.data).toEqual({ "image/png": "AQID" });
  });

  test("carries the progress bar of the project", async () => {
    const { outputs } = await kernel.execute(
      'import { progress } from "cofi";\nconst bar = progress(4, "steps"); bar.step(2); await new Promise((resume) => setTimeout(resume, 300)); bar.step(2); bar.done();',
    );
    const types = outputs.map(({ header }) => header.msg_type);
    expect(types).toContain("display_data");
    expect(types).toContain("update_display_data");
  });
});

describe("silent, store_history and user_expressions", () => {
  test("silent shows nothing, counts nothing, and still runs", async () => {
    const { reply: before } = await kernel.execute("0");
    const { reply, outputs } = await kernel.execute("console.log('unheard'); const quiet = 8; quiet", {
      silent: true,
    });
    expect(outputs).toEqual([]);
    expect(reply.execution_count).toBe(before.execution_count);
    expect(await run("quiet")).toEqual(["result: 8"]);
  });

  test("store_history: false shows its output and counts nothing", async () => {
    const { reply: before } = await kernel.execute("0");
    const { reply, outputs } = await kernel.execute("'not stored'", { store_history: false });
    expect(said(outputs)).toEqual(["result: 'not stored'"]);
    expect(reply.execution_count).toBe(before.execution_count);
  });

  test("user_expressions are shown or fail one by one", async () => {
    const { reply } = await kernel.execute("const base = 20;", {
      user_expressions: {
        good: "base * 2 + 2",
        bad: "nothingOfThatName",
        thrown: "(() => { throw new RangeError('no') })()",
      },
    });
    expect(reply.status).toBe("ok");
    expect(reply.user_expressions.good).toEqual({ status: "ok", data: { "text/plain": "42" }, metadata: {} });
    expect(reply.user_expressions.bad).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(reply.user_expressions.thrown).toMatchObject({
      status: "error",
      ename: "RangeError",
      evalue: "no",
    });
  });
});

describe("cells in a queue", () => {
  test("are answered as aborted after an error, and only those", async () => {
    const failing = await kernel.start(
      "await new Promise((resume) => setTimeout(resume, 200)); throw new Error('stop here')",
    );
    const queued = await Promise.all(
      Array.from({ length: 20 }, (_, k) => kernel.start(`console.log('queued ${k}')`)),
    );
    const asked = await kernel.send("is_complete_request", { code: "1" });
    expect((await kernel.finished(failing)).reply.status).toBe("error");
    for (const id of queued) {
      expect((await kernel.finished(id)).reply.status).toBe("aborted");
      expect(kernel.outputsOf(id)).toEqual([]);
    }
    expect(await kernel.reply(asked)).toEqual({ status: "complete" });
    expect(await run("'runs again'")).toEqual(["result: 'runs again'"]);
  });

  test("run on where stop_on_error is false", async () => {
    const failing = await kernel.start("throw new Error('go on')", { stop_on_error: false });
    const next = await kernel.start("'went on'");
    expect((await kernel.finished(failing)).reply.status).toBe("error");
    expect(said((await kernel.finished(next)).outputs)).toEqual(["result: 'went on'"]);
  });
});
