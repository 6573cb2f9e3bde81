import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, Problem } from "../project/problem.mjs";
import { inRoot, root, setupLog, venvPython } from "../project/project.mjs";
import { runSetup } from "../setup/setup.mjs";
import { replaceFolder } from "./replace.mjs";
import { notebooksFolder, sequence } from "./sequence.mjs";

const folder = inRoot("html");
const here = inRoot("commands", "pages");
const darkTheme = inRoot(
  ...[".venv", "share", "jupyter", "nbconvert", "templates", "lab", "static", "theme-dark.css"],
);

/**
 * Exports the notebooks, as they are stored, to one folder of pages that need no network: contents, the pages with
 * figures that can be moved, and still images where no script runs. plotly.js and MathJax lie beside them, once.
 */
export async function html() {
  await runSetup();
  const beside = inRoot(`.html-${process.pid}`);
  try {
    mkdirSync(beside, { recursive: true });
    const pages = sequence();
    const result = await runCommand(venvPython, conversion(pages, beside), { cwd: root });
    if (result.status !== 0)
      throw failure("nbconvert could not export the notebooks", "the Python packages", result);
    for (const { name } of pages) linkPages(join(beside, `${name}.html`));
    writeFileSync(join(beside, "index.html"), contents(pages));
    const require = createRequire(import.meta.url);
    copyFileSync(require.resolve("plotly.js-dist-min/plotly.min.js"), join(beside, "plotly.min.js"));
    copyFileSync(require.resolve("mathjax/es5/tex-svg.js"), join(beside, "mathjax.js"));
    copyFileSync(darkTheme, join(beside, "dark.css"));
    for (const file of ["figures.js", "pages.css"]) copyFileSync(join(here, file), join(beside, file));
    replaceFolder(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  console.log(`Exported ${sequence().length} notebooks: open ${join(folder, "index.html")}`);
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

/** Makes the links from notebook to notebook lead from page to page. */
function linkPages(path) {
  const page = readFileSync(path, "utf8");
  if (!page.trimEnd().endsWith("</html>"))
    throw new Problem(`${path} was not written whole: see ${setupLog}.`);
  writeFileSync(path, page.replace(/href="([\w-]+)\.ipynb(#[^"]*)?"/g, 'href="$1.html$2"'));
}

function contents(pages) {
  const entry = ({ name, title, goal }) =>
    `<li><a href="${name}.html">${escaped(title)}</a><br>${escaped(goal)}</li>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cofi: collaborative filtering in TypeScript notebooks</title>
<link rel="stylesheet" href="pages.css">
</head>
<body class="contents">
<h1>Collaborative filtering in TypeScript notebooks</h1>
<ol start="0">
${pages.map(entry).join("\n")}
</ol>
</body>
</html>
`;
}

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
