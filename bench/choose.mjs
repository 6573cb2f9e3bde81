// Chooses settings of `factorize` for each published fold of MovieLens 100K on its training part alone: by the error on a
// tenth of that, held back twice. Prints what is chosen, and the error on the fold's test part, which had no say.
//   node bench/choose.mjs
import { createRequire } from "node:module";
import { join } from "node:path";
import { readColumns } from "./columns.mjs";
import { prepareFolds } from "./folds.mjs";

const require = createRequire(import.meta.url);
const { factorize, rmse, split } = require("cofi");

const found = prepareFolds();
if (found === undefined) {
  console.log("MovieLens 100K is not on this machine.");
  process.exit();
}
const grid = [102, 202].flatMap((numFeatures) =>
  [0.07, 0.075, 0.08, 0.085].flatMap((lambda) =>
    [22, 26, 30].map((epochs) => ({ numFeatures, lambda, epochs, learningRate: 0.03, biasLambda: 0.02 })),
  ),
);
const range = [1, 5];
const errorOf = async ({ train, test }, settings) =>
  rmse((await factorize(train, settings)).model, test, { range });
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const errors = [];
for (const fold of found.folds) {
  const [train, test] = ["train", "test"].map((part) => {
    const { items, users, values } = readColumns(join(found.folder, fold), part);
    return { ...found.shape, items, users, values: Float64Array.from(values), itemIds: [], userIds: [] };
  });
  const parts = [0, 1].map((seed) => split(train, { test: 0.1, seed }));
  let best = { error: Number.POSITIVE_INFINITY };
  for (const settings of grid) {
    const error = mean(await Promise.all(parts.map((part) => errorOf(part, settings))));
    if (error < best.error) best = { error, settings };
  }
  errors.push(await errorOf({ train, test }, best.settings));
  console.log(fold, JSON.stringify(best.settings), best.error.toFixed(4), errors.at(-1).toFixed(4));
}
console.log(`mean ${mean(errors).toFixed(4)}`);
