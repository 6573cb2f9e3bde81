import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { queryRows, quoted } from "../src/duckdb";
import { ratingAt } from "../src/ratings";
import { type ReadOptions, readRatings } from "../src/ratingsFile";

const folder = mkdtempSync(join(tmpdir(), "cofi ratings é "));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string, name = "ratings.csv"): string {
  const path = join(folder, `${count++}-${name}`);
  writeFileSync(path, text);
  return path;
}

/** What reading gives, or the message without the folder and the counter. */
async function read(text: string, options?: ReadOptions, name?: string) {
  try {
    const ratings = await readRatings(file(text, name), options);
    return Array.from(ratings.values, (value, k) => [
      ratings.userIds[ratings.users[k]],
      ratings.itemIds[ratings.items[k]],
      value,
    ]);
  } catch (error) {
    return (error as Error).message.replace(/^.*\/\d+-/, "");
  }
}

test("columns are found by their names, in any order and among others", async () => {
  const wanted = [
    [1, 10, 3.5],
    [2, 11, 4],
  ];
  expect(await read("userId,movieId,rating,timestamp\n1,10,3.5,9\n2,11,4,9\n")).toEqual(wanted);
  expect(await read("stars;Film ID;note;Customer\n3.5;10;a;1\n4;11;b;2\n")).toEqual(wanted);
});

test("a file without names has the user, the item and the rating first", async () => {
  expect(await read("196\t242\t3\t881250949\n186\t302\t3\t891717742\n", {}, "u.data")).toEqual([
    [196, 242, 3],
    [186, 302, 3],
  ]);
  expect(await read("1::1193::5::978300760\n1::661::3::978302109\n", {}, "ratings.dat")).toEqual([
    [1, 1193, 5],
    [1, 661, 3],
  ]);
});

test("columns can be named, or numbered", async () => {
  const text = "who,what,how\n1,2,3\n";
  expect(await read(text, { columns: { user: "who", item: "what", value: "how" } })).toEqual([[1, 2, 3]]);
  expect(await read(text, { columns: { user: 1, item: 0, value: 2 } })).toEqual([[2, 1, 3]]);
});

test("a byte order mark, line ends of two characters, empty lines and quotes do no harm", async () => {
  const text = '\ufeffuser,item,rating\r\nAnn,"Good, Bad",1e0\r\n\r\nBo,"a ""b""\r\nc",.5\r\n';
  expect(await read(text)).toEqual([
    ["Ann", "Good, Bad", 1],
    ["Bo", 'a "b"\r\nc', 0.5],
  ]);
});

test("ids that are all whole numbers become numbers, others stay text", async () => {
  expect(await read("user,item,rating\n7,007,1\n8,8,2\n")).toEqual([
    [7, "007", 1],
    [8, "8", 2],
  ]);
});

test("Parquet is read like the rest", async () => {
  const path = join(folder, "ratings.parquet");
  await queryRows(
    `COPY (SELECT 5::INTEGER AS userId, 'x' AS item, 2.5::FLOAT AS rating) TO ${quoted(path)} (FORMAT parquet)`,
  );
  const ratings = await readRatings(path);
  expect([ratings.userIds, ratings.itemIds, [...ratings.values]]).toEqual([[5], ["x"], [2.5]]);
});

test("a cell rated twice is refused, or settled as asked", async () => {
  const text = "user,item,rating\n1,2,3\n1,3,4\n1,2,5\n1,2,4.5\n";
  expect(await read(text)).toBe(
    'ratings.csv:4: a cell must be rated once, got user 1, item 2 again (row 1): pass duplicates: "last" or "mean" to allow it',
  );
  expect(await read(text, { duplicates: "last" })).toEqual([
    [1, 2, 4.5],
    [1, 3, 4],
  ]);
  expect(((await read(text, { duplicates: "mean" })) as number[][])[0][2]).toBeCloseTo((3 + 5 + 4.5) / 3, 12);
});

const long = Array.from({ length: 410 }, (_, k) => `${k},1,3`).join("\n");

test.each([
  [`userId,movieId,rating\n${long}\n9999,1,abc\n`, 'ratings.csv:412: rating must be a number, got "abc"'],
  ['user,item,stars\n1,"a\nb",3\n\n2,a,x\n', 'ratings.csv:5: stars must be a number, got "x"'],
  ["user,item,rating\n1,2,NaN\n", "ratings.csv:2: rating must be finite, got NaN"],
  ["user,item,rating\n1,2,-Infinity\n", "ratings.csv:2: rating must be finite, got -Infinity"],
  ["user,item,rating\n1,2,1e999\n", "ratings.csv:2: rating must be finite, got 1e999"],
  ["user,item,rating\n1,2,\n", 'ratings.csv:2: rating must be a number, got ""'],
  ["user,item,rating\n1,,3\n", "ratings.csv:2: item must not be empty"],
  ["user,item,rating\n,2,3\n", "ratings.csv:2: user must not be empty"],
  ["user,item,rating\n1,2,3\n1,3\n", "ratings.csv:3: a line must have 3 cells, got 2"],
  ["user,item,rating\n1,2,3\n1,3,4,5\n", "ratings.csv:3: a line must have 3 cells, got 4"],
  ["", "ratings.csv: ratings must hold at least one rating, got an empty file"],
  ["user,item,rating\n", "ratings.csv: ratings must hold at least one rating, got none"],
  [
    "who,what,rating\n1,2,3\n",
    'ratings.csv: no column for the user among "who", "what", "rating": name it in columns: { user, item, value }',
  ],
])("a bad file is refused: $1", async (text, message) => {
  expect(await read(text)).toBe(message);
});

test("wrong options and a file that is not there are refused by name", async () => {
  const text = "user,item,rating\n1,2,3\n";
  expect(await read(text, { duplicates: "first" as "last" })).toBe(
    'duplicates must be one of "error", "last", "mean", got "first"',
  );
  expect(await read(text, { delimeter: ";" } as ReadOptions)).toBe(
    'option must be one of delimiter, columns, duplicates, got "delimeter"',
  );
  expect(await read(text, { columns: { user: "user", item: "item", value: "stars" } })).toBe(
    'ratings.csv: columns.value must be one of "user", "item", "rating", got "stars"',
  );
  await expect(readRatings(join(folder, "none.csv"))).rejects.toThrow(/none\.csv: no such file$/);
});

test("any ratings with any names come back from a file as they were", async () => {
  const name = fc
    .string({ minLength: 1, maxLength: 8, unit: "grapheme" })
    .filter((text) => !/^\s|\s$|\r|\0/.test(text));
  const entry = fc.record({
    user: name,
    item: name,
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  });
  const entries = fc.uniqueArray(entry, {
    minLength: 1,
    maxLength: 20,
    selector: (e) => JSON.stringify([e.user, e.item]),
  });
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(entries, async (wanted) => {
      const lines = wanted.map(({ user, item, value }) => `${cell(user)},${cell(item)},${value}`);
      const ratings = await readRatings(file(`user,item,rating\n${lines.join("\n")}\n`));
      expect(ratings.values.length).toBe(wanted.length);
      for (const { user, item, value } of wanted) {
        const at = {
          item: ratings.itemIds.map(String).indexOf(item),
          user: ratings.userIds.map(String).indexOf(user),
        };
        expect(ratingAt(ratings, at)! - value).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});
