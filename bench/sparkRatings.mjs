/** What the programs that measure Spark share: ratings, files of them, and whether two fits are the same. */
import { open } from "node:fs/promises";
import { createRequire } from "node:module";

const cofi = createRequire(import.meta.url)("cofi");

/** Ratings in halves of stars, generated. */
export const generated = (size) =>
  cofi.generateFilms({ ...size, scale: { min: 0.5, max: 5, step: 0.5 }, years: [1950, 2020] }, 1).ratings;

/** Ratings as CSV, with what a model of biases predicts beside each. */
export async function writeCsv(path, { users, items, values }, model) {
  const file = await open(path, "w");
  try {
    await file.write(`userId,movieId,rating${model ? ",predicted" : ""}\n`);
    for (let from = 0; from < values.length; from += 100_000) {
      const lines = [];
      for (let k = from; k < Math.min(values.length, from + 100_000); k++) {
        const predicted = model ? `,${model.b[users[k]] + model.mu[items[k]]}` : "";
        lines.push(`${users[k]},${items[k]},${values[k]}${predicted}\n`);
      }
      await file.write(lines.join(""));
    }
  } finally {
    await file.close();
  }
}

/** What a fit consists of: a model, and its history. */
export const names = ["W", "X", "b", "mu", "history"];

/** In which of these two fits differ, by a digit or in length. */
export const differing = (one, other) =>
  names.filter(
    (name) =>
      one[name].length !== other[name].length ||
      one[name].some((value, k) => !Object.is(value, other[name][k])),
  );
