// `factorize` on Spark beside one machine and beside Spark's own ALS, on the same split of generated ratings:
//   node bench/spark.mjs [--ratings 1e6] [--features 50] [--epochs 20] [--master local[2]] [--memory 4g] [--no-als] [--cluster]
// with --cluster on a standalone cluster of two workers of one core each, started for it, with `memory` for each executor;
// prints seconds, seconds an epoch, the RMSE on ratings held out, the most memory of all processes together, and whether
// the cluster's W, X, b, mu and history are those of one machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { descendants } from "../commands/programs/process-tree.mjs";
import { startCluster } from "../commands/spark/cluster.mjs";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { here } from "./places.mjs";
import { differing, generated, names, writeCsv } from "./sparkRatings.mjs";

const cofi = createRequire(import.meta.url)("cofi");

const { values: options } = parseArgs({
  options: {
    ratings: { type: "string", default: "1e6" },
    features: { type: "string", default: "50" },
    epochs: { type: "string", default: "20" },
    cluster: { type: "boolean", default: false },
    master: { type: "string", default: "local[2]" },
    memory: { type: "string", default: "4g" },
    "no-als": { type: "boolean", default: false },
  },
});
const numRatings = Number(options.ratings);
const numFeatures = Number(options.features);
const epochs = Number(options.epochs);
const { memory } = options;
const range = [0.5, 5];

/** What a process is, by its command line. */
const kinds = [
  [/CoarseGrainedExecutorBackend/, "executor (Java)"],
  [/deploy\.(master|worker)\./, "master and workers (Java)"],
  [/pyspark\.(daemon|worker)/, "tasks (Python)"],
  [/SparkSubmit|pyspark-shell/, "driver (Java)"],
  [/driver\/main\.py/, "driver (Python)"],
];

await sparkSetup();
const folder = await mkdtemp(join(tmpdir(), "cofi-bench-"));
const rows = [];
const cluster = options.cluster ? await startCluster({ memory }) : undefined;
const master = cluster?.url ?? options.master;
try {
  const size = { numItems: Math.ceil(numRatings ** 0.63), numUsers: Math.ceil(numRatings / 150), numRatings };
  const ratings = generated(size);
  const file = join(folder, "ratings.csv");
  await writeCsv(file, ratings);
  say("generated");
  const { train, test, fitted } = await onCluster(file);
  await onOneMachine(train, test, fitted);
  if (!options["no-als"]) await als(train, test);
  console.log(
    `${numRatings} ratings, ${numFeatures} features, ${master}; load of the machine ${loadavg()[0].toFixed(1)}`,
  );
  console.table(rows);
} finally {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
}

function say(text) {
  console.log(`${performance.now().toFixed(0).padStart(8)} ms  ${text}`);
}

async function onCluster(file) {
  const memoryOfAll = watchMemory();
  const started = performance.now();
  const log = join(folder, "log");
  await mkdir(log);
  const conf = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.dir": log,
  };
  const session = await cofi.onSpark({ master, memory, conf });
  try {
    const start = seconds(started);
    say("started");
    const onProgress = ({ stage }) => say(stage);
    const ratings = await session.readRatings(file, { onProgress });
    const parts = await session.split(ratings, { test: 0.1, seed: 1, onProgress });
    const read = seconds(started) - start;
    const before = performance.now();
    const ends = [];
    const { model, history } = await session.factorize(parts.train, {
      ...{ numFeatures, epochs },
      onProgress: ({ stage, epoch }) => {
        say(epoch === undefined ? stage : `epoch ${epoch + 1}`);
        if (epoch !== undefined) ends.push(performance.now());
      },
    });
    const times = ends.slice(1).map((end, k) => (end - ends[k]) / 1000);
    const rmse = await session.rmse(model, parts.test, { range });
    rows.push({
      program: "factorize on Spark",
      "start, s": start,
      "read, s": read,
      "to the end of the first epoch, s": (ends[0] - before) / 1000,
      "an epoch, s": times.sort((a, b) => a - b)[Math.floor(times.length / 2)],
      "all epochs, s": (ends.at(-1) - before) / 1000,
      RMSE: rmse,
      "memory, GB": memoryOfAll.end(),
    });
    console.table(memoryOfAll.ofEach());
    const home = await session.collect(model);
    return {
      train: await session.collect(parts.train),
      test: await session.collect(parts.test),
      fitted: { ...home, history },
    };
  } finally {
    await session.close();
    console.log(`spilled: ${(await spilled(log)).toFixed(1)} GB`);
  }
}

/** How much tasks have written to disk for want of memory, in GB, by Spark's own log of events. */
async function spilled(log) {
  let bytes = 0;
  for (const name of await readdir(log, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    for await (const line of createInterface(createReadStream(join(name.parentPath, name.name))))
      bytes += Number(/"Disk Bytes Spilled":(\d+)/.exec(line)?.[1] ?? 0);
  }
  return bytes / 1e9;
}

async function onOneMachine(train, test, fitted) {
  const before = performance.now();
  const { model, history } = await cofi.factorize(train, { numFeatures, epochs });
  const all = seconds(before);
  const rmse = cofi.rmse(model, test, { range });
  const different = differing({ ...model, history }, fitted);
  const same = names.filter((name) => !different.includes(name));
  rows.push({
    program: "factorize on one machine",
    "same digits": same.join(" "),
    "an epoch, s": all / epochs,
    "all epochs, s": all,
    RMSE: rmse,
  });
}

/** Spark's ALS, fitted to what biases leave, in a process of its own. */
async function als(train, test) {
  const files = [join(folder, "train.csv"), join(folder, "test.csv")];
  const biases = await cofi.biases(train);
  await writeCsv(files[0], train, biases);
  await writeCsv(files[1], test, biases);
  const settings = JSON.stringify({
    train: files[0],
    test: files[1],
    master,
    memory,
    rank: numFeatures,
    range,
  });
  const memoryOfAll = watchMemory();
  const child = spawn(sparkPython, [here("spark_als.py"), settings], { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  const found = JSON.parse(/^\{.*\}$/m.exec(output)[0]);
  rows.push({
    program: `Spark ALS, ${found.iterations} iterations, on what biases leave`,
    "all epochs, s": found.seconds,
    "an epoch, s": found.seconds / found.iterations,
    RMSE: found.rmse,
    "memory, GB": memoryOfAll.end(),
  });
}

function seconds(since) {
  return (performance.now() - since) / 1000;
}

/** Looks every half second at the memory of all processes below this one, and of this one. */
function watchMemory() {
  let most = 0;
  const ofEach = new Map();
  const timer = setInterval(() => {
    let bytes = 0;
    for (const pid of descendants(process.pid)) {
      try {
        const size = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096;
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const kind = kinds.find(([pattern]) => pattern.test(command))?.[1];
        bytes += size;
        if (kind) ofEach.set(pid, { kind, bytes: Math.max(size, ofEach.get(pid)?.bytes ?? 0) });
      } catch {
        // It has ended.
      }
    }
    most = Math.max(most, bytes / 1e9);
  }, 500);
  return {
    ofEach: () =>
      [...ofEach.values()]
        .filter(({ bytes }) => bytes > 1e8)
        .map(({ kind, bytes }) => ({ process: kind, "most memory, GB": Number((bytes / 1e9).toFixed(2)) })),
    end() {
      clearInterval(timer);
      return most;
    },
  };
}
