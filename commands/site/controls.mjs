/**
 * The programs behind the controls of the pages: each is a cell with controls and the cells whose names it uses, compiled
 * to one script, so that the controls move their figure without the compiler.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { browserForms, browserOptions } from "../browser/forms.mjs";
import { notebooksFolder } from "../pages/sequence.mjs";
import { runCommand } from "../programs/command.mjs";
import { failure, Problem } from "../project/problem.mjs";
import { cache, inRoot, root } from "../project/project.mjs";
import { namesIn } from "./names.mjs";

const viewType = "application/vnd.jupyter.widget-view+json";
const statesType = "application/vnd.jupyter.widget-state+json";

/** What gives data that a page has not got. */
const ofData = ["movielens", "movielensFolds", "courseLab", "readRatings", "readTitles", "sql"];

/** The tag of a cell made of such data whose names stand in the program with their values, computed here. */
const valuesTag = "page-values";

/** The most letters of such values that a program may hold. */
const mostValues = 300_000;

const host = inRoot("src", "kernel", "browser", "compiled.ts");

/**
 * Writes the programs for the controls of a notebook, each into `controls/ID.js` of a folder.
 *
 * @returns What the page is told: the models of the controls by their names; and by cell the model that is shown, the
 *   cells that take part, and whether there is a program: without one it takes the kernel.
 */
export async function writeControls(file, folder) {
  const { cells, metadata } = JSON.parse(readFileSync(join(notebooksFolder, file), "utf8"));
  const states = metadata.widgets?.[statesType]?.state ?? {};
  const codes = cells.filter(({ cell_type: type }) => type === "code").map(partOf);
  const told = { models: {}, cells: {} };
  for (const [at, { id, outputs }] of codes.entries()) {
    const model = outputs[0]?.data?.[viewType]?.model_id;
    if (!(model in states)) continue;
    addModels(model, states, told.models);
    const parts = neededFor(at, codes);
    const program = await programOf(at, parts, codes);
    if (program !== undefined) {
      mkdirSync(join(folder, "controls"), { recursive: true });
      const text = `(self.cofiControls ??= {})[${JSON.stringify(id)}] = ${JSON.stringify(program)};\n`;
      writeFileSync(join(folder, "controls", `${id}.js`), text);
    }
    told.cells[id] = {
      model,
      parts: [...parts.keys()].map((part) => codes[part].id),
      hasProgram: program !== undefined,
    };
  }
  return told;
}

function partOf({ id, source, outputs, metadata }) {
  const code = [source].flat().join("");
  return { id, code, outputs, hasValues: metadata.tags?.includes(valuesTag), ...namesIn(code) };
}

/** Adds a model and those that stand in it, without what says how they are laid out, which the page knows itself. */
function addModels(id, states, models) {
  const { model_name: name, state } = states[id];
  const { layout: _l, style: _s, ...own } = state;
  models[id] = { ...own, _model_name: name };
  for (const child of own.children ?? []) addModels(child.replace("IPY_MODEL_", ""), states, models);
}

/** Where each name that a cell takes from before comes from: the place of the last cell that declares it. */
function sourcesOf(at, codes) {
  const sources = new Map();
  for (const name of codes[at].free) {
    const from = codes
      .slice(0, at)
      .findLastIndex(({ declared, imported }) => declared.has(name) || imported.has(name));
    if (from >= 0) sources.set(name, from);
  }
  return sources;
}

/** The cells that a cell needs, and itself, by their places in order; and what each takes from which. */
function neededFor(at, codes) {
  const parts = new Map();
  const visit = (part) => {
    if (parts.has(part)) return;
    const sources = sourcesOf(part, codes);
    parts.set(part, sources);
    for (const [name, from] of sources) if (codes[from].declared.has(name)) visit(from);
  };
  visit(at);
  return new Map([...parts].sort(([a], [b]) => a - b));
}

/**
 * The program of a cell as a script's text; none where it needs more of data than cells with the tag hold, or the data
 * are not on this machine.
 */
async function programOf(at, parts, codes) {
  const wanted = valuesWanted(at, parts, codes);
  if ([...wanted.keys()].some((part) => !codes[part].hasValues)) return undefined;
  const values = wanted.size > 0 ? await valuesOf(wanted, parts, codes) : {};
  if (values === undefined) return undefined;
  const text = JSON.stringify(host);
  const { outputFiles } = await build({
    ...browserOptions,
    stdin: { contents: `import ${text};\nimport "cell:${at}";`, resolveDir: root },
    plugins: [onlyWhatIsUsed, browserForms(), cellModules(parts, codes, { values, seen: at })],
    format: "esm",
    define: { "import.meta.url": '""' },
    write: false,
  });
  // A page from a file may start no module as a worker, and what a cell awaits has to stand in a function elsewhere.
  return `(async () => { "use strict";\n${outputFiles[0].text}})();\n`;
}

/** The names of what is made of data, as far as the cells that run in the page take it, by the cells that declare them. */
function valuesWanted(at, parts, codes) {
  const isOfData = (part) =>
    [...codes[part].imported.values()].some(({ name }) => ofData.includes(name)) ||
    [...parts.get(part)].some(([name, from]) =>
      codes[from].declared.has(name) ? isOfData(from) : ofData.includes(codes[from].imported.get(name).name),
    );
  const wanted = new Map();
  const visit = (part) => {
    for (const [name, from] of parts.get(part)) {
      if (!codes[from].declared.has(name)) continue;
      if (isOfData(from)) wanted.set(from, (wanted.get(from) ?? new Set()).add(name));
      else visit(from);
    }
  };
  visit(at);
  return wanted;
}

/** For esbuild: each cell as a module that imports what it takes from cells before, and exports what it declares. */
const cellModules = (parts, codes, { values = {}, seen } = {}) => ({
  name: "cells",
  setup(bundler) {
    bundler.onResolve({ filter: /^cell:/ }, ({ path }) => ({ path: path.slice(5), namespace: "cell" }));
    bundler.onLoad({ filter: /.*/, namespace: "cell" }, ({ path }) => {
      const part = Number(path);
      const lines = part in values ? valueLines(values[part]) : cellLines(part, parts, codes);
      if (part === seen) lines.unshift(`import { begin } from ${JSON.stringify(host)};`, "begin();");
      return { contents: lines.join("\n"), loader: "ts", resolveDir: root };
    });
  },
});

function cellLines(part, parts, codes) {
  const { code, declared } = codes[part];
  const imports = [...parts.get(part)].map(([name, from]) => {
    if (codes[from].declared.has(name)) return `import { ${name} } from "cell:${from}";`;
    const { module, name: original } = codes[from].imported.get(name);
    const what = original === "*" ? `* as ${name}` : `{ ${original} as ${name} }`;
    return `import ${what} from ${JSON.stringify(module)};`;
  });
  return [...imports, code, `export { ${[...declared].join(", ")} };`];
}

const valueLines = (values) => [
  `import { unpacked } from ${JSON.stringify(host)};`,
  ...Object.entries(values).map(
    ([name, value]) => `export const ${name} = /* @__PURE__ */ unpacked(${JSON.stringify(value)});`,
  ),
];

/** For esbuild: files of the module of which nothing is used are left out. */
const onlyWhatIsUsed = {
  name: "only what is used",
  setup(bundler) {
    const own = inRoot("src");
    bundler.onResolve({ filter: /^cofi$/ }, () => ({ path: join(own, "index.ts"), sideEffects: false }));
    bundler.onResolve({ filter: /^\./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === onlyWhatIsUsed || !from.importer.startsWith(own)) return undefined;
      const found = await bundler.resolve(path, { ...from, pluginData: onlyWhatIsUsed });
      return found.errors.length > 0 ? undefined : { ...found, sideEffects: false };
    });
  },
};

/**
 * What is made of data, computed here by Node as the notebook does it, as text by cell and name; none where the data are
 * not on this machine.
 *
 * @throws Problem where it is more than a page may hold.
 */
async function valuesOf(wanted, parts, codes) {
  const script = join(cache, `values-${process.pid}.mjs`);
  const file = join(cache, `values-${process.pid}.json`);
  const cells = [...wanted].map(([part, names]) => ({ part, names: [...names] }));
  const packedOf = ({ part, names }) =>
    `${part}: { ${names.map((name) => `${name}: packed(cell${part}.${name})`).join(", ")} },`;
  const contents = [
    'import { writeFileSync } from "node:fs";',
    ...cells.map(({ part }) => `import * as cell${part} from "cell:${part}";`),
    packed.toString(),
    `writeFileSync(${JSON.stringify(file)}, JSON.stringify({ ${cells.map(packedOf).join(" ")} }));`,
  ].join("\n");
  try {
    await build({
      stdin: { contents, resolveDir: root },
      plugins: [cellModules(parts, codes)],
      external: ["cofi"],
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "warning",
      outfile: script,
    });
    const ran = await runCommand(process.execPath, [script], { cwd: root });
    if (ran.status !== 0) throw failure("the values for a page's controls could not be computed", "", ran);
    const text = readFileSync(file, "utf8");
    if (text.length > mostValues)
      throw new Problem(
        `${cells.map(({ part }) => codes[part].id)} hold ${text.length} letters of values for a page, at most ${mostValues} are allowed`,
      );
    return ran.output.includes(isGenerated) ? undefined : JSON.parse(text);
  } finally {
    for (const made of [script, file]) rmSync(made, { force: true });
  }
}

/** What `movielens` says where it has no data. */
const isGenerated = "generated ratings of its shape are used";

/** A value as text, which `unpacked` of the host reads. @throws TypeError for what is no plain data */
function packed(value) {
  return JSON.stringify(value, function (key, given) {
    const original = this[key];
    if (ArrayBuffer.isView(original)) {
      const bytes = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
      return { typed: [original.constructor.name, bytes.toString("base64")] };
    }
    if (typeof given === "function") throw new TypeError(`${key} is a function, which no page can be given`);
    return given;
  });
}
