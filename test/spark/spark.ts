/** What the tests of Spark need: its environment, where Java is, and files of ratings. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { random } from "../../src/math/random";
import type { Model } from "../../src/model/model";
import { ratingsFrom } from "../../src/ratings/build";
import type { Ratings } from "../../src/ratings/ratings";

// Programs as short as these lose more by Java's second compiler than they gain.
process.env.JAVA_TOOL_OPTIONS ??= "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

const root = join(__dirname, "..", "..");

/** Whether Java is there and new enough; where it is, Spark's environment is brought up to date. */
export function sparkIsHere(): boolean {
  const { stderr = "", status } = spawnSync("java", ["-version"], { encoding: "utf8" });
  const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (status !== 0 || !(major >= 17)) {
    console.log("The tests of Spark are skipped: Java 17 or newer was not found.");
    return false;
  }
  execFileSync(process.execPath, [join(root, "commands", "main.mjs"), "spark:setup"], { stdio: "ignore" });
  return true;
}

/** A folder of its own for files. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), "cofi-test-"));

/** Ratings in halves of stars of a model of rank 4, with ids that are not in order, and some users who rate much. */
export function someRatings({ numItems = 300, numUsers = 400, numRatings = 20_000, seed = 5 } = {}): Ratings {
  const source = random(seed);
  const own = (length: number) => Array.from({ length }, () => source.normal());
  const [P, Q] = [own(numItems * 4), own(numUsers * 4)];
  const seen = new Set<number>();
  const triples = [];
  while (triples.length < numRatings) {
    const item = Math.floor(numItems * source.uniform() ** 2);
    const user = Math.floor(numUsers * source.uniform() ** 2);
    if (seen.has(item * numUsers + user)) continue;
    seen.add(item * numUsers + user);
    let value = 3 + source.normal() * 0.4;
    for (let f = 0; f < 4; f++) value += 0.4 * P[item * 4 + f] * Q[user * 4 + f];
    triples.push({ item, user, value: Math.min(5, Math.max(0.5, Math.round(2 * value) / 2)) });
  }
  const ids = (length: number, factor: number) => Array.from({ length }, (_, k) => (k * factor) % 10_007);
  return ratingsFrom(triples, {
    ...{ numItems, numUsers },
    ...{ itemIds: ids(numItems, 37), userIds: ids(numUsers, 101) },
  });
}

/** Writes ratings as CSV, in an order of its own; a time comes along that grows with the place in the list. */
export function writeCsv(file: string, ratings: Ratings, seed = 0): void {
  const { users, items, values, userIds, itemIds } = ratings;
  const source = random(seed);
  const lines = Array.from(values, (value, k) => ({
    line: `${userIds[users[k]]},${itemIds[items[k]]},${value},${1_000_000 + Math.floor(k / 3)}`,
    key: source.uniform(),
  }));
  lines.sort((a, b) => a.key - b.key);
  writeFileSync(file, `userId,movieId,rating,timestamp\n${lines.map(({ line }) => line).join("\n")}\n`);
}

/** Two models, and their histories, are the same to the last digit. */
export function expectSameDigits(
  one: { model: Model; history: Float64Array },
  other: { model: Model; history: Float64Array },
): void {
  for (const name of ["X", "W", "b", "mu"] as const) {
    expect(one.model[name], name).toHaveLength(other.model[name].length);
    const different = one.model[name].findIndex((value, k) => !Object.is(value, other.model[name][k]));
    expect(different, `the first place at which ${name} differs`).toBe(-1);
  }
  expect([...one.history]).toEqual([...other.history]);
}

/** The message of the error that something is rejected with. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("nothing was rejected");
}
