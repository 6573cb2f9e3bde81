// @module-tag slow
import { beforeAll, describe, expect, it } from "vitest";
import { findData } from "../../src/datasets/find";
import { movielensFolds } from "../../src/datasets/movielens";
import { ranking } from "../../src/evaluate/ranking";
import { randomModel } from "../../src/model/model";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { toLabels, withSampledZeros } from "../../src/ratings/labels";
import type { Fold } from "../../src/ratings/split";
import { popularity } from "../../src/train/baselines";
import { train } from "../../src/train/gradient/train";

/** Numbers that others have measured on the published folds of ml-100k, and that ours are held to. */
const present = findData("ml-100k", ["u.data", "u.item", "u1.base", "u5.test"]) !== undefined;
const where = present ? "" : " (skipped: ml-100k is not on this machine)";

describe.skipIf(!present)(`on the published folds of ml-100k${where}`, () => {
  const range = [1, 5] as const;
  let folds: Fold[];

  beforeAll(async () => {
    folds = await movielensFolds();
  });

  it("the means have the errors that all report", async () => {
    const global = await crossValidate(folds, {}, { fit: "globalMean", range, threads: 1 });
    const item = await crossValidate(folds, {}, { fit: "itemMean", range, threads: 1 });
    expect(global.rmse.mean.toFixed(4)).toBe("1.1256");
    expect(item.rmse.mean.toFixed(4)).toBe("1.0246");
  });

  it("biases alone do better than the 0.9457 of Surprise's BaselineOnly", async () => {
    const { rmse } = await crossValidate(folds, {}, { fit: "biases", range, threads: 1 });
    expect(rmse.mean).toBeLessThan(0.942);
  });

  it("the lecture's model with its defaults does better still", async () => {
    const { rmse } = await crossValidate(folds, { iterations: 60 }, { range, threads: 1 });
    expect(rmse.mean).toBeLessThan(0.9145);
  });

  it("popularity ranks as reported, and likes with sampled zeros far better", async () => {
    const [{ train: base, test }] = folds;
    const likes = toLabels(base, { threshold: 4, below: "unrated" });
    const protocol = { train: likes, test, count: 10, relevant: 4 };
    const most = ranking(popularity(likes), protocol);
    expect([most.ndcg, most.precision, most.recall].map((value) => value.toFixed(3))).toEqual([
      ...["0.240", "0.205", "0.107"],
    ]);
    expect(most.protocol.users).toBe(456);
    const start = randomModel({ numItems: likes.numItems, numUsers: likes.numUsers, numFeatures: 10 });
    const labels = withSampledZeros(likes, { ratio: 5 });
    const { model } = await train(start, labels, { loss: "logistic", lambda: 7, iterations: 60 });
    expect(ranking(model, protocol).ndcg).toBeGreaterThan(0.37);
  });
});
