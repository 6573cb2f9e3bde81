import { join } from "node:path";
import { prepareCourse } from "./courseRun.mjs";
import { prepareFolds } from "./folds.mjs";
import { generate } from "./generate.mjs";

const notes = {
  fit_cornac: "data set made without Dataset.build, whose lists take several GB more at 25 million",
  fit_libmf: "less the reading of its text file",
  fit_surprise: "ratings held by user only",
};

/** With as many threads as it takes by itself: small work is done on one. */
const byItself = { threads: undefined };

const course = (precision) => ({
  name: `course-lab-${precision}`,
  title: `The course-lab run, ${precision}, 200 iterations`,
  async prepare() {
    const { folder, shape, published } = await prepareCourse();
    return {
      data: folder,
      ...shape,
      published,
      precision,
      iterations: 200,
      repeats: 2,
      rounds: 3,
      threads: 2,
    };
  },
  quick: { repeats: 1, rounds: 1 },
  contenders: [
    { program: "ours course", quick: { rounds: 2 } },
    { program: "ours course", threads: 1, quick: { rounds: 2 } },
    { program: "reference-128 course", threads: 1, quick: { rounds: 2, repeats: 2 } },
    { program: "reference-wide course", threads: 1, quick: { rounds: 2, repeats: 2 } },
    { program: "course_sparse", threads: 1 },
    { program: "course_tensorflow", mode: "function", quick: { counted: 50 } },
    { program: "course_tensorflow", mode: "eager", rounds: 1, quick: { counted: 20 } },
    ...(precision === "float32" ? [{ program: "course_tfjs", rounds: 2, quick: { counted: 20 } }] : []),
  ],
});

const fitting = (size, { title, features, contenders }) => ({
  name: `fit-${size}`,
  title: `Fit ${title} generated ratings, ${features} factors`,
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    return { data: folder, ...shape, features, range: [0.5, 5], repeats: 1, rounds: 3, threads: 2 };
  },
  quick: { repeats: 1, rounds: 2 },
  contenders,
});

// Each has the settings that did best of those tried on the very ratings that are held out, so that every one shows
// what it can; Cofi alone has its own defaults.
const sgd = { epochs: 25, learningRate: 0.01, lambda: 0.035 };

const fit1m = fitting("1m", {
  title: "1 million",
  features: 50,
  contenders: [
    { program: "ours fit", repeats: 2 },
    { program: "reference-128 fit", ...sgd, repeats: 2 },
    { program: "reference-wide fit", ...sgd, repeats: 2 },
    { program: "fit_cornac", ...sgd, repeats: 2 },
    { program: "fit_libmf", epochs: 30, learningRate: 0.05, lambda: 0.055, quick: { rounds: 1 } },
    { program: "fit_lenskit", epochs: 10, lambda: 0.075, rounds: 2, quick: { rounds: 0 } },
    { program: "fit_surprise", ...sgd, threads: 1, rounds: 1, quick: { rounds: 1, epochs: 10 } },
  ],
});

const fit25m = {
  ...fitting("25m", {
    title: "25 million",
    features: 64,
    contenders: [
      { program: "ours fit", rounds: 2 },
      { program: "reference-128 fit", ...sgd, epochs: 20, rounds: 2 },
      { program: "reference-wide fit", ...sgd, epochs: 20, rounds: 2 },
      { program: "fit_cornac", ...sgd, epochs: 20, rounds: 2 },
      { program: "fit_libmf", epochs: 20, learningRate: 0.05, lambda: 0.055, rounds: 1 },
      { program: "fit_lenskit", epochs: 5, lambda: 0.075, rounds: 1 },
      // One epoch takes a minute: enough for the time, too few for a good model.
      { program: "fit_surprise", ...sgd, epochs: 1, threads: 1, rounds: 1, untrained: true },
    ],
  }),
  onlyWhole: true,
};

/** What choose.mjs chooses for each fold, on its training part alone. */
const wide = { numFeatures: 202, lambda: 0.07, epochs: 26, learningRate: 0.03, biasLambda: 0.02 };
const narrow = { numFeatures: 102, lambda: 0.075, epochs: 30, learningRate: 0.03, biasLambda: 0.02 };
export const chosen = { u1: wide, u2: narrow, u3: wide, u4: narrow, u5: wide };

const folds = {
  name: "ml-100k",
  title: "MovieLens 100K, its five published folds, seconds a fold",
  prepare() {
    const found = prepareFolds();
    if (found === undefined) return undefined;
    const { folder, folds, shape } = found;
    return { data: folder, folds, ...shape, features: 200, range: [1, 5], repeats: 2, rounds: 1, threads: 2 };
  },
  quick: { folds: ["u1"] },
  contenders: [
    {
      program: "ours fit",
      ...byItself,
      byFold: chosen,
      note: "settings of each fold chosen on its training part",
    },
    { program: "fit_cornac", epochs: 60, learningRate: 0.007, lambda: 0.08 },
    { program: "fit_libmf", features: 100, epochs: 40, learningRate: 0.05, lambda: 0.1 },
    {
      program: "fit_surprise",
      epochs: 60,
      learningRate: 0.007,
      lambda: 0.08,
      initial: 0.01,
      threads: 1,
      repeats: 1,
    },
  ],
};

/**
 * Likes, which are counts of one: the time of `factorizeImplicit` and implicit's ALS, and how well both then rank. Each
 * has the settings that did best of those tried.
 */
const counting = ({ name, title, prepare, ours, peer, onlyWhole }) => ({
  name: `implicit-${name}`,
  title: `Likes as counts, 64 factors, 15 iterations: ${title}`,
  onlyWhole,
  async prepare(note) {
    const found = await prepare(note);
    if (found === undefined) return undefined;
    const settings = { features: 64, iterations: 15, least: 4, repeats: 2, rounds: 3, threads: 2 };
    return { data: found.folder, ...found.shape, ...settings };
  },
  quick: { rounds: 2 },
  contenders: [
    { program: "ours counts", ...ours },
    { program: "fit_implicit", ...peer },
  ],
});

const countingFold = counting({
  name: "ml-100k",
  title: "MovieLens 100K, fold u1",
  async prepare() {
    const found = prepareFolds();
    return found && { ...found, folder: join(found.folder, "u1") };
  },
  ours: { confidence: 2, lambda: 0.018, ...byItself },
  peer: { confidence: 4, lambda: 30 },
});

const countingGenerated = (size, { ours, peer }) =>
  counting({
    name: size,
    title: `${size} generated ratings`,
    onlyWhole: size === "25m",
    prepare: (note) => generate(size, { note }),
    ours,
    peer,
  });

// Cofi's defaults do for a million.
const counting1m = countingGenerated("1m", { ours: {}, peer: { confidence: 6, lambda: 120 } });
const few = { repeats: 1, rounds: 2 };
const counting25m = countingGenerated("25m", {
  ours: { lambda: 0.012, ...few },
  peer: { confidence: 6, lambda: 500, ...few },
});

const top = (size) => ({
  name: `top-${size}`,
  title: `The best ten items for every user, less those rated: ${size} ratings, 64 factors`,
  onlyWhole: size === "25m",
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    const { numItems, numUsers } = shape;
    return { data: folder, numItems, numUsers, features: 64, count: 10, repeats: 3, rounds: 2, threads: 2 };
  },
  contenders: [{ program: "ours top", ...byItself }, { program: "top_implicit" }],
});

/**
 * Going on from what was learned of fewer people, items and ratings, beside a fit from nothing: of as many rounds as it
 * has by default, and of as few as going on takes.
 */
const growing = ({ name, title, prepare, features, range }) => ({
  name: `growing-${name}`,
  title: `A tenth more people, items and other ratings: ${title}`,
  async prepare(note) {
    const found = await prepare(note);
    if (found === undefined) return undefined;
    const { numItems, numUsers } = found.shape;
    return { data: found.folder, numItems, numUsers, features, range, repeats: 2, rounds: 1, threads: 2 };
  },
  contenders: [
    { program: "ours growing", solver: "factorize", note: "factorize from nothing" },
    { program: "ours growing", solver: "factorize", goesOn: true, note: "factorize, from the earlier" },
    { program: "ours growing", solver: "factorize", epochs: 6, note: "factorize from nothing, 6 epochs" },
    { program: "ours growing", solver: "bayesian", repeats: 1, note: "bayesian from nothing" },
    {
      ...{ program: "ours growing", solver: "bayesian", goesOn: true, samples: 40, repeats: 1 },
      note: "bayesian, from the earlier, 40 samples",
    },
  ],
});

const growth = (size) => ({
  name: `growth-${size}`,
  title: `How the cost grows: ${size} ratings, 50 factors, 5 epochs`,
  onlyWhole: ["10m", "25m"].includes(size),
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    const settings = { ...sgd, epochs: 5, repeats: 1, rounds: 1, threads: 2 };
    return { data: folder, ...shape, ...settings, features: 50, range: [0.5, 5], untrained: true };
  },
  contenders: [
    { program: "ours fit", ...byItself },
    ...["reference-wide fit", "fit_cornac", "fit_libmf"].map((program) => ({ program })),
  ],
});

/**
 * What is measured, in the order in which it is run. A work has a `name`, a `title` and `prepare`, which makes its data
 * and gives the settings that all its programs get (nothing: the data is not to be had). Each contender is a `program`
 * (see programs.mjs) and settings of its own. `rounds`: how often a program is started, taking turns with the others;
 * `repeats`: how often it repeats the work each time; `untrained`: too few epochs for the error to say anything. What is
 * under `quick` replaces the settings in a quick run, the contender's before the work's.
 */
export const works = [
  course("float64"),
  course("float32"),
  fit1m,
  folds,
  countingFold,
  counting1m,
  counting25m,
  growing({
    name: "ml-100k",
    title: "MovieLens 100K, fold u1",
    features: 50,
    range: [1, 5],
    async prepare() {
      const found = prepareFolds();
      return found && { ...found, folder: join(found.folder, "u1") };
    },
  }),
  growing({
    name: "1m",
    title: "1 million generated ratings",
    features: 50,
    range: [0.5, 5],
    prepare: (note) => generate("1m", { note }),
  }),
  ...["100k", "1m", "25m"].map(top),
  ...["10k", "100k", "1m", "10m", "25m"].map(growth),
  fit25m,
].map((work) => ({
  ...work,
  contenders: work.contenders.map((contender) => ({ note: notes[contender.program], ...contender })),
}));
