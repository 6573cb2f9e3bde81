// Trains twice, and prints the digits, and what was said on the way.
const said = [];
console.warn = (text) => said.push(text);
const { randomModel, ratingsFrom, train } = require("../../../dist/index.js");

const size = { numItems: 60, numUsers: 50, numFeatures: 12 };
const cells = Array.from({ length: 3000 }, (_, cell) => ({ item: cell % 60, user: Math.floor(cell / 60) }));
const some = cells.filter(({ item, user }) => (item * 7 + user * 3) % 5 < 2);
const ratings = ratingsFrom(
  some.map((at) => ({ ...at, value: (at.item * at.user) % 6 })),
  size,
);
(async () => {
  const options = { iterations: 400, learningRate: 0.02, lambda: 0.5 };
  await train(randomModel(size), ratings, options);
  const { model, history } = await train(randomModel(size), ratings, options);
  console.log(JSON.stringify({ digits: [...model.X, ...model.W, ...model.b, ...history], said }));
})();
