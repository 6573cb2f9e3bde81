// @module-tag slow
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { Browser, BrowserContext, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBrowserFiles } from "../../commands/browser/browser.mjs";
import { sequence } from "../../commands/pages/sequence.mjs";
import { inRoot, venvPython } from "../../commands/project/project.mjs";
import { writePages } from "../../commands/site/html.mjs";
import { launchBrowser } from "./browser";
import { LivePage, type Notebook } from "./livePage";
import { differences, runPage, saidIn } from "./pageRun.mjs";

const names = ["02-content-based-prediction", "04-joint-training"];
const ofFilms = "08-look-at-ratings";
const films = join(process.env.COFI_DATA ?? inRoot("..", "shared", "data"), "ml-latest-small");

/** What is read here of a figure that is drawn. */
interface Figure {
  data: object[];
  layout: { title: { text: string } };
}

/** The pages whose controls move without a kernel, and the cells that have them. */
const moving: [page: string, cells: string[]][] = [
  ["02-content-based-prediction", ["02-w2"]],
  ["04-joint-training", ["04-w2", "04-w4"]],
  ["06-mean-normalization", ["06-w2"]],
  ["11-at-scale", ["11-w2"]],
  ["00-start-here", ["00-07"]],
];

describe("a page from a file, with the network off", () => {
  const folder = mkdtempSync(join(tmpdir(), "cofi live "));
  let browser: Browser;
  let offline: BrowserContext;
  let live: LivePage;

  beforeAll(async () => {
    await makeBrowserFiles();
    const wanted = [...names, ofFilms, ...moving.map(([page]) => page)];
    const pages = sequence().filter(({ name }) => wanted.includes(name));
    await writePages(folder, { pages });
    browser = await launchBrowser();
    offline = await browser.newContext({ offline: true, viewport: { width: 1100, height: 900 } });
    live = await open(names[0]);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string): Promise<LivePage> {
    const page = new LivePage(await offline.newPage());
    await page.page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    return page;
  }

  test("is there with its text before anything heavy is loaded", async () => {
    expect(await live.page.locator("h1").textContent()).toContain("Content-based prediction");
    expect(await live.status()).toBe(
      "Every cell can be changed and run; what you change is kept in this browser.",
    );
    const loaded = live.requests.filter((url) => url.startsWith("file:")).map((url) => url.split("/").at(-1));
    expect(loaded).not.toContain("pack.js");
    expect(loaded).not.toContain("editor.js");
  });

  /** What a cell's output says below its controls: figures by their data and titles, all else by its text. */
  const said = async (output: Locator) => {
    const parts = await output.locator(".jp-OutputArea-child").evaluateAll((children) =>
      children.slice(1).map((child) => {
        const figure = child.querySelector(".js-plotly-plot") as unknown as Figure | null;
        const text = () => child.querySelector("pre, table")?.textContent?.trim();
        return figure ? [JSON.parse(JSON.stringify(figure.data)), figure.layout.title.text] : text();
      }),
    );
    // How long it took is another number each time.
    return parts.map((part) => (typeof part === "string" ? part.replace(/[\d.]+ ms/, "# ms") : part));
  };

  test.for(moving)(
    "the controls of %s move what they command without a kernel, from what is stored and back to it",
    async ([name, cells], context) => {
      const page = name === names[0] ? live : await open(name);
      for (const id of cells) {
        const program = join(folder, "controls", `${id}.js`);
        if (!existsSync(program)) context.skip("the ratings that the page is about are not on this machine");
        expect(gzipSync(readFileSync(program)).length).toBeLessThan(150_000);
        const output = page.page.locator(`[id="cell-id=${id}"] .jp-Cell-outputWrapper`);
        await expect.poll(() => output.locator(".figure:not(:has(.js-plotly-plot))").count()).toBe(0);
        const stored = await said(output);
        const control = output.locator('input[type="range"], .cofi-stars-group').first();
        await control.focus();
        // The stars that come first are five, and the sliders have room above.
        const isSlider = (await control.locator("xpath=self::input").count()) > 0;
        await page.page.keyboard.press(isSlider ? "ArrowRight" : "ArrowLeft");
        await expect.poll(() => said(output), { interval: 20 }).not.toEqual(stored);
        await page.page.keyboard.press(isSlider ? "ArrowLeft" : "ArrowRight");
        await expect.poll(() => said(output), { interval: 20 }).toEqual(stored);
        expect(await page.status()).toMatch(/^The controls move, after/);
      }
      const loaded = page.requests.filter((url) => url.startsWith("file:"));
      expect(loaded.filter((url) => url.includes("/controls/")).length).toBe(cells.length);
      expect(loaded.filter((url) => url.includes("/kernel/"))).toEqual([]);
      expect(page.complaints).toEqual([]);
      if (page !== live) await page.page.close();
    },
  );

  test("a kernel takes controls over where the cell is run, and Reset gives them back", async () => {
    const page = await open(names[0]);
    const cell = page.page.locator('[id="cell-id=02-w2"]');
    const shown = cell.locator(".jp-Cell-outputWrapper:not([hidden])");
    const slider = shown.locator('input[type="range"]');
    const titleIs = (text: string) =>
      expect.poll(() => shown.locator(".gtitle").first().textContent()).toContain(`λ = ${text}`);
    await slider.fill("0.7");
    await titleIs("0.7");
    await cell.getByRole("button", { name: "Run" }).click();
    expect(await page.idle()).toContain("cells have run");
    await titleIs("0.1");
    await slider.fill("0.9");
    await titleIs("0.9");
    await cell.getByRole("button", { name: "Reset", exact: true }).click();
    await titleIs("0.1");
    expect(await slider.inputValue()).toBe("0.1");
    await slider.fill("0.5");
    await titleIs("0.5");

    // What the reader has changed only the kernel knows.
    await page.write(0, 'throw new Error("mine");');
    await slider.fill("0.3");
    expect(await page.idle()).toBe("Cell 1 ended with Error.");
    await page.page.evaluate("localStorage.clear()");
    expect(page.complaints).toEqual([]);
    await page.page.close();
  });

  test.each(names)("%s runs whole, with the outputs that are stored", async (name) => {
    const page = name === names[0] ? live : await open(name);
    await page.button("Run all").click();
    expect(await page.idle()).toMatch(/^\d+ cells have run, in [\d.]+ s\.$/);
    const { name: file, path, notebook } = await page.download();
    expect(file).toBe(`${name}.ipynb`);
    const stored: Notebook = JSON.parse(readFileSync(inRoot("notebooks", `${name}.ipynb`), "utf8"));
    expect(saidIn(notebook)).toEqual(saidIn(stored));
    expect(notebook.cells.map(({ id }) => id)).toEqual(stored.cells.map(({ id }) => id));
    const validate = "import sys, nbformat; nbformat.validate(nbformat.read(sys.argv[1], as_version=4))";
    execFileSync(venvPython, ["-c", validate, path]);
    expect(page.complaints).toEqual([]);
    if (page !== live) await page.page.close();
  });

  test.skipIf(!existsSync(films))(
    "08-look-at-ratings reads MovieLens's archive as the reader gives it, files that cells write, and frames",
    async () => {
      const archive = join(folder, "ml-latest-small.zip");
      const files = ["movies.csv", "ratings.csv"].map((name) => [name, readFileSync(join(films, name))]);
      writeFileSync(archive, zipSync(Object.fromEntries(files), { level: 1 }));
      const page = await open(ofFilms);
      await page.page.locator('input[type="file"]').setInputFiles(archive);
      expect(await page.status()).toBe("For the cells to read: ml-latest-small.zip.");
      const { status, notebook } = await runPage(page.page);
      expect(status).toMatch(/^\d+ cells have run, in [\d.]+ s\.$/);
      const stored: Notebook = JSON.parse(readFileSync(inRoot("notebooks", `${ofFilms}.ipynb`), "utf8"));
      expect(differences(stored, notebook).filter(({ why }) => why === undefined)).toEqual([]);
      await page.page.close();
    },
  );

  test("without a network, what MovieLens has not sent is generated, and a line says so", async () => {
    const page = await open(ofFilms);
    const said = await page.run(
      0,
      'import { movielens } from "cofi";\n(await movielens("ml-100k")).generated',
    );
    expect(said).toMatch(
      /^ml-100k is not here \(files\.grouplens\.org cannot be reached: .*\): generated ratings .*\ntrue$/s,
    );
    await page.page.close();
  });

  test("which exercises are done is kept in the browser, for all pages", async () => {
    await live.run(1, 'import { check } from "cofi";\ncheck("01 unrated", 5);');
    const page = await open(names[1]);
    expect(await page.run(0, 'import { course } from "cofi";\ncourse()')).toMatch(/^1 of \d+ exercises done/);
    expect(await page.cell(0).getByRole("link").nth(1).getAttribute("href")).toBe("01-ratings.html");
    await page.page.close();
  });

  test("a tab that ended while a cell ran says so when it is loaded again", async () => {
    const page = await open(names[1]);
    // In the first cell, before which nothing is run: others may have been changed, and that is kept.
    await page.start(0, "while (true) {}");
    await expect.poll(() => page.status()).toMatch(/^Running cell 1/);
    const held = await page.page.evaluate("JSON.stringify({ ...sessionStorage })");
    const url = page.page.url();
    await page.page.close();
    const again = new LivePage(await offline.newPage());
    await again.page.addInitScript(`Object.assign(sessionStorage, ${held})`);
    await again.page.goto(url);
    expect(await again.status()).toMatch(
      /^The tab ended while cell 1 ran, as it does where a cell fills the memory/,
    );
    await again.page.close();
  });

  test("a kernel's worker that never begins is followed by another, and one that cannot begin is told of", async () => {
    for (const [script, said] of [
      ["", "43"],
      ["throw new Error('no kernel')", "no kernel"],
    ]) {
      const context = await browser.newContext({ offline: true });
      const page = new LivePage(await context.newPage());
      // The first worker is of another script, as if the browser had not run the kernel's.
      await page.page.addInitScript(`let made = 0;
        window.Worker = class extends Worker {
          constructor(address) {
            super(made++ === 0 ? URL.createObjectURL(new Blob([${JSON.stringify(script)}])) : address);
          }
        };`);
      await page.page.goto(pathToFileURL(join(folder, `${names[0]}.html`)).href);
      await page.start(0, "42 + 1");
      await expect.poll(async () => `${await page.output(0)} ${await page.status()}`).toContain(said);
      await context.close();
    }
  });

  test("a control moves what it commands", async () => {
    const slider = live.page.locator('.live-controls input[type="range"]:visible').first();
    const cell = live.page
      .locator(".jp-CodeCell", { has: slider })
      .locator(".jp-Cell-outputWrapper:not([hidden])");
    await cell.locator(".js-plotly-plot").waitFor();
    const drawn = () =>
      cell
        .locator(".figure .scatterlayer path")
        .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
    const before = await drawn();
    expect(before.length).toBeGreaterThan(0);
    await slider.fill("4");
    await expect.poll(drawn).not.toEqual(before);
  });

  test("the editor completes, and says what things are", async () => {
    await live.write(0, 'import { randomMo } from "cofi";');
    for (let k = 0; k < ' } from "cofi";'.length; k++) await live.page.keyboard.press("ArrowLeft");
    await live.page.keyboard.press("Control+Space");
    const option = live.page.locator(".cm-tooltip-autocomplete li", { hasText: "randomModel" });
    await option.waitFor();
    await live.page.waitForTimeout(300); // as the editor waits, lest a list that just appears takes the key
    await live.page.keyboard.press("Enter");
    expect(await live.cell(0).locator(".cm-content").innerText()).toBe('import { randomModel } from "cofi";');
    await live
      .cell(0)
      .locator(".cm-content")
      .getByText("randomModel")
      .hover({ position: { x: 100, y: 8 } });
    await expect
      .poll(() => live.page.locator(".live-help").allInnerTexts())
      .toContainEqual(expect.stringContaining("numFeatures"));
    await live.page.mouse.move(0, 0);
  });

  test("changed code runs, and an error says where", async () => {
    expect(await live.run(0, 'let kept = 41;\n"<b>" + kept + "</b>"')).toBe("'<b>41</b>'");
    const said = await live.run(1, 'const n: number = 1;\nthrow new RangeError("n is " + n);');
    expect(said).toContain("RangeError: n is 1");
    expect(said).toContain("line 2");
    expect(await live.status()).toBe("Cell 2 ended with RangeError.");
  });

  test("a bar moves in place", async () => {
    const code = `import { progress } from "cofi";
const bar = progress(3, "steps");
for (let k = 0; k < 3; k++) { await new Promise((done) => setTimeout(done, 120)); bar.step(); }
bar.done();`;
    expect(await live.run(1, code)).toBe("steps: 3 of 3");
  });

  test("Stop ends what waits and what trains, and the variables stay", async () => {
    const waits = "kept = 42;\nawait new Promise((done) => setTimeout(done, 60_000));";
    const trains = `import { lecture, randomModel, train } from "cofi";
const { ratings } = lecture();
await train(randomModel({ ...ratings, numFeatures: 2 }), ratings, { iterations: 1e9 });`;
    for (const code of [waits, trains]) {
      await live.start(1, code);
      await expect.poll(() => live.status()).toMatch(/^Running cell 2/);
      await live.page.waitForTimeout(700);
      await live.button("Stop").click();
      expect(await live.idle()).toBe("Stopped in cell 2; the variables are still there.");
    }
    expect(await live.run(1, "kept")).toBe("42");
  });

  test("a loop that listens to nobody is ended, and what was run before is run again", async () => {
    await live.start(1, 'console.log("begun"); while (true) {}');
    // Once it is in the loop: stopped before that, it keeps its variables.
    await expect.poll(() => live.output(1)).toBe("begun");
    await live.button("Stop").click();
    expect(await live.idle()).toContain("had to be ended, and the variables with it");
    expect(await live.run(1, "kept + 1")).toBe("42");
  });

  test("changes are kept over a reload, and Reset gives back the page's", async () => {
    await live.page.reload();
    expect(await live.status()).toBe("Your changes of 2 cells are here, kept in this browser.");
    expect(await live.cell(1).locator(".highlight").innerText()).toContain("kept + 1");
    await live.cell(1).getByRole("button", { name: "Reset", exact: true }).click();
    expect(await live.cell(1).locator(".highlight").innerText()).toContain("featureMap");
    await live.button("Reset all").click();
    await expect.poll(() => live.status()).toContain("The page is as it was");
    expect(await live.cell(0).locator(".highlight").innerText()).toContain("lecture");
    await live.page.reload();
    expect(await live.status()).toContain("Every cell can be changed and run");
  });

  test("two tabs of a page keep each other's changes", async () => {
    const other = await open(names[0]);
    await live.write(0, "const first = 1;");
    await other.write(1, "const second = 2;");
    await live.page.reload();
    expect(await live.status()).toBe("Your changes of 2 cells are here, kept in this browser.");
    await other.page.close();
    await live.button("Reset all").click();
    await expect.poll(() => live.status()).toContain("The page is as it was");
  });

  test("where the browser's storage is full, it says that changes are not kept", async () => {
    await live.page.evaluate(() => {
      const { localStorage } = globalThis as unknown as {
        localStorage: { setItem(k: string, v: string): void };
      };
      for (let size = 1 << 22; size >= 1; size >>= 1)
        try {
          for (let k = 0; ; k++) localStorage.setItem(`full ${size} ${k}`, "x".repeat(size));
        } catch {
          // Full for pieces of this size.
        }
    });
    await live.write(0, "const more = 1;");
    await expect
      .poll(() => live.page.locator(".live-trouble").textContent())
      .toContain("the browser's storage is full");
    await live.page.evaluate("localStorage.clear()");
    await live.write(0, "const more = 2;");
    await expect.poll(() => live.page.locator(".live-trouble").textContent()).toBe("");
  });

  test.each(["light", "dark"] as const)("390 points wide and %s, nothing is cut off", async (colorScheme) => {
    const narrow = await browser.newContext({
      offline: true,
      viewport: { width: 390, height: 844 },
      colorScheme,
    });
    const page = await narrow.newPage();
    await page.goto(pathToFileURL(join(folder, `${names[0]}.html`)).href);
    await page.locator(".figure .js-plotly-plot").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    // Text stands out from the page: WCAG's ratio of 4.5 between the two.
    const ratio = await page.evaluate(`(() => {
      const of = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
      const paper = of(getComputedStyle(document.body).backgroundColor);
      const ink = of(getComputedStyle(document.querySelector(".jp-MarkdownOutput p")).color);
      return (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05);
    })()`);
    expect(ratio).toBeGreaterThan(4.5);
    await narrow.close();
  });
});
