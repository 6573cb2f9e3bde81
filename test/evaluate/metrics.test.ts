import { expect, it } from "vitest";
import { mae, rmse } from "../../src/evaluate/errors";
import { auc, logLoss } from "../../src/evaluate/labelMetrics";
import { ranking } from "../../src/evaluate/ranking";
import { randomModel } from "../../src/model/model";
import { ratingsFrom } from "../../src/ratings/build";
import cases from "./facts/metrics.json";

// metrics.json holds what scikit-learn says of random cases; metrics.py beside it made it.
it.each(cases)("case %#: every metric is scikit-learn's", (known) => {
  // One user, and an item more than are scored, so that something can have been seen before.
  const size = { numItems: known.z.length + 1, numUsers: 1, numFeatures: 1 };
  const model = randomModel(size, { scale: 0 });
  model.mu.set(known.z);
  const given = (values: number[]) =>
    ratingsFrom(
      values.map((value, item) => ({ item, user: 0, value })),
      size,
    );
  const labels = given(known.labels);
  expect(logLoss(model, labels)).toBeCloseTo(known.logLoss, 12);
  expect(auc(model, labels)).toBeCloseTo(known.auc, 12);
  expect(rmse(model, given(known.stars))).toBeCloseTo(known.rmse, 12);
  expect(mae(model, given(known.stars))).toBeCloseTo(known.mae, 12);
  const train = ratingsFrom([{ item: known.z.length, user: 0, value: 1 }], size);
  expect(ranking(model, { train, test: labels, count: known.k, relevant: 1 }).ndcg).toBeCloseTo(
    known.ndcg,
    12,
  );
});
