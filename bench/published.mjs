// The module's models on MovieLens 100K's published folds: the error of each with its interval over the folds, and how
// they rank, beside popularity and implicit's ALS where the benchmark has installed it.
//   node bench/published.mjs
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runCommand } from "../commands/programs/command.mjs";
import { pythonOf } from "./environment.mjs";
import { here, inBench } from "./places.mjs";
import { chosen } from "./works.mjs";

const require = createRequire(import.meta.url);
const cofi = require("cofi");

/** What gridSearch chooses for the lecture's model on each fold's training part: features, iterations. */
const lecture = [
  [6, 73],
  [6, 107],
  [6, 102],
  [5, 133],
  [7, 58],
];
const range = [1, 5];
const folds = await cofi.movielensFolds();
const genres = cofi.genreFeatures((await cofi.movielens("ml-100k")).genres);
const names = Object.keys(chosen);

const models = {
  "global mean": [{}, "globalMean"],
  "item mean": [{}, "itemMean"],
  "genres, a regression for each user": [
    { lambda: 10 },
    (train, settings) => cofi.contentBased(train, genres, settings),
  ],
  "biases of users and items": [{}, "biases"],
  "the lecture's model, as the lab sets it": [
    { numFeatures: 100, lambda: 1, damping: 0, scale: 1, learningRate: 0.1, iterations: 200 },
    "lectureModel",
  ],
  "the lecture's model, chosen on training parts": [
    (_, fold) => ({ numFeatures: lecture[fold][0], lambda: 12, damping: 5, iterations: lecture[fold][1] }),
    "lectureModel",
  ],
  "factorize, chosen on training parts": [(_, fold) => chosen[names[fold]], "factorize"],
  "factorize, as it is": [{}, "factorize"],
};
const digits = (value) => value.toFixed(4);
console.log(
  "| model | RMSE | 95 % interval | u1 | u2 | u3 | u4 | u5 | MAE |\n|---|---|---|---|---|---|---|---|---|",
);
const row = (name, results) => {
  const [rmse, mae] = ["rmse", "mae"].map((metric) => cofi.estimate(results.map((result) => result[metric])));
  const cells = [
    digits(rmse.mean),
    `${digits(rmse.low)}–${digits(rmse.high)}`,
    ...results.map((r) => digits(r.rmse)),
  ];
  console.log(`| ${name} | ${cells.join(" | ")} | ${digits(mae.mean)} |`);
};
for (const [name, [settings, fit]] of Object.entries(models))
  row(name, (await cofi.crossValidate(folds, settings, { fit, range })).folds);

let within = 0;
const sampled = [];
for (const { train, test } of folds) {
  const posterior = await cofi.bayesian(train);
  sampled.push(cofi.accuracy(posterior, test, { range }));
  for (let k = 0; k < test.values.length; k++) {
    const at = { item: test.items[k], user: test.users[k] };
    const { low, high } = cofi.predict(posterior, at, { interval: 0.8 });
    if (low <= test.values[k] && test.values[k] <= high) within++;
  }
}
row("bayesian, as it is", sampled);
const tested = folds.reduce((sum, { test }) => sum + test.values.length, 0);
console.log(
  `\nbayesian's 80 % intervals hold ${((100 * within) / tested).toFixed(1)} % of the ratings held out.\n`,
);

const [{ train, test }] = folds;
const likes = cofi.toLabels(train, { threshold: 4, below: "unrated" });
const protocol = { train: likes, test, count: 10, relevant: 4 };
console.log("| ranking on u1 | NDCG@10 | precision@10 | recall@10 |\n|---|---|---|---|");
const ranked = (name, model) => {
  const { ndcg, precision, recall } = cofi.ranking(model, protocol);
  console.log(`| ${name} | ${[ndcg, precision, recall].map((value) => value.toFixed(3)).join(" | ")} |`);
};
ranked("popularity", cofi.popularity(likes));
await rankImplicit();
ranked("factorizeImplicit, as it is", (await cofi.factorizeImplicit(likes)).model);
const start = cofi.randomModel({ ...likes, numFeatures: 20 });
const options = { loss: "logistic", lambda: 10, iterations: 100 };
for (const seed of [0, 1, 2]) {
  const { model } = await cofi.train(start, cofi.withSampledZeros(likes, { ratio: 15, seed }), options);
  ranked(`train on likes and sampled zeros, seed ${seed}`, model);
}

/** Its lists as a model whose scores fall from the first place to the tenth, so that they are measured in the same way. */
async function rankImplicit() {
  if (!existsSync(pythonOf("implicit")))
    return console.log("| implicit: not installed (npm run bench does it) | | | |");
  const folder = inBench("data", "likes");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "likes-items.i32"), likes.items);
  writeFileSync(join(folder, "likes-users.i32"), likes.users);
  writeFileSync(join(folder, "likes-values.f32"), Float32Array.from(likes.values));
  const { numItems, numUsers } = likes;
  const lines = [];
  const settings = JSON.stringify({ data: folder, numItems, numUsers });
  await runCommand(pythonOf("implicit"), [here("peers/rank_implicit.py"), settings], {
    onLine: (line) => line.startsWith("{") && lines.push(line),
  });
  const { lists, version } = JSON.parse(lines.at(-1));
  const W = new Float64Array(numUsers * numUsers);
  const X = new Float64Array(numItems * numUsers);
  for (let user = 0; user < numUsers; user++) {
    W[user * numUsers + user] = 1;
    for (const [place, item] of lists[user].entries()) X[item * numUsers + user] = 10 - place;
  }
  const [b, mu] = [new Float64Array(numUsers), new Float64Array(numItems)];
  ranked(`implicit ${version}, ALS, 64 factors`, { numItems, numUsers, numFeatures: numUsers, W, X, b, mu });
}
