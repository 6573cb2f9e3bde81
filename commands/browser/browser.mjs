import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { replaceFolder } from "../pages/replace.mjs";
import { dist, inRoot } from "../project/project.mjs";
import { compileOwnKernels } from "../setup/assembly.mjs";
import { runSetup } from "../setup/setup.mjs";
import { filesUnder } from "../setup/stamp.mjs";
import { browserForms, browserOptions } from "./forms.mjs";
import { buildKernel } from "./kernel.mjs";

/** Where the module for browsers is. */
export const browserFolder = join(dist, "browser");

/**
 * Bundles the module for browsers: `dist/browser/cofi.js`, an ES module, and beside it what is loaded when first used;
 * and the kernel that runs cells in a web worker.
 */
export async function browser() {
  await runSetup();
  await compileOwnKernels();
  const beside = inRoot(`.browser-${process.pid}`);
  try {
    mkdirSync(beside, { recursive: true });
    await build({
      ...browserOptions,
      entryPoints: [{ in: inRoot("src", "index.ts"), out: "cofi" }],
      plugins: [browserForms()],
      format: "esm",
      splitting: true,
      chunkNames: "parts/[name]-[hash]",
      outdir: beside,
    });
    await buildKernel(beside);
    replaceFolder(beside, browserFolder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  console.log(sizes());
}

/** A table of the files and their sizes. */
function sizes() {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
  const line = (file) => {
    const content = readFileSync(join(browserFolder, file));
    return `${file.padEnd(36)}${kilobytes(content.length)}${kilobytes(gzipSync(content, { level: 9 }).length)}`;
  };
  return [
    `${"dist/browser".padEnd(36)}${"".padStart(9)}raw${"".padStart(8)}gzip`,
    ...filesUnder(browserFolder).map(line),
  ].join("\n");
}
