// Whether `factorize` on Spark gives the digits of one machine where Spark and its files are somebody else's:
//   node bench/sparkElsewhere.mjs [--ratings 100000] [--epochs 5]
// on YARN with HDFS, from Hadoop's own cluster for tests; and on S3, from moto. Maven brings the one, pip the other, some
// 800 MB: into Maven's folder, Ivy's, and .bench.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { answers, freePort } from "../commands/spark/cluster.mjs";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { pythonOf } from "./environment.mjs";
import { here, inBench } from "./places.mjs";
import { differing, generated, writeCsv } from "./sparkRatings.mjs";

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
const moto = "moto[s3,server]==5.2.5";
const copies = `
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").getOrCreate()
path = spark._jvm.org.apache.hadoop.fs.Path
conf = spark._jsc.hadoopConfiguration()
source, target = path(sys.argv[1]), path(sys.argv[2])
target.getFileSystem(conf).copyFromLocalFile(source, target)
`;

await sparkSetup();
const folder = await mkdtemp(join(tmpdir(), "cofi-bench-"));
const ended = [];
const rows = [];
try {
  const file = join(folder, "ratings.csv");
  const size = { numUsers: Math.ceil(numRatings / 100), numItems: 2000, numRatings };
  await writeCsv(file, generated(size));
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
  // Not by makeEnvironment: moto's packages contradict those that the other programs share.
  if (!existsSync(pythonOf("moto"))) {
    execFileSync("python3", ["-m", "venv", inBench("moto")]);
    execFileSync(pythonOf("moto"), ["-m", "pip", "install", "--quiet", moto]);
  }
  const host = "127.0.0.1";
  const port = await freePort(host);
  const s3 = spawn(pythonOf("moto"), ["-m", "moto.server", "-H", host, "-p", String(port)], {
    stdio: "ignore",
  });
  ended.push(async () => {
    s3.kill();
    if (s3.exitCode === null && s3.signalCode === null) await once(s3, "close");
  });
  await answers(host, port, "moto did not start within two minutes.");
  const address = `http://${host}:${port}`;
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
    const different = differing({ ...home, history }, { ...one.model, history: one.history });
    const same = different.length ? `not ${different.join(", ")}` : "all";
    return { ratings: there.numRatings, "start, s": start, "read, s": read, "fit, s": fit, same };
  } finally {
    await spark.close();
  }
}
