import {
  factorize,
  generateFilms,
  lecture,
  randomModel,
  readRatings,
  recommend,
  train,
} from "./cofi/cofi.js";

const { ratings } = lecture();
const start = randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
const { model, history } = await train(start, ratings, { iterations: 200, lambda: 0.1 });
const films = generateFilms({
  numItems: 900,
  numUsers: 300,
  numRatings: 20000,
  scale: { min: 1, max: 5, step: 1 },
  years: [1990, 2020],
});
const factorized = await factorize(films.ratings, { numFeatures: 32, epochs: 10, seed: 1 });
const list = recommend(factorized.model, { user: 7, exclude: films.ratings, count: 5 });
const cost = history.at(-1);
document.querySelector("#shown").textContent = JSON.stringify({
  cost,
  X: Array.from(model.X),
  list,
  title: films.titles[list[0].item],
});
