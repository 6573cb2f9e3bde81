// Three things that are known to go wrong with Spark's own ALS, and the same asked of `factorize` on Spark:
//   node bench/sparkTraps.mjs [--memory 1g] [--users 20000] [--items 40000]
// a prediction for somebody whom training did not have; many rounds without a folder for checkpoints; lists for all users.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { here } from "./places.mjs";
import { generated, writeCsv } from "./sparkRatings.mjs";

const cofi = createRequire(import.meta.url)("cofi");

const { values: options } = parseArgs({
  options: {
    memory: { type: "string", default: "1g" },
    users: { type: "string", default: "20000" },
    items: { type: "string", default: "40000" },
  },
});
const { memory } = options;
const master = "local[2]";
const iterations = [50, 100, 200, 400];

await sparkSetup();
const folder = await mkdtemp(join(tmpdir(), "cofi-bench-"));
const rows = [];
try {
  const write = async (name, size) => {
    await writeCsv(join(folder, name), generated(size));
    return join(folder, name);
  };
  const few = await write("few.csv", { numUsers: 200, numItems: 100, numRatings: 4000 });
  const [numUsers, numItems] = [Number(options.users), Number(options.items)];
  const many = await write("many.csv", { numUsers, numItems, numRatings: 20 * numUsers });
  for (const trap of ["cold", "lineage", "lists"]) await als(trap, few, many);
  await ours(few, many);
  console.table(rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function als(trap, few, many) {
  const settings = JSON.stringify({ trap, few, many, master, memory, iterations });
  const child = spawn(sparkPython, [here("spark_traps.py"), settings], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  for await (const line of createInterface(child.stdout))
    if (line.startsWith("{")) rows.push({ program: "Spark's ALS", ...JSON.parse(line) });
  const [status] = await closed;
  if (status !== 0) rows.push({ program: "Spark's ALS", trap, found: `the program ended with ${status}` });
}

async function ours(few, many) {
  const program = "factorize on Spark";
  const session = await cofi.onSpark({ master, memory });
  try {
    const ratings = await session.readRatings(few);
    const { test, train } = await session.split(ratings, { by: "random", test: 0.97, seed: 1 });
    const { model } = await session.factorize(train, { epochs: 5, numFeatures: 8 });
    const rmse = await session.rmse(model, test);
    rows.push({ program, trap: "cold", found: `RMSE ${rmse.toFixed(3)}, of people without a rating too` });
    const epochs = iterations.at(-1);
    const before = performance.now();
    await session.factorize(ratings, { epochs, numFeatures: 4 });
    const took = (performance.now() - before) / 1000;
    rows.push({ program, trap: "lineage", iterations: epochs, found: "fitted", seconds: took });
    const all = await session.readRatings(many);
    const { model: large } = await session.factorize(all, { epochs: 2, numFeatures: 50 });
    const start = performance.now();
    await session.recommendAll(large, { count: 10, to: join(folder, "lists") });
    const seconds = (performance.now() - start) / 1000;
    rows.push({ program, trap: "lists", found: `lists of ${all.numUsers} users`, seconds });
  } finally {
    await session.close();
  }
}
