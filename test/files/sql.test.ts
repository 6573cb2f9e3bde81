import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { queryRows, quoted } from "../../src/files/duckdb";
import { type SqlOptions, sql } from "../../src/files/sql";

const folder = mkdtempSync(join(tmpdir(), "cofi sql é "));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string, name = "ratings.csv"): string {
  const path = join(folder, `${count++}-${name}`);
  writeFileSync(path, text);
  return path;
}

async function refused(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "not refused",
    (error: Error) => error.message.replace(/^.*\/\d+-/, ""),
  );
}

test("one call selects from a file, and counts as one would by hand", async () => {
  const path = file("userId,movieId,rating,timestamp\n1,10,3.5,9\n2,10,4,8\n2,11,1,7\n");
  expect(
    await sql(
      path,
      "SELECT movieId, count(*) AS n, avg(rating) AS mean, sum(timestamp) AS t FROM ratings GROUP BY movieId ORDER BY n DESC",
    ),
  ).toEqual([
    { movieId: 10, n: 2, mean: 3.75, t: 17 },
    { movieId: 11, n: 1, mean: 1, t: 7 },
  ]);
});

test("columns have the types that their cells allow", async () => {
  const path = file(
    'user,item,rating,zip,weight,when,empty,""\n1,007,4,01234,1e3,2020-01-02,,a\n2,8,5,55555,,2020-01-03,,b\n',
  );
  const [first] = await sql(path, 'SELECT *, "when"::DATE AS day FROM ratings');
  expect(first).toEqual({
    ...{ user: 1, item: "007", rating: 4, zip: "01234", weight: 1000, when: "2020-01-02", empty: null },
    ...{ "column 7": "a", day: new Date("2020-01-02") },
  });
  // An id written as 1e3 is not the id 1000.
  expect(await sql(file("user,item,rating\n1e3,1,1\n1000,1,1\n"), "SELECT user FROM ratings")).toEqual([
    { user: "1e3" },
    { user: "1000" },
  ]);
});

test("a whole number beyond 2^53 comes as text, also within a list", async () => {
  const path = file("user,item,rating\n9007199254740993,1,1\n");
  expect(await sql(path, "SELECT user, [user, item] AS both, {a: item} AS s FROM ratings")).toEqual([
    { user: "9007199254740993", both: ["9007199254740993", 1], s: { a: 1 } },
  ]);
});

test("a file without names, and one with names that repeat, can be asked", async () => {
  expect(
    await sql(
      file("1::2::5::978300760::x\n", "r.dat"),
      'SELECT user, item, rating, time, "column 4" AS c FROM ratings',
    ),
  ).toEqual([{ user: 1, item: 2, rating: 5, time: 978300760, c: "x" }]);
  expect(await sql(file("user,item,rating,Rating\n1,2,3,4\n"), "SELECT * FROM ratings")).toEqual([
    { user: 1, item: 2, rating: 3, "Rating 3": 4 },
  ]);
  expect(
    await sql(file("user^item^rating\n1^2^3\n"), "SELECT item FROM ratings", { delimiter: "^" }),
  ).toEqual([{ item: 2 }]);
});

test("Parquet answers in its own types", async () => {
  const path = join(folder, "ratings.parquet");
  await queryRows(
    `COPY (SELECT '7' AS user, 8::BIGINT AS item, 4.5::DECIMAL(3, 1) AS rating) TO ${quoted(path)} (FORMAT parquet)`,
  );
  expect(await sql(path, "SELECT * FROM ratings")).toEqual([{ user: "7", item: 8, rating: 4.5 }]);
});

test("a file's name is never SQL", async () => {
  const stolen = join(process.cwd(), "stolen.csv");
  const path = file("user,item,rating\n1,2,3\n", "r'); COPY (SELECT 1) TO 'stolen.csv'; --.csv");
  expect(await sql(path, "SELECT count(*) AS n FROM ratings")).toEqual([{ n: 1 }]);
  expect(existsSync(stolen)).toBe(false);
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 12, unit: "grapheme-ascii" }), async (text) => {
      const named = file("user,item,rating\n1,2,3\n", `${text.replace(/[/\\]/g, "-")}.csv`);
      expect(await sql(named, "SELECT item FROM ratings")).toEqual([{ item: 2 }]);
    }),
    { numRuns: 30 },
  );
});

test("what cannot be answered is refused, with the place or with DuckDB's words", async () => {
  const rows = Array.from({ length: 30_000 }, (_, k) => `${k},1,3`);
  const late = file(["user,item,rating", ...rows, "5,2,four"].join("\n"));
  expect(await refused(sql(late, "SELECT count(*) FROM ratings"))).toBe(
    'ratings.csv:30002: rating must be a number, got "four"',
  );
  const path = file("user,item,rating\n1,2,3\n");
  expect(await refused(sql(path, "SELECT stars FROM ratings"))).toMatch(/^Binder Error: .*"stars" not found/);
  expect(await refused(sql(file("user,item,rating\n1,2\n"), "SELECT 1 FROM ratings"))).toBe(
    "ratings.csv:2: a line must have 3 cells, got 2",
  );
  expect(await refused(sql(path, "SELECT 1 FROM ratings", { columns: {} } as SqlOptions))).toBe(
    'option must be one of delimiter, header, quote, escape, comment, encoding, member, signal, got "columns"',
  );
  expect(await refused(sql(join(folder, "none.csv"), "SELECT 1"))).toMatch(/none\.csv: no such file$/);
});

test("an error far into an answer is not taken for its end", async () => {
  const path = file("user,item,rating\n1,2,3\n");
  const statement = "SELECT if(i < 1000000, 1, error('boom')) FROM ratings, range(2000000) t(i)";
  expect(await refused(sql(path, statement))).toContain("boom");
});

test("an abort stops a statement that is running, with its reason", async () => {
  const path = file("user,item,rating\n1,2,3\n");
  const control = new AbortController();
  const endless = sql(path, "SELECT sum(a.i * b.i) FROM ratings, range(1000000) a(i), range(1000000) b(i)", {
    signal: control.signal,
  });
  setTimeout(() => control.abort(new Error("enough")), 200);
  await expect(endless).rejects.toThrow("enough");
});
