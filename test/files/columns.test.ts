import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type ReadOptions, ratingsFromFrame, readRatings, sql } from "../../src";

const folder = mkdtempSync(join(tmpdir(), "cofi-columns-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string, options?: ReadOptions) {
  const file = join(folder, "ratings.csv");
  writeFileSync(file, text);
  try {
    const { users, items, values, userIds, itemIds } = await readRatings(file, options);
    return Array.from(values, (value, k) => [userIds[users[k]], itemIds[items[k]], value]);
  } catch (error) {
    return (error as Error).message.replace(file, "FILE");
  }
}

const refusal = (role: string, ...names: string[]) =>
  `FILE: several columns may be the ${role}, ${names.map((name) => `"${name}"`).join(" and ")}: name one in columns: { user, item, value }`;

describe("columns found by name", () => {
  test.each([
    ["an id before what it names", "user,userId,movie,movieId,rating\nAnn,1,Heat,10,4\n", [[1, 10, 4]]],
    ["and before a number that is called value", "value,userId,movieId,rating\n9,1,10,4\n", [[1, 10, 4]]],
    [
      "two ratings",
      "userId,movieId,rating,user_rating\n1,10,4,3\n",
      refusal("value", "rating", "user_rating"),
    ],
    ["a rating and a label", "userId,movieId,label,rating\n1,10,1,3\n", refusal("value", "label", "rating")],
    ["a rating and a score", "userId,movieId,score,rating\n1,10,1,3\n", refusal("value", "score", "rating")],
    ["two kinds of items", "user,place,movie,rating\n1,10,4,3\n", refusal("item", "place", "movie")],
    [
      "two ids of items",
      "userId,trackId,artistId,rating\n1,10,4,3\n",
      refusal("item", "trackId", "artistId"),
    ],
    [
      "two ids of users",
      "userId,reviewerId,movieId,rating\n1,2,4,3\n",
      refusal("user", "userId", "reviewerId"),
    ],
  ])("%s", async (_, text, wanted) => {
    expect(await read(text)).toEqual(wanted);
  });

  test("which of two is said by the option", async () => {
    const columns = { user: "userId", item: "movieId", value: "user_rating" };
    expect(await read("userId,movieId,rating,user_rating\n1,10,4,3\n", { columns })).toEqual([[1, 10, 3]]);
  });

  test("as in files, so in frames", async () => {
    const rows = [{ userId: 1, movieId: 10, rating: 4, score: 3 }];
    const frame = { columns: Object.keys(rows[0]), values: rows.map((row) => Object.values(row)) };
    await expect(ratingsFromFrame(frame as never)).rejects.toThrow('may be the value, "rating" and "score"');
  });
});

describe("a first line with numbers", () => {
  const numbered = (first: string) =>
    `FILE: whether the first line, ${first}, names the columns cannot be told: say header: true or header: false`;
  test.each([
    [
      "is data",
      "1,10,4\n2,10,3\n",
      {},
      [
        [1, 10, 4],
        [2, 10, 3],
      ],
    ],
    [
      "is data also where ids are text",
      "ann,10,4\nbob,10,3\n",
      {},
      [
        ["ann", 10, 4],
        ["bob", 10, 3],
      ],
    ],
    [
      "is a header where it has a column's name: one column has none, and holds the ratings",
      "userId,movieId,0\n1,10,3.5\n",
      {},
      [[1, 10, 3.5]],
    ],
    [
      "which can be named",
      "userId,movieId,0\n1,10,3.5\n",
      { columns: { user: 0, item: 1, value: 2 } },
      [[1, 10, 3.5]],
    ],
    [
      "is a header of a table with a column for each item",
      "userId,1,2,3\n1,5,,3\n",
      {},
      'FILE: the columns must hold a user, an item and a rating, got "userId", "1", "2", "3": if each column is an item, or each a person, say layout: "wide"; else name them in columns: { user, item, value }',
    ],
    ["cannot be told where it counts the columns", "0,1,2\n7,10,4\n", {}, numbered("0, 1, 2")],
    ["nor where it counts many", "0,1,2,3,4,5\n7,10,4,1,1,1\n", {}, numbered("0, 1, 2, 3, …")],
    [
      "unless it is said that it is data",
      "0,1,2\n7,10,4\n",
      { header: false },
      [
        [0, 1, 2],
        [7, 10, 4],
      ],
    ],
    [
      "or that it is none",
      "0,1,2\n7,10,4\n",
      { header: true, columns: { user: 0, item: 1, value: 2 } },
      [[7, 10, 4]],
    ],
    [
      "is a header where that is said",
      "1,2,rating\n7,10,4\n",
      { header: true, columns: { user: "1", item: "2", value: "rating" } },
      [[7, 10, 4]],
    ],
    [
      "is data where that is said, names or not",
      "user,item,3\n7,10,4\n",
      { header: false },
      [
        ["user", "item", 3],
        ["7", "10", 4],
      ],
    ],
    ["or behind some lines", "made by hand\n1,10,4\n", { header: 1 }, [[1, 10, 4]]],
    [
      "is true, false or a number of lines",
      "1,10,4\n",
      { header: -1 },
      "header must be true, false or a number of lines, got -1",
    ],
  ] as [string, string, ReadOptions, unknown][])("%s", async (_, text, options, wanted) => {
    expect(await read(text, options)).toEqual(wanted);
  });

  test("and so for SQL", async () => {
    const file = join(folder, "counted.csv");
    writeFileSync(file, "0,1,2\n7,10,4\n");
    await expect(sql(file, "SELECT * FROM ratings")).rejects.toThrow("say header: true or header: false");
    expect(await sql(file, 'SELECT "2" AS r FROM ratings', { header: true })).toEqual([{ r: 4 }]);
  });
});
