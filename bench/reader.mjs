// What the reader of the site waits for, and what is transferred: in Chromium, from a server that packs files by gzip.
//   npm run site && node bench/reader.mjs [FOLDER]
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "../commands/lab/browser.mjs";
import { inRoot } from "../commands/project/project.mjs";
import { filesUnder } from "../commands/setup/stamp.mjs";
import { isolation, types } from "../commands/site/serve.mjs";

const folder = process.argv[2] ?? inRoot("site");
const name = "02-content-based-prediction";
const base = "/course/";

const packed = new Map(filesUnder(folder).map((file) => [file, gzipSync(readFileSync(join(folder, file)))]));
const isKernel = /^kernel\//;

/** A server whose answers share one line of so many bits a second, each after the time of a way there and back. */
async function serve({ bits = Number.POSITIVE_INFINITY, delay = 0, isolated = false } = {}) {
  const sent = { bytes: 0, kernel: 0 };
  let free = 0;
  const until = (time) => new Promise((resolve) => setTimeout(resolve, time - performance.now()));
  const server = createServer(async ({ url, headers }, answer) => {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname).slice(base.length);
    const body = packed.get(path === "" || path.endsWith("/") ? `${path}index.html` : path);
    await until(performance.now() + delay);
    if (!body) return answer.writeHead(404).end();
    // All files are of the same making.
    const common = { ETag: '"1"', "Cache-Control": "max-age=600", ...(isolated && isolation) };
    if (headers["if-none-match"] === common.ETag) return answer.writeHead(304, common).end();
    answer.writeHead(200, {
      ...common,
      "Content-Type": types[extname(path) || ".html"] ?? "application/octet-stream",
      "Content-Encoding": "gzip",
    });
    for (let from = 0; from < body.length; from += 16_384) {
      const part = body.subarray(from, from + 16_384);
      free = Math.max(free, performance.now()) + (1000 * 8 * part.length) / bits;
      if (free > performance.now()) await until(free);
      sent.bytes += part.length;
      if (isKernel.test(path)) sent.kernel += part.length;
      answer.write(part);
    }
    return answer.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}${base}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address, sent, stop };
}

const browser = await launchBrowser(["--enable-precise-memory-info"]);

const rows = [];
function row(what, value, unit, bar) {
  rows.push({ what, value, unit, bar });
  const held = bar === undefined ? "" : `   bar ${bar}: ${value <= bar ? "held" : "MISSED"}`;
  console.log(`${what.padEnd(74)} ${value.toFixed(2).padStart(7)} ${unit}${held}`);
}
const seconds = (since) => (performance.now() - since) / 1000;
const megabytes = (bytes) => bytes / 1e6;

async function fresh(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  return { context, page };
}

/** An exported page: its text, a control's first move, and the first Run. */
async function exportedPage(where, line, bars, options) {
  const server = await serve(line);
  for (const part of ["control", "run"]) {
    const { context, page } = await fresh(options);
    const before = server.sent.bytes;
    let since = performance.now();
    await page.goto(`${server.address}${name}.html`, { waitUntil: "commit" });
    await page.locator("h1").waitFor();
    await page.locator(".jp-MarkdownOutput p").first().waitFor();
    const text = seconds(since);
    await page.locator(".live-bar").waitFor();
    if (part === "control") {
      row(`${where}: text`, text, "s", bars.text);
      await page.waitForLoadState("load");
      row(`${where}: figures' script and formulas`, seconds(since), "s");
      row(`${where}: transferred until then`, megabytes(server.sent.bytes - before), "MB");
      const cell = page.locator('[id="cell-id=02-w2"]');
      await cell.locator(".js-plotly-plot").waitFor();
      const title = () => cell.locator(".gtitle").first().textContent();
      const touched = server.sent.bytes;
      since = performance.now();
      await cell.locator('input[type="range"]').fill("1");
      while (!(await title()).includes("λ = 1.0")) await page.waitForTimeout(5);
      row(`${where}: first move of a control, to its picture`, seconds(since), "s");
      row(`${where}: transferred for it`, megabytes(server.sent.bytes - touched), "MB");
      const times = [];
      for (let k = 1; k <= 20; k++) {
        since = performance.now();
        await cell.locator('input[type="range"]').fill(String(1 + k / 10));
        while (!(await title()).includes(`λ = ${(1 + k / 10).toFixed(1)}`)) await page.waitForTimeout(2);
        times.push(seconds(since));
      }
      row(`${where}: each further move (median)`, times.sort((a, b) => a - b)[10], "s");
    } else {
      since = performance.now();
      const touched = server.sent.kernel;
      await page.locator(".jp-CodeCell").first().getByRole("button", { name: "Run" }).click();
      const status = page.locator(".live-status");
      while (!/^(Ready|Running)/.test(await status.textContent())) await page.waitForTimeout(5);
      row(`${where}: kernel, after Run`, seconds(since), "s", bars.kernel);
      while (!/^Ready/.test(await status.textContent())) await page.waitForTimeout(5);
      row(`${where}: first cell, after Run`, seconds(since), "s", bars.cell);
      row(
        `${where}: of the kernel transferred`,
        megabytes(server.sent.kernel - touched),
        "MB",
        bars.megabytes,
      );
    }
    await context.close();
  }
  server.stop();
}

const cellOf = (page) => page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first();
const openLab = async (page, address, path = `${name}.ipynb`) => {
  await page.goto(`${address}lite/lab/index.html?path=${path}`, { waitUntil: "commit" });
  // Beside it JupyterLab opens what was open before.
  await page
    .locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current", { hasText: path })
    .waitFor({ timeout: 90_000 });
  await cellOf(page).waitFor({ timeout: 90_000 });
};
async function startInLab(page, code) {
  await cellOf(page).evaluate((cell) => cell.scrollIntoView());
  await cellOf(page).locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(code);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForTimeout(50);
}
async function idleInLab(page) {
  const prompts = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt");
  while ((await prompts.allTextContents()).some((text) => text.includes("*"))) await page.waitForTimeout(20);
}
const outputInLab = async (page) =>
  (await cellOf(page).locator(".jp-OutputArea-output").allInnerTexts()).join("\n").trim();
const interruptLab = (page) =>
  page
    .locator(
      '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] :is(button, jp-button)',
    )
    .first()
    .click();

/** Opens a notebook in JupyterLite and runs a cell. */
async function firstCell(where, page, server, bars = {}) {
  const before = server.sent.bytes;
  const since = performance.now();
  await openLab(page, server.address);
  row(`${where}: notebook there`, seconds(since), "s");
  await startInLab(page, "6 * 7");
  await idleInLab(page);
  row(`${where}: first cell has run`, seconds(since), "s", bars.cell);
  row(`${where}: transferred until then`, megabytes(server.sent.bytes - before), "MB", bars.megabytes);
}

/** JupyterLite for the first time, without and with the service worker, which keeps it; and again, from what was kept. */
async function jupyterLite(where, line, bars) {
  const server = await serve(line);
  const first = await fresh({ serviceWorkers: "block" });
  await firstCell(`${where}, cold`, first.page, server, bars);
  await first.context.close();
  const { context, page } = await fresh();
  const before = server.sent.bytes;
  const since = performance.now();
  await openLab(page, server.address);
  const count =
    "caches.keys().then(async ([name]) => (name ? (await (await caches.open(name)).keys()).length : 0))";
  for (let kept = -1, now = 0; kept < 300 || now !== kept; now = await page.evaluate(count)) {
    kept = now;
    await page.waitForTimeout(2000);
  }
  row(`${where}: all of it kept for offline`, seconds(since) - 2, "s");
  row(`${where}: transferred until then`, megabytes(server.sent.bytes - before), "MB");
  await firstCell(`${where}, again`, page, server);
  return { server, context, page };
}

await exportedPage(
  "page, 10 Mbit/s",
  { bits: 10e6, delay: 40 },
  { text: 1, kernel: 5, megabytes: 1.7 },
  { serviceWorkers: "block" },
);
await exportedPage(
  "page of the site, 10 Mbit/s, while it is kept for offline",
  { bits: 10e6, delay: 40 },
  { text: 1, kernel: 5 },
);
await exportedPage("page, loopback", {}, { text: 2, cell: 6 }, { serviceWorkers: "block" });
await exportedPage(
  "page, loopback, isolated",
  { isolated: true },
  { text: 2, cell: 6 },
  { serviceWorkers: "block" },
);

const slow = await jupyterLite("JupyterLite, 10 Mbit/s", { bits: 10e6, delay: 40 }, { megabytes: 5.5 });
await slow.context.close();
slow.server.stop();
const { server, context, page } = await jupyterLite(
  "JupyterLite, loopback",
  {},
  { cell: 12, megabytes: 5.5 },
);

// Stop: of a loop, and of a training; variables stay.
await startInLab(page, "let count = 41;\nwhile (true) count += 0;");
await page.waitForTimeout(1000);
let since = performance.now();
await interruptLab(page);
await idleInLab(page);
row("JupyterLite: a loop stopped", seconds(since), "s", 7);
await startInLab(page, "count + 1");
await idleInLab(page);
console.log(`  its variable after that: ${await outputInLab(page)}`);
const training = `import { lecture, randomModel, train } from "cofi";
const { ratings } = lecture();
await train(randomModel({ ...ratings, numFeatures: 2 }), ratings, { iterations: 1e9 });`;
await startInLab(page, training);
await page.waitForTimeout(1500);
since = performance.now();
await interruptLab(page);
await idleInLab(page);
row("JupyterLite: a training stopped", seconds(since), "s", 1);
await startInLab(page, "[count + 1, ratings.values.length]");
await idleInLab(page);
console.log(`  variables after that: ${await outputInLab(page)}`);
await startInLab(
  page,
  'let many = 1;\n"a".repeat(34).match(/^(a+)+$|b/);\n/^(a+)+$/.test("a".repeat(40) + "b");',
);
await page.waitForTimeout(1000);
since = performance.now();
await interruptLab(page);
await idleInLab(page);
row("JupyterLite: what listens to nobody, ended", seconds(since), "s", 7);
console.log(`  said: ${(await outputInLab(page)).split("\n").slice(0, 2).join(" ")}`);
await context.close();

// Two tabs at once: of a page, and of JupyterLite.
const two = await fresh();
const other = await two.context.newPage();
other.on("dialog", (dialog) => dialog.accept());
const tabs = [two.page, other];
const codeOf = (tab, k) => tab.locator(".jp-CodeCell").nth(k).locator(".highlight, .cm-content").first();
async function change(tab, k, code) {
  await codeOf(tab, k).click();
  await tab.locator(".jp-CodeCell").nth(k).locator(".cm-content").focus();
  await tab.keyboard.press("ControlOrMeta+A");
  await tab.keyboard.insertText(code);
}
for (const tab of tabs) await tab.goto(`${server.address}${name}.html`);
await change(two.page, 0, "const first = 1;");
await change(other, 1, "const second = 2;");
for (const tab of tabs) await tab.reload();
let lost = 0;
for (const tab of tabs)
  for (const [k, word] of ["first", "second"].entries())
    if (!(await codeOf(tab, k).innerText()).includes(word)) lost++;
row("two tabs of a page: changes lost, of four", lost, "", 0);
const files = ["00-start-here.ipynb", `${name}.ipynb`];
for (const [k, tab] of tabs.entries()) {
  await tab.bringToFront();
  await openLab(tab, server.address, files[k]);
  await startInLab(tab, `const mine = ${k};\nmine + 70`);
  await idleInLab(tab);
}
lost = 0;
for (const [k, tab] of tabs.entries()) {
  await tab.bringToFront();
  if (!(await outputInLab(tab)).includes(String(70 + k))) lost++;
  await tab.keyboard.press("ControlOrMeta+s");
  await tab.waitForTimeout(3000);
  await openLab(tab, server.address, files[k]);
  if (!(await cellOf(tab).innerText()).includes(`const mine = ${k}`)) lost++;
}
row("two tabs of JupyterLite: outputs and changes lost, of four", lost, "", 0);

// A file of ratings, as a page is given it.
const reading = `(async () => {
  const { readRatings } = await import("${server.address}kernel/cofi.js");
  const read = async (count) => {
    const lines = ["userId,movieId,rating,timestamp"];
    for (let k = 0; k < count; k++)
      lines.push([1 + (k % 20_000), 17 * ((k * 7919) % 9973), 0.5 * (1 + (k % 10)), 1_000_000_000 + k].join());
    const file = new File([lines.join("\\n")], "ratings.csv");
    const since = performance.now();
    const ratings = await readRatings(file, { duplicates: "last" });
    return { size: file.size, seconds: (performance.now() - since) / 1000, count: ratings.values.length };
  };
  return [await read(10), await read(800_000)];
})()`;
const atRest = memory();
let most = atRest;
const watch = setInterval(() => {
  most = Math.max(most, memory());
}, 50);
const [few, read] = await two.page.evaluate(reading);
clearInterval(watch);
row("ten ratings read: DuckDB loaded and started", few.seconds, "s");
row(`a file of ${megabytes(read.size).toFixed(1)} MB read: ${read.count} ratings`, read.seconds, "s");
row("the browser's memory meanwhile, more than before", (most - atRest) / 1000, "MB");
await two.context.close();
server.stop();
await browser.close();

/** Kilobytes that all programs which this one has started have for themselves, on Linux. */
function memory() {
  const sizes = new Map();
  for (const id of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)))
    try {
      const status = readFileSync(`/proc/${id}/status`, "utf8");
      const numberOf = (key) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      sizes.set(Number(id), { parent: numberOf("PPid"), size: numberOf("RssAnon") });
    } catch {
      // It has ended meanwhile.
    }
  const isOwn = (id) => id === process.pid || (sizes.has(id) && isOwn(sizes.get(id).parent));
  let sum = 0;
  for (const [id, { size }] of sizes) if (id !== process.pid && isOwn(id)) sum += size;
  return sum;
}

const missed = rows.filter(({ value, bar }) => value > bar);
console.log(missed.length === 0 ? "all bars held" : `missed: ${missed.map(({ what }) => what).join("; ")}`);
