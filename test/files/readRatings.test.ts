// @module-tag slow

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { findData } from "../../src/datasets/find";
import { queryRows, quoted } from "../../src/files/duckdb";
import { type ReadOptions, readRatings } from "../../src/files/readRatings";
import { ratingAt } from "../../src/ratings/ratings";

const folder = mkdtempSync(join(tmpdir(), "cofi ratings é "));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string | Buffer, name = "ratings.csv"): string {
  const path = join(folder, `${count++}-${name}`);
  writeFileSync(path, text);
  return path;
}

/** What reading gives, or the message without the folder and the counter. */
async function read(text: string | Buffer, options?: ReadOptions, name?: string) {
  try {
    const ratings = await readRatings(file(text, name), options);
    return Array.from(ratings.values, (value, k) => [
      ratings.userIds[ratings.users[k]],
      ratings.itemIds[ratings.items[k]],
      value,
    ]);
  } catch (error) {
    return (error as Error).message.replace(/^.*?\/\d+-/, "");
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

test("of several columns that could hold the ids, the one that says so does", async () => {
  expect(await read(",movie,movieId,User_ID,Rating\n0,Heat,6,1,4\n1,Ran,7,1,5\n")).toEqual([
    [1, 6, 4],
    [1, 7, 5],
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

test("an id that a number would change stays text, and so does its column", async () => {
  const ids = async (text: string) => {
    const { userIds, itemIds } = await readRatings(file(text));
    return [userIds, itemIds];
  };
  expect(await ids("user,item,rating\n9007199254740993,3000000000,1\n9007199254740992,-7,2\n")).toEqual([
    ["9007199254740993", "9007199254740992"],
    [3000000000, -7],
  ]);
  expect(await ids("user,item,rating\n5,1e3,1\na,1000,2\n6,-0,3\n5,0,1\n5,1_000,1\n")).toEqual([
    ["5", "a", "6"],
    ["1e3", "1000", "-0", "0", "1_000"],
  ]);
  expect(await ids("user,item,rating\n-2147483648,-2147483649,1\n2147483647,2147483648,2\n")).toEqual([
    [-2147483648, 2147483647],
    [-2147483649, 2147483648],
  ]);
});

test("cells that are empty between tabs are empty cells, not blanks in a row", async () => {
  const read = await readRatings(file("user\titem\tnote\trating\n7\t1\t\t3\n8\t1\t \t4\n"));
  expect([...read.values]).toEqual([3, 4]);
  expect(read.source.format).toBe("text, cells apart by a tab, the first line names the columns");
});

test.each([",", "\t", ";", "|", " ", "::", "^", ":", "~", "§"])(
  "cells may stand apart by %j",
  async (delimiter) => {
    const text = [
      ["user", "item", "rating"],
      [1, '"a b"', 3.5],
      [2, "c", "1e3"],
    ]
      .map((cells) => cells.join(delimiter))
      .join("\n");
    const wanted = [
      [1, "a b", 3.5],
      [2, "c", 1000],
    ];
    expect(await read(text, { delimiter })).toEqual(wanted);
    if (!["^", ":", "~", "§"].includes(delimiter)) expect(await read(text)).toEqual(wanted);
  },
);

test.each([
  ["no line end after the last line", "user,item,rating\n1,2,3\n1,3,4"],
  ["an empty line after the last", "user,item,rating\n1,2,3\n1,3,4\n\n"],
  ["empty lines first and between", "\n\nuser,item,rating\n\n1,2,3\n\n\n1,3,4\n"],
  ["line ends of two characters, without the last", "user,item,rating\r\n1,2,3\r\n1,3,4"],
  ["a byte order mark before the names", "\ufeffuser,item,rating\n1,2,3\n1,3,4\n"],
  ["a byte order mark and no names", "\ufeff1,2,3\n1,3,4\n"],
  ["quotes around everything", '"user","item","rating"\n"1","2","3"\n"1","3","4"\n'],
  ["packed by gzip", gzipSync("user,item,rating\n1,2,3\n1,3,4\n")],
])("read all the same: %s", async (_, text) => {
  expect(await read(text)).toEqual([
    [1, 2, 3],
    [1, 3, 4],
  ]);
});

async function parquet(select: string): Promise<string> {
  const path = join(folder, `${count++}-ratings.parquet`);
  await queryRows(`COPY (${select}) TO ${quoted(path)} (FORMAT parquet)`);
  return path;
}

test("Parquet is read like the rest, and its types are kept", async () => {
  const first = await readRatings(
    await parquet("SELECT 5::INTEGER AS userId, 'x' AS item, 2.5::FLOAT AS rating"),
  );
  expect([first.userIds, first.itemIds, [...first.values]]).toEqual([[5], ["x"], [2.5]]);
  const ids = async (type: string, values: string) => {
    const select = `SELECT id::${type} AS user, 1 AS item, 3::DECIMAL(3, 1) AS rating FROM (VALUES ${values}) t(id)`;
    return (await readRatings(await parquet(select))).userIds;
  };
  expect(await ids("VARCHAR", "('7'), ('8')")).toEqual(["7", "8"]);
  expect(await ids("BIGINT", "(3000000000), (-1)")).toEqual([3000000000, -1]);
  expect(await ids("INTEGER", "(-2147483648), (2147483647)")).toEqual([-2147483648, 2147483647]);
  expect(await ids("UBIGINT", "(18446744073709551615), (1)")).toEqual(["18446744073709551615", "1"]);
  expect(await ids("DOUBLE", "(3000000000), (2)")).toEqual([3000000000, 2]);
  expect(await ids("DOUBLE", "(1.5), (2)")).toEqual(["1.5", "2"]);
});

test("an id that is missing in Parquet, or no number, is told by its row", async () => {
  for (const missing of ["NULL", "'nan'::DOUBLE"]) {
    const path = await parquet(
      `SELECT if(i = 7, ${missing}, i::DOUBLE) AS user, 1 AS item, 3 AS rating FROM range(9) t(i)`,
    );
    await expect(readRatings(path)).rejects.toThrow("ratings.parquet:row 8: user must not be empty");
  }
});

test("in Parquet a bad rating is told by its row", async () => {
  const refused = async (value: string) => {
    const path = await parquet(`SELECT 1 AS user, i AS item, ${value} AS rating FROM range(5000) t(i)`);
    return readRatings(path).catch((error) => error.message.replace(/^.*?\/\d+-/, ""));
  };
  expect(await refused("if(i = 4000, NULL, 3)")).toBe(
    'ratings.parquet:row 4001: rating must be a number, got ""',
  );
  expect(await refused("if(i = 4000, 'nan'::DOUBLE, 3)")).toBe(
    "ratings.parquet:row 4001: rating must be finite, got nan",
  );
});

test("a file's name is no pattern, and its folder no column", async () => {
  const odd = join(folder, "year=2020 [a]*?'");
  mkdirSync(odd);
  writeFileSync(join(odd, "r[1].csv"), "user,item,rating\n1,2,3\n");
  writeFileSync(join(odd, "r1.csv"), "user,item,rating\n4,5,1\n");
  expect((await readRatings(join(odd, "r[1].csv"))).itemIds).toEqual([2]);
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

test.each([
  ["numbers", ["20", "30", "10", "30"]],
  ["dates", ["2020-02-01", "2020-02-01 00:00:01", "2019-12-31", "2020-02-01T00:00:01"]],
])("the last rating of a cell is the latest, by times that are %s", async (_, [a, b, c, d]) => {
  const text = `user,item,rating,timestamp\n1,2,3,${a}\n1,2,5,${b}\n1,3,1,${a}\n1,2,4,${c}\n`;
  const options: ReadOptions = { duplicates: "last" };
  expect(await read(text, options)).toEqual([
    [1, 2, 5],
    [1, 3, 1],
  ]);
  // At the same time, the one further down.
  expect(await read(`${text}1,2,2,${d}\n`, options)).toEqual([
    [1, 2, 2],
    [1, 3, 1],
  ]);
  expect(await read(`${text}1,4,2,soon\n`, options)).toBe(
    'ratings.csv:6: timestamp must be a number or a date, got "soon"',
  );
  expect(await read(`user,item,rating,timestamp\n1,4,2,soon\n`)).toEqual([[1, 4, 2]]);
});

test("the last is the latest in Parquet too, whose times have a type", async () => {
  const path = await parquet(`SELECT 1 AS user, 2 AS item, rating, time::TIMESTAMP AS time
    FROM (VALUES (3.0, '2020-01-02'), (4.0, '2020-01-03'), (5.0, '2020-01-01')) t(rating, time)`);
  expect([...(await readRatings(path, { duplicates: "last" })).values]).toEqual([4]);
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

test("a fault in line 1,000,000 is found there", async () => {
  const rows = Array.from({ length: 1_000_100 }, (_, k) => `${k % 5000},${Math.floor(k / 5000)},3.5`);
  const bad = (row: string, end = "\n") => {
    rows[999_998] = row;
    return ["user,item,rating", ...rows].join(end);
  };
  const number = "ratings.csv:1000000: rating must be a number, got ";
  expect(await read(bad("7,8,four", "\r\n"))).toBe(`${number}"four"`);
  expect(await read(gzipSync(bad("7,8,"), { level: 1 }))).toBe(`${number}""`);
  expect(await read(bad("7,8"))).toBe("ratings.csv:1000000: a line must have 3 cells, got 2");
  expect(await read(bad("0,0,1"))).toContain(
    "ratings.csv:1000000: a cell must be rated once, got user 0, item 0 again (row 1)",
  );
});

test("a fault far down, that comes when much has been read, is told all the same", async () => {
  const rows = Array.from({ length: 60_000 }, (_, k) => `${k},1,3`);
  const text = Buffer.from(["user,item,rating", ...rows, "Jos\xe9,2,3"].join("\n"), "latin1");
  expect(await read(text)).toMatch(/^ratings.csv:60002: must be text in UTF-8: say encoding/);
});

test("what is no ratings file is refused in words that help", async () => {
  expect(await read(Buffer.from("user,item,rating\n1,2,3\n", "utf16le"))).toBe(
    'ratings.csv: a ratings file must be text, packed or not, or Parquet; in UTF-16 without a byte order mark say encoding: "utf-16le"',
  );
  expect(await read(Buffer.from([80, 75, 3, 4, 0, 0, 1]))).toMatch(
    /^ratings.csv: must be whole, is damaged or cut off/,
  );
  expect(await read(Buffer.from("user,item,rating\nJos\xe9,2,3\n", "latin1"))).toMatch(
    /^ratings.csv:2: must be text in UTF-8: say encoding/,
  );
  expect(await read("PAR1 is how it begins")).toMatch(
    /^ratings.csv: cannot be read as a table: No magic bytes/,
  );
  expect(await read("user,item,rating\n1,2,3\r\n1,3,4\n")).toBe(
    "ratings.csv: cannot be read as a table: its lines must all end alike, in a line feed with or without a carriage return, and its quotes be closed",
  );
  expect(await read('user,item,rating\n1,"2,3\n1,3,4\n')).toBe(
    "ratings.csv:2: a quote opens here that would swallow whole lines: say quote: false where quotes are letters, or quote: '\"' where the cell is meant",
  );
  expect(await read("\n \n")).toBe("ratings.csv: ratings must hold at least one rating, got an empty file");
  await expect(readRatings(folder)).rejects.toThrow(/: cannot be read \(EISDIR/);
});

test("progress is told up to the end, and an abort stops at once", async () => {
  const rows = Array.from({ length: 20_000 }, (_, k) => `${k},1,3`);
  const path = file(["user,item,rating", ...rows].join("\n"));
  const steps: number[] = [];
  await readRatings(path, {
    onProgress: ({ share, rows, total }) => {
      if (rows === 0) return expect([share <= 0.7, total]).toEqual([true, 0]); // the file is gone through
      expect([share > 0.7, total]).toEqual([true, 20_000]);
      steps.push(rows);
    },
  });
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps.length).toBeGreaterThan(5);
  expect(steps.at(-1)).toBe(20_000);

  // A longer file is told of while DuckDB goes through it; what the listener throws is heard there too.
  const long = file(
    `user,item,rating\n${Array.from({ length: 1_500_000 }, (_, k) => `u${k % 1500},i${Math.floor(k / 1500)},3\n`).join("")}`,
  );
  const shares: number[] = [];
  await readRatings(long, { onProgress: ({ share }) => shares.push(share) });
  expect(shares.filter((share) => share < 0.7).length).toBeGreaterThan(0);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  const angry = () => {
    throw new Error("no more");
  };
  await expect(readRatings(long, { onProgress: angry })).rejects.toThrow("no more");

  const control = new AbortController();
  let told = 0;
  const reading = readRatings(path, {
    signal: control.signal,
    onProgress: () => {
      told++;
      control.abort(new Error("enough"));
    },
  });
  await expect(reading).rejects.toThrow("enough");
  expect(told).toBe(1);
  await expect(readRatings(path, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
    "before",
  );
});

const data = findData("ml-100k", ["u.data"]);
test.skipIf(data === undefined)("MovieLens's own file is read as its lines say", async () => {
  const ratings = await readRatings(join(data!, "u.data"));
  const lines = readFileSync(join(data!, "u.data"), "utf8").trimEnd().split("\n");
  expect(ratings.values.length).toBe(lines.length);
  const told = lines.map((line) => line.split("\t").slice(0, 3).map(Number));
  expect(
    Array.from(ratings.values, (value, k) => [
      ratings.userIds[ratings.users[k]],
      ratings.itemIds[ratings.items[k]],
      value,
    ]),
  ).toEqual(told);
});

test("wrong options and a file that is not there are refused by name", async () => {
  const text = "user,item,rating\n1,2,3\n";
  expect(await read(text, { duplicates: "first" as "last" })).toBe(
    'duplicates must be one of "error", "last", "mean", got "first"',
  );
  expect(await read(text, { delimeter: ";" } as ReadOptions)).toBe(
    'option must be one of delimiter, columns, header, layout, quote, escape, comment, encoding, member, duplicates, unrated, decimal, titles, like, unknown, signal, onProgress, got "delimeter"',
  );
  expect(await read(text, { columns: { user: "user", item: "item", value: "stars" } })).toBe(
    'ratings.csv: columns.value must be one of "user", "item", "rating", got "stars"',
  );
  expect(await read(text, { delimiter: "" })).toBe(
    'delimiter must be 1 to 4 bytes without quotes and line ends, got ""',
  );
  expect(await read(text, { columns: { user: 0, item: 1, value: 3 } })).toBe(
    'ratings.csv: columns.value must be one of "user", "item", "rating", got 3',
  );
  expect(await read(text, { columns: { user: 0, item: 0.5, value: 2 } })).toBe(
    'ratings.csv: columns.item must be one of "user", "item", "rating", got 0.5',
  );
  expect(await read(text, { columns: { users: 0 } as unknown as ReadOptions["columns"] })).toBe(
    'option must be one of user, item, value, time, title, got "users"',
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
