// @module-tag slow
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCluster, startConnect } from "../../commands/spark/cluster.mjs";
import type { Model } from "../../src/model/model";
import type { Ratings } from "../../src/ratings/ratings";
import { onSpark } from "../../src/spark/onSpark";
import { factorize } from "../../src/train/sgd/factorize";
import { expectSameDigits, messageOf, newFolder, someRatings, sparkIsHere, writeCsv } from "./spark";

const isHere = sparkIsHere();

/** Processes of this machine whose command line has a text in it. */
const running = (text: string): string[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(text) && !line.includes("ps -A"));

describe.skipIf(!isHere)("a standalone cluster of two workers", { timeout: 240_000 }, () => {
  const folder = newFolder();
  const file = join(folder, "ratings.csv");
  const options = { epochs: 4, numFeatures: 8 };
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let wanted: { model: Model; history: Float64Array };
  let here: Ratings;

  beforeAll(async () => {
    writeCsv(file, someRatings({ numItems: 1700, numUsers: 1000, numRatings: 100_000 }));
    cluster = await startCluster({ memory: "1g" });
  }, 240_000);

  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true });
    if (cluster) expect(existsSync(cluster.folder)).toBe(false);
  });

  it("gives the digits of one machine, also where a worker is killed in the middle of an epoch", async () => {
    const session = await onSpark({ master: cluster.url, memory: "1g", parallelism: 2 });
    try {
      const ratings = await session.readRatings(file);
      here = await session.collect(ratings);
      wanted = await factorize(here, options);
      const { model, history } = await session.factorize(ratings, {
        ...options,
        onEpoch: ({ epoch }) => {
          // Not at once: the next epoch is then under way.
          if (epoch === 1) setTimeout(() => cluster.killWorker(0), 500);
        },
      });
      expectSameDigits({ model: await session.collect(model), history }, wanted);
      expect(session.log(500)).toMatch(/Lost executor/);
    } finally {
      await session.close();
    }
  });

  it("goes on from the checkpoint after the driver and its Node were killed, and leaves nothing behind", async () => {
    const checkpoint = join(folder, "checkpoint");
    const program = fork(join(__dirname, "killed.cjs"), [file, checkpoint, JSON.stringify(options)], {
      silent: true,
    });
    const [done] = (await once(program, "message")) as [{ epoch: number }];
    expect(done.epoch).toBe(1);
    program.kill("SIGKILL");
    await once(program, "close");
    const scratch = `cofi-spark-${program.pid}-`;
    for (let tries = 0; running(scratch).length > 0 && tries < 100; tries++) await sleep(300);
    expect(running(scratch)).toEqual([]);

    const session = await onSpark({ master: "local[2]" });
    try {
      const epochs: number[] = [];
      const ratings = await session.readRatings(file);
      const { model, history } = await session.factorize(ratings, {
        ...{ ...options, checkpoint },
        onEpoch: ({ epoch }) => epochs.push(epoch),
      });
      expect(epochs[0]).toBeGreaterThan(0);
      expectSameDigits({ model: await session.collect(model), history }, wanted);
    } finally {
      await session.close();
    }
    const left = readdirSync(tmpdir()).filter(
      (name) => name.startsWith(scratch) || name.startsWith(`cofi-spark-${process.pid}-`),
    );
    expect(left).toEqual([]);
  });

  it("says so where a worker has no pyarrow", async () => {
    const bare = join(folder, "bare");
    execFileSync("python3", ["-m", "venv", "--without-pip", bare]);
    const message = await messageOf(onSpark({ master: "local[1]", python: join(bare, "bin", "python") }));
    expect(message).toBe(
      "Error: the workers' Python must have pyarrow, got none: install it there, or name another Python in python",
    );
  });

  it("is reached over Spark Connect too, with the same digits", async () => {
    const server = await startConnect();
    let session: Awaited<ReturnType<typeof onSpark>> | undefined;
    try {
      session = await onSpark({ remote: server.url });
      const short = { ...options, epochs: 2 };
      const { model, history } = await session.factorize(await session.readRatings(file), short);
      expectSameDigits({ model: await session.collect(model), history }, await factorize(here, short));
    } finally {
      await session?.close();
      await server.stop();
    }
  });
});
