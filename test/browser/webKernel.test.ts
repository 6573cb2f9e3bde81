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

test("debug", async () => {
  const { reply } = await kernel.execute("import { lecture } from 'cofi'; lecture().ratings.numItems");
  console.log(reply.ename, reply.evalue, reply.traceback?.join("\n"));
});
