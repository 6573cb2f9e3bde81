// @module-tag slow
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, plain, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    'import { lecture, randomModel, train } from "cofi";\nconst kept = 42; let ticks = 0; const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));',
  );
});
afterAll(() => kernel.stop());

/** How the kernel is told to interrupt: by a message, or by a signal as a terminal or an older server sends it. */
const ways = process.platform === "win32" ? (["message"] as const) : (["message", "signal"] as const);

const spinning = {
  "a loop": "console.log('up'); while (true) {}",
  "a loop that catches everything":
    "console.log('up'); while (true) { try { while (true) {} } catch {} finally { while (true) {} } }",
  "a loop after an await": "await sleep(1); console.log('up'); while (true) {}",
  "a loop in a timer": "setTimeout(() => { console.log('up'); while (true) {} }, 1); await sleep(1e6);",
  "a loop in a microtask": "queueMicrotask(() => { console.log('up'); while (true) {} }); await sleep(1e6);",
  "a loop in the form of the last value":
    'console.log("up"); ({ [Symbol.for("Jupyter.display")]: async () => { await sleep(1); while (true) {} } })',
  "an await": "console.log('up'); await new Promise(() => {});",
  "a loop around an await": "console.log('up'); while (true) { await sleep(5); ticks++; }",
  "a question": "console.log('up'); await prompt('?');",
  "a training run":
    "console.log('up'); await train(randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }), lecture().ratings, { iterations: 1e9, onIteration: () => { ticks++; } });",
};

describe.each(ways)("an interrupt by %s stops", (way) => {
  test.each(Object.entries(spinning))("%s, and the kernel and its variables stay", async (_, code) => {
    const id = await kernel.start(code, { allow_stdin: true });
    const queued = await kernel.start("'never runs'");
    await kernel.waitFor(() => said(kernel.outputsOf(id)).includes("stdout: up\n"));
    await new Promise((resume) => setTimeout(resume, 150));
    if (way === "message")
      expect(await kernel.request("interrupt_request", {}, "control")).toEqual({ status: "ok" });
    else kernel.process.kill("SIGINT");
    const { reply, outputs } = await kernel.finished(id);
    expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(said(outputs)).toContain("error: KeyboardInterrupt: ");
    expect((await kernel.finished(queued)).reply.status).toBe("aborted");
    expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 42"]);
    const before = said((await kernel.execute("ticks")).outputs);
    await new Promise((resume) => setTimeout(resume, 100));
    expect(said((await kernel.execute("ticks")).outputs)).toEqual(before); // nothing goes on in the background
  });
});

test.each([
  ["a timer", "console.log('up'); await sleep(600); while (true) {}"],
  [
    "a program",
    "import { execFile } from 'node:child_process'; console.log('up'); await new Promise((done) => execFile('sleep', ['0.6'], done)); for (;;) ticks++;",
  ],
  [
    "a way to be shown",
    'console.log("up"); ({ [Symbol.for("Jupyter.display")]: async () => { await sleep(600); while (true) {} } })',
  ],
  [
    "a function of a timer",
    "setTimeout(() => { while (true) {} }, 600); console.log('up'); await sleep(1e6);",
  ],
])("what %s leads a stopped cell into does not hold up the next", async (_, code) => {
  const id = await kernel.start(code);
  await kernel.waitFor(() => said(kernel.outputsOf(id)).includes("stdout: up\n"));
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.finished(id)).reply.ename).toBe("KeyboardInterrupt");
  await new Promise((resume) => setTimeout(resume, 700));
  expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 42"]);
});

test("an interrupt that comes while nothing runs does nothing", async () => {
  expect(await kernel.request("interrupt_request", {}, "control")).toEqual({ status: "ok" });
  if (ways.includes("signal" as never)) kernel.process.kill("SIGINT");
  await new Promise((resume) => setTimeout(resume, 300));
  expect(said((await kernel.execute("await sleep(300); kept")).outputs)).toEqual(["result: 42"]);
});

test("an interrupt while the compiler is at work stops the cell before it starts", async () => {
  const id = await kernel.start("console.log('ran'); while (true) {}\n".repeat(200));
  await kernel.waitFor(() => kernel.outputsOf(id).length > 0);
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.finished(id)).reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
  expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 42"]);
});

describe("an interrupt goes through finally", () => {
  const cleaned = "finally { console.log('cleaned'); await sleep(20); console.log('up'); done = true; }";
  const cases: Record<string, string> = {
    "around a loop": "try { while (true) {} } finally { console.log('cleaned'); done = true; }",
    "around a loop of each kind":
      "try { do { for (const k in { a: 1 }) for (const x of [k]) for (let n = 0; n < 1; n++) ticks += x.length; } while (true) } finally { console.log('cleaned'); done = true; }",
    "around a function that loops":
      "function spin() { for (;;) ticks++; }\ntry { spin(); } finally { console.log('cleaned'); done = true; }",
    "of a function, and of the one that calls it":
      "function inner() { try { for (;;) {} } finally { console.log('inner'); } }\ntry { inner(); } finally { console.log('cleaned'); done = true; }",
    "around an await": `try { await new Promise(() => {}); } ${cleaned}`,
    "around an await of a function": `const never = async () => { await sleep(1e6); };\ntry { await never(); } ${cleaned}`,
    "around an await in a loop": `try { while (true) await sleep(5); } ${cleaned}`,
    "behind a catch": `try { await sleep(1e6); } catch (error) { console.log((error as Error).name); throw error; } ${cleaned}`,
  };
  test.each(Object.entries(cases))("%s", async (_, code) => {
    await kernel.execute("let done = false;");
    const id = await kernel.start(`console.log('start');\n${code}`);
    await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
    await new Promise((resume) => setTimeout(resume, 150));
    await kernel.request("interrupt_request", {}, "control");
    const { reply, outputs } = await kernel.finished(id);
    expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(said(outputs).join("")).toContain("cleaned");
    expect(said((await kernel.execute("done")).outputs)).toEqual(["result: true"]);
  });

  test.each([
    "try { while (true) {} } finally { while (true) {} }",
    "try { await sleep(1e6); } finally { await new Promise(() => {}); }",
    "while (true) { try { await sleep(5); } catch {} finally { ticks++; } }",
  ])("%s: but not for ever", async (code) => {
    const id = await kernel.start(`console.log('start');\n${code}`);
    await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
    await new Promise((resume) => setTimeout(resume, 150));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
    await new Promise((resume) => setTimeout(resume, 100));
    const before = said((await kernel.execute("ticks")).outputs);
    await new Promise((resume) => setTimeout(resume, 100));
    expect(said((await kernel.execute("ticks")).outputs)).toEqual(before);
  });

  test("and what a cell with finally computes stays what it was", async () => {
    const { outputs } = await kernel.execute(
      "const order: unknown[] = [];\nouter: for (const a of [1, 2]) { for (let b = 0; ; b++) { try { if (b === 1) continue outer; order.push(a, await b); } finally { order.push('f'); } } }\norder.join()",
    );
    expect(said(outputs)).toEqual(["result: '1,0,f,f,2,0,f,f'"]);
    const { reply } = await kernel.execute(
      "let n = 0;\ntry {\n  while (n++ < 3) {\n    await null;\n  }\n  (null as any).x;\n} finally {}",
    );
    expect(plain(reply.traceback)).toContain("> 6 |");
  });
});
