import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { randomModel } from "../../src/model/model";
import { loadModel, saveModel } from "../../src/model/modelFile";
import type { Posterior } from "../../src/model/posterior";
import { predict } from "../../src/predict/predict";
import { itemMean } from "../../src/train/baselines";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { randomRatings } from "../samples";

const root = mkdtempSync(join(tmpdir(), "cofi model é "));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(root, `${count++}`, "stored");
});

const model = randomModel({ numItems: 7, numUsers: 5, numFeatures: 3 }, { seed: 1, scale: 1 });
model.mu.set([Math.PI, 1 / 3, -0, 5e-324, 1.7976931348623157e308, 2, 3]);

test("what is stored comes back with every digit, ids included", async () => {
  const ids = { itemIds: ["a", "b", 'c "d"', "é", "", "f", "g"], userIds: [10, 20, 30, 40, 2 ** 52] };
  await saveModel(folder, model, ids);
  expect(await loadModel(folder)).toEqual({ model, ...ids });
  expect(readdirSync(folder).sort()).toEqual(["items.parquet", "model.json", "users.parquet"]);
});

test("without ids they are the indices", async () => {
  await saveModel(folder, model);
  expect((await loadModel(folder)).userIds).toEqual([0, 1, 2, 3, 4]);
});

test("storing again replaces what was there, and leaves nothing else", async () => {
  await saveModel(folder, model);
  const other = randomModel({ numItems: 2, numUsers: 3, numFeatures: 1 }, { seed: 2 });
  await saveModel(folder, other);
  expect((await loadModel(folder)).model).toEqual(other);
  expect(readdirSync(join(folder, ".."))).toEqual(["stored"]);
});

test("a folder of other things is never replaced", async () => {
  mkdirSync(folder, { recursive: true });
  await saveModel(folder, model);
  writeFileSync(join(folder, "thesis.txt"), "years of work");
  await expect(saveModel(folder, model)).rejects.toThrow(
    "must be new, empty or a stored model, got a folder that holds thesis.txt",
  );
  expect(readFileSync(join(folder, "thesis.txt"), "utf8")).toBe("years of work");
  await expect(saveModel(join(folder, "thesis.txt"), model)).rejects.toThrow("ENOTDIR");
});

test("a model that cannot be stored leaves the one that was there", async () => {
  await saveModel(folder, model);
  await expect(saveModel(folder, { ...model, numItems: 8 })).rejects.toThrow(
    "model.X must have 24 entries, got 21",
  );
  await expect(saveModel(folder, model, { itemIds: ["a"] })).rejects.toThrow(
    "itemIds must have 7 entries, got 1",
  );
  await expect(saveModel(folder, model, { userIds: [1, 2, "x", 4, 5] })).rejects.toThrow(
    "userIds must be all whole numbers or all text, got 1 (entry 0)",
  );
  expect((await loadModel(folder)).model).toEqual(model);
  expect(readdirSync(join(folder, ".."))).toEqual(["stored"]);
});

test("a truncated, changed, missing or foreign file is refused by name", async () => {
  await saveModel(folder, model);
  const items = join(folder, "items.parquet");
  const kept = readFileSync(items);
  truncateSync(items, kept.length - 10);
  await expect(loadModel(folder)).rejects.toThrow(
    /items\.parquet: damaged, its checksum is not the one in model\.json$/,
  );
  rmSync(items);
  await expect(loadModel(folder)).rejects.toThrow(
    /items\.parquet: no such file, though model\.json names it$/,
  );
  writeFileSync(items, kept);
  const manifest = join(folder, "model.json");
  const said = JSON.parse(readFileSync(manifest, "utf8"));
  for (const [change, message] of [
    ["{", /model\.json: damaged, not JSON$/],
    ["null", /format must be "cofi model", got undefined$/],
    [JSON.stringify({ ...said, format: "keras" }), /format must be "cofi model", got "keras"$/],
    [JSON.stringify({ ...said, version: 2 }), /version must be 1, the one known here, got 2$/],
    [JSON.stringify({ ...said, numItems: "7" }), /numItems must be a count, got "7"$/],
    [JSON.stringify({ ...said, numUsers: 6 }), /users\.parquet: must have 6 rows, got 5$/],
    [
      JSON.stringify({ ...said, numFeatures: 4 }),
      /items\.parquet: x must be lists of 4, got 21 numbers in 7 rows$/,
    ],
  ] as const) {
    writeFileSync(manifest, change);
    await expect(loadModel(folder)).rejects.toThrow(message);
  }
  const empty = join(root, "empty");
  mkdirSync(empty);
  await expect(loadModel(empty)).rejects.toThrow(/model\.json: no such file; a stored model has one$/);
  copyFileSync(manifest, join(empty, "model.json"));
});

test("a posterior comes back too, sample by sample, and predicts the same", async () => {
  const size = { numItems: 30, numUsers: 2100 };
  const ratings = randomRatings(size, { seed: 2, density: 0.05 });
  const posterior = await bayesian(ratings, { numFeatures: 3, samples: 7 });
  await saveModel(folder, posterior);
  const loaded = await loadModel<Posterior>(folder);
  expect(loaded.model).toEqual(posterior);
  expect(predict(loaded.model, { item: 3, user: 2050 }, { interval: 0.8 })).toEqual(
    predict(posterior, { item: 3, user: 2050 }, { interval: 0.8 }),
  );
});

test("a model that carries ids, and was learned from labels, is loaded as such", async () => {
  const ids = { itemIds: ["a", "b", "c", "d", "e", "f", "g"], userIds: [9, 8, 7, 6, 5] };
  const labelled = { ...model, ...ids, loss: "logistic" as const };
  await saveModel(folder, labelled);
  expect(await loadModel(folder)).toEqual({ model: labelled, ...ids });
});

test("a number that is not finite is neither stored nor loaded", async () => {
  await saveModel(folder, model);
  const broken = { ...model, W: model.W.map((value, k) => (k === 4 ? Number.NaN : value)) };
  await expect(saveModel(folder, broken)).rejects.toThrow("model.W must be finite, got NaN (entry 4)");
  expect((await loadModel(folder)).model).toEqual(model);
});

test("thousands of rows, and a model of means alone, come back in their order", async () => {
  const large = randomModel({ numItems: 5000, numUsers: 4097, numFeatures: 2 }, { seed: 3 });
  await saveModel(folder, large);
  expect((await loadModel(folder)).model).toEqual(large);
  const means = itemMean(randomRatings({ numItems: 3000, numUsers: 4 }, { seed: 1 }));
  await saveModel(folder, means);
  expect((await loadModel(folder)).model).toEqual(means);
});
