// Cofi's own part of the benchmark: one work in a process of its own, as the peers have it.
//   node bench/ours.mjs course|fit|counts|growing|top SETTINGS
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { peakMB, readColumn, readDoubles } from "./columns.mjs";
import { readCourse } from "./courseRun.mjs";

const require = createRequire(import.meta.url);
const cofi = require("cofi");
const { version } = require("../package.json");

const [, , kind, text] = process.argv;
const settings = JSON.parse(text);
const { threads, repeats } = settings;

/** Runs the work once to warm up where it is short, then as often as asked, and gives the times and the last result. */
async function measure(run, warmUp) {
  await warmUp?.();
  const seconds = [];
  let result;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const started = performance.now();
    result = await run();
    seconds.push((performance.now() - started) / 1000);
  }
  return { seconds, result };
}

async function course() {
  const { model, ratings } = readCourse(settings);
  const { iterations, precision } = settings;
  const run = (count) =>
    cofi.train(model, ratings, { iterations: count, precision, threads, lambda: 1, learningRate: 0.1 });
  const { seconds, result } = await measure(
    () => run(iterations),
    () => run(5),
  );
  return { seconds, losses: Array.from(result.history).filter((_, iteration) => iteration % 20 === 0) };
}

async function fit() {
  const { features: numFeatures, epochs: sweeps, byFold, range } = settings;
  const seconds = [];
  const errors = [];
  let epochs = 0;
  for (const fold of settings.folds ?? ["."]) {
    const folder = join(settings.data, fold);
    const train = ratingsIn(folder, "train");
    const options = { numFeatures, epochs: sweeps, threads, seed: 1, ...byFold?.[fold] };
    const measured = await measure(() => cofi.factorize(train, options));
    seconds.push(...(settings.folds ? [Math.min(...measured.seconds)] : measured.seconds));
    epochs = measured.result.history.length;
    errors.push(cofi.rmse(measured.result.model, ratingsIn(folder, "test"), { range }));
  }
  return { seconds, epochs, rmse: errors.reduce((sum, error) => sum + error, 0) / errors.length };
}

/** Likes as counts of one: what has `least` stars or more. */
async function counts() {
  const { data, features: numFeatures, iterations, least, confidence, lambda } = settings;
  const likes = cofi.toLabels(ratingsIn(data, "train"), { threshold: least, below: "unrated" });
  let seed = 0;
  const { seconds, result } = await measure(() =>
    // In another object, so that they are grouped anew each time.
    cofi.factorizeImplicit(
      { ...likes },
      { numFeatures, iterations, confidence, lambda, threads, seed: seed++ },
    ),
  );
  const lists = await cofi.recommendAll(result.model, { exclude: likes, count: 10 });
  return { seconds, ndcg: ndcgOf(lists, ratingsIn(data, "test"), least) };
}

/** As peers/row.py has it. */
function ndcgOf({ start, items }, test, least) {
  const wanted = Array.from({ length: test.numUsers }, () => new Set());
  test.values.forEach((value, k) => {
    if (value >= least) wanted[test.users[k]].add(test.items[k]);
  });
  const gain = (place) => 1 / Math.log2(place + 2);
  const found = wanted.flatMap((relevant, user) => {
    if (relevant.size === 0) return [];
    let [sum, best] = [0, 0];
    items.subarray(start[user], start[user + 1]).forEach((item, place) => {
      if (relevant.has(item)) sum += gain(place);
    });
    for (let place = 0; place < Math.min(10, relevant.size); place++) best += gain(place);
    return [sum / best];
  });
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/**
 * What is learned when a tenth of the people, a tenth of the items and a tenth of the other ratings come later: from
 * nothing, or from what was learned before, which is not in the time.
 */
async function growing() {
  const { data, solver, goesOn, rounds: _, range, features: numFeatures, ...others } = settings;
  const { epochs, samples } = others;
  const train = ratingsIn(data, "train");
  const wasThere = (k) => train.users[k] % 10 > 0 && train.items[k] % 10 > 0 && (k * 7919) % 10 > 0;
  const places = Int32Array.from(train.values.keys()).filter(wasThere);
  const column = (name) => train[name].constructor.from(places, (k) => train[name][k]);
  const before = { ...train, items: column("items"), users: column("users"), values: column("values") };
  const fitted = async (ratings, options) =>
    solver === "factorize"
      ? (await cofi.factorize(ratings, { numFeatures, threads, seed: 1, ...options })).model
      : cofi.bayesian(ratings, { threads, seed: 1, ...options });
  const from = goesOn ? await fitted(before, {}) : undefined;
  const options = { ...(from && { from }), ...(epochs && { epochs }), ...(samples && { samples }) };
  const { seconds, result } = await measure(() => fitted(train, options));
  return { seconds, rmse: cofi.rmse(result, ratingsIn(data, "test"), { range }) };
}

async function top() {
  const { data, numItems, numUsers, features, count } = settings;
  const numbers = (name) => Float64Array.from(readColumn(data, name, Float32Array));
  const model = {
    numItems,
    numUsers,
    numFeatures: features,
    b: new Float64Array(numUsers),
    X: numbers("factors-X.f32"),
    W: numbers("factors-W.f32"),
    mu: numbers("factors-mu.f32"),
  };
  const exclude = ratingsIn(data, "train");
  const { seconds, result } = await measure(() => cofi.recommendAll(model, { exclude, count, threads }));
  return { seconds, checksum: sumOfScores(result) };
}

/** The sum of all scores of the lists, to be compared with the peer's: the same lists have the same. */
function sumOfScores({ scores }) {
  return scores.reduce((sum, score) => sum + score, 0);
}

function ratingsIn(folder, part) {
  const { numItems, numUsers } = settings;
  const items = readColumn(folder, `${part}-items.i32`, Int32Array);
  const users = readColumn(folder, `${part}-users.i32`, Int32Array);
  const values = readDoubles(folder, `${part}-values.f32`);
  const ids = (length) => Array.from({ length }, (_, k) => k);
  return {
    numItems,
    numUsers,
    items,
    users,
    values,
    itemIds: ids(numItems),
    userIds: ids(numUsers),
  };
}

const row = await { course, fit, counts, growing, top }[kind]();
console.log(
  JSON.stringify({
    peer: "Cofi",
    version,
    work: settings.work,
    threads: threads ?? `up to ${availableParallelism()}`,
    ...row,
    peakMB: peakMB(),
  }),
);
