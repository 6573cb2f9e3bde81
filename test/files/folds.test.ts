import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { accuracy } from "../../src/evaluate/accuracy";
import { foldsFromFiles } from "../../src/files/folds";
import { crossValidate } from "../../src/modelSelection/crossValidate";
import { globalMean } from "../../src/train/baselines";
import { rejected } from "../samples";

const folder = mkdtempSync(join(tmpdir(), "cofi-folds-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, ["user,item,rating", ...lines].join("\n"));
  return path;
}

const one = { train: file("a.train.csv", ["2,x,5", "1,y,3"]), test: file("a.test.csv", ["1,x,4", "3,z,2"]) };
const other = {
  train: file("b.train.csv", ["1,x,4", "3,z,2"]),
  test: file("b.test.csv", ["1,y,3", "2,x,5"]),
};

it("reads folds that somebody else has made, all with one numbering", async () => {
  const folds = await foldsFromFiles([one, other]);
  const listed = folds.map(({ train, test }) =>
    [train, test].map(({ users, items, values, userIds, itemIds }) =>
      Array.from(values, (value, k) => `${userIds[users[k]]} ${itemIds[items[k]]} ${value}`),
    ),
  );
  expect(listed).toEqual([
    [
      ["2 x 5", "1 y 3"],
      ["1 x 4", "3 z 2"],
    ],
    [
      ["1 x 4", "3 z 2"],
      ["1 y 3", "2 x 5"],
    ],
  ]);
  for (const part of folds.flatMap(({ train, test }) => [train, test])) {
    expect([part.userIds, part.itemIds]).toEqual([
      [2, 1, 3],
      ["x", "y", "z"],
    ]);
    expect([part.numUsers, part.numItems]).toEqual([3, 3]);
  }
  expect(accuracy(globalMean(folds[1].train), folds[1].test).protocol.held).toBe("b.test.csv");
  const { rmse } = await crossValidate(folds, {}, { fit: "globalMean" });
  expect(rmse.mean).toBeCloseTo((Math.sqrt((0 + 4) / 2) + Math.sqrt((0 + 4) / 2)) / 2, 12);
});

it("takes ids for text where any file's are", async () => {
  const named = { ...other, test: file("c.test.csv", ["1,y,3", "Eve,x,5"]) };
  const [{ train }] = await foldsFromFiles([one, named]);
  expect(train.userIds).toEqual(["2", "1", "3", "Eve"]);
});

it("refuses a test inside its training part, and no files", async () => {
  expect(await rejected(foldsFromFiles([{ train: one.train, test: one.train }]))).toBe(
    'RangeError: test must hold nothing that train does, got item "x", user 2 in both (rating 0 of test)',
  );
  expect(await rejected(foldsFromFiles([]))).toBe("RangeError: files must hold at least one fold, got none");
});
