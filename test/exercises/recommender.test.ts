import { expect, test } from "vitest";
import { examined } from "../../src/exercises/examine";
import { grade } from "../../src/exercises/grade";
import { worldOf } from "../../src/exercises/recommender";
import { tasks } from "../../src/exercises/tasks";
import { baselinePredictions, rootMeanSquare } from "../../src/exercises/yours";
import { loops } from "./correct";

const { "A4 recommender": task } = tasks;
const right = loops["A4 recommender"];
type Cell = { item: number; user: number };
type Rating = Cell & { value: number };

/** The baseline as a recommender, with another damping. */
const baseline = (damping: number) => (train: Rating[], asked: Cell[], numItems: number, numUsers: number) =>
  baselinePredictions(train, asked, { numItems, numUsers, damping });

test("what learns tastes passes with any seed, with room to spare", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { train, asked, truth, numItems, numUsers } = worldOf(seed);
    const predicted = right(...([train, asked, numItems, numUsers] as never[])) as number[];
    const beaten = rootMeanSquare(baseline(5)(train, asked, numItems, numUsers), truth);
    expect(rootMeanSquare(predicted, truth) / beaten).toBeLessThan(0.8);
    expect(examined("A4 recommender", right, { seed }).text).toMatch(
      /^Right\. On ratings held back, in 3 sets/,
    );
  }
});

test("the baseline does not pass, whatever its damping", () => {
  for (const damping of [0.5, 1, 2, 3, 5, 10])
    for (const seed of [1, 2, 3])
      expect(examined("A4 recommender", baseline(damping), { seed }).mistake).toMatch(
        /(no better|worse) than the baseline/,
      );
});

test.each<[string, (...given: never[]) => unknown]>([
  ["the same for every cell", (_: Rating[], asked: Cell[]) => asked.map(() => 3)],
  ["worse than the baseline", (_: Rating[], asked: Cell[]) => asked.map(({ item }) => item % 5)],
  ["wrong shape", (_: Rating[], asked: Cell[]) => asked.slice(1).map(() => 3)],
  ["wrong shape", (_: Rating[], asked: Cell[]) => asked.map(() => [3])],
  ["NaN", (_: Rating[], asked: Cell[]) => asked.map(() => Number.NaN)],
  ["returned a promise", async () => []],
  ["returned nothing", () => undefined],
  ["threw an error", (train: Rating[]) => train[train.length].value],
  [
    "changed its input",
    (...[train, asked, numItems, numUsers]: [Rating[], Cell[], number, number]) => {
      const predicted = (right as (...given: unknown[]) => number[])(train, asked, numItems, numUsers);
      train.pop();
      return predicted;
    },
  ],
])("%s (%#)", (mistake, answer) => {
  const verdict = grade(task, answer);
  expect(verdict).toMatchObject({ right: false, mistake });
  expect(verdict.text).toMatch(/^Not yet\. /);
  // A list of all ratings would help nobody.
  expect(verdict.text.length).toBeLessThan(900);
});

test("a seed makes a world, with every film and user told, and no cell on both sides", () => {
  const world = worldOf(7);
  expect(worldOf(7)).toEqual(world);
  const cell = ({ item, user }: Cell) => `${item} ${user}`;
  const cells = [...world.train, ...world.asked].map(cell);
  expect(new Set(cells).size).toBe(cells.length);
  expect(world.truth).toHaveLength(world.asked.length);
  expect(world.asked.length / cells.length).toBeCloseTo(0.2, 1);
});
