// A program that is killed while a cluster works for it: it tells when the second epoch is done.
const { onSpark } = require("cofi");

const [file, checkpoint, options] = process.argv.slice(2);

(async () => {
  const session = await onSpark({ master: "local[2]" });
  const ratings = await session.readRatings(file);
  await session.factorize(ratings, {
    ...JSON.parse(options),
    checkpoint,
    onEpoch: ({ epoch }) => epoch === 1 && process.send({ epoch }),
  });
})();
