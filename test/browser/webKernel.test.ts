// @module-tag slow

import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { said } from "../kernel/kernelClient";
import { launchBrowser } from "./browser";
import { root, serve, WebKernelClient } from "./webKernelClient";

let browser: Browser;
const servers: Server[] = [];
let kernel: WebKernelClient;

/** A page of its own origin with a kernel. */
async function newKernel(isolated: boolean): Promise<WebKernelClient> {
  const { address, server } = await serve(isolated);
  servers.push(server);
  const page: Page = await browser.newPage();
  page.on("console", (message) => process.env.LOUD && console.log(message.text()));
  page.on("pageerror", (error) => console.log(error));
  await page.goto(address);
  return WebKernelClient.start(page);
}

beforeAll(async () => {
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

describe.each([...new Set(table.map(({ topic }) => topic))])("%s", (title) => {
  test.each(table.filter(({ topic }) => topic === title))("$name", async ({ files, cells, wanted }) => {
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

describe.each([{ isolated: false }, { isolated: true }])("interrupts, isolated: $isolated", ({ isolated }) => {
  let kernel: WebKernelClient;
  beforeAll(async () => {
    kernel = await newKernel(isolated);
    expect(await kernel.page.evaluate("crossOriginIsolated")).toBe(isolated);
    await kernel.execute("let turns = 0; const kept = 'kept';");
  });

  /** Starts a cell, interrupts it once it runs, and tells how it ended and how long that took. */
  async function interrupted(code: string) {
    const id = await kernel.start(code);
    await kernel.waitFor(() => kernel.outputsOf(id).some(({ content }) => content.text?.includes("go")));
    const start = performance.now();
    expect(await kernel.request("interrupt_request", {}, "control")).toEqual({ status: "ok" });
    const { reply } = await kernel.finished(id);
    return { ename: reply.ename, evalue: reply.evalue, time: performance.now() - start };
  }

  test.each([
    ["a loop", "console.log('go'); while (true) turns++;"],
    ["a loop after an await", "await 0; console.log('go'); for (;;) { turns++; }"],
    ["a loop in a function", "const spin = () => { do { turns++ } while (true) }; console.log('go'); spin();"],
    ["an await", "console.log('go'); await new Promise(() => {});"],
    ["a loop that sleeps", "console.log('go'); while (true) await new Promise((go) => setTimeout(go, 10));"],
  ])("stop %s, and variables are kept", async (_, code) => {
    const { ename, time } = await interrupted(code);
    expect(ename).toBe("KeyboardInterrupt");
    expect(time).toBeLessThan(1000);
    expect(said((await kernel.execute("kept")).outputs)).toEqual(["result: 'kept'"]);
  });

  test("stop what can't be stopped by ending it, and say so", async () => {
    const { ename, evalue, time } = await interrupted("console.log('go'); /(a+)+b/.test('a'.repeat(60))");
    expect(ename).toBe("ProcessEnded");
    expect(evalue).toContain("could not be interrupted");
    expect(evalue).toContain("all variables are lost");
    expect(time).toBeLessThan(5000);
    expect(said((await kernel.execute("1 + 1")).outputs)).toEqual(["result: 2"]);
    expect((await kernel.execute("kept")).reply.evalue).toContain("Cannot find name 'kept'");
  });
});
