import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesUnder } from "../setup/stamp.mjs";

/** The parts of the site, by the files that each holds; the first that takes a file has it. */
const parts = [
  ["kernel for pages from files", /^kernel\/pack/],
  ["TensorFlow.js", /^kernel\/(tfjs|tensorflow)/],
  ["DuckDB", /^kernel\/duckdb/],
  ["danfo", /^kernel\/danfo/],
  ["kernel: compiler", /^kernel\/kernel\.js/],
  ["kernel: declarations for the compiler", /^kernel\/declarations/],
  ["Cofi", /^kernel\//],
  ["page script", /^live\.js$/],
  ["programs of controls", /^controls\//],
  ["editor", /^editor\.js$/],
  ["plotly.js", /^plotly\.min\.js$/],
  ["MathJax", /^mathjax\.js$/],
  ["pages", /^[^/]+\.(html|css)$/],
  ["JupyterLite", /^lite\/(?!files\/|extensions\/)/],
  ["JupyterLite's extensions, plotly.js among them", /^lite\/extensions\//],
  ["notebooks", /^lite\/files\//],
];

/** The sizes of a folder's files by the parts that they belong to: bytes as they are, and by gzip. */
export function sizesOf(folder) {
  const rows = new Map();
  for (const file of filesUnder(folder)) {
    const part = parts.find(([, pattern]) => pattern.test(file))?.[0] ?? "others";
    const content = readFileSync(join(folder, file));
    const { raw, gzip } = rows.get(part) ?? { raw: 0, gzip: 0 };
    rows.set(part, { raw: raw + content.length, gzip: gzip + gzipSync(content).length });
  }
  const order = [...parts.map(([name]) => name), "others"];
  return order.filter((name) => rows.has(name)).map((name) => ({ name, ...rows.get(name) }));
}

/** The sizes as a table. */
export function sizesTable(folder) {
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`.padStart(10);
  const rows = sizesOf(folder);
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    `${"".padEnd(width)} ${"raw".padStart(10)} ${"gzip".padStart(10)}`,
    ...rows.map(({ name, raw, gzip }) => `${name.padEnd(width)} ${megabytes(raw)} ${megabytes(gzip)}`),
  ].join("\n");
}
