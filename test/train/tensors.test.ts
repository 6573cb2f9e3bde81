import { expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { lecture } from "../../src/datasets/lecture";
import { cost, costAndGradient } from "../../src/model/cost";
import { type Model, randomModel } from "../../src/model/model";
import { toLabels } from "../../src/ratings/labels";
import { normalize } from "../../src/ratings/normalize";
import { type Ratings, toMatrices } from "../../src/ratings/ratings";
import { train } from "../../src/train/gradient/train";
import { cofiCost, cofiCostBinary, trainTensors } from "../../src/train/tensors";

const stars = normalize(lecture().ratings).ratings;
const labels = toLabels(lecture().ratings, { threshold: 4 });
const model = randomModel({ numItems: 5, numUsers: 4, numFeatures: 3 }, { seed: 4, scale: 1 });

function tensorsOf({ X, W, b, numFeatures }: Model, ratings: Ratings) {
  const { Y, R } = toMatrices(ratings);
  const matrix = (block: Float64Array, columns: number) =>
    tf.tensor2d(Float32Array.from(block), [block.length / columns, columns]);
  const four = ratings.numUsers;
  return [
    matrix(X, numFeatures),
    matrix(W, numFeatures),
    matrix(b, four),
    matrix(Y, four),
    matrix(R, four),
  ] as const;
}

test.each([
  ["squared", cofiCost, stars],
  ["logistic", cofiCostBinary, labels],
] as const)(
  "the %s cost is that of the rated cells, to float32, and so is its derivative",
  (loss, costOf, ratings) => {
    for (const lambda of [0, 1.5]) {
      const tensors = tensorsOf(model, ratings);
      const [X, W, b, Y, R] = tensors;
      const J = costOf(X, W, b, Y, R, lambda);
      expect(J.shape).toEqual([]);
      expect(J.dataSync()[0]).toBeCloseTo(cost(model, ratings, { lambda, loss }), 4);
      const gradient = costAndGradient(model, ratings, { lambda, loss });
      const slopes = tf.grads((x, w, c) =>
        costOf(x as tf.Tensor2D, w as tf.Tensor2D, c as tf.Tensor2D, Y, R, lambda),
      )([X, W, b]);
      for (const [k, name] of (["X", "W", "b"] as const).entries()) {
        const found = slopes[k].dataSync();
        gradient[name].forEach((slope, at) => {
          expect(found[at]).toBeCloseTo(slope, 4);
        });
      }
      tf.dispose([...tensors, J, ...slopes]);
    }
  },
);

test("the binary cost bears a z of a thousand, in either direction", () => {
  for (const [z, y, wanted] of [
    [1000, 1, 0],
    [1000, 0, 1000],
    [-1000, 0, 0],
    [-1000, 1, 1000],
  ]) {
    const one = (value: number) => tf.tensor2d([[value]]);
    expect(cofiCostBinary(one(z), one(1), one(0), one(y), one(1), 0).dataSync()[0]).toBe(wanted);
  }
});

test.each([
  ["squared", stars],
  ["logistic", labels],
] as const)("under %s loss tensors and rated cells take the same way", async (loss, ratings) => {
  const options = { loss, iterations: 60, lambda: 0.5, learningRate: 0.1 };
  const dense = await trainTensors(model, ratings, options);
  const observed = await train(model, ratings, options);
  expect(dense.history).toHaveLength(60);
  observed.history.forEach((J, k) => {
    expect(Math.abs(dense.history[k] - J)).toBeLessThan(1e-4 * Math.max(1, J));
  });
  observed.model.X.forEach((x, k) => {
    expect(dense.model.X[k]).toBeCloseTo(x, 3);
  });
});

test("no tensor is left behind: not by costs, not by training, not when it is stopped or fails", async () => {
  await trainTensors(model, stars, { iterations: 1 });
  const before = tf.memory().numTensors;
  await trainTensors(model, stars, { iterations: 5 });
  await trainTensors(model, stars, { onIteration: ({ iteration }) => iteration < 3 });
  const abort = new AbortController();
  const stopped = trainTensors(model, stars, {
    signal: abort.signal,
    onIteration: () => abort.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
  await expect(trainTensors(model, stars, { learningRate: 1e30 })).rejects.toThrow(
    /^training diverged at iteration \d+ \(cost is (Infinity|NaN)\): lower learningRate$/,
  );
  expect(tf.memory().numTensors).toBe(before);
});

test("what cannot be trained on is refused as `train` refuses it", async () => {
  await expect(trainTensors(model, lecture().ratings, { loss: "logistic" })).rejects.toThrow(
    'label must be 0 or 1 under loss "logistic", got 5 (rating 0)',
  );
  await expect(trainTensors(model, stars, { learningRate: -1 })).rejects.toThrow(
    "learningRate must be > 0, got -1",
  );
  await expect(trainTensors({ ...model, numUsers: 5 }, stars)).rejects.toThrow(
    "model.W must have 15 entries, got 12",
  );
});
