/** Tasks on the way to a recommender of one's own: what is held back, what must be beaten, and the error. */
import type { Random } from "../math/random";
import { shuffled } from "../math/random";
import { drawnSize } from "./draws";
import type { Row } from "./notation";
import { taskWithSlips } from "./slips";

const total = (values: Row): number => values.reduce((sum, value) => sum + value, 0);

type SplitArguments = [users: Row, times: Row];

export const splitTask = taskWithSlips({
  name: "A4 split",
  statement:
    "The places of the ratings to train on and of those to test with, each in ascending order: of every user with two ratings or more the latest, by its time, is for the test, and all others are for training.",
  signature: "split(users: number[], times: number[]): { train: number[], test: number[] }",
  parameters: ["users", "times"],
  reference: (...given: SplitArguments) => splitOf(given, new Set()),
  cases: [
    [[0], [9]],
    [
      [0, 0],
      [1, 2],
    ],
    [
      [0, 0],
      [2, 1],
    ],
    [
      [0, 0, 0],
      [1, 3, 2],
    ],
    [
      [0, 1, 0, 1, 2],
      [5, 8, 3, 9, 1],
    ],
    [
      [2, 0, 2, 1, 0, 2, 3, 0],
      [50, 20, 70, 10, 90, 60, 40, 30],
    ],
  ],
  draw: (source): SplitArguments => {
    const count = drawnSize(source, 6, 25);
    const users = Array.from({ length: count }, () => source.below(5));
    return [users, Array.from(shuffled(count, source), (place) => 100 + 7 * place)];
  },
  slips: {
    leak: [
      "tested with what was trained on",
      "A model knows what it has seen. Can a rating stand on both sides?",
    ],
    earliest: ["the earliest instead of the latest", "Do you predict the past from the future?"],
    lastPlace: [
      "the last in the file instead of the latest",
      "Is the file in order of time? Look at what decides which is latest.",
    ],
    single: [
      "held back a user's only rating",
      "What is left to learn from, where a user has a single rating?",
    ],
    lost: ["lost a user's only rating", "Where do users with a single rating stand: on which side?"],
    overall: [
      "the latest of all instead of each user's",
      "How many ratings are held back: one, or one of each user?",
    ],
    swapped: ["swapped train and test", "On which side are most of the ratings?"],
  },
  variant:
    (slips) =>
    (...given) =>
      splitOf(given, slips),
});

function splitOf(
  [users, times]: SplitArguments,
  slips: ReadonlySet<string>,
): { train: number[]; test: number[] } {
  const places = users.map((_, k) => k);
  const ofUser = (user: number) => places.filter((k) => users[k] === user || slips.has("overall"));
  const held = new Set<number>();
  for (const user of new Set(users)) {
    const own = ofUser(user);
    if (own.length < 2 && !slips.has("single")) continue;
    const later = (k: number, best: number) =>
      slips.has("lastPlace")
        ? k > best
        : slips.has("earliest")
          ? times[k] < times[best]
          : times[k] > times[best];
    held.add(own.reduce((best, k) => (later(k, best) ? k : best)));
  }
  const lost = (k: number) => slips.has("lost") && ofUser(users[k]).length < 2;
  const train = places.filter((k) => (!held.has(k) || slips.has("leak")) && !lost(k));
  const test = places.filter((k) => held.has(k));
  return slips.has("swapped") ? { train: test, test: train } : { train, test };
}

type BaselineArguments = [
  items: Row,
  users: Row,
  values: Row,
  numItems: number,
  numUsers: number,
  damping: number,
];

interface Baseline {
  g: number;
  c: number[];
  b: number[];
}

export const baselineTask = taskWithSlips({
  name: "A4 baseline",
  statement:
    "g, the mean of all ratings; for each film c(i), the sum of y − g over its ratings, divided by their number + damping; for each user b(j), the sum of y − g − c(i) over their ratings, divided by their number + damping. 0 where there is no rating.",
  signature:
    "baseline(items: number[], users: number[], values: number[], numItems: number, numUsers: number, damping: number): { g: number, c: number[], b: number[] }",
  parameters: ["items", "users", "values", "numItems", "numUsers", "damping"],
  reference: (...given: BaselineArguments) => baselineOf(given, new Set()),
  cases: [
    [[0], [0], [4], 1, 1, 1],
    [[0, 1], [0, 0], [5, 2], 2, 1, 1],
    [[0, 0], [0, 1], [5, 2], 1, 2, 2],
    [[0, 0, 1], [0, 1, 1], [5, 3, 1], 3, 3, 2],
    [[0, 1, 2, 0, 2, 1], [0, 0, 0, 1, 1, 3], [5, 3, 0, 4, 1.5, 2], 4, 5, 3],
  ],
  draw: (source): BaselineArguments => {
    const [numItems, numUsers] = [drawnSize(source, 3, 7), drawnSize(source, 8, 12)];
    const cells = Array.from(shuffled(numItems * numUsers, source)).slice(0, drawnSize(source, 6, 20));
    return [
      cells.map((cell) => cell % numItems),
      cells.map((cell) => Math.floor(cell / numItems)),
      cells.map(() => source.below(11) / 2),
      numItems,
      numUsers,
      1 + source.below(5),
    ];
  },
  slips: {
    noDamping: ["forgot the damping", "By what are the sums divided? Think of a film with a single rating."],
    rawUsers: [
      "did not take the films off",
      "Somebody who sees only good films gives many stars. What must be taken off before a user's own number is computed?",
    ],
    rawFilms: [
      "did not take the mean off",
      "Around what do the numbers of the films lie: the mean, or zero?",
    ],
    axis: ["swapped films and users", "By which list is c indexed, and by which b?"],
    meanOfMeans: ["mean of means", "Is g the mean of all ratings? A film that many have rated counts more."],
    sum: ["sum instead of mean", "What turns a sum into a mean?"],
    dampedMean: ["damped g, too", "Does the statement divide by number + damping in g?"],
  },
  variant:
    (slips) =>
    (...given) =>
      baselineOf(given, slips),
});

function baselineOf(given: BaselineArguments, slips: ReadonlySet<string>): Baseline {
  const [items, users, values, numItems, numUsers, damping] = slips.has("axis")
    ? ([given[1], given[0], given[2], given[4], given[3], given[5]] as const)
    : given;
  const d = slips.has("noDamping") ? 0 : damping;
  const groups = (keys: Row, length: number, left: Row) =>
    Array.from({ length }, (_, key) => left.filter((_, k) => keys[k] === key));
  const damped = (own: Row) =>
    own.length === 0 ? 0 : slips.has("sum") ? total(own) : total(own) / (own.length + d);
  const means = groups(items, numItems, values)
    .filter(({ length }) => length > 0)
    .map((own) => total(own) / own.length);
  const g = slips.has("meanOfMeans")
    ? total(means) / means.length
    : total(values) / (values.length + (slips.has("dampedMean") ? d : 0));
  const c = groups(
    items,
    numItems,
    values.map((y) => (slips.has("rawFilms") ? y : y - g)),
  ).map(damped);
  const left = values.map((y, k) => y - g - (slips.has("rawUsers") ? 0 : c[items[k]]));
  const b = groups(users, numUsers, left).map(damped);
  return slips.has("axis") ? { g, c: b, b: c } : { g, c, b };
}

type ErrorArguments = [predicted: Row, values: Row];

const drawnStarsList = (source: Random, count: number): number[] =>
  Array.from({ length: count }, () => source.below(11) / 2);

export const rmseTask = taskWithSlips({
  name: "A4 rmse",
  statement: "The root of the mean of the squared errors: √(1/n Σ (predicted − value)²).",
  signature: "rmse(predicted: number[], values: number[]): number",
  parameters: ["predicted", "values"],
  reference: (...given: ErrorArguments): number => rmseOf(given, new Set()),
  cases: [
    [[3], [5]],
    [
      [4, 2],
      [5, 2],
    ],
    [
      [4, 2, 1],
      [3, 4, 1],
    ],
    [
      [3.5, 4, 0.5, 2],
      [5, 3, 0, 2.5],
    ],
  ],
  draw: (source): ErrorArguments => {
    const values = drawnStarsList(source, drawnSize(source, 2, 12));
    return [values.map((value) => value + Math.round(100 * source.normal()) / 100), values];
  },
  slips: {
    noRoot: ["forgot the root", "In which unit is the error: stars, or stars squared?"],
    sum: ["sum instead of mean", "Does the error grow when there are more ratings like those?"],
    absolute: ["mean of the errors' sizes", "What happens to the errors before their mean is taken?"],
    signed: ["forgot the square", "Errors above must not cancel those below."],
    rootFirst: ["divided after the root", "In which order come the mean and the root?"],
    half: ["a half that does not belong there", "The half is the cost's. Does the error have one?"],
  },
  variant:
    (slips) =>
    (...given) =>
      rmseOf(given, slips),
});

/** The error, by its formula: the library's asks for a model and ratings. */
function rmseOf([predicted, values]: ErrorArguments, slips: ReadonlySet<string>): number {
  const errors = predicted.map((prediction, k) => prediction - values[k]);
  if (slips.has("signed")) return total(errors) / errors.length;
  const sum = total(errors.map((error) => (slips.has("absolute") ? Math.abs(error) : error * error)));
  const n = slips.has("sum") ? 1 : errors.length;
  if (slips.has("absolute")) return sum / n;
  const square = slips.has("half") ? sum / 2 : sum;
  if (slips.has("rootFirst")) return Math.sqrt(square) / n;
  return slips.has("noRoot") ? square / n : Math.sqrt(square / n);
}

/** The error of predictions, in stars. */
export const rootMeanSquare = (predicted: Row, values: Row): number => rmseOf([predicted, values], new Set());

/** The baseline's predictions for the cells asked for. */
export function baselinePredictions(
  train: readonly { item: number; user: number; value: number }[],
  asked: readonly { item: number; user: number }[],
  { numItems, numUsers, damping }: { numItems: number; numUsers: number; damping: number },
): number[] {
  const column = (name: "item" | "user" | "value") => train.map((rating) => rating[name]);
  const { g, c, b } = baselineOf(
    [column("item"), column("user"), column("value"), numItems, numUsers, damping],
    new Set(),
  );
  return asked.map(({ item, user }) => g + c[item] + b[user]);
}
