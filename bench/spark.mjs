// `factorize` on Spark beside one machine and beside Spark's own ALS, on the same split of generated ratings:
//   node bench/spark.mjs [--ratings 1e6] [--features 50] [--master local[2]] [--memory 4g] [--no-als]
// prints seconds, seconds an epoch, the RMSE on ratings held out, the most memory of all processes together, and whether
// the cluster's W, X, b, mu and history are those of one machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { descendants } from "../commands/programs/process-tree.mjs";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { here } from "./places.mjs";

const cofi = createRequire(import.meta.url)("cofi");

const { values: options } = parseArgs({
  options: {
    ratings: { type: "string", default: "1e6" },
    features: { type: "string", default: "50" },
    master: { type: "string", default: "local[2]" },
    memory: { type: "string", default: "4g" },
    "no-als": { type: "boolean", default: false },
  },
});
const numRatings = Number(options.ratings);
const numFeatures = Number(options.features);
const { master, memory } = options;
const range = [0.5, 5];

await sparkSetup();
const folder = await mkdtemp(join(tmpdir(), "cofi-bench-"));
const rows = [];
try {
  const scale = { min: 0.5, max: 5, step: 0.5 };
  const size = { numItems: Math.ceil(numRatings ** 0.63), numUsers: Math.ceil(numRatings / 150), numRatings };
  const { ratings } = cofi.generateFilms({ ...size, scale, years: [1950, 2020] }, 1);
  const file = join(folder, "ratings.csv");
  await writeCsv(file, ratings);
  const { train, test, fitted } = await onCluster(file);
  await onOneMachine(train, test, fitted);
  if (!options["no-als"]) await als(train, test);
  console.log(
    `${numRatings} ratings, ${numFeatures} features, ${master}; load of the machine ${loadavg()[0].toFixed(1)}`,
  );
  console.table(rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function onCluster(file) {
  const memoryOfAll = watchMemory();
  const started = performance.now();
  const session = await cofi.onSpark({ master, memory });
  try {
    const start = seconds(started);
    const ratings = await session.readRatings(file);
    const parts = await session.split(ratings, { test: 0.1, seed: 1 });
    const read = seconds(started) - start;
    const before = performance.now();
    const ends = [];
    const { model, history } = await session.factorize(parts.train, {
      numFeatures,
      onProgress: ({ stage }) => stage === "training" && ends.push(performance.now()),
    });
    const epochs = ends.slice(1).map((end, k) => (end - ends[k]) / 1000);
    const rmse = await session.rmse(model, parts.test, { range });
    rows.push({
      program: "factorize on Spark",
      "start, s": start,
      "read, s": read,
      "to the end of the first epoch, s": (ends[0] - before) / 1000,
      "an epoch, s": epochs.sort((a, b) => a - b)[Math.floor(epochs.length / 2)],
      "all epochs, s": (ends.at(-1) - before) / 1000,
      RMSE: rmse,
      "memory, GB": memoryOfAll.end(),
    });
    const home = await session.collect(model);
    return {
      train: await session.collect(parts.train),
      test: await session.collect(parts.test),
      fitted: { ...home, history },
    };
  } finally {
    await session.close();
  }
}

async function onOneMachine(train, test, fitted) {
  const before = performance.now();
  const { model, history } = await cofi.factorize(train, { numFeatures });
  const all = seconds(before);
  const rmse = cofi.rmse(model, test, { range });
  const here = { ...model, history };
  const same = ["W", "X", "b", "mu", "history"].filter((name) =>
    here[name].every((value, k) => Object.is(value, fitted[name][k])),
  );
  rows.push({
    program: "factorize on one machine",
    "same digits": same.join(" "),
    "an epoch, s": all / 20,
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

/** Looks every half second at the memory of all processes below this one. */
function watchMemory() {
  let most = 0;
  const timer = setInterval(() => {
    let pages = 0;
    for (const pid of descendants(process.pid)) {
      try {
        pages += Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
      } catch {
        // It has ended.
      }
    }
    most = Math.max(most, (pages * 4096) / 1e9);
  }, 500);
  return {
    end() {
      clearInterval(timer);
      return most;
    },
  };
}

/** Ratings as CSV, with what a model of biases predicts beside each. */
async function writeCsv(path, { users, items, values }, model) {
  const file = await open(path, "w");
  try {
    await file.write(`userId,movieId,rating${model ? ",predicted" : ""}\n`);
    for (let from = 0; from < values.length; from += 100_000) {
      const lines = [];
      for (let k = from; k < Math.min(values.length, from + 100_000); k++) {
        const predicted = model ? `,${model.b[users[k]] + model.mu[items[k]]}` : "";
        lines.push(`${users[k]},${items[k]},${values[k]}${predicted}\n`);
      }
      await file.write(lines.join(""));
    }
  } finally {
    await file.close();
  }
}
