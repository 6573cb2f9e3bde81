import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/**
 * The path of data, one way: a file may import what stands on its own line or on one before, never on one after.
 * The room `simd` belongs to the path, its kernels apart, which import none of it; the rooms `kernel`, `setup` and
 * `pages` are programs around the module.
 */
const path = [
  // what everything stands on
  ["check", "random", "linear", "distributions", "breathe", "nodeShim", "notebook", "dataFolder"],
  // ratings, and where they come from
  ["ratings", "counts", "describe", "average", "itemMeans", "labels", "split"],
  [
    "duckdb",
    "textFile",
    "table",
    "ids",
    "repeats",
    "ratingsFile",
    "sql",
    "download",
    "titles",
    "lecture",
    "standIn",
    "movielens",
  ],
  // normalize → model → cost → train
  ["normalize"],
  ["model", "courseLab"],
  ["posterior"],
  ["cost", "undetermined"],
  ["optimizer", "engine"],
  ["simd/webassembly", "simd/store", "simd/claims", "simd/threads"],
  ["simd/arena", "simd/bounds", "simd/kernels"],
  ["simd/crew"],
  ["simd/worker", "simd/training"],
  ["train"],
  ["strata", "descent", "checkpoint"],
  ["simd/descent"],
  ["factorize"],
  ["side", "gibbs", "chain"],
  ["simd/sampling"],
  ["bayesian"],
  // the same in TensorFlow.js
  ["tensorflow", "tensors", "dataFrame"],
  // predict
  [
    "predict",
    "simd/search",
    "recommendAll",
    "foldIn",
    "explain",
    "uncertainty",
    "recommendations",
    "content",
    "modelFile",
  ],
  // evaluate
  ["evaluate", "accuracy", "labelMetrics", "ranking", "estimate"],
  // compare: what is tried first, and models over folds
  ["baselines", "lectureModel", "fits", "fitPool", "fitWorker"],
  ["crossValidate", "gridSearch", "compareFolds"],
  // show
  [
    "figure",
    "labelPlaces",
    "plots",
    "featurePlots",
    "evaluationPlots",
    "tracePlot",
    "validationPlots",
    "still",
    "stillWorker",
    "tableText",
    "mime",
  ],
  // explore: tables of ratings, and their figures
  ["longTail", "popularityMap", "drift", "genres"],
  ["show", "progress", "exercise"],
  ["index"],
];

const folder = join(__dirname, "..", "src");
const files = ["", "simd/"].flatMap((room) =>
  readdirSync(join(folder, room))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => room + name),
);

/** What each file imports, as the compiler reads it: files of the path by name, packages as they are written. */
const imports = new Map(
  files.map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, file), "utf8"));
    const nameOf = (target: string) =>
      target.startsWith(".") ? posix.join(posix.dirname(file), target) : target;
    return [file.replace(/\.ts$/, ""), importedFiles.map(({ fileName }) => nameOf(fileName))];
  }),
);
const isOurs = (name: string) => imports.has(name);

test("every file has its place on the path of data", () => {
  expect([...imports.keys()].sort()).toEqual(path.flat().sort());
  const unknown = [...imports.values()]
    .flat()
    .filter((target) => /^(\.|simd\/)/.test(target) && !isOurs(target));
  expect(unknown).toEqual([]);
});

test("imports go one way along the path, and never in a circle", () => {
  const lineOf = new Map(path.flatMap((names, line) => names.map((name) => [name, line])));
  for (const [name, targets] of imports) {
    for (const target of targets.filter(isOurs)) {
      expect(lineOf.get(target), `${name} imports ${target}`).toBeLessThanOrEqual(lineOf.get(name)!);
    }
  }
  const done = new Set<string>();
  const visit = (name: string, way: string[]) => {
    expect(way, `a circle: ${[...way, name].join(" → ")}`).not.toContain(name);
    if (done.has(name)) return;
    for (const target of imports.get(name)!.filter(isOurs)) visit(target, [...way, name]);
    done.add(name);
  };
  for (const name of imports.keys()) visit(name, []);
});

test.each([
  [/^@tensorflow\//, "tensorflow"],
  [/^@duckdb\//, "duckdb"],
  [/^cli-progress$/, "progress"],
  [/^danfojs-node$/, "dataFrame"],
  [/^fflate$/, "download"],
  [/^minisearch$/, "titles"],
])("only one file knows %s", (foreign, owner) => {
  const users = [...imports]
    .filter(([, targets]) => targets.some((target) => foreign.test(target)))
    .map(([name]) => name);
  expect(users).toEqual([owner]);
});

test("the table of contents follows the path", () => {
  const lineOf = new Map(path.flatMap((names, line) => names.map((name) => [name, line])));
  const order = imports.get("index")!;
  const firsts = ["ratings", "normalize", "model", "cost", "train", "predict", "evaluate", "show"].map(
    (name) => order.indexOf(name),
  );
  expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
  expect(lineOf.get("index")).toBe(path.length - 1);
});
