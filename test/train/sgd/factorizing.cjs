// Factorizes with a checkpoint at the file given, tells its parent of each epoch, and prints the digits of the model.
const { createHash } = require("node:crypto");
const { factorize, ratingsFrom } = require("../../../dist/index.js");

const [file] = process.argv.slice(2);
const size = { numItems: 900, numUsers: 600 };
const cells = Array.from({ length: 54_000 }, (_, k) => k * 10 + ((k * 7) % 10));
const ratings = ratingsFrom(
  cells.map((cell) => ({ item: cell % 900, user: Math.floor(cell / 900), value: ((cell * 31) % 11) / 2 })),
  size,
);
const options = {
  numFeatures: 40,
  epochs: 150,
  threads: 2,
  onEpoch: ({ epoch }) => void process.send(epoch),
};
factorize(ratings, file ? { ...options, checkpoint: file } : options).then(({ model, history }) => {
  const hash = createHash("sha256");
  for (const numbers of [model.X, model.W, model.b, model.mu, history]) hash.update(numbers);
  process.stdout.write(hash.digest("hex"));
  process.disconnect();
});
