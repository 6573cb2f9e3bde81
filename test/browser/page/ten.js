import * as cofi from "./cofi/cofi.js";

const { ratings } = cofi.lecture();
const start = cofi.randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
const { model, history } = await cofi.train(start, ratings, { iterations: 200, lambda: 0.1 });
const shape = { numItems: 900, numUsers: 300, numRatings: 20_000, years: [1990, 2020] };
const films = cofi.generateFilms({ ...shape, scale: { min: 1, max: 5, step: 1 } });
const learned = await cofi.factorize(films.ratings, { numFeatures: 32, epochs: 10, seed: 1 });
const list = cofi.recommend(learned.model, { user: 7, exclude: films.ratings, count: 5 });
const shown = { cost: history.at(-1), X: Array.from(model.X), list, title: films.titles[list[0].item] };
document.querySelector("#shown").textContent = JSON.stringify(shown);
