/** Bundles the kernel that runs in a web worker: `kernel.js`, and beside it the declarations that cells are checked against. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import ts from "typescript";
import { inRoot } from "../project/project.mjs";
import { browserForms, browserOptions } from "./forms.mjs";

/** Of Node's own modules, those that files for both platforms import, and what stands for each in a browser. */
const standIns = {
  async_hooks: "asyncHooks",
  crypto: "crypto",
  fs: "fs",
  module: "module",
  path: "path",
  string_decoder: "stringDecoder",
  url: "url",
  util: "util",
};

/** Where the project lies in the kernel's memory: as `src/platform/browser/project.ts` has it. */
const inMemory = "/cofi";

/** Puts the kernel into a folder. */
export async function buildKernel(folder) {
  const cellsScript = await bundled("cells.ts", { plugins: [withoutNode, withoutAwait] });
  writeFileSync(join(folder, "kernel.js"), await bundled("main.ts", { cellsScript }));
  writeFileSync(join(folder, "declarations.json"), JSON.stringify(declarations()));
  writeFileSync(join(folder, "tensorflow-declarations.json"), JSON.stringify(tensorDeclarations()));
}

async function bundled(entry, { plugins = [], ...texts }) {
  const { outputFiles } = await build({
    ...browserOptions,
    entryPoints: [inRoot("src", "kernel", "browser", entry)],
    write: false,
    format: "iife",
    charset: "utf8",
    alias: Object.fromEntries(
      Object.entries(standIns).map(([name, file]) => [
        `node:${name}`,
        inRoot("src", "kernel", "web", `${file}.ts`),
      ]),
    ),
    inject: [inRoot("src", "kernel", "web", "buffer.ts")],
    plugins: [browserForms(), ...plugins],
    define: Object.fromEntries(
      Object.entries({ kernelVersions: versions(), ...texts }).map(([name, value]) => [
        name,
        JSON.stringify(value),
      ]),
    ),
  });
  return outputFiles[0].text;
}

function versions() {
  const versionOf = (...place) => JSON.parse(readFileSync(inRoot(...place, "package.json"), "utf8")).version;
  return {
    cofi: versionOf(),
    tslab: versionOf("node_modules", "tslab"),
    typescript: versionOf("node_modules", "typescript"),
  };
}

/** Code of the kernel that awaits has to be code that calls `then`: see `src/kernel/web/asyncHooks.ts`. */
const withoutAwait = {
  name: "without await",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(inRoot("src"))) return undefined;
      const { code } = await transform(readFileSync(path, "utf8"), {
        ...{ loader: "ts", target: "es2022", supported: { "async-await": false } },
      });
      return { contents: code, loader: "js" };
    });
  },
};

/** What the compiler asks of Node in vain, here as in any browser. */
const withoutNode = {
  name: "without Node",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(?:fs|os|perf_hooks|inspector|source-map-support|module|crypto)$/ },
      ({ importer }) =>
        /[\\/]typescript[\\/]lib[\\/]/.test(importer) ? { path: "none", namespace: "none" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {}" }));
  },
};

/** The declarations that cells are checked against, by their places in memory. */
function declarations() {
  const packed = {};
  const add = (path, text) => {
    packed[`${inMemory}/${path}`] = text;
  };
  const read = (path) => readFileSync(inRoot(path), "utf8");
  const addAll = (folder, isMeant, change = (text) => text) => {
    for (const name of readdirSync(inRoot(folder), { recursive: true })) {
      const path = `${folder}/${name.replaceAll("\\", "/")}`;
      if (path.endsWith(".d.ts") && isMeant(path.slice(folder.length + 1))) add(path, change(read(path)));
    }
  };
  // Not those of browsers' pages, nor those that gather the others: cells name what they need.
  addAll(
    "node_modules/typescript/lib",
    (name) => /^lib\.(?:es|decorators)/.test(name) && !name.endsWith(".full.d.ts"),
  );
  for (const name of ["@types/node", "undici-types"]) {
    addAll(`node_modules/${name}`, (file) => !/^(?:inspector|ts\d)/.test(file), withoutComments);
    add(`node_modules/${name}/package.json`, read(`node_modules/${name}/package.json`));
  }
  add("node_modules/tslab/package.json", read("node_modules/tslab/package.json"));
  add("node_modules/tslab/dist/public.d.ts", read("node_modules/tslab/dist/public.d.ts"));
  const own = ["kernel/cells/input/prompt.d.ts", "kernel/cells/output/results.d.ts"];
  addAll("dist", (name) => !/^(?:kernel|browser)\//.test(name) || own.includes(name));
  const { name, version, main, types, exports } = JSON.parse(read("package.json"));
  const manifest = JSON.stringify({ name, version, main, types, exports, dependencies: {} });
  add("package.json", manifest);
  add("node_modules/cofi/package.json", manifest);
  add("node_modules/cofi/dist/index.d.ts", packed[`${inMemory}/dist/index.d.ts`]);
  return packed;
}

/** Those of TensorFlow.js, which only cells need that speak of tensors: all that its first file leads to. */
function tensorDeclarations() {
  const packed = {};
  const packages = new Set();
  const first = inRoot("node_modules", "@tensorflow", "tfjs", "dist", "index.d.ts");
  const options = { module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler };
  for (const { fileName, text } of ts.createProgram([first], { ...options, types: [] }).getSourceFiles()) {
    const [, path, name] = /\/(node_modules\/(@tensorflow\/[^/]+)\/.*)$/.exec(fileName) ?? [];
    if (path === undefined) continue;
    packed[`${inMemory}/${path}`] = withoutComments(text);
    packages.add(name);
  }
  for (const name of packages) {
    const { version, main, types } = JSON.parse(
      readFileSync(inRoot("node_modules", name, "package.json"), "utf8"),
    );
    packed[`${inMemory}/node_modules/${name}/package.json`] = JSON.stringify({ name, version, main, types });
  }
  return packed;
}

/** Declarations without their comments, but for those that refer to other files. */
function withoutComments(text) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  let out = "";
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const token = scanner.getTokenText();
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia && !token.startsWith("///")) continue;
    if (kind === ts.SyntaxKind.MultiLineCommentTrivia) continue;
    out += kind === ts.SyntaxKind.WhitespaceTrivia ? " " : token;
  }
  return out.replace(/\s*\n\s*/g, "\n");
}
