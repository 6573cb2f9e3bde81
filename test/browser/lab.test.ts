// @module-tag slow
import { mkdirSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { LabSession } from "../commands/labSession";
import { launchBrowser } from "./browser";

const file = inRoot("notebooks", "00-start-here.ipynb");
const pictures = inRoot(".cache", "screenshots");
const output = (type: string) => `.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.${type}"]`;

describe("00-start-here in a real browser", () => {
  const lab = new LabSession();
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [browser] = await Promise.all([launchBrowser(), lab.ready()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    // What is run here is not to be saved into the project, though JupyterLab, which saves by itself after two
    // minutes, is to believe that it was: it is answered what would be there.
    await page.route(/\/api\/contents\//, async (route) => {
      if (route.request().method() !== "PUT") return route.continue();
      const response = await route.fetch({
        method: "GET",
        postData: "",
        url: `${route.request().url().split("?")[0]}?content=0`,
      });
      return route.fulfill({ response });
    });
    await page.goto(lab.address.href);
    await page.waitForSelector(".jp-NotebookPanel .jp-CodeCell");
    await kernelIs("Idle");
  });

  afterAll(async () => {
    await browser?.close();
    await lab.stop();
  });

  // The status bar's word for it: the notebook's own sign says idle before there is a kernel at all.
  const kernelIs = (status: string) => page.getByText(`TypeScript (Cofi) | ${status}`).waitFor();

  test("the notebook is what is seen first: no question, no other page", async () => {
    expect(await page.locator(".jp-NotebookPanel h1").first().textContent()).toContain("Start here");
    expect(await page.locator(".jp-Dialog, .Toastify__toast").count()).toBe(0);
    await page.screenshot({ path: `${pictures}/00-start-here-opened.png` });
  });

  test("Run All Cells runs every cell, without an error and without a warning", async () => {
    await page.locator(".lm-MenuBar-item", { hasText: "Run" }).click();
    await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    await kernelIs("Busy");
    const prompts = page.locator(".jp-CodeCell .jp-InputPrompt");
    // By the file: on a slow machine JupyterLab is still adding cells.
    const { cells } = JSON.parse(readFileSync(file, "utf8"));
    const code = cells.filter((cell: { cell_type: string }) => cell.cell_type === "code");
    const numbers = code.map((_: unknown, k: number) => `[${k + 1}]:`);
    await expect.poll(() => prompts.allTextContents(), { interval: 500 }).toEqual(numbers);
    expect(await page.locator(output("error")).allTextContents()).toEqual([]);
    expect(await page.locator(output("stderr")).allTextContents()).toEqual([]);
  });

  test("the figures are drawn, and by plotly rather than as still pictures", async () => {
    const figures = page.locator(".jp-OutputArea .js-plotly-plot");
    const count = await figures.count();
    expect(count).toBeGreaterThanOrEqual(1);
    for (let k = 0; k < count; k++) {
      const figure = figures.nth(k);
      await figure.scrollIntoViewIfNeeded();
      // Lines, bars and points are paths; a heat map is an image.
      const drawn = figure.locator(".mlayer path[d], .mlayer image");
      await expect.poll(() => drawn.count()).toBeGreaterThan(0);
      const box = await figure.locator(".main-svg").first().boundingBox();
      expect(box!.width).toBeGreaterThan(300);
      expect(box!.height).toBeGreaterThan(200);
      await page.screenshot({ path: `${pictures}/00-start-here-figure-${k + 1}.png` });
    }
    expect(await page.locator('.jp-OutputArea-output[data-mime-type="image/svg+xml"]').count()).toBe(0);
  });

  test("the whole page, as a picture", async () => {
    const notebook = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").first();
    const height = await notebook.evaluate((element) => element.scrollHeight);
    await page.setViewportSize({ width: 1280, height: Math.min(height, 12_000) + 120 });
    await notebook.evaluate((element) => element.scrollTo(0, 0));
    await page.waitForTimeout(1000); // for the figures to find their new size
    await page.screenshot({ path: `${pictures}/00-start-here.png` });
    expect(height).toBeGreaterThan(1500);
  });

  test("dollar signs in a table are text, where a formula is a formula", async () => {
    await page.locator(".jp-CodeCell .cm-content").last().click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    await page.keyboard.press("Enter");
    const cell = String.raw`import * as tslab from "tslab";
      show([{ title: "$\\href{x}{y}$" }, { title: "Ke$ha & A$AP" }]); tslab.display.html("<p>$z^2$</p>")`;
    await page.keyboard.insertText(cell);
    await page.keyboard.press("Shift+Enter");
    const outputs = page.locator('.jp-OutputArea-output[data-mime-type="text/html"]');
    await outputs.last().locator("mjx-container").waitFor();
    expect(await outputs.nth(-2).locator("td").allTextContents()).toEqual([
      String.raw`$\href{x}{y}$`,
      "Ke$ha & A$AP",
    ]);
  });

  test("saving by itself would find nothing to say, and the project's file is as it was", async () => {
    const before = readFileSync(file, "utf8");
    await page.keyboard.press("Escape");
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === "PUT"),
      page.keyboard.press("Control+s"),
    ]);
    await page.waitForTimeout(500);
    expect(await page.locator(".jp-Dialog").count()).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("the browser had nothing to complain of", () => expect(complaints).toEqual([]));
});
