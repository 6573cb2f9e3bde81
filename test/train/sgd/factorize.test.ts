import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rmse } from "../../../src/evaluate/errors";
import { random, shuffled } from "../../../src/math/random";
import { type Model, randomModel } from "../../../src/model/model";
import { predict } from "../../../src/predict/predict";
import { ratingsFrom } from "../../../src/ratings/build";
import { pick } from "../../../src/ratings/ratings";
import { split } from "../../../src/ratings/split";
import { withWeights } from "../../../src/ratings/weights";
import { type FactorizeOptions, factorize } from "../../../src/train/sgd/factorize";
import { randomRatings, rejected } from "../../samples";

const size = { numItems: 120, numUsers: 150, numFeatures: 3 };

/** Some of the predictions of a random model of rank three with means and biases, plus noise: stars without bounds. */
function noisyRatings(noise: number) {
  const source = random(8);
  const model: Model = {
    ...randomModel(size, { seed: 8, scale: 0.8 }),
    b: Float64Array.from({ length: size.numUsers }, () => source.normal() * 0.4),
    mu: Float64Array.from({ length: size.numItems }, () => 3 + source.normal() * 0.5),
  };
  const triples = [];
  for (let item = 0; item < size.numItems; item++)
    for (let user = 0; user < size.numUsers; user++)
      if (source.uniform() < 0.4)
        triples.push({ item, user, value: predict(model, { item, user }) + noise * source.normal() });
  return ratingsFrom(triples, size);
}

const { train, test } = split(noisyRatings(0.1), { test: 0.2, seed: 1 });
const good: FactorizeOptions = { numFeatures: 3, lambda: 0.002, epochs: 80, learningRate: 0.05 };

describe("factorize", () => {
  it("finds a matrix of known rank again, down to its noise", async () => {
    const { model, history } = await factorize(train, good);
    expect(rmse(model, test)).toBeLessThan(0.14);
    expect(history).toHaveLength(80);
    expect(history[79]).toBeLessThan(0.12);
    expect(history[79]).toBeLessThan(history[0] / 5);
  });

  it("repeats for a seed, whatever the number of threads up to eight; another seed gives another run", async () => {
    const options = { ...good, epochs: 5, threads: 1 };
    const first = await factorize(train, options);
    expect(await factorize(train, { ...options, threads: 3 })).toEqual(first);
    expect((await factorize(train, { ...options, seed: 1 })).model).not.toEqual(first.model);
  });

  it.each([
    ["ratings", train],
    [
      "ratings with weights",
      withWeights(
        train,
        train.values.map((_, k) => 1 + (k % 7) / 3),
      ),
    ],
  ])("gives the same digits for the same %s in any order", async (_, ratings) => {
    const places = shuffled(ratings.values.length, random(4));
    const options = { ...good, epochs: 3 };
    expect(await factorize(pick(ratings, places), options)).toEqual(await factorize(ratings, options));
  });

  it("keeps the given ratings as they are, and tells each epoch", async () => {
    const before = structuredClone(train);
    const seen: unknown[] = [];
    const { history, validation } = await factorize(train, {
      ...{ ...good, epochs: 3, validation: test },
      onEpoch: (done) => {
        seen.push(done);
      },
    });
    expect(train).toEqual(before);
    expect(seen).toEqual(
      [0, 1, 2].map((epoch) => ({ epoch, rmse: history[epoch], validation: validation![epoch] })),
    );
  });

  it("measures the ratings held out as rmse does", async () => {
    const { model, validation } = await factorize(train, { ...good, epochs: 2, validation: test });
    expect(validation![1]).toBeCloseTo(rmse(model, test), 5);
  });

  it("stops early, and gives the model at which the held-out error was lowest", async () => {
    const tooMuch = { numFeatures: 30, lambda: 0, learningRate: 0.05, epochs: 200, patience: 4 };
    const { model, validation } = await factorize(train, { ...tooMuch, validation: test });
    const lowest = Math.min(...validation!);
    expect(validation!.length).toBeLessThan(200);
    expect(validation!.indexOf(lowest)).toBe(validation!.length - 5);
    expect(rmse(model, test)).toBeCloseTo(lowest, 5);
  });

  it("stops when told to, and keeps what was learned", async () => {
    const { history } = await factorize(train, { ...good, onEpoch: ({ epoch }) => epoch < 2 });
    expect(history).toHaveLength(3);
  });

  it("predicts what nobody rated, and who rated nothing, by the means and the other's bias, to the digit", async () => {
    const ratings = ratingsFrom(
      [
        { item: 0, user: 0, value: 5 },
        { item: 1, user: 1, value: 1 },
      ],
      { numItems: 3, numUsers: 3 },
    );
    const { model } = await factorize(ratings, { numFeatures: 1 });
    expect(predict(model, { item: 2, user: 2 })).toBe(3);
    expect(predict(model, { item: 2, user: 0 })).toBe(3 + model.b[0]);
    expect(predict(model, { item: 1, user: 2 })).toBe(model.mu[1]);
  });

  it.each([
    [{ numFeatures: 0 }, "numFeatures must be >= 1, got 0"],
    [{ lambda: -1 }, "lambda must be >= 0, got -1"],
    [{ epochs: 1.5 }, "epochs must be an integer, got 1.5"],
    [{ learningRate: 0 }, "learningRate must be > 0, got 0"],
    [{ threads: 0 }, "threads must be >= 1, got 0"],
    [{ rank: 5 } as FactorizeOptions, 'got "rank"'],
    [
      { validation: randomRatings({ numItems: 2, numUsers: 2 }, { seed: 1 }) },
      "ratings must have the model's 120 items",
    ],
    [{ learningRate: 1000 }, "training diverged at epoch"],
  ])("refuses %o", async (options, message) => {
    expect(await rejected(factorize(train, { epochs: 3, ...options }))).toContain(message);
  });
});

describe("a checkpoint", () => {
  const folder = mkdtempSync(join(tmpdir(), "cofi-checkpoint-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const options = { ...good, epochs: 12, validation: test };

  it("is where an aborted run goes on, with the same digits", async () => {
    const whole = await factorize(train, options);
    const checkpoint = join(folder, "aborted");
    const controller = new AbortController();
    const aborted = factorize(train, {
      ...{ ...options, checkpoint, signal: controller.signal },
      onEpoch: ({ epoch }) => {
        if (epoch === 4) controller.abort(new Error("enough"));
      },
    });
    await expect(aborted).rejects.toThrow("enough");
    const epochs: number[] = [];
    const resumed = await factorize(train, {
      ...options,
      checkpoint,
      onEpoch: ({ epoch }) => void epochs.push(epoch),
    });
    expect(epochs[0]).toBe(5);
    expect(resumed).toEqual(whole);
    expect(await factorize(train, { ...options, checkpoint })).toEqual(whole);
    expect(readdirSync(folder)).toEqual(["aborted"]);
  });

  it("is refused when it is of other ratings, other options, or no checkpoint at all", async () => {
    const checkpoint = join(folder, "other");
    await factorize(train, { ...options, epochs: 1, checkpoint });
    const before = readFileSync(checkpoint);
    const other = { ...options, epochs: 1, checkpoint };
    expect(await rejected(factorize(train, { ...other, lambda: 1 }))).toContain(
      "must be of the same ratings",
    );
    expect(await rejected(factorize(test, { ...other, validation: train }))).toContain(
      "must be of the same ratings",
    );
    expect(readFileSync(checkpoint)).toEqual(before);
    const text = join(folder, "text");
    writeFileSync(text, "userId,movieId,rating\n1,2,3\n");
    expect(await rejected(factorize(train, { ...other, checkpoint: text }))).toContain(
      "must be a checkpoint of factorize",
    );
    expect(readFileSync(text, "utf8")).toContain("userId");
  });

  it("is whole whenever the process is killed, and the run ends with the same digits", async () => {
    const file = join(folder, "killed");
    const start = () =>
      fork(join(__dirname, "factorizing.cjs"), [file], {
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
    const whole = await printed(
      fork(join(__dirname, "factorizing.cjs"), { stdio: ["ignore", "pipe", "inherit", "ipc"] }),
    );
    for (let kill = 0; kill < 8; kill++) {
      const child = start();
      await Promise.race([once(child, "message"), once(child, "exit")]);
      await new Promise((resume) => setTimeout(resume, 5 * kill));
      child.kill("SIGKILL");
      if (child.exitCode === null) await once(child, "exit");
      expect(existsSync(file)).toBe(true);
    }
    expect(await printed(start())).toBe(whole);
  });
});

async function printed(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout!.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return text;
}
