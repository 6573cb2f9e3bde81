// Every exported page run whole in one browser, from a file and with the network off: how long each takes, how much
// memory, and which cells put out something else than is stored. MovieLens is given to the pages as a reader gives it.
//   node bench/pages.mjs [beginnings of names]
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { zipSync } from "fflate";
import { makeBrowserFiles } from "../commands/browser/browser.mjs";
import { launchBrowser } from "../commands/lab/browser.mjs";
import { sequence } from "../commands/pages/sequence.mjs";
import { inRoot } from "../commands/project/project.mjs";
import { writePages } from "../commands/site/html.mjs";
import { differences, runPage } from "../test/browser/pageRun.mjs";

const data = process.env.COFI_DATA ?? inRoot("..", "shared", "data");
const folder = mkdtempSync(join(tmpdir(), "cofi pages "));
const chosen = process.argv.slice(2);
const pages = sequence().filter(
  ({ name }) => chosen.length === 0 || chosen.some((start) => name.startsWith(start)),
);

/** The archives of MovieLens, made of the files that are here. */
function archives() {
  return ["ml-latest-small", "ml-100k"].map((set) => {
    const files = readdirSync(join(data, set)).map((name) => [
      `${set}/${name}`,
      readFileSync(join(data, set, name)),
    ]);
    const path = join(folder, `${set}.zip`);
    writeFileSync(path, zipSync(Object.fromEntries(files), { level: 1 }));
    return path;
  });
}

/** The course lab's initial values, which no reader has in a browser: put beside what the reader gives. */
const initial = ["X", "W", "b"].map((letter) => {
  const name = `course-lab/init-seed1234-${letter}.f64`;
  return [name, readFileSync(join(data, name)).toString("base64")];
});

/** The memory of the processes that draw pages and run their workers, in MB, where the system tells. */
async function memoryOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentOf(id));
  return Math.max(0, ...sizes);
}

function residentOf(id) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

async function run(browser, context, { name, file }, given) {
  const page = await context.newPage();
  let peak = 0;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await memoryOf(browser).catch(() => 0));
  }, 250);
  try {
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    await page.locator('input[type="file"]').setInputFiles(given);
    const { seconds, status, notebook } = await runPage(page);
    const stored = JSON.parse(readFileSync(inRoot("notebooks", file), "utf8"));
    const found = differences(stored, notebook);
    const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
    const ran = cells.filter((cell) => cell.execution_count !== null).length;
    return { page: name, seconds, cells: `${ran} of ${cells.length}`, megabytes: peak, found, status };
  } finally {
    clearInterval(watch);
    await page.close();
  }
}

await makeBrowserFiles();
await writePages(folder, { pages });
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ offline: true, viewport: { width: 1100, height: 900 } });
  await context.addInitScript((files) => {
    const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const blobs = files.map(([name, text]) => [name, new Blob([bytesOf(text)])]);
    self.Worker = class extends Worker {
      constructor(...how) {
        super(...how);
        this.postMessage({ files: Object.fromEntries(blobs) });
      }
    };
  }, initial);
  const given = archives();
  let unexpected = 0;
  for (const page of pages) {
    const { found, status, ...row } = await run(browser, context, page, given);
    const why = [...new Set(found.map((one) => one.why ?? "NOT DECLARED"))].map(
      (reason) =>
        `${reason}: ${found
          .filter((one) => (one.why ?? "NOT DECLARED") === reason)
          .map(({ id }) => id)
          .join(", ")}`,
    );
    console.log(
      `${row.page.padEnd(28)} ${row.seconds.toFixed(1).padStart(6)} s  ${row.cells.padStart(8)} cells  ${row.megabytes.toFixed(0).padStart(5)} MB  ${why.join("; ") || "as stored"}`,
    );
    if (!/^\d+ cells have run/.test(status)) console.log(`  ${status}`);
    for (const { id, why: declared, stored, got } of found) {
      if (declared !== undefined) continue;
      unexpected++;
      console.log(`  ${id}\n    stored ${stored.slice(0, 2000)}\n    got    ${got.slice(0, 2000)}`);
    }
  }
  process.exitCode = unexpected === 0 ? 0 : 1;
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
