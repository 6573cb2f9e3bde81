// How far each trainer's error, in the ratings' own unit, is the same on ratings of any scale and any level:
//   node bench/scales.mjs
// prints a table of RMSE ÷ factor on MovieLens's ratings times factors, plus shifts.
import { createRequire } from "node:module";

const cofi = createRequire(import.meta.url)("cofi");

const { ratings, genres } = await cofi.movielens("ml-100k");
const { train, test } = cofi.split(ratings, { test: 0.2, seed: 1 });
const features = cofi.genreFeatures(genres);
const trainers = {
  globalMean: (given) => cofi.globalMean(given),
  itemMean: (given) => cofi.itemMean(given, { damping: 5 }),
  biases: (given) => cofi.biases(given),
  contentBased: (given) => cofi.contentBased(given, features, { lambda: 6 }),
  trainWithContent: async (given) => (await cofi.trainWithContent(given, features)).model,
  lectureModel: async (given) => (await cofi.lectureModel(given, { iterations: 100 })).model,
  factorize: async (given) => (await cofi.factorize(given)).model,
  bayesian: (given) => cofi.bayesian(given, { samples: 40 }),
};
const places = [
  ...[1e-6, 1e-3, 0.2, 1, 10, 100, 1e3, 1e6].map((factor) => ({ factor, shift: 0 })),
  ...[-10, 1e3, 1e6, 1e8].map((shift) => ({ factor: 1, shift })),
];
const moved = (given, { factor, shift }) => ({
  ...given,
  values: given.values.map((value) => factor * value + shift),
});
const title = ({ factor, shift }) => (shift === 0 ? `× ${factor}` : `+ ${shift}`);
console.log(`| trainer | ${places.map(title).join(" | ")} |`);
console.log(`| --- |${" --: |".repeat(places.length)}`);
for (const [name, learn] of Object.entries(trainers)) {
  const errors = [];
  for (const place of places)
    errors.push(cofi.rmse(await learn(moved(train, place)), moved(test, place)) / place.factor);
  console.log(`| ${name} | ${errors.map((error) => error.toFixed(4)).join(" | ")} |`);
}
