import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { lecture } from "../../src/datasets/lecture";
import { type FrameOptions, ratingsFromFrame, toFrame } from "../../src/files/dataFrame";
import { ratingsFrom } from "../../src/ratings/build";
import type { Id, Ratings } from "../../src/ratings/ratings";

let danfo: typeof import("danfojs-node");
beforeAll(async () => {
  tf.getBackend();
  danfo = await import("danfojs-node");
});

const frameOf = (columns: Record<string, unknown[]>) => new danfo.DataFrame(columns);

/** Ratings as a list of user, item and value, by their ids. */
const listed = ({ users, items, values, userIds, itemIds }: Ratings) =>
  Array.from(values, (value, k) => [userIds[users[k]], itemIds[items[k]], value]);

async function refused(columns: Record<string, unknown[]>, options?: FrameOptions): Promise<string> {
  return ratingsFromFrame(frameOf(columns), options).then(
    () => "not refused",
    (error: Error) => error.message,
  );
}

test("the lecture's ratings are a frame that danfo groups, and come back from it", async () => {
  const { ratings } = lecture();
  const frame = await toFrame(ratings);
  expect(frame.columns).toEqual(["user", "item", "rating"]);
  expect(frame.shape).toEqual([15, 3]);
  const means = frame.groupby(["item"]).col(["rating"]).mean();
  expect(means.values).toContainEqual(["Love at last", 2.5]);
  expect(listed(await ratingsFromFrame(frame))).toEqual(listed(ratings));
});

test("any ids and values go into a frame and come back unchanged", async () => {
  const id = fc.oneof(fc.maxSafeInteger(), fc.string({ minLength: 1 }), fc.constantFrom("7", "007", "1e3"));
  const entry = fc.record({
    user: id,
    item: fc.maxSafeInteger(),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  });
  const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 30, selector: (e) => String(e.user) });
  await fc.assert(
    fc.asyncProperty(entries, async (wanted) => {
      const allNumbers = wanted.every(({ user }) => typeof user === "number");
      const userIds = wanted.map(({ user }): Id => (allNumbers ? user : String(user)));
      const itemIds = [...new Set(wanted.map(({ item }) => item))];
      const triples = wanted.map(({ item, value }, user) => ({ item: itemIds.indexOf(item), user, value }));
      const ratings = ratingsFrom(triples, { userIds, itemIds });
      expect(await ratingsFromFrame(await toFrame(ratings))).toEqual(ratings);
    }),
    { numRuns: 40 },
  );
});

test("columns are found by name or given, ids keep their kind, numbers in text are numbers", async () => {
  const columns = { stars: ["4.5", "1e0", "3"], movieId: [3e9, 7, 3e9], who: ["1", 2, "x"] };
  const given = { user: "who", item: 1, value: "stars" };
  expect(listed(await ratingsFromFrame(frameOf(columns), { columns: given }))).toEqual([
    ["1", 3e9, 4.5],
    ["2", 7, 1],
    ["x", 3e9, 3],
  ]);
  expect(await refused(columns)).toBe(
    'frame: no column for the user among "stars", "movieId", "who": name it in columns: { user, item, value }',
  );
});

test("rows do as well as columns", async () => {
  const rows = [
    { userId: 1, movieId: "a", rating: 3 },
    { userId: 2, movieId: "a", rating: 4.5 },
  ];
  expect(listed(await ratingsFromFrame(rows))).toEqual([
    [1, "a", 3],
    [2, "a", 4.5],
  ]);
  await expect(ratingsFromFrame([])).rejects.toThrow("ratings must hold at least one rating, got none");
});

test("repeats are settled as asked", async () => {
  const columns = { user: [1, 1, 1], item: [2, 2, 2], rating: [3, 5, 4], time: [20, 30, 10] };
  expect(await refused(columns)).toBe(
    'frame, row 1: a cell must be rated once, got user 1, item 2 again (row 0): pass duplicates: "last" or "mean" to allow it',
  );
  const settled = async (duplicates: "last" | "mean", time: unknown[] = columns.time) => [
    ...(await ratingsFromFrame(frameOf({ ...columns, time }), { duplicates })).values,
  ];
  expect(await settled("mean")).toEqual([4]);
  expect(await settled("last")).toEqual([5]);
  expect(await settled("last", ["2020-01-02", "2020-01-01", "2020-01-03"])).toEqual([4]);
  expect(await refused({ ...columns, time: ["1", "2", "soon"] }, { duplicates: "last" })).toBe(
    'time must be a number or a date, got "soon" (row 2)',
  );
  // The third of May, or the fifth of March.
  expect(await refused({ ...columns, time: ["05/03/2009", "1", "2"] }, { duplicates: "last" })).toBe(
    'time must be a number or a date, got "05/03/2009" (row 0)',
  );
});

test.each([
  [
    { user: [1, 2], item: [1, 1], rating: [1, Number.NaN] },
    "rating must be a finite number, got NaN (row 1)",
  ],
  [{ user: [1, 2], item: [1, 1], rating: ["1", "NA"] }, 'rating must be a finite number, got "NA" (row 1)'],
  [{ user: [1, 2], item: [1, 1], rating: ["1", ""] }, 'rating must be a finite number, got "" (row 1)'],
  [{ user: ["a", null], item: [1, 1], rating: [1, 2] }, "user must be an id, got null (row 1)"],
  [{ user: [1, 2], item: [1, Number.NaN], rating: [1, 2] }, "item must be an id, got NaN (row 1)"],
])("a bad frame is refused: %j", async (columns, message) => {
  expect(await refused(columns)).toBe(message);
});

test("an empty frame, and wrong options, are refused by name", async () => {
  const empty = { columns: ["user", "item", "rating"], column: () => ({ values: [] }) };
  await expect(ratingsFromFrame(empty)).rejects.toThrow(
    "frame: ratings must hold at least one rating, got none",
  );
  const columns = { user: [1], item: [1], rating: [1] };
  expect(await refused(columns, { duplicates: "first" as "last" })).toBe(
    'duplicates must be one of "error", "last", "mean", got "first"',
  );
  expect(await refused(columns, { delimiter: ";" } as FrameOptions)).toBe(
    'option must be one of columns, duplicates, got "delimiter"',
  );
});

test("danfo is loaded by the first frame, and not before", () => {
  const work = `const { lecture, toFrame } = require("cofi");
    const isLoaded = () => Object.keys(require.cache).some((file) => file.includes("danfojs-node"));
    const before = isLoaded();
    toFrame(lecture().ratings).then((frame) => console.log(before, isLoaded(), frame.shape));`;
  const run = spawnSync(process.execPath, ["-e", work], {
    cwd: join(__dirname, "..", ".."),
    encoding: "utf8",
  });
  expect([run.stdout, run.status]).toEqual(["false true [ 15, 3 ]\n", 0]);
});
