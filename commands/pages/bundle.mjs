import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { dist, inRoot } from "../project/project.mjs";

/** The kernel that runs in a browser, and what it loads, as the set-up has made them. */
const kernel = join(dist, "browser");

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
  await putKernel(join(folder, "kernel"));
}

/** Puts the kernel into a folder: file by file for pages from a server, and as one script for pages from a file. */
async function putKernel(folder) {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(kernel).filter((name) => !name.endsWith(".d.ts") && !name.startsWith("."));
  await Promise.all(files.map((name) => copyFile(join(kernel, name), join(folder, name))));
  const given = files
    .filter((name) => name !== "kernel.js")
    .map((name) => [name, /\.(js|json)$/.test(name) ? textOf(name) : { base64: bytesOf(name) }]);
  const pack = { script: textOf("kernel.js"), files: Object.fromEntries(given) };
  writeFileSync(join(folder, "pack.js"), `self.cofiKernel = ${JSON.stringify(pack)};\n`);
}

const textOf = (name) => readFileSync(join(kernel, name), "utf8");
const bytesOf = (name) => readFileSync(join(kernel, name)).toString("base64");
