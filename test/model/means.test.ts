import { describe, expect, it, test, vi } from "vitest";
import { accuracy } from "../../src/evaluate/accuracy";
import { mae, rmse } from "../../src/evaluate/errors";
import { cost, costAndGradient } from "../../src/model/cost";
import { addMeans } from "../../src/model/means";
import { type Model, randomModel } from "../../src/model/model";
import type { Predictor } from "../../src/model/posterior";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { gridSearch } from "../../src/modelSelection/gridSearch";
import { explain } from "../../src/predict/explain";
import { predict } from "../../src/predict/predict";
import { uncertainty } from "../../src/predict/uncertainty";
import { normalize } from "../../src/ratings/normalize";
import { pick, type Ratings, withValues } from "../../src/ratings/ratings";
import { split } from "../../src/ratings/split";
import { biases, contentBased, globalMean, itemMean } from "../../src/train/baselines";
import { trainWithContent } from "../../src/train/content";
import { foldIn } from "../../src/train/foldIn";
import { foldInItem } from "../../src/train/foldInItem";
import { bayesian } from "../../src/train/gibbs/bayesian";
import { train } from "../../src/train/gradient/train";
import { lectureModel } from "../../src/train/lectureModel";
import { factorize } from "../../src/train/sgd/factorize";
import { trainTensors } from "../../src/train/tensors";
import { denseCost, modelWithMeans, randomRatings, rejected } from "../samples";

const size = { numItems: 20, numUsers: 16, numFeatures: 2 };
const drawn = randomRatings(size, { seed: 5, density: 0.6 });
/** Far from zero, so that whoever counts the means twice, or not at all, is seen at once. */
const stars = withValues(
  drawn,
  drawn.values.map((value) => 20 + value),
);
const content = { X: Float64Array.from({ length: 20 }, (_, k) => Math.sin(k)), names: ["one"] };
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const meanPrediction = (model: Predictor, { items, users }: Ratings = stars) =>
  mean(Array.from(items, (item, k) => predict(model, { item, user: users[k] })));

const ways = (["item", "user"] as const).map((by) => ({
  by,
  normalized: normalize(stars, { by, damping: 2 }),
}));

describe.each(ways)("a model that was given its means by $by", ({ normalized }) => {
  const settings = { iterations: 150, lambda: 1 };
  const learned = train(randomModel(size), normalized.ratings, settings).then(({ model }) =>
    addMeans(model, normalized),
  );
  /** Everything that compares a model with ratings. */
  const uses: [name: string, use: (model: Model, ratings: Ratings) => unknown][] = [
    ["cost", cost],
    ["costAndGradient", costAndGradient],
    ["train", train],
    ["train, validation", (model, ratings) => train(model, stars, { validation: ratings })],
    ["trainTensors", trainTensors],
    ["explain", (model, ratings) => explain(model, { item: 0, user: ratings.users[0] }, ratings)],
    ["uncertainty", uncertainty],
    ["rmse", rmse],
    ["mae", mae],
    ["accuracy", accuracy],
    [
      "crossValidate",
      (model, test) =>
        crossValidate(
          [{ train: pick(test, Int32Array.of(0)), test: pick(test, Int32Array.of(1, 2)) }],
          {},
          { fit: () => model },
        ),
    ],
    [
      "gridSearch",
      (model, test) =>
        gridSearch(
          [{ train: pick(test, Int32Array.of(0)), test: pick(test, Int32Array.of(1, 2)) }],
          {},
          { fit: () => model },
        ),
    ],
  ];

  it.each(uses)("takes ratings as they were, and refuses normalized ones: %s", async (_, use) => {
    const model = await learned;
    await use(model, stars);
    const refusal = /must be as they were before normalize for a model that has its means/;
    const { train: some } = split(normalized.ratings, { seed: 2 });
    for (const given of [normalized.ratings, { ...normalized.ratings }, some])
      expect(await rejected((async () => use(model, given))())).toMatch(refusal);
  });

  it("is costed as the lecture's double sum has it, with its means in the predictions", async () => {
    const model = await learned;
    expect(cost(model, stars, { lambda: 0.3 })).toBeCloseTo(denseCost(model, stars, { lambda: 0.3 }), 8);
    const n = stars.values.length;
    expect(Math.sqrt((2 * cost(model, stars)) / n)).toBeCloseTo(rmse(model, stars), 10);
  });

  it.each([
    ["train", train],
    ["trainTensors", trainTensors],
  ] as const)("is trained on, and predicts as high as the ratings are: %s", async (_, further) => {
    const before = await learned;
    const { model, history } = await further(before, stars, { ...settings, learningRate: 0.05 });
    expect(history[0] / cost(before, stars, { lambda: 1 })).toBeCloseTo(1, 4);
    expect(history.at(-1)).toBeLessThanOrEqual(history[0] * 1.001);
    expect(meanPrediction(model)).toBeCloseTo(mean(stars.values), 0);
    expect(model.mu).toEqual(before.mu);
    // What it was given stays known through training.
    expect(await rejected(train(model, normalized.ratings))).toMatch(/must be as they were/);
  });

  it("folds people and items in from ratings as they are", async () => {
    const model = await learned;
    const mine = [0, 1, 2, 3].map((item) => ({ item, value: 22 }));
    const { w, b } = foldIn(model, mine, { lambda: 1000 });
    const scores = mine.map(
      ({ item }) => b + model.mu[item] + w[0] * model.X[2 * item] + w[1] * model.X[2 * item + 1],
    );
    expect(mean(scores)).toBeCloseTo(22, 6);
    const theirs = [0, 1, 2].map((user) => ({ user, value: 24 }));
    const { x, mu } = foldInItem(model, theirs, { lambda: 1000 });
    const given = theirs.map(
      ({ user }) => mu + model.b[user] + x[0] * model.W[2 * user] + x[1] * model.W[2 * user + 1],
    );
    expect(mean(given)).toBeCloseTo(24, 6);
  });

  it("is not given its means twice", async () => {
    const model = await learned;
    const again = await rejected((async () => addMeans(model, normalized))());
    if (normalized.by === "user") expect(again).toMatch(/must have no users' means yet/);
    else expect(addMeans(model, normalized)).toEqual(model);
  });
});

const trainers: [name: string, learn: (ratings: Ratings) => Promise<Predictor> | Predictor][] = [
  ["factorize", async (ratings) => (await factorize(ratings, { numFeatures: 2 })).model],
  ["bayesian", (ratings) => bayesian(ratings, { numFeatures: 2, samples: 40 })],
  ["lectureModel", async (ratings) => (await lectureModel(ratings, { iterations: 100 })).model],
  [
    "trainWithContent",
    async (ratings) => (await trainWithContent(ratings, content, { numFeatures: 1 })).model,
  ],
  ["contentBased", (ratings) => contentBased(ratings, content)],
  ["biases", (ratings) => biases(ratings)],
  ["itemMean", (ratings) => itemMean(ratings)],
  ["globalMean", (ratings) => globalMean(ratings)],
];

test.each(trainers)(
  "what subtracts means itself gives them back, of stars and of normalized ratings: %s",
  async (_, learn) => {
    expect(meanPrediction(await learn(stars))).toBeCloseTo(mean(stars.values), 0);
    const centred = normalize(stars);
    const model = await learn(centred.ratings);
    expect(Math.abs(meanPrediction(model))).toBeLessThan(0.3);
    expect(rmse(model, centred.ratings)).toBeLessThan(3);
    if ("samples" in model) return;
    expect(meanPrediction(addMeans(model, centred))).toBeCloseTo(mean(stars.values), 0);
  },
);

test("under loss logistic the means are a part of z, in every backend", async () => {
  const labels = randomRatings(size, { seed: 4, labels: true });
  const start = modelWithMeans(size, 3);
  expect(cost(start, labels, { loss: "logistic" })).toBeCloseTo(
    denseCost(start, labels, { loss: "logistic" }),
    9,
  );
  const options = { loss: "logistic", iterations: 15, lambda: 0.2 } as const;
  const { model } = await train(start, labels, options);
  const tensors = await trainTensors(start, labels, options);
  for (const at of [0, 7, 15].map((user) => ({ item: user, user })))
    expect(predict(tensors.model, at)).toBeCloseTo(predict(model, at), 3);
});

test("train says once where the length of its steps does not fit the ratings", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    const { ratings } = normalize(drawn);
    const times = (factor: number) =>
      withValues(
        ratings,
        ratings.values.map((value) => factor * value),
      );
    const options = { iterations: 3 };
    for (const factor of [1, 0.2, 2]) await train(randomModel(size), times(factor), options);
    await train(randomModel(size), times(1e-5), { ...options, optimizer: "gradientDescent" });
    expect(warn).not.toHaveBeenCalled();
    for (let again = 0; again < 2; again++) await train(randomModel(size), times(1e-3), options);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(
      /^train: steps of 0\.1 are too long for ratings that are spread by 0\.00/,
    );
    for (let again = 0; again < 2; again++) await train(randomModel(size), times(1e3), options);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[1][0]).toMatch(
      /^train: steps of 0\.1 are too short to go .* set learningRate to /,
    );
  } finally {
    warn.mockRestore();
  }
});
