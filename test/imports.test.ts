import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/**
 * The rooms of the house, in the order of the path of data: a file may import from its own room and from rooms above
 * it in this list, never from one below.
 */
const rooms = [
  // what everything stands on: the files, threads and libraries of where it runs, on Node and in a browser
  "platform",
  "platform/browser",
  "base",
  "math",
  "wasm",
  // ratings → normalize, and the files they come from
  "ratings",
  "files",
  // model → cost; the course lab's data set comes with a model, so data sets stand below it
  "model",
  "datasets",
  // train: four solvers, each in a room of its own, and what is solved in closed form
  "train/gradient",
  "train/sgd",
  "train/gibbs",
  "train/als",
  "train",
  // predict → evaluate → show
  "predict",
  "evaluate",
  "modelSelection",
  "show",
  "exercises",
  "explore",
  "widgets",
  // past one machine
  "spark",
  // the module's table of contents
  "",
  // the programs around it
  "kernel/web",
  "kernel/protocol",
  // cells: check → run → show
  "kernel/cells/compiler",
  "kernel/cells/scope",
  "kernel/cells/emit",
  "kernel/cells/check",
  "kernel/cells/run",
  "kernel/cells/errors",
  "kernel/cells/modules",
  "kernel/cells/output",
  "kernel/cells/input",
  "kernel/cells/help",
  "kernel/cells",
  "kernel/requests",
  "kernel",
  "kernel/browser",
  // the judge of assignments, which runs cells as the kernel does
  "grading",
];

/** The rooms of what runs in the reader's browser, which take only types from `src`. */
const webRooms = ["kernel", "live", "lite", ""];

/** The rooms of the commands, which run before anything is compiled and so import nothing of `src`. */
const commandRooms = [
  "project",
  "programs",
  "setup",
  "lab",
  "pages",
  "course",
  "spark",
  "browser",
  "site",
  "",
];

/**
 * Who may import a package, in `src`: each has one file that knows it, or one for each of its faces. What only types are
 * taken from counts too.
 */
const owners: Record<string, RegExp> = {
  "@duckdb/node-api": /^platform\/database$/,
  "@duckdb/node-bindings": /^platform\/database$/,
  "@duckdb/duckdb-wasm": /^platform\/browser\/database$/,
  "@noble/hashes": /^platform\/browser\/hash$/,
  "@tensorflow/tfjs": /^(platform\/(browser\/)?tensors|platform\/browser\/tensorflow|base\/tensorflow)$/,
  "@tensorflow/tfjs-backend-wasm": /^platform\/(browser\/)?(tensors|tensorflow)$/,
  "@zip.js/zip.js": /^files\/unpack$/,
  "cli-progress": /^platform\/terminal$/,
  "danfojs-node": /^platform\/(browser\/)?frames$/,
  fflate: /^(datasets\/download|platform\/browser\/parquet)$/,
  fzstd: /^(files\/zstd|platform\/browser\/parquet)$/,
  hyparquet: /^platform\/browser\/parquet$/,
  "hyparquet-writer": /^platform\/browser\/parquet$/,
  minisearch: /^datasets\/titles$/,
  "read-excel-file": /^platform\/(browser\/)?workbook$/,
  "xxhash-wasm": /^files\/zstd$/,
  "node-inspect-extracted": /^(platform\/browser\/inspect|kernel\/web\/util)$/,
  "path-browserify": /^kernel\/web\/path$/,
  string_decoder: /^kernel\/web\/stringDecoder$/,
  tslab: /^kernel\/cells\/modules\/tslab$/,
  typescript: /^kernel\/cells\/compiler\/(typescript|load\.browser)$/,
  zeromq: /^kernel\/protocol\/sockets$/,
};

/** What is declared and never imported by name, and what for. */
const notImported: Record<string, string> = {
  "@biomejs/biome": "checks the style: commands/test.mjs runs its program",
  "@tensorflow/tfjs-node": "platform/tensors.ts loads it by its place, where it could be built",
  "@types/cli-progress": "types",
  "@types/node": "types",
  "@types/plotly.js": "types of figures, for whoever writes them in a notebook",
  assemblyscript: "compiles the kernels: commands/setup/assembly.mjs runs its program",
  buffer: "Node's module of that name as a browser has it, in src/kernel/web",
  events: "the same",
  cofi: "the project itself, so that notebooks find it by its name",
  esbuild: "makes one script of the pages' many: commands/site/bundle.mjs",
  mathjax: "commands/site/html.mjs copies it beside the exported pages",
  "node-api-headers": "headers for building tfjs-node's binding: commands/setup/tensorflow-wheel.mjs",
  "plotly.js-dist-min": "platform/stillWorker.ts and commands/site/html.mjs hand its file on",
  "types-node-22": "types of Node 22, for cells that it runs",
  "types-node-24": "types of Node 24, for cells that it runs",
  "types-node-26": "types of Node 26, for cells that it runs",
  vite: "holds vitest's own to a version that runs on Node 20",
};

interface House {
  /** Files by name, without their ending, and what each imports: files of the house by name, packages as written. */
  files: Map<string, string[]>;
  roomOf(file: string): string;
}

const root = join(__dirname, "..");

/** The files below a folder, and their imports as the compiler reads them. */
function houseOf(folder: string, ending: ".ts" | ".mjs", leaveOut: string[] = []): House {
  const names = (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(ending) && !leaveOut.some((other) => name.startsWith(`${other}/`)));
  const bare = (name: string) => (name.endsWith(ending) ? name.slice(0, -ending.length) : name);
  const known = new Set(names.map(bare));
  const files = new Map(
    names.map((name) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, folder, name), "utf8"));
      const targets = importedFiles.map(({ fileName }) => {
        if (!fileName.startsWith(".")) return fileName;
        const target = bare(posix.join(posix.dirname(name), fileName));
        return known.has(target) ? target : known.has(`${target}/index`) ? `${target}/index` : `./${target}`;
      });
      return [bare(name), targets] as const;
    }),
  );
  const roomOf = (file: string) => (posix.dirname(file) === "." ? "" : posix.dirname(file));
  return { files, roomOf };
}

const src = houseOf("src", ".ts", ["wasm/assembly"]);
const commands = houseOf("commands", ".mjs");
const web = houseOf("web", ".ts");

describe.each([
  { name: "src", house: src, order: rooms, outside: [] },
  { name: "web", house: web, order: webRooms, outside: ["./../src/kernel/browser/messages"] },
  { name: "commands", house: commands, order: commandRooms, outside: ["./../bench/main"] },
])("the rooms of $name", ({ house, order, outside }) => {
  test("are those of the list, each with a file, and every import of a file leads to one", () => {
    const found = new Set([...house.files.keys()].map(house.roomOf));
    expect([...found].sort()).toEqual([...order].sort());
    const unknown = [...house.files.values()].flat().filter((target) => target.startsWith("."));
    expect([...new Set(unknown)]).toEqual(outside);
  });

  test("import only rooms above them", () => {
    const wrong = [...house.files].flatMap(([file, targets]) =>
      targets
        .filter((target) => house.files.has(target))
        .filter((target) => order.indexOf(house.roomOf(target)) > order.indexOf(house.roomOf(file)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("hold no circle of files", () => {
    const done = new Set<string>();
    const visit = (file: string, way: string[]) => {
      expect(way, `a circle: ${[...way, file].join(" → ")}`).not.toContain(file);
      if (done.has(file)) return;
      for (const target of house.files.get(file)!) if (house.files.has(target)) visit(target, [...way, file]);
      done.add(file);
    };
    for (const file of house.files.keys()) visit(file, []);
  });
});

/** The package that an import is of; none where it is of Node itself, or of what the bundler embeds. */
const packageOf = (target: string): string | undefined => {
  if (/^(node|embedded):/.test(target) || builtinModules.includes(target)) return undefined;
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
};

/** Who imports packages, by the packages' names. */
function importersOf({ files }: House): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [file, targets] of files)
    for (const name of new Set(targets.map(packageOf)))
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), file]);
  return found;
}

describe("packages", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const inSrc = importersOf({ ...src, files: withoutOwn(src) });
  const inWeb = importersOf({ ...web, files: withoutOwn(web) });
  const tests = houseOf("test", ".ts");
  const inTests = importersOf({ ...tests, files: withoutOwn(tests) });

  test("that src imports have their owners", () => {
    expect([...inSrc.keys()].sort()).toEqual(Object.keys(owners).sort());
    for (const [name, files] of inSrc)
      for (const file of files) expect(file, `${file} imports ${name}`).toMatch(owners[name]);
  });

  test("that src imports come with the packed module, or by choice; those of the kernel and of browsers, which are not packed, do not", () => {
    for (const [name, files] of inSrc) {
      const apart = files.every((file) => /^(kernel|platform\/browser)\//.test(file));
      const byChoice = manifest.peerDependenciesMeta[name]?.optional && manifest.peerDependencies[name];
      const declared = apart ? manifest.devDependencies[name] : (manifest.dependencies[name] ?? byChoice);
      expect(declared, name).toMatch(/^\d/);
      if (byChoice) expect(manifest.devDependencies[name], name).toBe(byChoice);
    }
  });

  test("that the pages' scripts import are theirs alone", () => {
    for (const [name, files] of inWeb) {
      expect(name).toMatch(/^@(codemirror|lezer)\//);
      expect(files).toEqual(["live/editor"]);
      expect(manifest.devDependencies[name], name).toMatch(/^\d/);
    }
  });

  test("that tests import are declared", () => {
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    expect([...inTests.keys()].filter((name) => !(name in declared))).toEqual([]);
  });

  test("that are declared are imported, or there for a reason", () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const idle = declared.filter((name) => !inSrc.has(name) && !inWeb.has(name) && !inTests.has(name));
    expect(idle.sort()).toEqual(Object.keys(notImported).sort());
  });
});

/** The files, with those of their imports only that are packages. */
function withoutOwn({ files }: House): Map<string, string[]> {
  return new Map(
    [...files].map(([file, targets]) => [
      file,
      targets.filter((target) => !target.startsWith(".") && !files.has(target)),
    ]),
  );
}

test("the table of contents has one block a room after another, types before values", () => {
  const blocks = src.files.get("index")!.map((file) => src.roomOf(file));
  const places = blocks.map((room) => rooms.indexOf(room));
  // The solvers' rooms and that of `train` around them make one block.
  const isTrain = (room: string) => room.startsWith("train");
  expect(places.filter((_, k) => !isTrain(blocks[k]))).toEqual(
    places.filter((_, k) => !isTrain(blocks[k])).toSorted((a, b) => a - b),
  );
  const train = blocks.map(isTrain);
  expect(train.lastIndexOf(true) - train.indexOf(true) + 1).toBe(train.filter(Boolean).length);
  for (const block of readFileSync(join(root, "src", "index.ts"), "utf8")
    .split("// ---")
    .slice(1)) {
    const lines = block.match(/^export( type)? \{/gm) ?? [];
    expect(lines, block).toEqual(lines.toSorted((a, b) => b.length - a.length));
  }
});
