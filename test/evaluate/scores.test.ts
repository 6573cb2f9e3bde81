import { expect, it } from "vitest";
import { atOnce } from "../../src/base/steps";
import { plainScorer, simdScorer, usersTogether } from "../../src/evaluate/scores";
import type { Posterior } from "../../src/model/posterior";
import { predict } from "../../src/predict/predict";
import { kernelModule } from "../../src/wasm/kernels";
import { modelWithMeans } from "../samples";

const shapes = [1, 2, 3, 7, 16, 33].map((numFeatures, k) => ({
  numItems: 1 + 37 * k,
  numUsers: 5 + k,
  numFeatures,
}));

/** A posterior of some samples, in numbers of 32 bits as the sampler's are. */
function posteriorOf(size: (typeof shapes)[number]): Posterior {
  const none = new Float64Array(0);
  const samples = [1, 2, 3].map((seed) => {
    const { X, W, b, mu } = modelWithMeans(size, seed);
    return {
      ...{ X: Float32Array.from(X), W: Float32Array.from(W), b: Float32Array.from(b), mu },
      userSpread: new Float32Array(size.numUsers).fill(1),
      itemSpread: new Float32Array(size.numItems).fill(1),
    };
  });
  return { ...size, samples, trace: { rmse: none, noise: none, userBias: none, itemBias: none, warmUp: 0 } };
}

it.each(shapes)(
  "scores are those of predict, digit for digit, plain and by kernels: $numFeatures features",
  (size) => {
    const none = {
      ...modelWithMeans(size, 4),
      numFeatures: 0,
      X: new Float64Array(0),
      W: new Float64Array(0),
    };
    for (const model of [modelWithMeans(size, 2), posteriorOf(size), none]) {
      for (const scorer of [plainScorer(model), simdScorer(model, { module: kernelModule()! })]) {
        // The last batch has fewer users than are scored together; each begins anew.
        for (let first = 0; first < size.numUsers; first += usersTogether) {
          const users = Array.from(
            { length: Math.min(usersTogether, size.numUsers - first) },
            (_, k) => first + k,
          );
          atOnce(scorer.score(users));
          for (const [row, user] of users.entries())
            for (let item = 0; item < size.numItems; item++)
              expect(scorer.scores[row * size.numItems + item]).toBe(predict(model, { item, user }));
        }
      }
    }
  },
);
