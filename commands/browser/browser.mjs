import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { replaceFolder } from "../pages/replace.mjs";
import { dist, inRoot, modules } from "../project/project.mjs";
import { runSetup } from "../setup/setup.mjs";
import {
  difference,
  filesUnder,
  hashOf,
  hashOfFile,
  hashOfFolder,
  readStamp,
  stampName,
  writeStamp,
} from "../setup/stamp.mjs";
import { browserForms, browserOptions, pagesText } from "./forms.mjs";
import { buildKernel } from "./kernel.mjs";

/** Where the module for browsers is. */
export const browserFolder = join(dist, "browser");

const duckdb = join(modules, "@duckdb", "duckdb-wasm", "dist");
const tensorflow = join(modules, "@tensorflow", "tfjs-backend-wasm", "dist");

/** What is loaded when first used, and taken as its makers built it. */
const copied = [
  join(duckdb, "duckdb-eh.wasm"),
  join(duckdb, "duckdb-browser-eh.worker.js"),
  join(tensorflow, "tfjs-backend-wasm.wasm"),
  join(tensorflow, "tfjs-backend-wasm-simd.wasm"),
  join(tensorflow, "tfjs-backend-wasm-threaded-simd.wasm"),
];

/**
 * Bundles the module for browsers: `dist/browser/cofi.js`, an ES module with its types, and beside it the programs of
 * its threads and what is loaded when first used; and the kernel that runs cells in a web worker.
 */
export async function browser() {
  await makeBrowserFiles();
  console.log(sizes());
}

const madeFrom = () => ({
  src: hashOfFolder(inRoot("src")),
  commands: hashOfFolder(inRoot("commands", "browser")),
  packages: hashOfFile(inRoot("package-lock.json")),
  pages: hashOf(pagesText()),
});

/** Brings the set-up up to date, and then the files for browsers, where anything that they are made from has changed. */
export async function makeBrowserFiles() {
  await runSetup();
  const stamp = readStamp(browserFolder);
  if (stamp && difference(stamp, madeFrom()) === undefined) return;
  const made = madeFrom();
  const beside = inRoot(`.browser-${process.pid}`);
  try {
    mkdirSync(beside, { recursive: true });
    await bundle(beside);
    await buildKernel(beside);
    for (const file of copied) copyFileSync(file, join(beside, basename(file)));
    copyTypes(beside);
    writeStamp(beside, made);
    replaceFolder(beside, browserFolder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

async function bundle(outdir) {
  const options = { ...browserOptions, plugins: [browserForms()], outdir };
  const src = (file) => inRoot("src", ...file.split("/"));
  await build({ ...options, entryPoints: { cofi: src("index.ts") }, format: "esm", splitting: true });
  await build({
    ...options,
    entryPoints: { worker: src("wasm/worker.ts"), poolWorker: src("modelSelection/poolWorker.ts") },
    format: "iife",
    // Where a thread lies nobody asks: it starts no others.
    define: { "import.meta.url": '""' },
  });
  await build({ ...options, entryPoints: { duckdb: join(duckdb, "duckdb-browser.mjs") }, format: "esm" });
  await build({
    ...options,
    entryPoints: { danfo: join(modules, "danfojs-node", "dist", "danfojs-base", "index.js") },
    plugins: [givenPackages],
    format: "esm",
  });
  await build({
    ...options,
    entryPoints: { tensorflow: src("platform/browser/tensorflow.ts") },
    format: "iife",
    globalName: "tensorflow",
  });
}

/**
 * danfo asks for TensorFlow's native build, and is given what `tf` has loaded, which is there before any frame is; and
 * for plotly, which is that of the page, if it has any.
 */
const given = {
  "@tensorflow/tfjs-node": 'globalThis[Symbol.for("cofi.tensorflow")]',
  "plotly.js-dist-min": "globalThis.Plotly",
};

const givenPackages = {
  name: "given packages",
  setup(bundler) {
    bundler.onResolve({ filter: /^[@p]/ }, ({ path }) =>
      path in given ? { path, namespace: "given" } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => ({
      contents: `module.exports = ${given[path]};`,
    }));
  },
};

/** The types of the module, so that the folder can be taken elsewhere. */
function copyTypes(folder) {
  const declared = filesUnder(dist).filter(
    (file) => file.endsWith(".d.ts") && !file.startsWith("kernel/") && !file.startsWith("browser/"),
  );
  for (const file of declared) {
    mkdirSync(join(folder, "types", dirname(file)), { recursive: true });
    copyFileSync(join(dist, file), join(folder, "types", file));
  }
  writeFileSync(join(folder, "cofi.d.ts"), 'export * from "./types/index";\n');
}

/** A table of the files and their sizes. */
function sizes() {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
  const line = (file) => {
    const content = readFileSync(join(browserFolder, file));
    const packed = gzipSync(content, { level: 9 });
    return `${file.padEnd(40)}${kilobytes(content.length)}${kilobytes(packed.length)}`;
  };
  const head = `${"dist/browser".padEnd(40)}${"raw".padStart(12)}${"gzip".padStart(12)}`;
  const files = filesUnder(browserFolder).filter((file) => !file.endsWith(".d.ts") && file !== stampName);
  return [head, ...files.map(line)].join("\n");
}
