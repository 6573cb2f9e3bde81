// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient } from "./kernelClient";

let kernel: KernelClient;
let seq = 0;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    [
      "const count = 3; let word = 'é'; const list = [1, { deep: true }];",
      "class Film { title = 'Alien'; get age(): number { throw new Error('not to be read'); } }",
      "const film = new Film(); const seen = new Map([['a', [1]]]); function twice(n: number) { return 2 * n; }",
      "const lazy = { get now() { throw new Error('not to be read'); } };",
    ].join("\n"),
  );
});
afterAll(() => kernel.stop());

const debug = (command: string, given: object = {}) =>
  kernel.request("debug_request", { type: "request", seq: ++seq, command, arguments: given }, "control");

interface Told {
  name: string;
  value: string;
  type: string;
  variablesReference: number;
}

const inspected = async (): Promise<Record<string, Told>> =>
  Object.fromEntries((await debug("inspectVariables")).body.variables.map((one: Told) => [one.name, one]));

describe("the panel of variables", () => {
  test("finds that there is one", async () => {
    expect((await kernel.request("kernel_info_request", {})).debugger).toBe(true);
    expect(await debug("debugInfo")).toMatchObject({
      ...{ type: "response", success: true, command: "debugInfo", request_seq: seq },
      body: { isStarted: false, richRendering: true, breakpoints: [] },
    });
    for (const command of ["initialize", "attach", "configurationDone"])
      expect(await debug(command)).toMatchObject({ success: true });
    expect((await debug("debugInfo")).body.isStarted).toBe(true);
    expect(await debug("stepIn")).toMatchObject({ success: false, message: "no cell is stopped" });
  });

  test("lists the variables of all cells with what they are", async () => {
    const told = await inspected();
    for (const [name, type, value] of [
      ["count", "number", "3"],
      ["word", "string", "'é'"],
      ["list", "Array(2)", "[ 1, { deep: true } ]"],
      ["film", "Film", "Film { title: 'Alien' }"],
      ["twice", "function", "[Function: twice]"],
      ["lazy", "Object", "{ now: [Getter] }"],
    ])
      expect(told[name], name).toMatchObject({ type, value });
    expect(told.count.variablesReference).toBe(0);
  });

  test("opens them, to any depth, and reads no getter", async () => {
    const told = await inspected();
    const members = async (of: Told): Promise<Told[]> =>
      (await debug("variables", { variablesReference: of.variablesReference })).body.variables;
    const [first, second] = await members(told.list);
    expect([first.name, first.value, second.value]).toEqual(["0", "1", "{ deep: true }"]);
    expect((await members(second)).map(({ name, value }) => [name, value])).toEqual([["deep", "true"]]);
    expect((await members(told.seen)).map(({ name, value }) => [name, value])).toEqual([["'a'", "[ 1 ]"]]);
    expect((await members(told.lazy)).map(({ name, type }) => [name, type])).toEqual([["now", "function"]]);
    expect((await debug("variables", { variablesReference: 99_999 })).body.variables).toEqual([]);
  });

  test("shows a value in its rich form", async () => {
    await kernel.execute("const rows = [{ a: 1 }, { a: 2 }];");
    const { body } = await debug("richInspectVariables", { variableName: "rows" });
    expect(Object.keys(body.data).sort()).toEqual(["text/html", "text/plain"]);
    expect((await debug("richInspectVariables", { variableName: "nobody" })).body.data).toEqual({});
  });

  test("is answered while a cell waits", async () => {
    const id = await kernel.start("const made = 1; await new Promise((resume) => setTimeout(resume, 1500));");
    await kernel.waitFor(() => kernel.outputsOf(id).length > 0);
    expect(Object.keys(await inspected())).toContain("count");
    expect(kernel.outputsOf(id, true).some(({ content }) => content.execution_state === "idle")).toBe(false);
    await kernel.finished(id);
    expect(Object.keys(await inspected())).toContain("made");
  });
});
