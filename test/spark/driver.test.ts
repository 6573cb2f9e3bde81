// @module-tag slow
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keysFor, scattered } from "../../src/math/random";
import { environmentPython } from "../../src/spark/environment";
import { onSpark } from "../../src/spark/onSpark";
import { checkMaster, checkRemote } from "../../src/spark/probe";
import { cutIntoBlocks } from "../../src/train/sgd/blocks";
import { heap } from "../../src/wasm/arena";
import { messageOf, someRatings, sparkIsHere } from "./spark";

const isHere = sparkIsHere();

/** What some lines of Python print as JSON, with the driver's package at hand. */
function python<Result>(lines: string): Result {
  const folder = join(__dirname, "..", "..", "src", "spark", "driver");
  const code = `import json, sys\nsys.path.insert(0, ${JSON.stringify(folder)})\n${lines}`;
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  return JSON.parse(execFileSync(environmentPython, ["-c", code], { encoding: "utf8", env }));
}

describe.skipIf(!isHere)("the driver's parts", () => {
  it("draw the numbers of scattered", () => {
    const [, key] = keysFor(12.5, 2);
    const rows = [0, 1, 77, 123_456, 2 ** 31 - 2];
    const drawn = python<number[][]>(
      `import numpy as np\nfrom cofi_spark.scattered import scattered\nprint(json.dumps(scattered(${key}, np.array(${JSON.stringify(rows)}), 5).tolist()))`,
    );
    const uniform = scattered(key);
    expect(drawn).toEqual(rows.map((row) => Array.from({ length: 5 }, (_, n) => uniform(row, n))));
  });

  it("cut as blocks.ts cuts", async () => {
    for (const [count, seed] of [
      [8, 1],
      [13, 2],
      [5, 3],
    ]) {
      const ratings = someRatings({ seed, numRatings: 3000 });
      const { userBounds } = await cutIntoBlocks(ratings, { count, seed, store: heap }, async () => {});
      const byUser = new Array(ratings.numUsers).fill(0);
      for (const user of ratings.users) byUser[user]++;
      const bounds = python<number[]>(
        `import numpy as np\nfrom cofi_spark.blocks import cut\nprint(json.dumps(cut(np.array(${JSON.stringify(byUser)}), ${count}, ${ratings.numUsers})))`,
      );
      expect(bounds).toEqual([...userBounds]);
    }
  });

  it("write no state over the one before it, nor over the best", () => {
    const faults = python<string[]>(`
import random
from cofi_spark.checkpoint import place_of_lowest, place_of_state
faults, draw = [], random.Random(1)
for _ in range(500):
    errors = [draw.randrange(6) for _ in range(draw.randrange(1, 12))]
    lies = {place_of_state(0, []): 0}
    for epoch in range(len(errors)):
        place = place_of_state(epoch + 1, errors[:epoch])
        if lies[place_of_state(epoch, errors[:epoch])] != epoch or place == place_of_state(epoch, errors[:epoch]):
            faults.append(f"the state before, {errors[:epoch]}")
        lies[place] = epoch + 1
        best = place_of_lowest(errors[: epoch + 1]) + 1
        if lies[place_of_state(best, errors[: epoch + 1])] != best: faults.append(f"the best, {errors[: epoch + 1]}")
if [place_of_state(k, []) for k in range(5)] != [0, 1, 0, 1, 0]: faults.append("none held out")
print(json.dumps(faults))`);
    expect(faults).toEqual([]);
  });

  it("walk through all blocks in groups, each row and each column in the order of strata", () => {
    const faults = python<string[]>(`
from cofi_spark.grouping import Grouping
faults = []
for count in range(1, 14):
    for groups in range(1, count + 1):
        g = Grouping(count, groups)
        at = {t: g.group_of(t) for t in range(count)}
        rows, columns = {}, {}
        for epoch in range(2):
            for round in range(g.rounds):
                todo = [(s, t) for s in range(count) for t in range(count) if g.round_of(s, t) == round]
                for s, t in sorted(todo, key=lambda b: (b[1] - b[0]) % count):
                    if at[t] != g.group_of(s): faults.append(f"{count}/{groups}: column {t} is not at row {s}")
                    rows.setdefault(s, []).append((t - s) % count)
                    columns.setdefault(t, []).append((t - s) % count)
                at = {t: g.next_of(group, round) for t, group in at.items()}
        for name, lists in (("row", rows), ("column", columns)):
            for place, strata in lists.items():
                if strata != 2 * list(range(count)): faults.append(f"{count}/{groups}: {name} {place} {strata}")
print(json.dumps(faults[:5]))`);
    expect(faults).toEqual([]);
  });
});

describe("what onSpark refuses at once", () => {
  it("a master or a server that does not answer, or is none", async () => {
    expect(await messageOf(checkMaster("spark://127.0.0.1:1"))).toBe(
      'Error: master must be a Spark master that answers, got "spark://127.0.0.1:1": connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(await messageOf(checkRemote("sc://127.0.0.1:1"))).toBe(
      'Error: remote must be a Spark Connect server that answers, got "sc://127.0.0.1:1": connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(await messageOf(onSpark({ master: "lokal" }))).toBe(
      'RangeError: master must be local[…], spark://host:port, yarn or k8s://…, got "lokal"',
    );
    expect(await messageOf(onSpark({ remote: "http://x" }))).toBe(
      'RangeError: remote must be sc://host:port, got "http://x"',
    );
    expect(await messageOf(onSpark({ master: "local", remote: "sc://x" }))).toBe(
      'RangeError: master must not come with remote, got "local"',
    );
    expect(await messageOf(onSpark({ cores: 2 } as object))).toMatch(
      /^TypeError: option must be one of master, /,
    );
  });

  it.skipIf(!isHere)("a machine without Java", async () => {
    const before = process.env.JAVA_HOME;
    process.env.JAVA_HOME = "/nowhere";
    try {
      expect(await messageOf(onSpark({ master: "local[1]" }))).toMatch(
        /^Error: Java was not found in JAVA_HOME, \/nowhere: Spark needs Java 17 or newer/,
      );
    } finally {
      if (before === undefined) delete process.env.JAVA_HOME;
      else process.env.JAVA_HOME = before;
    }
  });
});
