// @module-tag slow
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBrowserFiles } from "../../commands/browser/browser.mjs";
import { sequence } from "../../commands/pages/sequence.mjs";
import { inRoot } from "../../commands/project/project.mjs";
import { filesUnder } from "../../commands/setup/stamp.mjs";
import { serveFolder } from "../../commands/site/serve.mjs";
import { writeSite } from "../../commands/site/site.mjs";
import { sizesOf } from "../../commands/site/sizes.mjs";
import { cellOf, sourceOf } from "../assignments/notebooks";
import { launchBrowser } from "./browser";
import { LivePage, type Notebook } from "./livePage";
import { saidIn } from "./pageRun.mjs";

const name = "02-content-based-prediction";
const stored: Notebook = JSON.parse(readFileSync(inRoot("notebooks", `${name}.ipynb`), "utf8"));

describe("the site, in a subfolder of a plain web server", () => {
  const folder = mkdtempSync(join(tmpdir(), "cofi site "));
  let browser: Browser;
  let plain: Server;
  let isolated: Server;
  let lab: Page;
  let address: string;

  beforeAll(async () => {
    await makeBrowserFiles();
    const pages = sequence().filter((page) => page.name === name);
    await writeSite(folder, { pages, say: () => {} });
    plain = await serveFolder(folder, { base: "/course/ratings/", isolated: false });
    address = `http://127.0.0.1:${portOf(plain)}/course/ratings/`;
    isolated = await serveFolder(folder);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    for (const server of [plain, isolated]) stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  function stop(server: Server): void {
    server.closeAllConnections();
    server.close();
  }

  async function openLab(page: Page, base: string): Promise<void> {
    await page.goto(`${base}lite/lab/index.html?path=${name}.ipynb`);
    await ready(page);
  }

  const ready = (page: Page) => page.locator(".jp-NotebookPanel .jp-CodeCell").first().waitFor();

  /** Runs all cells, and waits for the last. */
  async function runAll(page: Page): Promise<void> {
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
    await idle(page);
  }

  const idle = async (page: Page) => {
    const prompts = page.locator(".jp-NotebookPanel .jp-CodeCell .jp-InputPrompt");
    await page.waitForTimeout(300);
    await expect
      .poll(async () => (await prompts.allTextContents()).filter((text) => text.includes("*")).length, {
        interval: 200,
      })
      .toBe(0);
  };

  /** The notebook as JupyterLite keeps it in the browser. */
  async function kept(page: Page): Promise<Notebook> {
    await page.keyboard.press("ControlOrMeta+s");
    const read = `new Promise(async (resolve, reject) => {
      const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("JupyterLite Storage"));
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const reading = opening.result.transaction("files").objectStore("files").get("${name}.ipynb");
        reading.onsuccess = () => { opening.result.close(); resolve(reading.result?.content); };
      };
    })`;
    await expect.poll(() => page.evaluate(read)).toBeTruthy();
    return (await page.evaluate(read)) as Notebook;
  }

  /** Writes code into a code cell, by default the first, and runs it; gives what it put out. */
  async function run(page: Page, code: string, k = 0): Promise<string> {
    await start(page, code, k);
    await idle(page);
    return output(page, k);
  }

  async function start(page: Page, code: string, k = 0): Promise<void> {
    const cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(k);
    // JupyterLab may draw a cell anew at any moment: this does not mind, and the click waits.
    await cell.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await cell.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(code);
    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+Enter");
  }

  const output = async (page: Page, k = 0) =>
    (
      await page
        .locator(".jp-NotebookPanel .jp-CodeCell")
        .nth(k)
        .locator(".jp-OutputArea-output")
        .allInnerTexts()
    )
      .join("\n")
      .trim();

  test("weighs no more than the README's table says, by gzip", () => {
    const size = Object.fromEntries(sizesOf(folder).map(({ name, gzip }) => [name, gzip / 1e6]));
    const kernel = size["kernel: compiler"] + size["kernel: declarations for the compiler"] + size.Cofi;
    const most = {
      "page script": 0.012,
      "programs of controls": 0.09,
      editor: 0.16,
      "plotly.js": 1.5,
      MathJax: 0.7,
      "TensorFlow.js": 0.8,
      danfo: 0.3,
      DuckDB: 8,
      JupyterLite: 4.7,
      "JupyterLite's extensions, plotly.js among them": 1.85,
    };
    for (const [part, bar] of Object.entries(most)) expect(size[part], part).toBeLessThan(bar);
    expect(kernel).toBeLessThan(1.8);
  });

  test("the page runs a cell from the server, and leads to JupyterLite", async () => {
    const live = new LivePage(await browser.newPage());
    await live.page.goto(`${address}${name}.html`);
    expect(await live.run(0, "const six = 6;\nsix * 7")).toBe("42");
    await live.start(1, "let count = 0;\nwhile (true) count++;");
    await expect.poll(() => live.status()).toMatch(/^Running cell 2/);
    await live.button("Stop").click();
    expect(await live.idle()).toBe("Stopped in cell 2; the variables are still there.");
    const link = live.page.getByRole("link", { name: "JupyterLite" });
    expect(await link.getAttribute("href")).toBe(`${address}lite/lab/index.html?path=${name}.ipynb`);
    await live.page.close();
  });

  test("JupyterLite runs the notebook whole without isolation, with the outputs that are stored", async () => {
    const reader = await browser.newContext({ viewport: { width: 1300, height: 900 } });
    lab = await reader.newPage();
    lab.on("dialog", (dialog) => dialog.accept());
    await openLab(lab, address);
    expect(await lab.evaluate("crossOriginIsolated")).toBe(false);
    const told = lab.locator(".Toastify__toast", { hasText: "kept in this browser" });
    await told.waitFor();
    await runAll(lab);
    await expect.poll(async () => saidIn(await kept(lab))).toEqual(saidIn(stored));
    // Plotly's figures are drawn, and code has colours.
    await lab.locator(".jp-NotebookPanel .js-plotly-plot").first().waitFor({ state: "attached" });
    await lab.locator(".jp-NotebookPanel .cm-line span").first().waitFor({ state: "attached" });
  });

  test("its interrupt reaches the kernel, and the variables stay", async () => {
    await start(lab, "let count = 1;\nconsole.log('begun');\nwhile (true) count++;");
    await expect.poll(() => output(lab)).toContain("begun");
    await lab
      .locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')
      .or(
        lab.locator(
          '.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] button, .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] jp-button',
        ),
      )
      .first()
      .click();
    await idle(lab);
    expect(await output(lab)).toContain("KeyboardInterrupt");
    expect(await run(lab, "count > 1")).toBe("true");
  });

  test("files that a cell writes are in the list of files, and it reads those that lie there", async () => {
    const code =
      'import { writeFileSync, readFileSync } from "node:fs";\nwriteFileSync("mine.csv", "user,item,rating\\n1,2,3\\n");\nreadFileSync("mine.csv", "utf8").length';
    expect(await run(lab, code)).toBe("23");
    await lab.locator('[data-command="filebrowser:refresh"], [title="Refresh File Browser"]').first().click();
    await lab.locator(".jp-DirListing-itemText", { hasText: "mine.csv" }).waitFor();
  });

  test("opens again without a server, changes included, and runs", async () => {
    await run(lab, "const mine = 1234;\nmine");
    await kept(lab);
    await expect.poll(() => lab.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
    const count = `caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys()).then((keys) => keys.length)`;
    const isLater = /^(offline\.js$|kernel\/(danfo|duckdb|tensorflow|tfjs))/;
    const all = filesUnder(folder).filter((file: string) => !isLater.test(file)).length;
    await expect.poll(() => lab.evaluate(count), { interval: 500 }).toBeGreaterThanOrEqual(all);
    stop(plain);
    await lab.reload();
    await ready(lab);
    // The worker has added what the server does not send.
    expect(await lab.evaluate("crossOriginIsolated")).toBe(true);
    const first = lab.locator(".jp-NotebookPanel .jp-CodeCell").first().locator(".cm-content");
    await expect.poll(() => first.innerText()).toContain("1234");
    expect(await run(lab, 'import { lecture } from "cofi";\nlecture().ratings.values.length')).toBe("15");
    await lab.goto(`${address}${name}.html`);
    expect(await lab.locator("h1").textContent()).toContain("Content-based prediction");
    await lab.context().close();
  });

  test("with the headers of --serve, JupyterLite has threads", async () => {
    const page = await browser.newPage();
    await openLab(page, `http://127.0.0.1:${portOf(isolated)}/`);
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    const code = `import { lecture, randomModel, train } from "cofi";
const { ratings } = lecture();
const start = randomModel({ ...ratings, numFeatures: 2 });
const [one, two] = [await train(start, ratings, { threads: 1 }), await train(start, ratings, { threads: 2 })];
one.model.X.join() === two.model.X.join()`;
    expect(await run(page, code)).toBe("true");
    await page.close();
  });

  test("an assignment opens by its link, its checks tell right from wrong, and what is downloaded is graded", async () => {
    const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(`http://127.0.0.1:${portOf(isolated)}/index.html`);
    await page.getByRole("link", { name: "Assignment 1" }).click();
    await ready(page);
    const cells = page.locator(".jp-NotebookPanel .jp-CodeCell");
    expect(await cells.allInnerTexts()).not.toContainEqual(expect.stringMatching(/SOLUTION|HIDDEN|examine/));
    const source = sourceOf(1);
    const right = cellOf(source, "toMatrices").source;
    const [given, test] = ["a1-04", "toMatrices-test"].map((name) => cellOf(source, name).source);
    await run(page, given, 0);
    await run(page, right.replace("? 0 : 1", "? 1 : 0"), 1);
    const check = test.split("/// BEGIN")[0].trim();
    expect(await run(page, check, 2)).toMatch(/^Not yet|^Wrong|R /);
    await run(page, right, 1);
    expect(await run(page, check, 2)).toContain("Right");
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^File$/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".lm-Menu-itemLabel", { hasText: /^Download$/ }).click(),
    ]);
    const file = await download.path();
    expect(download.suggestedFilename()).toBe("1-ratings-and-content.ipynb");

    const [course, assignment] = [join(folder, "a course"), "1-ratings-and-content"];
    const main = inRoot("commands", "main.mjs");
    const courseCommand = (...args: string[]) =>
      execFileSync(process.execPath, [main, "course", ...args], { encoding: "utf8" });
    courseCommand("init", course);
    mkdirSync(join(course, "submitted", "anna", assignment), { recursive: true });
    copyFileSync(file, join(course, "submitted", "anna", assignment, `${assignment}.ipynb`));
    expect(courseCommand("grade", course, assignment)).toContain("anna: 2 of 16");
    courseCommand("export", course);
    expect(readFileSync(join(course, "export", "marks.csv"), "utf8")).toMatch(/^anna,2,2,0,0,0,0,0,0\r?$/m);
    await page.close();
  });
});
