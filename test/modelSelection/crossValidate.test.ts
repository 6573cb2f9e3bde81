import { expect, it, vi } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { accuracy } from "../../src/evaluate/accuracy";
import { ranking } from "../../src/evaluate/ranking";
import { meanInterval } from "../../src/math/statistics";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { folds } from "../../src/ratings/split";
import { globalMean, itemMean, popularity } from "../../src/train/baselines";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { factorize } from "../../src/train/sgd/factorize";
import { rejected } from "../samples";

const scale = { min: 0.5, max: 5, step: 0.5 };
const { ratings } = generateFilms({
  ...{ numItems: 120, numUsers: 60, numRatings: 2000, scale, years: [1990, 2000] },
});

it("measures on each fold's test what was learned from its training part", async () => {
  const parts = folds(ratings, { count: 4, seed: 2 });
  const result = await crossValidate(
    ratings,
    { damping: 3 },
    { fit: "itemMean", folds: 4, seed: 2, threads: 1 },
  );
  const wanted = parts.map(({ train, test }) => accuracy(itemMean(train, { damping: 3 }), test));
  expect(result.folds).toEqual(wanted.map((fold) => ({ ...fold, settings: { damping: 3 } })));
  expect(result.rmse).toEqual(meanInterval(wanted.map(({ rmse }) => rmse)));
  expect(result.mae).toEqual(meanInterval(wanted.map(({ mae }) => mae)));
  expect(await crossValidate(parts, { damping: 3 }, { fit: "itemMean", threads: 1 })).toEqual(result);
});

it("makes five folds with the seed 0, unless told otherwise", async () => {
  const given = await crossValidate(folds(ratings), {}, { fit: "globalMean", threads: 1 });
  expect(await crossValidate(ratings, {}, { fit: "globalMean", threads: 1 })).toEqual(given);
  expect(given.folds).toHaveLength(5);
});

it("gives the same numbers on two threads as on one", async () => {
  const settings = { numFeatures: 3, lambda: 5, iterations: 15 };
  const one = await crossValidate(ratings, settings, { threads: 1 });
  const steps: number[] = [];
  const two = await crossValidate(ratings, settings, { threads: 2, onFold: ({ done }) => steps.push(done) });
  expect(two).toEqual(one);
  expect(steps).toEqual([1, 2, 3, 4, 5]);
});

it("chooses settings for each fold from its training part alone", async () => {
  const seen: number[] = [];
  const result = await crossValidate(
    ratings,
    (train, fold) => {
      seen.push(train.values.length);
      return { damping: fold };
    },
    { fit: "itemMean", threads: 1 },
  );
  expect(seen).toEqual([1600, 1600, 1600, 1600, 1600]);
  expect(result.folds.map(({ settings }) => settings)).toEqual(
    [0, 1, 2, 3, 4].map((damping) => ({ damping })),
  );
  const searched = await crossValidate(
    ratings,
    async (train) => (await gridSearch(train, { damping: [0, 5] }, { fit: "itemMean", threads: 1 })).best,
    { fit: "itemMean", threads: 1 },
  );
  expect(searched.folds.map(({ settings }) => settings.damping)).toEqual([5, 5, 5, 5, 5]);
});

it("takes a function as the fit, and clips and ranks as asked", async () => {
  const parts = folds(ratings);
  const range = [2, 3] as const;
  const result = await crossValidate(
    parts,
    {},
    {
      fit: async (train) => globalMean(train),
      ...{ range, ranking: { count: 5, relevant: 4 } },
    },
  );
  expect(result.folds.map(({ rmse }) => rmse)).toEqual(
    parts.map(({ train, test }) => accuracy(globalMean(train), test, { range }).rmse),
  );
  const ranked = await crossValidate(parts, {}, { fit: popularity, ranking: { count: 5, relevant: 4 } });
  const wanted = parts.map(({ train, test }) =>
    ranking(popularity(train), { train, test, count: 5, relevant: 4 }),
  );
  expect(ranked.folds.map((fold) => fold.ranking)).toEqual(wanted);
  for (const name of ["ndcg", "precision", "recall"] as const) {
    expect(ranked[name]).toEqual(meanInterval(wanted.map((fold) => fold[name])));
  }
  expect((await crossValidate(parts, {}, { fit: popularity })).ndcg).toBeUndefined();
});

it.each([1, 2])("hands an error on as it was thrown, on %d threads", async (threads) => {
  expect(await rejected(crossValidate(ratings, { damping: -1 }, { fit: "itemMean", threads }))).toBe(
    "RangeError: damping must be >= 0, got -1",
  );
});

it.each([1, 2])("ends when it is aborted, on %d threads", async (threads) => {
  const stop = new AbortController();
  const onFold = vi.fn();
  const running = crossValidate(
    ratings,
    { numFeatures: 20, iterations: 1_000_000 },
    { threads, onFold, signal: stop.signal },
  );
  setTimeout(() => stop.abort(new Error("enough")), 200);
  expect(await rejected(running)).toBe("Error: enough");
  expect(onFold).not.toHaveBeenCalled();
});

it("measures bayesian by its name, the same on two threads as on one", async () => {
  const parts = folds(ratings, { count: 2 });
  const settings = { numFeatures: 2, samples: 8 };
  const posteriors = await Promise.all(parts.map(({ train }) => bayesian(train, settings)));
  const wanted = parts.map(({ test }, k) => accuracy(posteriors[k], test).rmse);
  for (const threads of [1, 2]) {
    const result = await crossValidate(parts, settings, { fit: "bayesian", threads });
    expect(result.folds.map(({ rmse }) => rmse)).toEqual(wanted);
  }
});

it("ends its threads when the reader interrupts the cell", async () => {
  const interrupt = new AbortController();
  const place = globalThis as { [key: symbol]: AbortSignal | undefined };
  place[Symbol.for("cofi.interrupt")] = interrupt.signal;
  try {
    const running = crossValidate(ratings, { numFeatures: 20, iterations: 1_000_000 }, { threads: 2 });
    setTimeout(() => interrupt.abort(new Error("interrupted")), 200);
    expect(await rejected(running)).toBe("Error: interrupted");
  } finally {
    delete place[Symbol.for("cofi.interrupt")];
  }
});

it("does not begin when it was aborted before", async () => {
  const signal = AbortSignal.abort(new Error("not today"));
  expect(await rejected(crossValidate(ratings, {}, { threads: 2, signal }))).toBe("Error: not today");
});

it("measures factorize by its name, the same on two threads as on one", async () => {
  const options = { fit: "factorize", folds: 2 } as const;
  const settings = { numFeatures: 8, epochs: 3, learningRate: 0.02, seed: 3 };
  const parts = folds(ratings, { count: 2 });
  const models = await Promise.all(parts.map(({ train }) => factorize(train, settings)));
  const wanted = parts.map(({ test }, k) => accuracy(models[k].model, test).rmse);
  for (const threads of [1, 2]) {
    const result = await crossValidate(ratings, settings, { ...options, threads });
    expect(result.folds.map(({ rmse }) => rmse)).toEqual(wanted);
  }
});

it("ends when what it calls after a fold throws", async () => {
  const onFold = () => {
    throw new Error("no more");
  };
  const options = { fit: "globalMean", threads: 2, onFold } as const;
  expect(await rejected(crossValidate(ratings, {}, options))).toBe("Error: no more");
});

it.each<[object, string]>([
  [{ threads: 0 }, "RangeError: threads must be >= 1, got 0"],
  [{ folds: 1 }, "RangeError: count must be >= 2, got 1"],
  [
    { fit: "guess" },
    'RangeError: fit must be one of "lectureModel", "factorize", "bayesian", "globalMean", "itemMean", "biases", "popularity", got "guess"',
  ],
  [
    { k: 3 },
    'TypeError: option must be one of fit, folds, seed, threads, signal, range, ranking, onFold, got "k"',
  ],
])("refuses %j", async (options, message) => {
  expect(await rejected(crossValidate(ratings, {}, options))).toBe(message);
});

it("refuses an empty list of folds", async () => {
  expect(await rejected(crossValidate([], {}))).toBe("RangeError: folds must be at least one, got none");
});

it.each([1, 2])("stops when it is told to, and gives what was done, on %d threads", async (threads) => {
  const all = await crossValidate(ratings, {}, { fit: "itemMean", threads });
  const some = await crossValidate(
    ratings,
    {},
    { fit: "itemMean", threads, onFold: async ({ done }) => done < 2 },
  );
  expect(some.folds).toHaveLength(2);
  expect(all.folds).toEqual(expect.arrayContaining(some.folds));
  expect(some.rmse).toEqual(meanInterval(some.folds.map(({ rmse }) => rmse)));
});

it("refuses folds whose test is inside their training part", async () => {
  expect(await rejected(crossValidate([{ train: ratings, test: ratings }], {}, { fit: "itemMean" }))).toMatch(
    /^RangeError: test must hold nothing that train does/,
  );
});
