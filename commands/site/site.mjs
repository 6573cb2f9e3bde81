import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { makeBrowserFiles } from "../browser/browser.mjs";
import { studentsVersions } from "../course/students.mjs";
import { replaceFolder } from "../pages/replace.mjs";
import { notebooksFolder } from "../pages/sequence.mjs";
import { interruption } from "../programs/interrupt.mjs";
import { Problem } from "../project/problem.mjs";
import { inRoot } from "../project/project.mjs";
import { filesUnder, hashOf } from "../setup/stamp.mjs";
import { writePages } from "./html.mjs";
import { putJupyterLite } from "./jupyterlite.mjs";
import { serveFolder } from "./serve.mjs";
import { sizesTable } from "./sizes.mjs";

const folder = inRoot("site");

const help = `npm run site                        builds the course as a folder of files, site/, for any web server
npm run site -- --serve             builds it and serves it on this machine, with the headers that threads need
npm run site -- --serve --port 8000 the same at this port
npm run site -- --help              this page

The site has the exported pages, which run in the reader's browser, and JupyterLite with the same kernel for all notebooks
and for the assignments, as students get them. Nothing is installed and nothing runs on the server; it works in a subfolder, and offline once loaded. What
the reader changes is kept in the reader's browser. The first build fetches JupyterLite (16 MB).`;

/**
 * Builds the site, and serves it where that is asked for.
 *
 * @param args `--serve`, `--port N`, `--help`.
 */
export async function site(args) {
  const { wantsHelp, serves, port } = optionsOf(args);
  if (wantsHelp) return console.log(help);
  await makeBrowserFiles();
  const beside = inRoot(`.site-${process.pid}`);
  try {
    await writeSite(beside);
    replaceFolder(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  console.log(`\n${sizesTable(folder)}\n\nThe site is in ${folder}: put it on any web server.`);
  if (!serves) return undefined;
  const server = await serveFolder(folder, { port });
  console.log(`It is served at http://127.0.0.1:${server.address().port}/ until Ctrl-C.`);
  await new Promise((resolve) => interruption.addEventListener("abort", resolve));
  server.closeAllConnections();
  server.close();
  return 0;
}

function optionsOf(args) {
  const rest = [...args];
  const take = (name) => {
    const place = rest.indexOf(name);
    return place >= 0 && rest.splice(place, 1).length > 0;
  };
  const wantsHelp = take("--help");
  const serves = take("--serve");
  const at = rest.indexOf("--port");
  const given = at >= 0 ? rest.splice(at, 2)[1] : "0";
  const port = Number(given);
  if (!/^\d+$/.test(given ?? "") || port > 65_535)
    throw new Problem(`--port must be a whole number up to 65535, got ${given}`);
  if (at >= 0 && !serves) throw new Problem("--port goes with --serve");
  if (rest.length > 0) throw new Problem(`unknown option ${rest[0]}\n\n${help}`);
  return { wantsHelp, serves, port };
}

/**
 * Writes the site into a folder.
 *
 * @param {string} target
 * @param {{ pages?: object[], say?: (text: string) => void }} [options] Which of the notebooks are pages too, by default
 *   all; what is told what is being done, by default the terminal.
 */
export async function writeSite(target, { pages, say = console.log } = {}) {
  say("exporting the pages");
  await writePages(target, { pages, isSite: true });
  await putJupyterLite(join(target, "lite"), await notebookFiles(), say);
  await putOffline(target);
}

/** The notebooks, and the assignments as students get them, by their paths in JupyterLite. */
async function notebookFiles() {
  const paths = filesUnder(notebooksFolder).filter(
    (path) => path.endsWith(".ipynb") && !path.includes(".ipynb_checkpoints"),
  );
  const assignments = paths.filter((path) => path.startsWith("assignments/"));
  const texts = await studentsVersions(assignments.map((path) => join(notebooksFolder, path)));
  return paths.map((path) => {
    const file = join(notebooksFolder, path);
    const text = texts[assignments.indexOf(path)] ?? readFileSync(file, "utf8");
    return { path, content: joined(text), changed: statSync(file).mtime };
  });
}

/** A notebook with each text in one piece: JupyterLite, unlike a server, hands lists of lines on as they are. */
function joined(text) {
  const whole = (value) => (isLines(value) ? value.join("") : value);
  const isLines = (value) => Array.isArray(value) && value.every((line) => typeof line === "string");
  const notebook = JSON.parse(text);
  for (const cell of notebook.cells) {
    cell.source = whole(cell.source);
    for (const output of cell.outputs ?? []) {
      if ("text" in output) output.text = whole(output.text);
      for (const type of Object.keys(output.data ?? {})) output.data[type] = whole(output.data[type]);
    }
  }
  return JSON.stringify(notebook, null, 1);
}

/** The service worker, with the list of all that it keeps. */
async function putOffline(target) {
  const files = filesUnder(target);
  const version = hashOf(...files.flatMap((file) => [file, readFileSync(join(target, file))])).slice(0, 16);
  const lists = { version, pages: [], lite: [], later: [] };
  for (const file of files) {
    const isLater = /^kernel\/(danfo|duckdb|tensorflow|tfjs)/.test(file);
    lists[isLater ? "later" : file.startsWith("lite/") ? "lite" : "pages"].push(file);
  }
  const { outputFiles } = await build({
    entryPoints: [inRoot("web", "offline.ts")],
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
    define: { SITE: JSON.stringify(lists) },
    write: false,
  });
  writeFileSync(join(target, "offline.js"), outputFiles[0].contents);
}
