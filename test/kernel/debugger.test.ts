// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellPath, murmur2 } from "../../src/kernel/protocol/cellPath";
import { KernelClient, type Message, said } from "./kernelClient";

let kernel: KernelClient;
let seq = 0;
const debug = (command: string, given: object = {}) =>
  kernel.request("debug_request", { type: "request", seq: ++seq, command, arguments: given }, "control");
const ask = async (command: string, given: object = {}) => {
  const { success, message, body } = await debug(command, given);
  expect(success, `${command}: ${message}`).toBe(true);
  return body;
};

beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

const events = (): Message[] => kernel.heard.filter(({ header }) => header.msg_type === "debug_event");

/** Does something and waits for the stop that comes of it: its reason, and where it is. */
async function stopAfter(act: () => Promise<unknown>) {
  const before = events().length;
  const stops = () =>
    events()
      .slice(before)
      .filter(({ content }) => content.event === "stopped");
  await act();
  await kernel.waitFor(() => stops().length > 0);
  const { stackFrames } = await ask("stackTrace", { threadId: 1 });
  return { reason: stops()[0].content.body.reason, frames: stackFrames };
}

interface Told {
  name: string;
  value: string;
  variablesReference: number;
}

/** What is to be seen in a frame: the values of all its scopes by their names. */
async function seen(frameId: number): Promise<Record<string, Told>> {
  const { scopes } = await ask("scopes", { frameId });
  const lists: Told[][] = [];
  for (const { variablesReference } of scopes)
    lists.unshift((await ask("variables", { variablesReference })).variables);
  return Object.fromEntries(lists.flat().map((one) => [one.name, one]));
}

const breakAt = async (code: string, ...lines: number[]) => {
  const { sourcePath: path } = await ask("dumpCell", { code });
  return ask("setBreakpoints", { source: { path }, breakpoints: lines.map((line) => ({ line })) });
};

/** Runs a cell whose stops are gone through. */
const start = (code: string) => kernel.start(code);

describe("the hash of a cell", () => {
  test.each([
    ["", 0],
    ["a", 2456313694],
    ["ab", 446775395],
    ["abc", 324500635],
    ["abcd", 646393889],
    ["print(1)", 3626970123],
    ['const é = "ü";\n', 795846581],
  ])("%j is as ipykernel has it", (text, hash) => {
    expect(murmur2(text, 0)).toBe(hash);
  });
});

describe("the debugger", () => {
  const earlier =
    "const factor = 3;\nfunction times(n: number) {\n  const product = n * factor;\n  return product;\n}";
  const code = [
    "interface Film { title: string }",
    "const films: Film[] = [{ title: 'Alien' }, { title: 'Brazil' }];",
    "let length = 0;",
    "for (const { title } of films) {",
    "  length += title.length;",
    "}",
    "await null;",
    "console.log(times(length));",
  ].join("\n");

  test("says what it can, and is started", async () => {
    await kernel.execute(earlier);
    expect(await ask("debugInfo")).toMatchObject({
      isStarted: false,
      hashMethod: "Murmur2",
      stoppedThreads: [],
    });
    await ask("initialize");
    await ask("attach");
    expect((await ask("dumpCell", { code })).sourcePath).toBe(cellPath(code));
    expect(await ask("debugInfo")).toMatchObject({ isStarted: true });
  });

  test("stops at lines as they were written, shows the variables there, and goes on", async () => {
    const { breakpoints } = await breakAt(code, 5);
    expect(breakpoints).toMatchObject([{ line: 5, verified: true }]);
    await ask("configurationDone");
    let id = "";
    const first = await stopAfter(async () => (id = await start(code)));
    expect(first).toMatchObject({
      reason: "breakpoint",
      frames: [{ line: 5, source: { path: cellPath(code) } }],
    });
    expect(await ask("debugInfo")).toMatchObject({ stoppedThreads: [1] });
    const there = await seen(first.frames[0].id);
    expect(there).toMatchObject({ title: { value: '"Alien"' }, length: { value: "0" } });
    expect(Object.keys(there).filter((name) => /ꞏ|require|module/.test(name))).toEqual([]);
    const { variables } = await ask("variables", { variablesReference: there.films.variablesReference });
    expect(variables.map(({ name, value }: Told) => [name, value])).toEqual([
      ["0", "{ title: Alien }"],
      ["1", "{ title: Brazil }"],
    ]);
    expect(await ask("evaluate", { expression: "title + length", frameId: 0 })).toMatchObject({
      result: '"Alien0"',
    });
    const second = await stopAfter(() => ask("continue", { threadId: 1 }));
    expect(second).toMatchObject({ reason: "breakpoint", frames: [{ line: 5 }] });
    expect(await seen(0)).toMatchObject({ title: { value: '"Brazil"' }, length: { value: "5" } });
    await ask("continue", { threadId: 1 });
    expect((await kernel.finished(id)).reply).toMatchObject({ status: "ok" });
    expect(events().at(-1)?.content.event).toBe("continued");
  });

  test("steps over an await, into a function of an earlier cell and out of it", async () => {
    await breakAt(code, 7);
    let id = "";
    const first = await stopAfter(async () => (id = await start(code)));
    expect(first.frames[0].line).toBe(7);
    expect((await seen(0)).times).toMatchObject({ value: "function times(n) {" });
    const over = await stopAfter(() => ask("next", { threadId: 1 }));
    expect(over).toMatchObject({ reason: "step", frames: [{ line: 8 }] });
    const into = await stopAfter(() => ask("stepIn", { threadId: 1 }));
    expect(into.frames).toMatchObject([
      { name: "times", line: 3, source: { path: cellPath(earlier) } },
      { line: 8, source: { path: cellPath(code) } },
    ]);
    expect(await seen(into.frames[0].id)).toMatchObject({ n: { value: "11" }, factor: { value: "3" } });
    const out = await stopAfter(() => ask("stepOut", { threadId: 1 }));
    expect(out.frames[0].line).toBe(8);
    await ask("continue", { threadId: 1 });
    const { outputs } = await kernel.finished(id);
    expect(said(outputs)).toEqual(["stdout: 33\n"]);
  });

  test("stops in a function of a cell that had run before it was told of the line", async () => {
    await breakAt(code);
    await breakAt(earlier, 4);
    let id = "";
    const stop = await stopAfter(async () => (id = await start("times(5)")));
    expect(stop.frames[0]).toMatchObject({ name: "times", line: 4 });
    expect(await seen(0)).toMatchObject({ product: { value: "15" } });
    await ask("continue", { threadId: 1 });
    expect(said((await kernel.finished(id)).outputs)).toEqual(["result: 15"]);
  });

  test("a stopped cell is interrupted, and the next runs", async () => {
    let id = "";
    await stopAfter(async () => (id = await start("for (;;) times(1);")));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    await breakAt(earlier);
    expect(said((await kernel.execute("times(2)")).outputs)).toEqual(["result: 6"]);
  });

  test("refuses what is about no stop, and what it does not know", async () => {
    expect(await debug("next", { threadId: 1 })).toMatchObject({
      success: false,
      message: "no cell is stopped",
    });
    expect(await debug("scopes", { frameId: 3 })).toMatchObject({ success: false });
    expect(await debug("reverseContinue")).toMatchObject({
      ...{ success: false, message: "reverseContinue is not supported" },
    });
  });

  test("stops no more once it has been left", async () => {
    await breakAt(earlier, 3);
    await ask("disconnect");
    expect(said((await kernel.execute("times(7)")).outputs)).toEqual(["result: 21"]);
    expect(await ask("debugInfo")).toMatchObject({ isStarted: false, breakpoints: [] });
  });
});
