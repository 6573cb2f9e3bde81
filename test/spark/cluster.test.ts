// @module-tag slow
import { execFileSync, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startCluster, startConnect } from "../../commands/spark/cluster.mjs";
import type { Model } from "../../src/model/model";
import { loadModel } from "../../src/model/modelFile";
import { recommendAll } from "../../src/predict/recommendAll";
import type { Ratings } from "../../src/ratings/ratings";
import { environmentPython } from "../../src/spark/environment";
import type { SparkModel, SparkRatings } from "../../src/spark/handles";
import { onSpark } from "../../src/spark/onSpark";
import { factorize } from "../../src/train/sgd/factorize";
import { running } from "../processes";
import { expectSameDigits, messageOf, newFolder, someRatings, sparkIsHere, writeCsv } from "./spark";

const isHere = sparkIsHere();

/** Whether a process may have folders of its own here, as the workers of other machines have. */
const hasNamespaces = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]).status === 0;

describe.skipIf(!isHere)("a standalone cluster of two workers", () => {
  const folder = newFolder();
  const storage = join(folder, "storage");
  const file = join(storage, "ratings.csv");
  const options = { epochs: 4, numFeatures: 8 };
  // What the session keeps on this machine lies where workers look in vain, as on machines of their own.
  const hidden = hasNamespaces ? join(folder, "only here") : "";
  const host = "127.0.0.2";
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let wanted: { model: Model; history: Float64Array };
  let here: Ratings;

  beforeAll(async () => {
    mkdirSync(storage);
    writeCsv(file, someRatings({ numItems: 1700, numUsers: 1000, numRatings: 100_000 }));
    cluster = await startCluster({ memory: "1g", host, hidden });
  });

  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true });
    if (cluster) expect(existsSync(cluster.folder)).toBe(false);
  });

  describe("whose workers see none of this machine's folders but storage", () => {
    let session: Awaited<ReturnType<typeof onSpark>>;
    let ratings: SparkRatings;
    let fitted: { model: SparkModel; history: Float64Array };

    beforeAll(async () => {
      if (hidden) {
        mkdirSync(hidden);
        vi.stubEnv("TMPDIR", hidden);
      }
      const conf = { "spark.driver.host": host, "spark.driver.bindAddress": host };
      const python = environmentPython;
      session = await onSpark({ master: cluster.url, memory: "1g", parallelism: 2, storage, python, conf });
      ratings = await session.readRatings(file);
    });

    afterAll(async () => {
      await session?.close();
      vi.unstubAllEnvs();
    });

    it("gives the digits of one machine, also where a worker is killed in the middle of an epoch", async () => {
      here = await session.collect(ratings);
      wanted = await factorize(here, options);
      fitted = await session.factorize(ratings, {
        ...options,
        onEpoch: ({ epoch }) => {
          // Not at once: the next epoch is then under way.
          if (epoch === 1) setTimeout(() => cluster.killWorker(0), 500);
        },
      });
      const { model, history } = fitted;
      expectSameDigits({ model: await session.collect(model), history }, wanted);
      expect(session.log(500)).toMatch(/Lost executor/);
    });

    it("brings the rows of some users home, and lists of all", async () => {
      const user = 7;
      const { b } = await session.collect(fitted.model, { users: [wanted.model.userIds![user]] });
      expect(b).toEqual(wanted.model.b.slice(user, user + 1));
      const lists = await session.recommendAll(fitted.model, { exclude: ratings, count: 3 });
      expect(lists).toEqual(await recommendAll(wanted.model, { exclude: here, count: 3 }));
    });

    it("stores a model on this machine, or in the cluster's storage, over one that is there", async () => {
      const places = [join(folder, "model"), `file://${storage}/model`];
      for (const place of [...places, ...places]) await session.saveModel(place, fitted.model);
      for (const place of places) {
        const { model } = await loadModel(place.replace("file://", ""));
        expect(model.X).toEqual(wanted.model.X);
        expect(model.userIds).toEqual(wanted.model.userIds);
      }
      const message = await messageOf(session.saveModel(`file://${storage}`, fitted.model));
      expect(message).toMatch(/storage: must be new, empty or a stored model, got a folder that holds /);
    });
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
    await expect.poll(() => running(scratch), { interval: 300 }).toEqual([]);

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
