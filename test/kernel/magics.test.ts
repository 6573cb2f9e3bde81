// @module-tag slow

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expandMagics, hideMagics } from "../../src/kernel/cells/help/magics";
import { KernelClient, plain, said } from "./kernelClient";

describe("what counts as a magic", () => {
  const reading = {
    isComplete: (code: string) => !/[`([{]$|\/\*[^*]*$/.test(code.trim()),
    isVariable: (name: string) => name === "done",
  };
  test.each([
    ["!npm i", true],
    ["!ls -la", true],
    ["! ls", true],
    ["!./run.sh | sort", true],
    ["!git status && echo x", true],
    ["const a = 1;\n!echo a", true],
    ["%who", true],
    ["%timeit 1 + 1", true],
    ["!done && f()", false],
    ["const open = true;\n!open && f()", false],
    ["!(1 > 2)", false],
    ["!!x", false],
    ["!function () {}()", false],
    ["!async function () {}()", false],
    [" !ls", false],
    ["const t = `\n!ls\n`", false],
    ["/* note\n!ls\n*/", false],
    ["f(\n!ls\n)", false],
    ["%unknown", false],
    ["%whoever", false],
    ["a\n  % b", false],
    ['"use strict";\n!ls', false],
    ["// note\n'use strict'\n%who", false],
  ])("%j: %s", (code, isMagic) => {
    expect(expandMagics(code, reading) !== code).toBe(isMagic);
    const hidden = hideMagics(code, reading);
    expect(hidden.length).toBe(code.length);
    expect(hidden !== code).toBe(isMagic);
    expect(expandMagics(code, reading).split("\n").length).toBe(code.split("\n").length);
  });
});

let kernel: KernelClient;
const folder = mkdtempSync(join(tmpdir(), "cofi magics "));
beforeAll(async () => {
  kernel = await KernelClient.start({ cwd: folder });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true });
});
const run = async (code: string) => said((await kernel.execute(code)).outputs);

describe.skipIf(process.platform === "win32")("!command", () => {
  test("shows what the program prints, in its order with the cell's own", async () => {
    const texts = await run('console.log("a");\n!echo b; echo c >&2\nconsole.log("d");\n!printf "é€😀"');
    expect(texts.join("").replaceAll(/std(?:out|err): /g, "")).toMatch(/^a\n(?:b\nc\n|c\nb\n)d\né€😀$/);
  });

  test("as it comes, in the notebook's folder", async () => {
    const id = await kernel.start("!pwd; sleep 1; echo end");
    await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
    expect(said(kernel.outputsOf(id))[0]).toContain(folder.split("/").at(-1));
    expect(kernel.outputsOf(id, true).some(({ content }) => content.execution_state === "idle")).toBe(false);
    await kernel.finished(id);
  });

  test("that fails fails its cell, at its line", async () => {
    const { reply } = await kernel.execute("const before = 1;\n!exit 3");
    expect(reply).toMatchObject({ status: "error", evalue: "exit 3: ended with exit code 3" });
    expect(plain(reply.traceback)).toContain("line 2");
    expect(plain(reply.traceback)).toContain("> 2 | !exit 3");
  });

  test("is interrupted, with what it has started", async () => {
    const id = await kernel.start("!echo up; sh -c 'sleep 601; true'; sleep 602");
    await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply.ename).toBe("KeyboardInterrupt");
    expect(await run("!ps -eo args | grep -c '[s]leep 60[12]' || true")).toEqual(["stdout: 0\n"]);
  });
});

describe("%magics", () => {
  test("measure", async () => {
    expect((await run("%timeit Math.sqrt(2)")).join()).toMatch(
      /^stdout: [\d.]+ ns ± [\d.]+ [nµ]s per loop \(mean ± std\. dev\. of 7 runs, [\d,]+ loops each\)\n$/,
    );
    expect((await run("%timeit await new Promise((r) => setTimeout(r, 5))")).join()).toMatch(
      /^stdout: [5-9][\d.]* ms ±/,
    );
    expect((await run("%time const timed = [1, 2].map((k) => 2 * k);\ntimed")).join()).toMatch(
      /^stdout: Wall time: [\d.]+ [mnµ]?s\n,result: \[ 2, 4 \]$/,
    );
  });

  test("list variables and what there is", async () => {
    await run("const list = [1, 2, 3]; class Film {} ; const film = new Film(); function twice() {}");
    const [who] = await run("%who");
    for (const line of [
      /^list +Array\(3\) +\[ 1, 2, 3 \]$/m,
      /^film +Film +Film \{\}$/m,
      /^twice +function/m,
      /^Film +class/m,
    ])
      expect(who.replace("stdout: ", "")).toMatch(line);
    expect((await run("%help")).join()).toContain("!COMMAND");
  });

  test("are no obstacle to completion, help and consoles", async () => {
    const code = "!npm i\nlist.len";
    const reply = await kernel.request("complete_request", { code, cursor_pos: code.length });
    expect(reply).toMatchObject({ matches: ["length"], cursor_start: code.length - 3 });
    expect(await kernel.request("is_complete_request", { code: "!npm i" })).toEqual({ status: "complete" });
    expect(await kernel.request("inspect_request", { code: "%who\nlist", cursor_pos: 6 })).toMatchObject({
      found: true,
    });
  });

  test("an error in what is measured is told by its line", async () => {
    const { reply } = await kernel.execute("const fine = 1;\n%time null.x");
    expect(plain(reply.traceback)).toContain("> 2 | %time null.x");
  });
});
