import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { browserFolder } from "../browser/browser.mjs";
import { inRoot } from "../project/project.mjs";

const options = { bundle: true, minify: true, target: "es2022", format: "iife", legalComments: "none" };

/** Puts the scripts of live pages into a folder: the page's own, the editor, the kernel. */
export async function bundlePages(folder, { isSite }) {
  const script = (name, more) =>
    build({
      ...options,
      define: { IS_SITE: String(isSite) },
      entryPoints: [inRoot("web", "live", `${name}.ts`)],
      outfile: join(folder, `${name === "main" ? "live" : name}.js`),
      ...more,
    });
  await Promise.all([script("main"), script("editor", { globalName: "cofiEditor" })]);
  await putKernel(join(folder, "kernel"), isSite ? {} : allPacks);
}

/**
 * What a kernel of a page from a file is given, each as a script: there nothing can be fetched. All need the first; the
 * others go to pages whose cells speak of what is in them. See `web/kernel/start.ts`.
 */
const allPacks = {
  "pack.js": (name) => !Object.values(isOf).some((is) => is(name)),
  "pack-tensors.js": (name) => isOf.tensors(name) && !name.includes("threaded"),
  "pack-sql.js": (name) => isOf.sql(name),
  "pack-frames.js": (name) => isOf.frames(name),
};
const isOf = {
  tensors: (name) => /^(tensorflow|tfjs)/.test(name),
  sql: (name) => name.startsWith("duckdb"),
  frames: (name) => name.startsWith("danfo"),
};

/** Puts the kernel into a folder: file by file for pages from a server, and as packs for pages from a file. */
async function putKernel(folder, packs) {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(browserFolder).filter((name) => /\.(js|json|wasm)$/.test(name));
  await Promise.all(files.map((name) => copyFile(join(browserFolder, name), join(folder, name))));
  for (const [pack, holds] of Object.entries(packs)) {
    const given = files
      .filter(holds)
      .map((name) => [
        name,
        name.endsWith(".wasm") ? { base64: contentOf(name, "base64") } : contentOf(name),
      ]);
    const script = `self.cofiKernel = { ...self.cofiKernel, ...${JSON.stringify(Object.fromEntries(given))} };\n`;
    writeFileSync(join(folder, pack), script);
  }
}

const contentOf = (name, encoding = "utf8") => readFileSync(join(browserFolder, name)).toString(encoding);
