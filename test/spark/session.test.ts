// @module-tag slow
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rmse } from "../../src/evaluate/errors";
import { ranking } from "../../src/evaluate/ranking";
import { describe as inShort } from "../../src/explore/describe";
import { queryObjects as sql } from "../../src/files/duckdb";
import { readRatings } from "../../src/files/readRatings";
import type { Model } from "../../src/model/model";
import { loadModel } from "../../src/model/modelFile";
import { recommendAll } from "../../src/predict/recommendAll";
import { normalize } from "../../src/ratings/normalize";
import { byUser, type Ratings } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import type { SparkModel, SparkRatings } from "../../src/spark/handles";
import { onSpark } from "../../src/spark/onSpark";
import type { SparkSession } from "../../src/spark/session";
import { foldIn } from "../../src/train/foldIn";
import { factorize } from "../../src/train/sgd/factorize";
import { expectSameDigits, messageOf, newFolder, someRatings, sparkIsHere, writeCsv } from "./spark";

const isHere = sparkIsHere();

describe.skipIf(!isHere)("a session on this machine's cores", () => {
  const folder = newFolder();
  const file = (name: string) => join(folder, name);
  const options = { numFeatures: 6, epochs: 4, seed: 3 };
  let session: SparkSession;
  let there: SparkRatings;
  let fitted: { model: SparkModel; history: Float64Array };
  let home: Model;
  let here: Ratings;

  beforeAll(async () => {
    writeCsv(file("ratings.csv"), someRatings());
    session = await onSpark({ master: "local[2]", parallelism: 3 });
    there = await session.readRatings(file("ratings.csv"));
    fitted = await session.factorize(there, options);
    home = await session.collect(fitted.model);
    here = await readRatings(file("ratings.csv"), { like: home });
  });

  afterAll(async () => {
    await session?.close();
    rmSync(folder, { recursive: true });
  });

  it("factorizes to the digits of one machine, from rows in any order", async () => {
    expect(session.cluster.slots).toBe(3);
    expectSameDigits({ model: home, history: fitted.history }, await factorize(here, options));
    expect(there).toMatchObject({ numItems: 300, numUsers: 400, numRatings: 20_000, hasTimes: true });
    const numbers = here.userIds as number[];
    expect(numbers.every((id, k) => k === 0 || id > numbers[k - 1])).toBe(true);
  });

  it("does so from Parquet and from JSON lines with 64-bit ids that are text here, and ratings all over the line", async () => {
    const big = "9007199254740993";
    await sql(`COPY (SELECT (${big}::BIGINT + userId)::BIGINT AS user_id, 'film ' || movieId AS item_id,
      rating * pi() AS rating FROM read_csv('${file("ratings.csv")}')) TO '${file("big.parquet")}' (FORMAT parquet)`);
    await sql(`COPY (FROM read_parquet('${file("big.parquet")}')) TO '${file("big.jsonl")}' (FORMAT json)`);
    const short = { ...options, epochs: 2, numFeatures: 3 };
    const results = [];
    for (const name of ["big.parquet", "big.jsonl"]) {
      const read = await session.readRatings(file(name));
      const { model, history } = await session.factorize(read, short);
      results.push({ model: await session.collect(model), history });
    }
    expect(results[0].model.userIds![0]).toBe(big);
    expect(results[0].model.itemIds![0]).toBe("film 0");
    expectSameDigits(results[0], results[1]);
    const local = await readRatings(file("big.parquet"), { like: results[0].model });
    expectSameDigits(results[0], await factorize(local, short));
  });

  it("brings ratings home, and the rows of a model that are asked for", async () => {
    const ratings = await session.collect(there);
    expect(ratings.values).toHaveLength(20_000);
    expectSameDigits({ model: home, history: fitted.history }, await factorize(ratings, options));
    const users = [home.userIds![7], home.userIds![3]];
    const some = await session.collect(fitted.model, { users });
    expect(some.userIds).toEqual([home.userIds![3], home.userIds![7]]);
    expect([...some.W]).toEqual([...home.W.slice(18, 24), ...home.W.slice(42, 48)]);
    expect(await messageOf(session.collect(fitted.model, { users: [-5] }))).toBe(
      "RangeError: users must be ids of the model, got -5",
    );
  });

  it("stores a model that loadModel and DuckDB read", async () => {
    await session.saveModel(file("model"), fitted.model);
    const { model } = await loadModel(file("model"));
    expectSameDigits({ model, history: fitted.history }, { model: home, history: fitted.history });
    const [{ n }] = await sql(
      `SELECT count(*)::INTEGER AS n FROM read_parquet('${file("model")}/users/*.parquet')`,
    );
    expect(n).toBe(400);
    writeFileSync(file("model/note.txt"), "mine");
    expect(await messageOf(session.saveModel(file("model"), fitted.model))).toMatch(
      /must be new, empty or a stored model, got a folder that holds note.txt$/,
    );
  });

  it("describes and normalizes as one machine does", async () => {
    const [stars, users, items] = await session.describe(there);
    for (const [k, row] of inShort(here).entries())
      for (const [name, value] of Object.entries(row)) {
        const got = [stars, users, items][k][name as "mean"];
        if (typeof value === "number") expect(got, `${row.of}: ${name}`).toBeCloseTo(value, 9);
        else expect(got).toBe(value);
      }
    for (const by of ["item", "user"] as const) {
      const wanted = normalize(here, { by, damping: 2 });
      const { means } = await session.normalize(there, { by, damping: 2 });
      expect(means).toHaveLength(wanted.means.length);
      means.forEach((mean, k) => {
        expect(mean).toBeCloseTo(wanted.means[k], 10);
      });
    }
  });

  it("splits by time exactly as one machine does, and at random about as asked, the same each time", async () => {
    const wanted = split(here, { by: "time", test: 0.25 });
    const byTime = await session.split(there, { by: "time", test: 0.25 });
    expect([byTime.train.numRatings, byTime.test.numRatings]).toEqual([
      wanted.train.values.length,
      wanted.test.values.length,
    ]);
    const { times } = await session.collect(byTime.test);
    expect(Math.min(...times!)).toBe(Math.min(...wanted.test.times!));
    const [one, again] = [await session.split(there, { seed: 1 }), await session.split(there, { seed: 1 })];
    expect(one.test.numRatings / 20_000).toBeCloseTo(0.2, 1);
    expect((await session.collect(one.test)).items).toEqual((await session.collect(again.test)).items);
  });

  it("measures, ranks, folds in and recommends as one machine does", async () => {
    const parts = await session.split(there, { by: "time", test: 0.2 });
    const [train, test] = [await session.collect(parts.train), await session.collect(parts.test)];
    expect(await session.rmse(fitted.model, parts.test)).toBeCloseTo(rmse(home, test), 10);
    const range = [2, 4] as const;
    expect(await session.rmse(fitted.model, parts.test, { range })).toBeCloseTo(
      rmse(home, test, { range }),
      10,
    );

    const figures = await session.ranking(fitted.model, { ...parts, count: 5 });
    const wanted = ranking(home, { train, test, count: 5 });
    for (const name of ["ndcg", "precision", "recall", "hitRate", "map", "mrr"] as const)
      expect(figures[name], name).toBeCloseTo(wanted[name], 10);
    expect(figures.protocol.users).toBe(wanted.protocol.users);

    const folded = await session.collect(await session.foldIn(fitted.model, parts.train, { lambda: 2 }));
    const { start, order } = byUser(train);
    for (const user of [0, 13, 399]) {
      const mine = Array.from(order.slice(start[user], start[user + 1]), (k) => ({
        item: train.items[k],
        value: train.values[k],
      }));
      const { w, b } = foldIn(home, mine, { lambda: 2 });
      expect(folded.b[user]).toBeCloseTo(b, 10);
      w.forEach((value, f) => {
        expect(folded.W[user * 6 + f]).toBeCloseTo(value, 10);
      });
    }

    const lists = await session.recommendAll(fitted.model, { exclude: parts.train, count: 7 });
    expect(lists).toEqual(await recommendAll(home, { exclude: train, count: 7 }));
    await session.recommendAll(fitted.model, { count: 3, to: file("lists") });
    const [{ n }] = await sql(
      `SELECT count(DISTINCT "user")::INTEGER AS n FROM read_parquet('${file("lists")}/*.parquet')`,
    );
    expect(n).toBe(400);
  });

  it("stops at once when it is aborted, and goes on from the checkpoint to the same digits", async () => {
    const checkpoint = file("checkpoint");
    const stop = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }) => epoch === 1 && stop.abort(new Error("enough"));
    const signal = stop.signal;
    const aborted = session.factorize(there, { ...options, checkpoint, onEpoch, signal });
    expect(await messageOf(aborted)).toBe("Error: enough");
    const epochs: number[] = [];
    const again = await session.factorize(there, {
      ...options,
      checkpoint,
      onEpoch: ({ epoch }) => epochs.push(epoch),
    });
    expect(epochs[0]).toBeGreaterThan(1);
    const model = await session.collect(again.model);
    expectSameDigits({ model, history: again.history }, { model: home, history: fitted.history });
    expect(await messageOf(session.factorize(there, { ...options, seed: 9, checkpoint }))).toMatch(
      /^RangeError: .*checkpoint must be of the same ratings and of .*"seed": 9.*: remove it, or name another folder$/,
    );
  });

  it("stops by ratings held out with the model of one machine, also gone on from a checkpoint", async () => {
    const parts = await session.split(there, { by: "time", test: 0.2 });
    const [train, test] = [await session.collect(parts.train), await session.collect(parts.test)];
    const stopping = { lambda: 0, numFeatures: 12, epochs: 12, learningRate: 0.16, seed: 3, patience: 1 };
    const wanted = await factorize(train, { ...stopping, validation: test });
    const errors = [...wanted.validation!];
    const lowest = errors.indexOf(Math.min(...errors));
    expect([lowest > 0, errors.length]).toEqual([true, lowest + 2]);

    const [checkpoint, stop] = [file("stopping"), new AbortController()];
    const asked = { ...stopping, validation: parts.test, checkpoint };
    const aborted = session.factorize(parts.train, {
      ...{ ...asked, signal: stop.signal },
      onEpoch: ({ epoch }) => epoch === lowest && stop.abort(new Error("enough")),
    });
    expect(await messageOf(aborted)).toBe("Error: enough");
    const said: (number | undefined)[] = [];
    const found = await session.factorize(parts.train, {
      ...asked,
      onEpoch: ({ validation }) => said.push(validation),
    });
    const model = await session.collect(found.model);
    expectSameDigits({ model, history: found.history }, wanted);
    expect(found.validation).toHaveLength(errors.length);
    errors.forEach((error, epoch) => {
      expect(found.validation![epoch]).toBeCloseTo(error, 5);
    });
    expect(said).toEqual([...found.validation!.slice(-said.length)]);
    expect(said.length).toBeLessThan(errors.length);

    const other = await session.readRatings(file("ratings.csv"));
    expect(await messageOf(session.factorize(parts.train, { ...stopping, validation: other }))).toMatch(
      /^RangeError: validation must be numbered by the ids of the ratings: read or split them together$/,
    );
  });

  it("says in a sentence what is wrong with a file", async () => {
    const head = "userId,movieId,rating";
    const sentences: [lines: string[], message: string, options?: { duplicates: "last" }][] = [
      [
        [head, "1,1,NaN", "2,1,x", "3,1,4", "4,1,", "5,1,Infinity"],
        'RangeError: FILE: rating must be a finite number, got "NaN" (user "1", item "1"), "x" (user "2", item "1"), none (user "4", item "1") and 1 more',
      ],
      [[head, ",1,3"], 'RangeError: FILE: user must be an id, got none (user none, item "1")'],
      [
        [head, "1,1,3", "1,2,3", "1,1,4"],
        'RangeError: FILE: a cell must be rated once, got user 1, item 1 again: pass duplicates: "last" or "mean" to allow it',
      ],
      [
        [head, "1,1,3", "1,1,4"],
        'RangeError: FILE: duplicates "last" must come with a column of times, got none: rows have no order on a cluster',
        { duplicates: "last" },
      ],
      [
        ["a,b,c", "1,1,3"],
        'RangeError: FILE: no column for the user among "a", "b", "c": name it in columns: { user, item, value }',
      ],
      [[head], "RangeError: FILE: ratings must hold at least one rating, got none"],
    ];
    for (const [lines, message, reading] of sentences) {
      writeFileSync(file("bad.csv"), `${lines.join("\n")}\n`);
      expect(await messageOf(session.readRatings(file("bad.csv"), reading))).toBe(
        message.replace("FILE", file("bad.csv")),
      );
    }
    expect(await messageOf(session.readRatings(file("none.parquet")))).toBe(
      `Error: ${file("none.parquet")}: no such file that the cluster reads`,
    );
    expect(await messageOf(session.readRatings({ table: "nowhere" }))).toBe("Error: nowhere: no such table");
    expect(session.log(5)).not.toBe("");
    // Where it was asked, and not where the answer came in.
    const { stack } = await session.readRatings(file("nothing.csv")).catch((error) => error);
    expect(stack).toMatch(
      /no such file[\s\S]*at (?:async )?SparkSession\.readRatings[\s\S]*session\.test\.ts/,
    );
  });

  it("takes ids as one machine does, however they are written", async () => {
    const big = "9007199254740993";
    const pairs: [users: string[], items: string[]][] = [
      [
        ["10", "9.0", " -3 ", "0"],
        ["1", "007", "x", "-0"],
      ],
      [
        [big, "1", "2.00", "3"],
        ["9007199254740991", "-5", "2", "1e3"],
      ],
    ];
    for (const [users, items] of pairs) {
      const lines = users.map((user, k) => `${user},${items[k]},${k + 1}`);
      writeFileSync(file("ids.csv"), ["userId,movieId,rating", ...lines].join("\n"));
      const there = await session.collect(await session.readRatings(file("ids.csv")));
      const here = await readRatings(file("ids.csv"));
      for (const kind of ["userIds", "itemIds"] as const) {
        expect(new Set(there[kind]), kind).toEqual(new Set(here[kind]));
        const sorted = [...there[kind]!].sort((a, b) => (a < b ? -1 : 1));
        expect(there[kind], kind).toEqual(sorted);
      }
    }
    await sql(`COPY (FROM (VALUES (1.0::DOUBLE, '1', 3), (2.5, '2', 4), (3e15, '10', 5)) AS t(user_id, item_id, rating))
      TO '${file("ids.parquet")}' (FORMAT parquet)`);
    const typed = await session.collect(await session.readRatings(file("ids.parquet")));
    expect(typed.userIds).toEqual(["1", "2.5", "3000000000000000"]);
    expect(typed.itemIds).toEqual(["1", "10", "2"]);
  });

  it("settles cells rated twice", async () => {
    writeFileSync(
      file("twice.csv"),
      "user,item,rating,time\n1,1,2,10\n1,1,5,30\n1,1,3,20\n2,1,4,10\n2,2,1,5\n",
    );
    for (const duplicates of ["last", "mean"] as const) {
      const settled = await session.collect(await session.readRatings(file("twice.csv"), { duplicates }));
      const wanted = await readRatings(file("twice.csv"), { duplicates, like: settled });
      expect(settled.values[0]).toBe(wanted.values[0]);
      expect(settled.values).toHaveLength(3);
    }
  });

  it("takes no options that there are not, and no ratings of others", async () => {
    expect(await messageOf(session.factorize(there, { epochs: -1 }))).toBe(
      "RangeError: epochs must be >= 0, got -1",
    );
    expect(await messageOf(session.factorize({ ...there }))).toBe(
      "TypeError: ratings must be of this Spark session, got something else",
    );
    const other = await session.readRatings(file("twice.csv"), { duplicates: "mean" });
    expect(await messageOf(session.rmse(fitted.model, other))).toMatch(
      /^RangeError: ratings must be numbered by/,
    );
    expect(await messageOf(session.factorize(there, { ...options, learningRate: 60 }))).toMatch(
      /^RangeError: training diverged at epoch \d \(RMSE is (NaN|Infinity)\): lower learningRate$/,
    );
  });

  it("leaves nothing behind", async () => {
    const stored = (session as unknown as { scratch: string }).scratch;
    expect(readdirSync(stored).length).toBeGreaterThan(0);
    await session.close();
    expect(existsSync(stored)).toBe(false);
    expect(await messageOf(session.describe(there))).toBe(
      "Error: the Spark session is closed: start another by onSpark",
    );
  });
});
