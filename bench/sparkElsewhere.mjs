// Whether `factorize` on Spark gives the digits of one machine where Spark and its files are somebody else's:
//   node bench/sparkElsewhere.mjs [--ratings 100000] [--epochs 5]
// on YARN with HDFS, from Hadoop's own cluster for tests; and on S3, from moto. Maven brings the one, pip the other, some
// 800 MB: into Maven's folder, Ivy's, and .bench.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { pythonOf } from "./environment.mjs";
import { here, inBench } from "./places.mjs";

const cofi = createRequire(import.meta.url)("cofi");

const { values: options } = parseArgs({
  options: {
    ratings: { type: "string", default: "100000" },
    epochs: { type: "string", default: "5" },
  },
});
const numRatings = Number(options.ratings);
const settings = { numFeatures: 16, epochs: Number(options.epochs) };
const hadoopAws = "org.apache.hadoop:hadoop-aws:3.5.0";
const copies = `
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").getOrCreate()
path = spark._jvm.org.apache.hadoop.fs.Path
conf = spark._jsc.hadoopConfiguration()
source, target = path(sys.argv[1]), path(sys.argv[2])
target.getFileSystem(conf).copyFromLocalFile(source, target)
`;
const moto = "moto[s3,server]==5.2.5";

await sparkSetup();
const folder = await mkdtemp(join(tmpdir(), "cofi-bench-"));
const ended = [];
const rows = [];
try {
  const file = join(folder, "ratings.csv");
  const size = { numUsers: Math.ceil(numRatings / 100), numItems: 2000, numRatings };
  const scale = { min: 0.5, max: 5, step: 0.5 };
  const { ratings } = cofi.generateFilms({ ...size, scale, years: [1950, 2020] }, 1);
  const lines = Array.from(ratings.values, (value, k) => `${ratings.users[k]},${ratings.items[k]},${value}`);
  await writeFile(file, ["user,item,rating", ...lines].join("\n"));
  rows.push({ cluster: "YARN and HDFS", ...(await onHadoop(file)) });
  rows.push({ cluster: "local[2] and S3", ...(await onS3(file)) });
  console.table(rows);
} finally {
  for (const end of ended) await end();
  await rm(folder, { recursive: true, force: true });
}
if (rows.some(({ same }) => same !== "all")) process.exitCode = 1;

async function onHadoop(file) {
  const classes = join(folder, "classes.txt");
  const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
  const pom = here("hadoop/pom.xml");
  execFileSync("mvn", ["-q", "-B", "-f", pom, plugin, `-Dmdep.outputFile=${classes}`], { stdio: "ignore" });
  const args = ["-cp", await readFile(classes, "utf8"), here("hadoop/MiniHadoop.java"), folder];
  const log = join(folder, "hadoop.log");
  const hadoop = spawn("java", args, { cwd: folder, stdio: ["pipe", "pipe", openSync(log, "w")] });
  ended.push(async () => {
    hadoop.stdin.end();
    if (hadoop.exitCode === null) await once(hadoop, "close");
  });
  let root;
  for await (const line of createInterface(hadoop.stdout)) {
    [, root] = /^READY (\S+)/.exec(line) ?? [];
    if (root) break;
  }
  if (!root) throw new Error(`Hadoop did not start: ${await readFile(log, "utf8")}`);
  process.env.HADOOP_CONF_DIR = folder;
  const conf = {
    "spark.executor.instances": "2",
    "spark.executor.cores": "1",
    "spark.driver.host": "127.0.0.1",
  };
  const master = { master: "yarn", memory: "1g", python: sparkPython, conf };
  // HDFS has no file yet: Spark puts it there.
  const path = `${root}/ratings.csv`;
  execFileSync(sparkPython, ["-c", copies, `file://${file}`, path], { stdio: "ignore" });
  return measured(master, path, `${root}/check`);
}

async function onS3(file) {
  delete process.env.HADOOP_CONF_DIR;
  if (!existsSync(pythonOf("moto"))) {
    execFileSync("python3", ["-m", "venv", inBench("moto")]);
    execFileSync(pythonOf("moto"), ["-m", "pip", "install", "--quiet", moto]);
  }
  const port = 5555;
  const s3 = spawn(pythonOf("moto"), ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  ended.push(async () => {
    s3.kill();
    if (s3.exitCode === null && s3.signalCode === null) await once(s3, "close");
  });
  await answers(port);
  const address = `http://127.0.0.1:${port}`;
  await fetch(`${address}/films`, { method: "PUT" });
  await fetch(`${address}/films/ratings.csv`, { method: "PUT", body: await readFile(file) });
  const conf = {
    "spark.jars.packages": hadoopAws,
    "spark.hadoop.fs.s3a.endpoint": address,
    "spark.hadoop.fs.s3a.endpoint.region": "us-east-1",
    "spark.hadoop.fs.s3a.path.style.access": "true",
    "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    "spark.hadoop.fs.s3a.access.key": "nobody",
    "spark.hadoop.fs.s3a.secret.key": "nothing",
  };
  const session = { master: "local[2]", storage: "s3a://films/tmp", conf };
  return measured(session, "s3a://films/ratings.csv", "s3a://films/check");
}

/** Ratings read, a model fitted with checkpoints, and what of it is the same on one machine. */
async function measured(session, path, checkpoint) {
  const laps = [performance.now()];
  const lap = () => {
    laps.push(performance.now());
    return Number(((laps.at(-1) - laps.at(-2)) / 1000).toFixed(1));
  };
  const spark = await cofi.onSpark(session);
  try {
    const start = lap();
    const there = await spark.readRatings(path);
    const read = lap();
    const { model, history } = await spark.factorize(there, { ...settings, checkpoint });
    const fit = lap();
    const one = await cofi.factorize(await spark.collect(there), settings);
    const home = await spark.collect(model);
    const isSame = (a, b) => a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
    const different = ["W", "X", "b", "mu"].filter((name) => !isSame(home[name], one.model[name]));
    if (!isSame(history, one.history)) different.push("history");
    const same = different.length ? `not ${different.join(", ")}` : "all";
    return { ratings: there.numRatings, "start, s": start, "read, s": read, "fit, s": fit, same };
  } finally {
    await spark.close();
  }
}

async function answers(port) {
  for (let tries = 0; tries < 300; tries++) {
    const found = await new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("connect", () => resolve(true) || socket.destroy());
      socket.once("error", () => resolve(false));
    });
    if (found) return;
    await sleep(200);
  }
  throw new Error(`nothing answers at port ${port}`);
}
