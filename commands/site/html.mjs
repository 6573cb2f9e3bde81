import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { makeBrowserFiles } from "../browser/browser.mjs";
import { replaceFolder } from "../pages/replace.mjs";
import { notebooksFolder, sequence } from "../pages/sequence.mjs";
import { runCommand } from "../programs/command.mjs";
import { failure, Problem } from "../project/problem.mjs";
import { inRoot, root, setupLog, venvPython } from "../project/project.mjs";
import { bundlePages } from "./bundle.mjs";
import { writeControls } from "./controls.mjs";

const folder = inRoot("html");
const here = inRoot("commands", "site");

/**
 * Exports the notebooks, as they are stored, to one folder of pages that need no network: contents, and the pages, whose
 * figures can be moved and whose cells can be changed and run; where no script runs, still images and the stored
 * outputs. All that the pages load lies beside them, once.
 */
export async function html() {
  await makeBrowserFiles();
  const beside = inRoot(`.html-${process.pid}`);
  try {
    await writePages(beside);
    replaceFolder(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  console.log(`Exported ${sequence().length} notebooks: open ${join(folder, "index.html")}`);
}

/**
 * Writes the pages, and all that they load, into a folder.
 *
 * @param options.pages Which of the notebooks. @default all
 * @param options.isSite Whether JupyterLite and the service worker will lie beside them. @default false
 */
export async function writePages(target, { pages = sequence(), isSite = false } = {}) {
  mkdirSync(target, { recursive: true });
  const result = await runCommand(venvPython, conversion(pages, target), { cwd: root });
  if (result.status !== 0)
    throw failure("nbconvert could not export the notebooks", "the Python packages", result);
  for (const page of pages)
    finishPage(join(target, `${page.name}.html`), page, await writeControls(page.file, target));
  writeFileSync(join(target, "index.html"), contents(pages, isSite));
  const require = createRequire(import.meta.url);
  copyFileSync(require.resolve("plotly.js-dist-min/plotly.min.js"), join(target, "plotly.min.js"));
  copyFileSync(require.resolve("mathjax/es5/tex-svg.js"), join(target, "mathjax.js"));
  copyFileSync(join(here, "pages.css"), join(target, "pages.css"));
  await bundlePages(target, { isSite });
}

function conversion(pages, target) {
  // The richest form first: a figure that can be moved before its still image.
  const forms = ["application/vnd.plotly.v1+json", "text/html", "text/markdown", "image/svg+xml"];
  forms.push("text/latex", "image/png", "image/jpeg", "text/plain");
  return [
    "-m",
    "nbconvert",
    "--to",
    "html",
    "--template",
    "cofi",
    `--output-dir=${target}`,
    `--TemplateExporter.extra_template_basedirs=${here}`,
    `--NbConvertBase.display_data_priority=${JSON.stringify(forms)}`,
    ...pages.map(({ file }) => join(notebooksFolder, file)),
  ];
}

/** Makes the links from notebook to notebook lead from page to page, and puts the notebook and its controls into its page. */
function finishPage(path, { file, name }, controls) {
  const page = readFileSync(path, "utf8");
  if (!page.trimEnd().endsWith("</html>"))
    throw new Problem(`${path} was not written whole: see ${setupLog}.`);
  const linked = page.replace(/href="([\w-]+)\.ipynb(#[^"]*)?"/g, 'href="$1.html$2"');
  const notebook = script(`id="notebook" data-name="${name}"`, bareNotebook(join(notebooksFolder, file)));
  const stored = `${notebook}\n${script('id="controls"', controls)}\n</body>`;
  writeFileSync(
    path,
    linked.replace(/<\/body>/, () => stored),
  );
}

const script = (attributes, content) =>
  `<script type="application/json" ${attributes}>${JSON.stringify(content).replaceAll("<", "\\u003c")}</script>`;

/** A notebook as its page holds it: its cells' texts, without what they put out and without its controls' states. */
function bareNotebook(path) {
  const { cells, metadata, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  const { widgets: _, ...kept } = metadata;
  return {
    cells: cells.map(({ outputs: _o, execution_count: _c, source, ...cell }) => ({
      ...cell,
      source: [source].flat().join(""),
    })),
    metadata: kept,
    ...rest,
  };
}

function contents(pages, isSite) {
  const lab = ({ name }) =>
    ` <a class="lab" href="lite/lab/index.html?path=${name}.ipynb">in JupyterLite</a>`;
  const entry = (page) =>
    `<li><a href="${page.name}.html">${escaped(page.title)}</a>${isSite ? lab(page) : ""}<br>${escaped(page.goal)}</li>`;
  const work = isSite ? assignments() : "";
  const more = isSite
    ? `<p>Nothing is installed, and nothing is sent anywhere: all of it runs in this browser, also without a network once it is
loaded, and what you change is kept here alone. Download what you want to keep for good.
<a href="lite/lab/index.html">JupyterLite</a> has all notebooks in one window.</p>`
    : "";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cofi: collaborative filtering in TypeScript notebooks</title>
<link rel="stylesheet" href="pages.css">
${isSite ? '<script src="live.js" defer></script>' : ""}
</head>
<body class="contents">
<h1>Collaborative filtering in TypeScript notebooks</h1>
<p>Each page reads like a chapter. Its code can be changed and run where it stands.</p>
${more}
<ol start="0">
${pages.map(entry).join("\n")}
</ol>
${work}
</body>
</html>
`;
}

/** The assignments, each a link that opens it in JupyterLite. */
function assignments() {
  const entries = sequence(join(notebooksFolder, "assignments")).map(
    ({ file, title }) =>
      `<li><a href="lite/lab/index.html?path=assignments/${file}">${escaped(title)}</a></li>`,
  );
  return `<h2>Assignments</h2>
<p>Each opens in JupyterLite, where its checks say whether the code is right. When it is done, File, Download takes the
notebook that is handed in.</p>
<ul>
${entries.join("\n")}
</ul>`;
}

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
