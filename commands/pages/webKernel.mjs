/** Bundles the kernel that runs in a web worker: `dist/browser/kernel.js`, and `declarations.json` beside it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, transform } from "esbuild";
import ts from "typescript";

/** Files of the notebook's types lie in memory as if the project were here: see `src/kernel/web/declarations.ts`. */
const inMemory = "/cofi";

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

/**
 * @param folder The project's folder.
 * @param target Where the files are put.
 */
export async function buildWebKernel(folder, target = join(folder, "dist", "browser")) {
  const versionOf = (name) =>
    JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
  const options = {
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    write: false,
    platform: "browser",
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    // `name.browser.ts` stands in the place of `name.ts` where there is one.
    resolveExtensions: [".browser.ts", ".ts", ".js", ".json"],
    alias: Object.fromEntries(
      Object.entries(standIns).map(([name, file]) => [
        `node:${name}`,
        join(folder, "src", "kernel", "web", `${file}.ts`),
      ]),
    ),
    define: {
      __dirname: JSON.stringify(`${inMemory}/dist/base`),
      kernelVersions: JSON.stringify({
        cofi: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version,
        tslab: versionOf("tslab"),
        typescript: versionOf("typescript"),
      }),
    },
    inject: [join(folder, "src", "kernel", "web", "buffer.ts")],
    logOverride: { "empty-import-meta": "silent" },
  };
  const bundled = async (entry, more = {}) => {
    const { outputFiles } = await build({
      ...options,
      ...more,
      entryPoints: [join(folder, "src", "kernel", "browser", entry)],
      define: { ...options.define, ...more.define },
    });
    return outputFiles[0].text;
  };
  const cellsScript = await bundled("cells.ts", {
    plugins: [withoutNode, withoutAwait(join(folder, "src"))],
  });
  const kernel = await bundled("main.ts", { define: { cellsScript: JSON.stringify(cellsScript) } });
  mkdirSync(target, { recursive: true });
  put(join(target, "kernel.js"), kernel);
  put(join(target, "declarations.json"), JSON.stringify(declarations(folder)));
}

/** Code of the kernel that awaits has to be code that calls `then`: see `src/kernel/web/asyncHooks.ts`. */
const withoutAwait = (sources) => ({
  name: "without-await",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(sources)) return undefined;
      const { code } = await transform(readFileSync(path, "utf8"), {
        ...{ loader: "ts", target: "es2022", supported: { "async-await": false } },
      });
      return { contents: code, loader: "js" };
    });
  },
});

/** What the compiler asks of Node in vain, here as in any browser. */
const withoutNode = {
  name: "without-node",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(?:fs|os|perf_hooks|inspector|source-map-support|module|crypto)$/ },
      ({ importer }) =>
        /[\\/]typescript[\\/]lib[\\/]/.test(importer) ? { path: "none", namespace: "none" } : undefined,
    );
    onResolve({ filter: /^\.\/still$/ }, () => ({ path: "still", namespace: "still" }));
    onLoad({ filter: /.*/, namespace: "still" }, () => ({
      contents: "export const still = () => undefined",
    }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {}" }));
  },
};

function put(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** The declarations that cells are checked against, by their places in memory. */
function declarations(folder) {
  const packed = {};
  const add = (path, text) => {
    packed[`${inMemory}/${path}`] = text;
  };
  const read = (path) => readFileSync(join(folder, path), "utf8");
  for (const file of readdirSync(join(folder, "node_modules", "typescript", "lib")))
    if (isLibrary(file)) {
      const path = `node_modules/typescript/lib/${file}`;
      add(path, read(path));
    }
  for (const file of readdirSync(join(folder, "node_modules", "@types", "node"), { recursive: true }))
    if (/\.d\.ts$|package\.json$/.test(file) && !/^inspector|ts5\.6/.test(file)) {
      const path = `node_modules/@types/node/${file.replaceAll("\\", "/")}`;
      add(path, path.endsWith(".json") ? read(path) : withoutComments(read(path)));
    }
  for (const name of ["undici-types"])
    for (const file of readdirSync(join(folder, "node_modules", name)))
      if (/\.d\.ts$|package\.json$/.test(file)) {
        const path = `node_modules/${name}/${file}`;
        add(path, path.endsWith(".json") ? read(path) : withoutComments(read(path)));
      }
  for (const path of ["node_modules/tslab/package.json", "node_modules/tslab/dist/public.d.ts"])
    add(path, read(path));
  for (const file of readdirSync(join(folder, "dist"), { recursive: true }))
    if (file.endsWith(".d.ts") && !/^(?:kernel|browser)\b/.test(file))
      add(`dist/${file}`, read(`dist/${file}`));
  for (const file of ["kernel/cells/input/prompt.d.ts", "kernel/cells/output/results.d.ts"])
    add(`dist/${file}`, read(`dist/${file}`));
  const { name, version, main, types, exports } = JSON.parse(read("package.json"));
  add("package.json", JSON.stringify({ name, version, main, types, exports, dependencies: {} }));
  add("node_modules/cofi/package.json", packed[`${inMemory}/package.json`]);
  return packed;
}

/** The libraries of the language, without those of browsers' pages and of hosts that are none. */
function isLibrary(file) {
  return /^lib\..*\.d\.ts$/.test(file) && !/^lib\.(?:dom|webworker|scripthost)/.test(file);
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
