import { rmSync } from "node:fs";
import { mkdtemp, open } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interruption } from "../programs/interrupt.mjs";
import { Problem } from "../project/problem.mjs";
import { root } from "../project/project.mjs";
import { runSetup } from "../setup/setup.mjs";
import { startCluster } from "./cluster.mjs";
import { findJava } from "./java.mjs";
import { sparkSetup } from "./setup.mjs";

const help = `npm run spark:demo                    starts a Spark cluster of two workers on this machine, fits generated
                                      ratings on it and on one machine, compares the digits, and stops everything
npm run spark:demo -- --ratings 1e5   so many ratings; a million otherwise
npm run spark:demo -- --help          this page

It sets up what it needs first, as npm run spark:setup does. Java 17 or newer has to be there.`;

/** A standalone cluster on loopback, a fit of a million ratings, and the proof that its digits are one machine's. */
export async function sparkDemo(args = []) {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const given = args.includes("--ratings") ? args[args.indexOf("--ratings") + 1] : "1e6";
  const wanted = Number(given);
  if (!(Number.isInteger(wanted) && wanted >= 1000))
    throw new Problem(`--ratings must be a whole number from 1000 up, got ${given}.`);
  await runSetup();
  await sparkSetup();
  const { problem } = await findJava();
  if (problem) throw new Problem(problem);
  const cofi = createRequire(join(root, "package.json"))("cofi");
  const folder = await mkdtemp(join(tmpdir(), "cofi-demo-"));
  const started = performance.now();
  const say = (text) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  let cluster;
  let session;
  try {
    const scale = { min: 0.5, max: 5, step: 0.5 };
    const size = {
      numItems: Math.ceil(wanted ** 0.66),
      numUsers: Math.ceil(wanted / 140),
      numRatings: wanted,
    };
    const { ratings } = cofi.generateFilms({ ...size, scale, years: [1950, 2020] }, 1);
    const file = join(folder, "ratings.csv");
    await write(file, ratings);
    say(`${wanted} ratings generated`);
    cluster = await startCluster();
    session = await cofi.onSpark({ master: cluster.url, memory: "1g", signal: interruption });
    say(`a cluster of ${session.cluster.slots} cores on ${cluster.url}, Spark ${session.cluster.version}`);
    const there = await session.readRatings(file, { signal: interruption });
    say(`${there.numRatings} ratings read, ${there.numUsers} users, ${there.numItems} items`);
    const { model, history } = await session.factorize(there, {
      signal: interruption,
      onEpoch: ({ epoch, rmse }) => say(`epoch ${epoch + 1} of 20: RMSE ${rmse.toFixed(4)}`),
    });
    const home = await session.collect(model);
    const here = await cofi.readRatings(file, { like: home });
    const one = await cofi.factorize(here);
    say(`the same on one machine: RMSE ${one.history.at(-1).toFixed(4)}`);
    const same = (a, b) => a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
    const parts = ["X", "W", "b", "mu"].map((name) => [name, same(home[name], one.model[name])]);
    parts.push(["history", same(history, one.history)]);
    for (const [name, isSame] of parts)
      say(`${name}: ${isSame ? "the same to the last digit" : "different"}`);
    return parts.every(([, isSame]) => isSame) ? 0 : 1;
  } finally {
    await session?.close();
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
    say("everything is stopped");
  }
}

/** Ratings as a CSV file, some at a time. */
async function write(path, { users, items, values, userIds, itemIds }) {
  const file = await open(path, "w");
  try {
    await file.write("userId,movieId,rating\n");
    const together = 100_000;
    for (let from = 0; from < values.length; from += together) {
      const to = Math.min(values.length, from + together);
      const lines = Array.from({ length: to - from }, (_, n) => {
        const k = from + n;
        return `${userIds[users[k]]},${itemIds[items[k]]},${values[k]}\n`;
      });
      await file.write(lines.join(""));
    }
  } finally {
    await file.close();
  }
}
