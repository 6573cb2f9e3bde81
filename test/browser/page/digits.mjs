// What is computed, in a browser and in Node, to be compared digit by digit.
/** Numbers of every solver, and of runs of several lengths: sums over all parameters, and what was reached. */
export async function digits(cofi, options) {
  const { bayesian, factorize, factorizeImplicit, generateFilms, lecture, normalize, randomModel, train } =
    cofi;
  const sum = (...blocks) =>
    blocks.map((block) => Array.from(block).reduce((total, value) => total + value, 0));
  const of = ({ model, history }) => [...sum(model.X, model.W, model.b), history.at(-1)];
  const scale = { min: 0.5, max: 5, step: 0.5 };
  const shape = { numItems: 300, numUsers: 120, numRatings: 6000, scale, years: [2000, 2018] };
  const films = generateFilms(shape);
  const { ratings } = normalize(films.ratings);
  const labels = cofi.toLabels(lecture().ratings, { threshold: 3 });
  const found = {};
  for (const iterations of [3, 10, 50, 200]) {
    const start = randomModel({ ...ratings, numFeatures: 20 }, { seed: 1 });
    found[`train, ${iterations} iterations`] = of(
      await train(start, ratings, { iterations, lambda: 1, ...options }),
    );
    const small = randomModel({ ...lecture().ratings, numFeatures: 2 }, { seed: 1 });
    found[`the lecture's table, ${iterations}`] = of(
      await train(small, lecture().ratings, { iterations, lambda: 0.1 }),
    );
    found[`labels, ${iterations}`] = of(
      await train(small, labels, { iterations, lambda: 0.1, loss: "logistic" }),
    );
  }
  found.factorize = of(await factorize(ratings, { numFeatures: 16, epochs: 20, seed: 1, ...options }));
  found.implicit = sum(
    (await factorizeImplicit(films.ratings, { numFeatures: 8, iterations: 4, seed: 1, ...options })).model.X,
  );
  const posterior = await bayesian(films.ratings, { numFeatures: 8, samples: 6, seed: 1, ...options });
  const last = posterior.samples.at(-1);
  // Gamma numbers take a power, whose last digit is the engine's.
  const blocks = Object.values(last).filter((block) => ArrayBuffer.isView(block));
  found.bayesian = sum(...blocks, posterior.trace.rmse).map((value) => value.toPrecision(6));
  found.films = sum(films.ratings.values, films.times);
  return found;
}
