import { join } from "node:path";
import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { movielens } from "../../src/datasets/movielens";
import { describe } from "../../src/explore/describe";
import { queryRows, quoted } from "../../src/files/duckdb";
import { ratingsFrom } from "../../src/ratings/build";
import { mimeBundle, plainText } from "../../src/show/mime";
import { testWith } from "../samples";

test("the lecture's table in short, by hand", () => {
  // 0 eight times, 4 twice, 5 five times; users gave 4, 4, 4, 3; items have 4, 2, 2, 4, 3.
  const [stars, users, items] = describe(lecture().ratings);
  expect(stars).toMatchObject({
    of: "stars of a rating",
    count: 15,
    "% rated": 75,
    min: 0,
    max: 5,
    median: 0,
  });
  expect(stars.mean).toBeCloseTo(33 / 15, 12);
  expect(stars.sd).toBeCloseTo(Math.sqrt((2 * 16 + 5 * 25) / 15 - 2.2 ** 2), 12);
  expect(users).toMatchObject({ count: 4, mean: 3.75, min: 3, "25 %": 3.75, median: 4, max: 4 });
  expect(items).toMatchObject({ count: 5, mean: 3, min: 2, "25 %": 2, median: 3, "75 %": 4 });
  expect(items["10 %"]).toBe(2);
});

testWith(
  "ml-latest-small",
  ["ratings.csv", "movies.csv"],
  "a real file is described as SQL does",
  async (folder) => {
    const [given, films] = ["ratings.csv", "movies.csv"].map((file) => quoted(join(folder, file)));
    const numbers = [
      `SELECT rating AS n FROM ${given}`,
      `SELECT count(*) AS n FROM ${given} GROUP BY userId`,
      `SELECT count(rating) AS n FROM ${films} LEFT JOIN ${given} USING (movieId) GROUP BY movieId`,
    ];
    const rows = describe((await movielens("ml-latest-small")).ratings);
    for (const [k, sql] of numbers.entries()) {
      const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9].map((part) => `quantile_cont(n::DOUBLE, ${part})`);
      const [expected] = await queryRows(
        `SELECT count(*)::DOUBLE, avg(n), stddev_pop(n), min(n)::DOUBLE, ${quantiles.join(", ")}, max(n)::DOUBLE FROM (${sql})`,
      );
      const { of: _, "% rated": __, ...found } = rows[k];
      Object.values(found).forEach((value, place) => {
        expect(value, `${rows[k].of}, ${Object.keys(found)[place]}`).toBeCloseTo(
          expected[place] as number,
          9,
        );
      });
    }
    expect(rows[0]["% rated"]).toBeCloseTo((100 * 100836) / (9742 * 610), 12);
  },
);

test("no ratings at all are refused", () => {
  const one = ratingsFrom([{ item: 0, user: 0, value: 3 }]);
  expect(() => describe({ ...one, values: new Float64Array(0) })).toThrow(
    "ratings must hold at least one rating, got none",
  );
});

test("of ratings from a file say which, in a line below the table", () => {
  const one = ratingsFrom([{ item: 0, user: 0, value: 3 }]);
  const source = {
    files: ["my <ratings>.csv"],
    format: "text, cells apart by a comma",
    columns: { user: "who", item: "what", value: "stars" },
    rows: 1,
    dropped: {},
    notes: [],
  };
  const line =
    "my <ratings>.csv: text, cells apart by a comma; user = who, item = what, rating = stars; 1 row";
  const described = describe({ ...one, source });
  expect(plainText(described)?.split("\n").at(-1)).toBe(line);
  expect(mimeBundle(described)?.["text/html"]).toContain("my &#60;ratings&#62;.csv: text");
  expect(described).toEqual(describe(one));
  expect(plainText(describe(one))).not.toContain("rating =");
});
