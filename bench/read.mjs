/**
 * How long reading a large ratings file takes, and how much memory: CSV with whole numbers for ids, CSV with texts for
 * ids, and Parquet:
 *
 *     node bench/read.mjs [rows] [python]
 *
 * makes files of `rows` ratings (5 million unless given) by up to 162,000 users of up to 59,000 items, in half
 * stars, reads each in a process of its own, and prints one JSON object. With a Python that has pandas,
 * pyarrow, polars and duckdb, these read the same files beside it, all four columns, the ids as they are. Cofi numbers
 * the ids too and sees that no cell comes twice; "pandas, numbered" is pandas doing the same. Of three runs in turn the quickest counts. The files lie in the folder for
 * temporary ones and are removed: 500 MB for 5 million rows.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const load = createRequire(import.meta.url);

/** Users by a power law, in order; a user's items are as many steps of 7919 through all of them: no cell repeats. */
const ratings = (rows) => `
  WITH rated AS (SELECT i, floor(162000 * pow(i / ${rows}, 1.5))::UBIGINT AS u FROM range(${rows}) t(i))
  SELECT 1 + u AS userId, 1 + (i * 7919 + hash(u) % 59000) % 59000 AS movieId,
    (1 + hash(i) % 10) / 2 AS rating, 1000000000 + i AS timestamp FROM rated`;

async function generate(rows, csv, texts, parquet) {
  const { DuckDBInstance } = load("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  const path = (file) => `'${file.replaceAll("'", "''")}'`;
  await connection.run(`COPY (${ratings(rows)}) TO ${path(csv)} (HEADER)`);
  await connection.run(
    `COPY (SELECT 'A' || substr(md5(userId::VARCHAR), 1, 13) AS userId, 'B0' || substr(md5(movieId::VARCHAR), 1, 8) AS movieId,
     rating, timestamp FROM (${ratings(rows)})) TO ${path(texts)} (HEADER)`,
  );
  await connection.run(`COPY (${ratings(rows)}) TO ${path(parquet)} (FORMAT parquet)`);
}

async function read(file) {
  const { readRatings } = load("cofi");
  const begun = performance.now();
  const { values, numUsers, numItems } = await readRatings(file);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    rows: values.length,
    users: numUsers,
    items: numItems,
    seconds: (performance.now() - begun) / 1e3,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMB: maxRSS / 1024,
  };
}

const inPython = `
import importlib, json, resource, sys, time
reader, file = sys.argv[1:]
reader, _, numbered = reader.partition(", ")
module = importlib.import_module(reader)
if reader == "duckdb":
    module.sql("SET enable_progress_bar = false")
begun = time.perf_counter()
if reader == "duckdb":
    quoted = file.replace("'", "''")
    read = module.sql(f"SELECT * FROM '{quoted}'").fetchnumpy()
elif file.endswith(".csv"):
    read = module.read_csv(file)
else:
    read = module.read_parquet(file)
if numbered:
    users, _ = module.factorize(read["userId"])
    items, ids = module.factorize(read["movieId"])
    if module.Series(users.astype("int64") * len(ids) + items).duplicated().any():
        raise ValueError("a cell comes twice")
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_SELF)
unit = 2**20 if sys.platform == "darwin" else 2**10
print(json.dumps({"rows": len(read["rating"]), "seconds": seconds,
    "cpuSeconds": used.ru_utime + used.ru_stime, "peakMB": used.ru_maxrss / unit}))
`;

/** What a program prints as JSON, its numbers rounded to what was measured. */
function measured(program, args) {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr}`);
  return JSON.parse(stdout, (_, value) =>
    typeof value === "number" ? Math.round(100 * value) / 100 : value,
  );
}

async function main(rows = 5e6, python = undefined) {
  if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`rows must be an integer >= 1, got ${rows}`);
  const folder = mkdtempSync(join(tmpdir(), "cofi-read-"));
  try {
    const files = { "CSV, numbers": "numbers.csv", "CSV, texts": "texts.csv", Parquet: "ratings.parquet" };
    for (const kind in files) files[kind] = join(folder, files[kind]);
    await generate(rows, ...Object.values(files));
    const run = (reader, file) =>
      reader === "cofi"
        ? measured(process.execPath, [fileURLToPath(import.meta.url), "--read", file])
        : measured(python, ["-c", inPython, reader, file]);
    const readers = ["cofi", ...(python ? ["pandas", "pandas, numbered", "polars", "duckdb"] : [])];
    const results = {};
    for (const [kind, file] of Object.entries(files)) {
      results[kind] = { bytes: statSync(file).size };
      for (let round = 0; round < 3; round++)
        for (const reader of readers) {
          const now = run(reader, file);
          const best = results[kind][reader];
          if (best === undefined || now.seconds < best.seconds) results[kind][reader] = now;
        }
    }
    return {
      rows,
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
      ...results,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, second] = process.argv.slice(2);
const result = first === "--read" ? await read(second) : await main(first && Number(first), second);
console.log(JSON.stringify(result, null, first === "--read" ? 0 : 2));
