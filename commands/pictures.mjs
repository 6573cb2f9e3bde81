import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "./lab/browser.mjs";
import { launchLab } from "./lab/jupyterlab.mjs";
import { animated, withText } from "./pages/png.mjs";
import { notebooksFolder, sequence } from "./pages/sequence.mjs";
import { inRoot } from "./project/project.mjs";
import { runSetup } from "./setup/setup.mjs";
import { hashOf, writeWhole } from "./setup/stamp.mjs";

/** The pictures of the README: the first notebook with its first recommendations, and its first minutes. */
export const pictureFiles = ["start-here.png", "first-minutes.png"].map((file) =>
  join(notebooksFolder, "images", file),
);

/** What the pictures say they were made of, under the name "Source": the cells of the first notebook. */
export function pictureSource() {
  const { cells } = JSON.parse(readFileSync(join(notebooksFolder, sequence()[0].file), "utf8"));
  return hashOf(...cells.map(({ source }) => [source].flat().join("")));
}

const size = { width: 1000, height: 720 };

/** Runs the first notebook in JupyterLab, in a browser, and makes the pictures of it anew. Nothing is saved into it. */
export async function pictures() {
  await runSetup();
  const folder = mkdtempSync(join(tmpdir(), "cofi-pictures-"));
  // With neither the settings nor the open pages of whoever makes them.
  process.env.JUPYTERLAB_SETTINGS_DIR = join(folder, "settings");
  process.env.JUPYTERLAB_WORKSPACES_DIR = join(folder, "workspaces");
  const lab = launchLab(["--no-browser"]);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: size });
    await page.route(/\/api\/contents\//, (route) =>
      route.request().method() === "PUT" ? route.abort() : route.continue(),
    );
    await page.goto(await lab.address);
    const { still, frames } = await play(page);
    mkdirSync(join(notebooksFolder, "images"), { recursive: true });
    const source = pictureSource();
    for (const [k, png] of [still, animated(frames)].entries()) {
      writeWhole(pictureFiles[k], withText(png, "Source", source));
      console.log(`${pictureFiles[k].slice(inRoot().length + 1)}: ${Math.round(png.length / 1024)} KB`);
    }
  } finally {
    await browser.close();
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Goes through the first two cells and the live ones, and gives what was to be seen on the way. */
async function play(page) {
  const frames = [];
  const keep = async (seconds) => {
    await page.waitForTimeout(400);
    const png = await page.screenshot();
    frames.push({ png, seconds });
    return png;
  };
  const menu = async (name, item) => {
    await page.locator(".lm-MenuBar-item", { hasText: name }).first().click();
    await page.getByRole("menuitem", { name: item, exact: true }).first().click();
  };
  const idle = () => page.getByText("TypeScript (Cofi) | Idle").waitFor({ timeout: 120_000 });
  const cell = (k) => page.locator(".jp-CodeCell").nth(k);
  const show = (place) => place.evaluate((element) => element.scrollIntoView({ block: "start" }));
  const run = async (k) => {
    await cell(k).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    await cell(k)
      .locator(".jp-InputPrompt", { hasText: /\[\d+\]/ })
      .waitFor({ timeout: 120_000 });
    await idle();
  };
  const press = async (title, star) => {
    await page
      .locator(".cofi-stars", { hasText: title })
      .locator(".cofi-star")
      .nth(star - 1)
      .click();
    await page.waitForTimeout(1500); // until the list has followed
  };

  await page.waitForSelector(".jp-NotebookPanel .jp-CodeCell", { timeout: 60_000 });
  await idle();
  await page.keyboard.press("Control+b"); // without the list of files
  await menu("Edit", "Clear Outputs of All Cells");
  await keep(3);
  await show(cell(0));
  await keep(3);
  await run(0);
  await show(cell(0).locator(".jp-OutputArea"));
  await keep(3);
  await show(cell(1));
  await keep(2.5);
  await run(1);
  await show(cell(1).locator(".cm-line").nth(6));
  const still = await keep(5);
  for (const k of [2, 3, 4]) await run(k);
  await show(cell(4).locator(".jp-OutputArea"));
  await keep(3);
  await press("Toy Story", 5);
  await keep(3);
  await press("Lion King", 5);
  await keep(3);
  await press("Matrix", 1);
  await keep(4);
  return { still, frames };
}
