import { prepareCourse } from "./courseRun.mjs";
import { prepareFolds } from "./folds.mjs";
import { generate } from "./generate.mjs";

/**
 * What is measured. A work has a `name`, a `title`, and `prepare`, which makes its data and gives the settings that all
 * programs get; each contender a `program` (see programs.mjs) and settings of its own. `rounds`: how often it is
 * started, taking turns with the others. With `quick` the settings that are in force then.
 */
const quickly = (contender, quick) => ({ ...contender, quick });

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
  contenders: [
    { program: "ours course", quick: { rounds: 2, repeats: 1 } },
    { program: "ours course", threads: 1, quick: { rounds: 2, repeats: 1 } },
    { program: "reference-128 course", threads: 1, quick: { rounds: 2 } },
    { program: "reference-wide course", threads: 1, quick: { rounds: 2 } },
    { program: "course_sparse", threads: 1, quick: { rounds: 1, repeats: 1 } },
    quickly({ program: "course_tensorflow", mode: "function" }, { rounds: 1, repeats: 1, counted: 50 }),
    quickly(
      { program: "course_tensorflow", mode: "eager", rounds: 1 },
      { rounds: 1, repeats: 1, counted: 20 },
    ),
    ...(precision === "float32"
      ? [quickly({ program: "course_tfjs", rounds: 2 }, { rounds: 1, repeats: 1, counted: 20 })]
      : []),
  ],
});

/** Each with the settings that did best of those tried, so that every one shows what it can. */
const fitting = (size, { features, contenders }) => ({
  name: `fit-${size}`,
  title: `Fit ${size === "1m" ? "1" : "25"} million generated ratings, ${features} factors`,
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    return { data: folder, ...shape, features, range: [0.5, 5], repeats: 1, rounds: 3, threads: 2 };
  },
  contenders,
});

const fit1m = fitting("1m", {
  features: 50,
  contenders: [
    { program: "ours fit", epochs: 25, repeats: 2, quick: { rounds: 2, repeats: 1 } },
    { program: "reference-128 fit", epochs: 25, learningRate: 0.01, lambda: 0.04, quick: { rounds: 2 } },
    { program: "reference-wide fit", epochs: 25, learningRate: 0.01, lambda: 0.04, quick: { rounds: 2 } },
    { program: "fit_cornac", epochs: 25, learningRate: 0.01, lambda: 0.04, repeats: 2, quick: { rounds: 2 } },
    { program: "fit_libmf", epochs: 40, learningRate: 0.05, lambda: 0.05, quick: { rounds: 1 } },
    { program: "fit_lenskit", epochs: 10, lambda: 0.1, rounds: 2, quick: { rounds: 0 } },
    {
      ...{ program: "fit_surprise", epochs: 20, learningRate: 0.01, lambda: 0.04, threads: 1, rounds: 1 },
      quick: { epochs: 10 },
    },
  ],
});

const fit25m = {
  ...fitting("25m", {
    features: 64,
    contenders: [
      { program: "ours fit", epochs: 25, rounds: 2 },
      { program: "reference-128 fit", epochs: 25, learningRate: 0.01, lambda: 0.04, rounds: 2 },
      { program: "reference-wide fit", epochs: 25, learningRate: 0.01, lambda: 0.04, rounds: 2 },
      { program: "fit_cornac", epochs: 25, learningRate: 0.01, lambda: 0.04, rounds: 2 },
      { program: "fit_libmf", epochs: 20, learningRate: 0.05, lambda: 0.05, rounds: 1 },
      { program: "fit_lenskit", epochs: 5, lambda: 0.1, rounds: 1 },
      // One epoch takes a minute: enough for the time, too few for a good model.
      {
        program: "fit_surprise",
        epochs: 1,
        learningRate: 0.01,
        lambda: 0.04,
        threads: 1,
        rounds: 1,
        untrained: true,
      },
    ],
  }),
  onlyWhole: true,
};

const folds = {
  name: "ml-100k",
  title: "MovieLens 100K, its five published folds, seconds a fold",
  prepare() {
    const found = prepareFolds();
    if (found === undefined) return undefined;
    const { folder, folds, shape } = found;
    return { data: folder, folds, ...shape, range: [1, 5], repeats: 2, rounds: 1, threads: 2 };
  },
  contenders: [
    { program: "ours fit", quick: { folds: ["u1"] } },
    quickly(
      {
        program: "fit_surprise",
        features: 100,
        epochs: 60,
        learningRate: 0.007,
        lambda: 0.08,
        threads: 1,
        repeats: 1,
      },
      { folds: ["u1"] },
    ),
    quickly(
      { program: "fit_cornac", features: 100, epochs: 60, learningRate: 0.01, lambda: 0.08 },
      { folds: ["u1"] },
    ),
    quickly(
      { program: "fit_libmf", features: 100, epochs: 40, learningRate: 0.05, lambda: 0.1 },
      { folds: ["u1"] },
    ),
  ],
};

const top = (size) => ({
  name: `top-${size}`,
  title: `The best ten items for every user, less those rated: ${size} ratings, 64 factors`,
  onlyWhole: size === "25m",
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    const { numItems, numUsers } = shape;
    return { data: folder, numItems, numUsers, features: 64, count: 10, repeats: 3, rounds: 2, threads: 2 };
  },
  contenders: [{ program: "ours top" }, { program: "top_implicit" }],
});

const growth = (size) => ({
  name: `growth-${size}`,
  title: `How the cost grows: ${size} ratings, 50 factors, 5 epochs`,
  onlyWhole: ["10m", "25m"].includes(size),
  async prepare(note) {
    const { folder, shape } = await generate(size, { note });
    const settings = { learningRate: 0.01, lambda: 0.04, epochs: 5, repeats: 1, rounds: 1, threads: 2 };
    return { data: folder, ...shape, ...settings, features: 50, range: [0.5, 5], untrained: true };
  },
  contenders: ["ours fit", "reference-wide fit", "fit_cornac", "fit_libmf"].map((program) => ({ program })),
});

/** All works, in the order in which they are run. */
export const works = [
  ...[course("float64"), course("float32"), fit1m, folds],
  ...["100k", "1m", "25m"].map(top),
  ...["10k", "100k", "1m", "10m", "25m"].map(growth),
  fit25m,
];
