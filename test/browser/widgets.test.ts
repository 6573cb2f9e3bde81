// @module-tag slow
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot, root } from "../../commands/project/project.mjs";
import { LabSession } from "../commands/labSession";
import { launchBrowser } from "./browser";

const pictures = inRoot(".cache", "screenshots");

/** One cell each: a control of every kind, a picture that follows its controls, a place for output. */
const cells = [
  `import { button, checkbox, dropdown, figure, interact, output, slider, stars, text } from "cofi";
   const rating = stars("Alien (1979)"); const place = output();
   const line = ({ slope, colour, dashed }: { slope: number; colour: string; dashed: boolean }) =>
     figure([{ x: [0, 1], y: [0, slope], line: { color: colour, dash: dashed ? "dash" : "solid" } }],
       { title: "slope " + slope, x: { title: "x" }, y: { title: "y", range: [0, 10] } });`,
  `await interact({
     slope: slider("slope", { max: 10, step: 1, value: 3 }),
     colour: dropdown("colour", ["#0072b2", "#d55e00"]),
     dashed: checkbox("dashed"),
   }, line);`,
  `await interact({ rating, name: text("name", { value: "Ann" }), go: button("Again") },
     ({ rating, name, go }) => name + " gives " + (rating ?? "no") + " stars, click " + go);`,
  `await place.show([{ film: "Alien", mean: 4 }]); place`,
];

const notebookOf = (sources: string[]) => ({
  cells: sources.map((source, k) => ({
    ...{ cell_type: "code", id: `cell-${k}`, metadata: {}, execution_count: null, outputs: [] },
    source,
  })),
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript (Cofi)", language: "typescript" } },
  ...{ nbformat: 4, nbformat_minor: 5 },
});

describe("widgets in a real JupyterLab", () => {
  const folder = mkdtempSync(join(root, "widgets-"));
  const lab = new LabSession();
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    for (const name of ["a", "b"])
      writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify(notebookOf(cells)));
    [browser] = await Promise.all([launchBrowser(), lab.ready()]);
    page = await open("a");
    await runAll();
  });

  afterAll(async () => {
    await browser?.close();
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 1300 } });
    opened.on("pageerror", (error) => complaints.push(error.message));
    const { origin, searchParams } = lab.address;
    await opened.goto(
      `${origin}/lab/workspaces/${name}-${Date.now()}/tree/${basename(folder)}/${name}.ipynb?token=${searchParams.get("token")}`,
    );
    await opened.waitForSelector(".jp-NotebookPanel .jp-CodeCell");
    await opened.getByText("TypeScript (Cofi) | Idle").waitFor();
    return opened;
  }

  async function menu(of: Page, name: string, item: string): Promise<void> {
    await of.locator(".lm-MenuBar-item", { hasText: name }).first().click();
    await of.getByRole("menuitem", { name: item, exact: false }).first().click();
  }

  async function runAll(of: Page = page): Promise<void> {
    await menu(of, "Run", "Run All Cells");
    await of.getByText("TypeScript (Cofi) | Busy").waitFor();
    await of.getByText("TypeScript (Cofi) | Idle").waitFor();
    await of.locator(".widget-output").waitFor();
  }

  const cell = (k: number, of: Page = page) => of.locator(".jp-CodeCell").nth(k);
  const title = (of: Page = page) => cell(1, of).locator(".gtitle");
  const slope = (of: Page = page) => cell(1, of).locator(".noUi-handle");
  const reads = async (place: Locator, words: string) => {
    await place.getByText(words).first().waitFor();
  };

  test("every control is drawn, and the picture of their first values", async () => {
    await reads(title(), "slope 3");
    await reads(cell(2), "Ann gives no stars, click 0");
    expect(await cell(2).locator(".cofi-star").count()).toBe(5);
    expect(await cell(3).locator(".widget-output td").allTextContents()).toContain("Alien");
    expect(await page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').allTextContents()).toEqual(
      [],
    );
    await page.screenshot({ path: `${pictures}/widgets-first.png` });
  });

  test("the picture follows each control", async () => {
    await slope().focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press("ArrowRight");
    await reads(title(), "slope 6");
    await cell(1).locator("select").selectOption({ index: 1 });
    await cell(1).locator("input[type=checkbox]").check();
    const drawn = cell(1).locator(".scatterlayer path.js-line");
    await expect
      .poll(() => drawn.getAttribute("style"))
      .toMatch(/dasharray: [1-9].*rgb\(213, 94, 0\)|rgb\(213, 94, 0\).*dasharray: [1-9]/);
    await cell(2).locator(".cofi-star").nth(3).click();
    await reads(cell(2), "Ann gives 4 stars");
    await cell(2).locator("input[type=text]").fill("Bo");
    await cell(2).getByRole("button", { name: "Again" }).click();
    await reads(cell(2), "Bo gives 4 stars, click 1");
    await cell(2).locator(".cofi-star").nth(3).click();
    await reads(cell(2), "Bo gives no stars, click 1");
    await cell(2).locator(".cofi-star").nth(1).click();
    await reads(cell(2), "Bo gives 2 stars, click 1");
    await page.mouse.move(5, 5);
    await page.screenshot({ path: `${pictures}/widgets-moved.png` });
  });

  test("a slider held half-way has its picture, which takes as much room as before and after", async () => {
    const room = async () => (await cell(1).locator(".jp-OutputArea").first().boundingBox())!.height;
    const box = (await cell(1).locator(".noUi-base").boundingBox())!;
    await slope().hover();
    const before = await room();
    await page.mouse.down();
    for (let k = 1; k <= 10; k++) {
      await page.mouse.move(box.x + (box.width * (6 - k / 5)) / 10, box.y + box.height / 2);
      await page.waitForTimeout(40);
      expect(Math.abs((await room()) - before)).toBeLessThan(5);
    }
    await reads(title(), "slope 4");
    await page.screenshot({ path: `${pictures}/widgets-held.png` });
    expect(await cell(1).locator(".widget-readout").textContent()).toBe("4");
    await page.mouse.up();
    await reads(title(), "slope 4");
    expect(Math.abs((await room()) - before)).toBeLessThan(5);
  });

  test("a slider that is dragged for long leaves the last picture, and no old one after it", async () => {
    const box = (await cell(1).locator(".noUi-base").boundingBox())!;
    await slope().hover();
    await page.mouse.down();
    for (let k = 0; k < 200; k++)
      await page.mouse.move(box.x + (box.width * (1 + Math.sin(k / 5))) / 2, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width, box.y + box.height / 2);
    await page.mouse.up();
    await reads(title(), "slope 10");
    await page.waitForTimeout(1000);
    expect(await title().textContent()).toBe("slope 10");
  });

  test("a second notebook has widgets of its own", async () => {
    const other = await open("b");
    await runAll(other);
    await reads(title(other), "slope 3");
    await slope(other).focus();
    await other.keyboard.press("ArrowLeft");
    await reads(title(other), "slope 2");
    expect(await title().textContent()).toBe("slope 10");
    await other.close();
  });

  test("saved values and stills stand when the notebook is opened again, without and with another kernel", async () => {
    await page.keyboard.press("Control+s");
    const saved = () => JSON.parse(readFileSync(join(folder, "a.ipynb"), "utf8"));
    await expect.poll(() => JSON.stringify(saved().metadata.widgets ?? "")).toContain('"value":10');
    const figure = saved().cells[1].outputs.at(-1).data;
    expect([figure["image/svg+xml"]].flat().join("")).toMatch(/^<svg /);
    expect([figure["text/plain"]].flat().join("")).toContain("slope 10");
    await menu(page, "Kernel", "Shut Down Kernel");
    await page.getByText("TypeScript (Cofi) | No Kernel").or(page.getByText("No Kernel")).first().waitFor();
    await page.close();
    page = await open("a");
    // Of a figure that was drawn before plotly's extension shows a picture until it is run again.
    await cell(1).locator("img.plot-img").waitFor();
    await expect.poll(() => cell(1).locator(".widget-readout").textContent()).toBe("10");
    await expect.poll(() => cell(2).locator(".cofi-star.lit").count()).toBe(2);
    await page.screenshot({ path: `${pictures}/widgets-again.png` });
    await runAll();
    await reads(title(), "slope 3");
    await slope().focus();
    await page.keyboard.press("ArrowRight");
    await reads(title(), "slope 4");
  });

  test("a kernel that is restarted under live widgets leaves them as they were, and new ones live", async () => {
    await menu(page, "Kernel", "Restart Kernel…");
    await Promise.all([
      page.waitForResponse((response) => response.url().includes("/restart")),
      page.locator(".jp-Dialog button.jp-mod-warn").click(),
    ]);
    await page.getByText("TypeScript (Cofi) | Idle").waitFor();
    await slope().focus();
    await page.keyboard.press("ArrowRight");
    expect(await title().textContent()).toBe("slope 4");
    await runAll();
    await reads(title(), "slope 3");
    await slope().focus();
    await page.keyboard.press("ArrowRight");
    await reads(title(), "slope 4");
  });

  test("the browser had nothing to complain of", () => expect(complaints).toEqual([]));
});
