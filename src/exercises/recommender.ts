/** The task of a recommender of one's own: whatever it does, it must beat the baseline on ratings held back. */
import { type Random, random } from "../math/random";
import { runOf } from "./grade";
import type { Task } from "./task";
import type { Run, Verdict } from "./verdict";
import { baselinePredictions, rootMeanSquare } from "./yours";

/** A cell of the table, and a rating in one. */
type Cell = { item: number; user: number };
type Rating = Cell & { value: number };

/** Ratings that nobody gave, part of them held back. */
interface World {
  train: Rating[];
  asked: Cell[];
  /** The ratings of the cells asked for: no answer is handed them. */
  truth: number[];
  numItems: number;
  numUsers: number;
}

/** How much less than the baseline's the error must be: 5 %, which no other damping of it reaches. */
const bar = 0.95;
const damping = 5;
/** In how many worlds an answer is tried. */
const worlds = 3;

/**
 * A world of tastes: a rating is a mean, the film's quality, how generous the user is, two tastes and noise, in halves
 * from 0.5 to 5. A fifth of the ratings is held back, at random.
 */
export function worldOf(seed: number): World {
  const source = random(seed);
  const [numItems, numUsers] = [40 + source.below(20), 60 + source.below(30)];
  const draw = (count: number, n: number, scale: number) =>
    Array.from({ length: count }, () => Array.from({ length: n }, () => scale * source.normal()));
  const [X, W] = [draw(numItems, 2, 0.9), draw(numUsers, 2, 0.9)];
  const [c, b] = [draw(numItems, 1, 0.4), draw(numUsers, 1, 0.4)];
  const world: World = { train: [], asked: [], truth: [], numItems, numUsers };
  for (let user = 0; user < numUsers; user++)
    for (let item = 0; item < numItems; item++) {
      if (source.uniform() > 0.35) continue;
      const liking = X[item][0] * W[user][0] + X[item][1] * W[user][1];
      const stars = 3 + c[item][0] + b[user][0] + liking + 0.3 * source.normal();
      const value = Math.min(5, Math.max(0.5, Math.round(2 * stars) / 2));
      if (source.uniform() < 0.2) {
        world.asked.push({ item, user });
        world.truth.push(value);
      } else world.train.push({ item, user, value });
    }
  return world;
}

const errorOfBaseline = (world: World): number =>
  rootMeanSquare(baselinePredictions(world.train, world.asked, { ...world, damping }), world.truth);

export const recommenderTask: Task = {
  name: "A4 recommender",
  statement: `Predictions for the cells asked for, learned from the ratings to train on, whose error on the ratings held back is at most ${bar} of the baseline's.`,
  signature:
    "recommender(train: { item: number, user: number, value: number }[], asked: { item: number, user: number }[], numItems: number, numUsers: number): number[]",
  parameters: ["seed"],
  reference: (seed) => errorOfBaseline(worldOf(seed as number)),
  cases: [[1], [2], [3]],
  draw: (source: Random) => [source.below(2 ** 31)],
  mistakes: [],
  judge: (run, cases) =>
    judged(
      run,
      cases.slice(-worlds).map(([seed]) => seed as number),
    ),
};

function judged(run: Run, seeds: readonly number[]): Verdict {
  const errors: number[] = [];
  const baselines: number[] = [];
  for (const seed of seeds) {
    const { train, asked, truth, numItems, numUsers } = worldOf(seed);
    const { value, changed, broken } = runOf(
      run,
      [train, asked, numItems, numUsers],
      asked.map(() => 0),
      ["train", "asked", "numItems", "numUsers"],
    );
    const asIs = `${train.length} ratings to train on, ${asked.length} cells asked for, ${numItems} films, ${numUsers} users`;
    if (broken) return refused(`${broken.says} It was given ${asIs}.`, broken.mistake);
    if (changed) {
      // Not what it was and is: the lists are long.
      const [what] = changed.split(" was ");
      return refused(`${what.replace(/^t/, "T")}. Whoever calls it still needs it.`, "changed its input");
    }
    const predicted = value as number[];
    if (predicted.every((one) => one === predicted[0]))
      return refused(
        "Every cell is predicted the same. What do films and users have of their own?",
        "the same for every cell",
      );
    errors.push(rootMeanSquare(predicted, truth));
    baselines.push(errorOfBaseline(worldOf(seed)));
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [yours, theirs] = [mean(errors), mean(baselines)];
  const measured = `On ratings held back, in ${seeds.length} sets: your error ${yours.toFixed(3)} stars, the baseline's ${theirs.toFixed(3)}`;
  if (yours <= bar * theirs) return { right: true, text: `Right. ${measured}.` };
  const wanted = `${measured}; wanted at most ${(bar * theirs).toFixed(3)}.`;
  if (yours > 1.02 * theirs)
    return refused(
      `Worse than the baseline. ${wanted} Does the error on the ratings trained on fall as training goes on? If it falls far below this one, the model has learned them by heart: what keeps it from that?`,
      "worse than the baseline",
    );
  return refused(
    `No better than the baseline. ${wanted} The baseline knows how good a film is and how generous a user. What does it not know?`,
    "no better than the baseline",
  );
}

const refused = (says: string, mistake: string | undefined): Verdict => ({
  right: false,
  text: `Not yet. ${says}`,
  ...(mistake && { mistake }),
});
