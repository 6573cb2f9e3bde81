// @module-tag slow
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { keysFor, scattered } from "../../src/math/random";
import { environmentFolder, environmentPython } from "../../src/spark/environment";
import { onSpark } from "../../src/spark/onSpark";
import { checkMaster, checkRemote } from "../../src/spark/probe";
import { cutIntoBlocks } from "../../src/train/sgd/blocks";
import { heap } from "../../src/wasm/arena";
import { running } from "../processes";
import { messageOf, newFolder, someRatings, sparkIsHere } from "./spark";

const isHere = sparkIsHere();

/** What some lines of Python print as JSON, with the driver's package at hand. */
function python<Result>(lines: string): Result {
  const folder = join(__dirname, "..", "..", "src", "spark", "driver");
  const code = `import json, sys\nsys.path.insert(0, ${JSON.stringify(folder)})\n${lines}`;
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  return JSON.parse(execFileSync(environmentPython, ["-c", code], { encoding: "utf8", env }));
}

describe.skipIf(!isHere)("the driver's parts", () => {
  it("draw the numbers of scattered", () => {
    const [, key] = keysFor(12.5, 2);
    const rows = [0, 1, 77, 123_456, 2 ** 31 - 2];
    const drawn = python<number[][]>(
      `import numpy as np\nfrom cofi_spark.scattered import scattered\nprint(json.dumps(scattered(${key}, np.array(${JSON.stringify(rows)}), 5).tolist()))`,
    );
    const uniform = scattered(key);
    expect(drawn).toEqual(rows.map((row) => Array.from({ length: 5 }, (_, n) => uniform(row, n))));
  });

  it("cut as blocks.ts cuts", async () => {
    for (const [count, seed] of [
      [8, 1],
      [13, 2],
      [5, 3],
    ]) {
      const ratings = someRatings({ seed, numRatings: 3000 });
      const { userBounds } = await cutIntoBlocks(ratings, { count, seed, store: heap }, async () => {});
      const byUser = new Array(ratings.numUsers).fill(0);
      for (const user of ratings.users) byUser[user]++;
      const bounds = python<number[]>(
        `import numpy as np\nfrom cofi_spark.blocks import cut\nprint(json.dumps(cut(np.array(${JSON.stringify(byUser)}), ${count}, ${ratings.numUsers})))`,
      );
      expect(bounds).toEqual([...userBounds]);
    }
  });

  it("write no state over the one before it, nor over the best", () => {
    const faults = python<string[]>(`
import random
from cofi_spark.checkpoint import place_of_lowest, place_of_state
faults, draw = [], random.Random(1)
for _ in range(500):
    errors = [draw.randrange(6) for _ in range(draw.randrange(1, 12))]
    lies = {place_of_state(0, []): 0}
    for epoch in range(len(errors)):
        place = place_of_state(epoch + 1, errors[:epoch])
        if lies[place_of_state(epoch, errors[:epoch])] != epoch or place == place_of_state(epoch, errors[:epoch]):
            faults.append(f"the state before, {errors[:epoch]}")
        lies[place] = epoch + 1
        best = place_of_lowest(errors[: epoch + 1]) + 1
        if lies[place_of_state(best, errors[: epoch + 1])] != best: faults.append(f"the best, {errors[: epoch + 1]}")
if [place_of_state(k, []) for k in range(5)] != [0, 1, 0, 1, 0]: faults.append("none held out")
print(json.dumps(faults))`);
    expect(faults).toEqual([]);
  });

  it("walk through all blocks in groups, each row and each column in the order of strata", () => {
    const faults = python<string[]>(`
from cofi_spark.grouping import Grouping
faults = []
for count in range(1, 14):
    for groups in range(1, count + 1):
        g = Grouping(count, groups)
        at = {t: g.group_of(t) for t in range(count)}
        rows, columns = {}, {}
        for epoch in range(2):
            for round in range(g.rounds):
                todo = [(s, t) for s in range(count) for t in range(count) if g.round_of(s, t) == round]
                for s, t in sorted(todo, key=lambda b: (b[1] - b[0]) % count):
                    if at[t] != g.group_of(s): faults.append(f"{count}/{groups}: column {t} is not at row {s}")
                    rows.setdefault(s, []).append((t - s) % count)
                    columns.setdefault(t, []).append((t - s) % count)
                at = {t: g.next_of(group, round) for t, group in at.items()}
        for name, lists in (("row", rows), ("column", columns)):
            for place, strata in lists.items():
                if strata != 2 * list(range(count)): faults.append(f"{count}/{groups}: {name} {place} {strata}")
print(json.dumps(faults[:5]))`);
    expect(faults).toEqual([]);
  });
});

/** A file of Hadoop's configuration. */
const hadoopFile = (properties: Record<string, string>) =>
  `<?xml version="1.0"?><configuration>${Object.entries(properties)
    .map(([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`)
    .join("")}</configuration>`;

const variable = `\${yarn.resourcemanager.hostname}:1`;
const named = (host: string, id = "") => ({ [`yarn.resourcemanager.hostname${id}`]: host });

describe.skipIf(!isHere)("a start", () => {
  it("finds YARN where its configuration says", () => {
    const many = { "yarn.resourcemanager.ha.enabled": "true", "yarn.resourcemanager.ha.rm-ids": "a, b" };
    const cases: [properties: Record<string, string>, addresses: [string, number][]][] = [
      [{}, [["0.0.0.0", 8032]]],
      [named("head"), [["head", 8032]]],
      [{ "yarn.resourcemanager.address": "head:8050" }, [["head", 8050]]],
      [{ ...named("head"), "yarn.resourcemanager.address": variable }, [["head", 1]]],
      [
        { ...many, ...named("one", ".a"), "yarn.resourcemanager.address.b": "two:9" },
        [
          ["one", 8032],
          ["two", 9],
        ],
      ],
    ];
    const folder = newFolder();
    for (const [properties, addresses] of cases) {
      writeFileSync(join(folder, "yarn-site.xml"), hadoopFile(properties));
      const lines = `from cofi_spark.yarn import addresses, configuration\nprint(json.dumps(addresses(configuration([${JSON.stringify(folder)}]))))`;
      expect(python(lines)).toEqual(addresses);
    }
    rmSync(folder, { recursive: true });
  });

  it("says in a sentence what Spark says in pages", () => {
    const lines = (...some: string[]) => some.join("\n\tat org.apache.spark.Some.where(Some.scala:1)\n");
    const cases: [text: string, sentence: string, isInLog: boolean][] = [
      [
        lines(
          "An error occurred while calling None.org.apache.spark.api.java.JavaSparkContext.",
          ": org.apache.spark.SparkException: External scheduler cannot be instantiated",
          "Caused by: java.lang.RuntimeException: java.lang.ClassNotFoundException: Class a.B not found",
          "Caused by: java.lang.ClassNotFoundException: Class a.B not found",
        ),
        "Spark failed: java.lang.ClassNotFoundException: Class a.B not found",
        true,
      ],
      [
        lines(
          "An error occurred while calling o1.load.",
          ": java.net.ConnectException: Call From a/1.2.3.4 to head:8020 failed: java.net.ConnectException: Connection refused",
          "Caused by: java.net.ConnectException: Connection refused",
        ),
        "Spark failed: java.net.ConnectException: Call From a/1.2.3.4 to head:8020 failed: java.net.ConnectException: Connection refused",
        true,
      ],
      [
        'org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times: org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n  File "a.py", line 1, in b\nValueError: too few\n\n\tat org.apache.spark.Some.where(Some.scala:1)',
        "Spark failed: ValueError: too few",
        true,
      ],
      [
        "java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found",
        'Spark has no client for s3a://: pass conf: { "spark.jars.packages": "org.apache.hadoop:hadoop-aws:3.5.0" }, or put it on the cluster',
        false,
      ],
      [
        'org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "s3"',
        "Spark reads and writes no s3:// (S3 is s3a:// for Spark)",
        false,
      ],
      ["", "Spark failed: no reason given", true],
    ];
    const told = python(
      `from cofi_spark.sentences import sentence_for\nprint(json.dumps([sentence_for(Exception(text)) for text in json.loads(${JSON.stringify(JSON.stringify(cases.map(([text]) => text)))})]))`,
    );
    expect(told).toEqual(cases.map(([, ...sentence]) => sentence));
  });

  it("that fails says where the log is", async () => {
    const message = await messageOf(
      onSpark({ master: "local[1]", conf: { "spark.serializer": "some.Thing" } }),
    );
    const file = join(environmentFolder, "start.log");
    expect(message).toBe(
      `Error: Spark failed: java.lang.ClassNotFoundException: some.Thing (Spark's log is in ${file})`,
    );
    expect(readFileSync(file, "utf8")).toContain("some.Thing");
  });

  it("ends at once when it is aborted, though Spark waits for a cluster that says nothing", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    server.on("connection", (socket) => socket.once("data", () => stop.abort(new Error("enough"))));
    const started = onSpark({ master: `spark://127.0.0.1:${port}`, signal: stop.signal });
    expect(await messageOf(started)).toBe("Error: enough");
    await expect.poll(() => running(`cofi-spark-${process.pid}-`), { interval: 300 }).toEqual([]);
    server.close();
  });
});

describe("what onSpark refuses at once", () => {
  it("a master or a server that does not answer, or is none", async () => {
    expect(await messageOf(checkMaster("spark://127.0.0.1:1"))).toBe(
      'Error: master must be a Spark master that answers, got "spark://127.0.0.1:1": connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(await messageOf(checkRemote("sc://127.0.0.1:1"))).toBe(
      'Error: remote must be a Spark Connect server that answers, got "sc://127.0.0.1:1": connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(await messageOf(onSpark({ master: "lokal" }))).toBe(
      'RangeError: master must be local[…], spark://host:port, yarn or k8s://…, got "lokal"',
    );
    expect(await messageOf(onSpark({ remote: "http://x" }))).toBe(
      'RangeError: remote must be sc://host:port, got "http://x"',
    );
    expect(await messageOf(onSpark({ master: "local", remote: "sc://x" }))).toBe(
      'RangeError: master must not come with remote, got "local"',
    );
    expect(await messageOf(onSpark({ memory: "much" }))).toBe(
      'RangeError: memory must be a number and a unit, such as "4g", got "much"',
    );
    expect(await messageOf(onSpark({ conf: { "spark.cores.max": 2 as never } }))).toBe(
      'TypeError: conf["spark.cores.max"] must be a text, got 2',
    );
    expect(await messageOf(onSpark({ cores: 2 } as object))).toMatch(
      /^TypeError: option must be one of master, /,
    );
  });

  it("YARN of which no configuration tells", async () => {
    vi.stubEnv("HADOOP_CONF_DIR", undefined);
    vi.stubEnv("YARN_CONF_DIR", undefined);
    const refused =
      "Error: HADOOP_CONF_DIR must be a folder with the cluster's yarn-site.xml where master is yarn, got ";
    expect(await messageOf(onSpark({ master: "yarn" }))).toBe(`${refused}none`);
    vi.stubEnv("HADOOP_CONF_DIR", "/nowhere");
    expect(await messageOf(onSpark({ master: "yarn" }))).toBe(`${refused}/nowhere`);
    vi.unstubAllEnvs();
  });

  it.skipIf(!isHere)("YARN that does not answer where its configuration says", async () => {
    const folder = newFolder();
    const properties = { "yarn.resourcemanager.address": variable };
    writeFileSync(join(folder, "yarn-site.xml"), hadoopFile({ ...properties, ...named("127.0.0.1") }));
    vi.stubEnv("YARN_CONF_DIR", folder);
    expect(await messageOf(onSpark({ master: "yarn" }))).toBe(
      `Error: master must be a YARN that answers, got none at 127.0.0.1:1, which ${folder} names: Connection refused`,
    );
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!isHere)("a machine without Java", async () => {
    const before = process.env.JAVA_HOME;
    process.env.JAVA_HOME = "/nowhere";
    try {
      expect(await messageOf(onSpark({ master: "local[1]" }))).toMatch(
        /^Error: Java was not found in JAVA_HOME, \/nowhere: Spark needs Java 17 or newer/,
      );
    } finally {
      if (before === undefined) delete process.env.JAVA_HOME;
      else process.env.JAVA_HOME = before;
    }
  });
});
