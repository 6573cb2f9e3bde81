// @module-tag slow
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sequence } from "../../commands/pages/sequence.mjs";
import { inRoot, root } from "../../commands/project/project.mjs";
import { ratingsFromTable } from "../../src/ratings/build";
import { ratingsHeatmap } from "../../src/show/plots";
import { tableHtml } from "../../src/show/tableForms";
import { launchBrowser } from "./browser";

const pages = sequence().map(({ name }) => name);

describe("the exported pages, with the network off", () => {
  let browser: Browser;
  let offline: BrowserContext;

  beforeAll(async () => {
    execFileSync(process.execPath, [inRoot("commands", "main.mjs"), "html"], { cwd: root });
    browser = await launchBrowser();
    offline = await browser.newContext({ offline: true, viewport: { width: 1200, height: 900 } });
  });

  afterAll(() => browser?.close());

  async function open(name: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await offline.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(request.url()));
    await page.goto(pathToFileURL(inRoot("html", `${name}.html`)).href);
    return { page, complaints };
  }

  test.each(pages)("%s draws every figure and every formula, and asks nobody for anything", async (name) => {
    const { page, complaints } = await open(name);
    const figures = (
      readFileSync(inRoot("html", `${name}.html`), "utf8").match(/<div class="figure">/g) ?? []
    ).length;
    expect(figures).toBeGreaterThan(0);
    await expect.poll(() => page.locator(".figure .js-plotly-plot").count()).toBe(figures);
    await expect.poll(() => page.locator("mjx-container svg").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the contents lead to every page, and every page to its neighbours", async () => {
    const { page, complaints } = await open("index");
    expect(
      await page.locator("li a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
    ).toEqual(pages.map((name) => `${name}.html`));
    // Who leaves while a script is being loaded ends its request.
    const drawn = () => page.locator(".figure .js-plotly-plot").first().waitFor();
    await page.locator("li a").first().click();
    await drawn();
    for (const name of pages.slice(1)) {
      await page.locator(`a[href="${name}.html"]`).last().click();
      await page.waitForURL(`**/${name}.html`);
      await drawn();
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("on a phone nothing lies beyond the screen, in dark and in light", async () => {
    const phone = await browser.newContext({
      offline: true,
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
    });
    const page = await phone.newPage();
    const drawn = ".js-plotly-plot :is(.gtitle, .xtitle, .legendtext, .slider-group, .updatemenu-button)";
    for (const name of pages) {
      await page.goto(pathToFileURL(inRoot("html", `${name}.html`)).href);
      await page.locator(".figure .js-plotly-plot .gtitle").last().waitFor();
      const wide = await page.locator("html").evaluate((element) => element.scrollWidth);
      const cut = await page
        .locator(drawn)
        .evaluateAll((parts) =>
          parts
            .filter(
              (part) => part.getBoundingClientRect().left < 0 || part.getBoundingClientRect().right > 391,
            )
            .map((part) => part.textContent),
        );
      expect({ name, wide, cut }).toEqual({ name, wide: 390, cut: [] });
    }
    const ground = () =>
      page
        .locator("body")
        .evaluate((body) => body.ownerDocument.defaultView!.getComputedStyle(body).backgroundColor);
    expect(await ground()).toBe("rgb(17, 17, 17)");
    await page.emulateMedia({ colorScheme: "light" });
    expect(await ground()).toBe("rgb(255, 255, 255)");
    await phone.close();
  });

  test("on paper each figure is its still image, as wide as the paper", async () => {
    const { page } = await open("04-joint-training");
    await page.locator(".figure .js-plotly-plot").last().waitFor();
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 500, height: 800 });
    expect(await page.locator(".figure .js-plotly-plot").first().isVisible()).toBe(false);
    const box = await page.locator(".figure img").first().boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(500);
    expect(box!.width).toBeGreaterThan(300);
    await page.close();
  });

  test("the play button moves the films, and the slider goes with them", async () => {
    const { page } = await open("04-joint-training");
    const figure = page.locator(".js-plotly-plot", { has: page.locator(".slider-group") });
    await figure.waitFor();
    const points = () =>
      figure.locator(".trace .point").evaluateAll((marks) =>
        marks.map((mark) =>
          mark
            .getAttribute("transform")
            ?.match(/[\d.]+/g)
            ?.map((place: string) => Math.round(Number(place))),
        ),
      );
    const still = await points();
    await figure.locator(".updatemenu-button").click();
    await expect.poll(points, { interval: 20 }).not.toEqual(still);
    // In the end the films are where the still image shows them.
    await expect.poll(points).toEqual(still);
    await page.close();
  });

  test("dollar signs in tables and figures are text, and formulas beside them are formulas", async () => {
    const titles = ["$\\href{x}{y}$", "Ke$ha & A$AP", "霸王别姬 $a$ $$b$$"];
    const figure = ratingsHeatmap(ratingsFromTable([[1], [2], [3]], { itemIds: titles }), {
      title: titles[0],
    });
    const added = `${tableHtml(titles.map((title) => ({ title })))}
      <div class="figure"><script type="application/json">${JSON.stringify(figure)}</script></div>
      <p id="formula">$z^2$</p></main>`;
    const stored = readFileSync(inRoot("html", "02-content-based-prediction.html"), "utf8");
    writeFileSync(
      inRoot("html", "dollars.html"),
      stored.replace("</main>", () => added),
    );
    const { page, complaints } = await open("dollars");
    await page.locator("#formula mjx-container svg").waitFor();
    await page.locator(".figure .js-plotly-plot").last().waitFor();
    expect(await page.locator("table").last().locator("td").allTextContents()).toEqual(titles);
    const drawn = page.locator(".figure .js-plotly-plot").last();
    expect(await drawn.locator(".gtitle").textContent()).toBe(titles[0]);
    expect((await drawn.locator(".ytick text").allTextContents()).sort()).toEqual([...titles].sort());
    expect(await page.locator("table mjx-container, .figure mjx-container").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("where no script runs, a still image of each figure is there", async () => {
    const bare = await browser.newContext({ offline: true, javaScriptEnabled: false });
    const page = await bare.newPage();
    await page.goto(pathToFileURL(inRoot("html", "02-content-based-prediction.html")).href);
    const images = page.locator(".figure img");
    expect(await images.count()).toBeGreaterThanOrEqual(2);
    const box = await images.first().boundingBox();
    expect(box!.width).toBeGreaterThan(300);
    await bare.close();
  });
});
