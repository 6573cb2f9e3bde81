import { join } from "node:path";
import { expect, test } from "vitest";
import { movielens } from "../../src/datasets/movielens";
import { averageOf } from "../../src/explore/average";
import { driftCurve, monthlyMeans } from "../../src/explore/drift";
import { queryRows, quoted } from "../../src/files/duckdb";
import { random } from "../../src/math/random";
import { ratingsFrom } from "../../src/ratings/build";
import { testWith } from "../samples";

const second = (date: string) => Date.parse(`${date}Z`) / 1000;

/** Six ratings: three of December, none of January, two of February (one user), one of March. */
const few = ratingsFrom(
  [
    [0, 0, 1],
    [1, 1, 2],
    [2, 2, 6],
    [0, 3, 4],
    [1, 3, 5],
    [2, 0, 3],
  ].map(([item, user, value]) => ({ item, user, value })),
);
const fewTimes = [
  ...["1999-12-01T00:00:00", "1999-12-31T23:59:59", "1999-12-24T12:00:00"],
  ...["2000-02-29T23:59:59", "2000-02-01T00:00:00", "2000-03-01T00:00:00"],
].map(second);

test("months begin and end in UTC, and those without a rating have a row", () => {
  const rows = monthlyMeans(few, fewTimes);
  expect(rows.map(({ month, ratings, mean }) => [month, ratings, mean])).toEqual([
    ["1999-12", 3, 3],
    ["2000-01", 0, undefined],
    ["2000-02", 2, 4.5],
    ["2000-03", 1, 3],
  ]);
  expect(rows[0]).toEqual({ month: "1999-12", ...averageOf(few, Int32Array.of(0, 1, 2)) });
  expect(rows.map(({ low }) => low !== undefined)).toEqual([true, false, false, false]);
});

test("a time before 1970 has its month too", () => {
  const one = ratingsFrom([{ item: 0, user: 0, value: 3 }]);
  expect(monthlyMeans(one, [-1])).toEqual([{ month: "1969-12", ratings: 1, mean: 3 }]);
});

testWith("ml-latest-small", ["ratings.csv"], "the months of a real file are those of SQL", async (folder) => {
  const { ratings, times } = await movielens("ml-latest-small");
  const expected = await queryRows(
    `SELECT strftime(make_timestamp(timestamp * 1000000), '%Y-%m') AS month, count(*)::DOUBLE, avg(rating)
     FROM ${quoted(join(folder, "ratings.csv"))} GROUP BY month ORDER BY month`,
  );
  const rows = monthlyMeans(ratings, times);
  const rated = rows.filter(({ ratings }) => ratings > 0);
  expect(rated.map(({ month, ratings }) => [month, ratings])).toEqual(expected.map((row) => row.slice(0, 2)));
  rated.forEach(({ mean }, k) => {
    expect(mean).toBeCloseTo(expected[k][2] as number, 10);
  });
  expect([rows[0].month, rows[rows.length - 1].month, rows.length]).toEqual(["1996-03", "2018-09", 271]);
});

test("of a few months the curve has each mean, a gap where none was rated, and the number of ratings below", () => {
  const figure = driftCurve(few, fewTimes);
  const [band, dots, line, bars] = figure.data as Record<string, unknown[]>[];
  expect(dots.x).toEqual(["1999-12-15", "2000-01-15", "2000-02-15", "2000-03-15"]);
  expect(dots.y).toEqual([3, null, 4.5, 3]);
  expect(line.y).toEqual(dots.y);
  expect(bars.y).toEqual([3, 0, 2, 1]);
  const [{ low, high }] = monthlyMeans(few, fewTimes);
  expect([band.x, band.y]).toEqual([
    ["1999-12-15", "1999-12-15", null],
    [high, low, null],
  ]);
  expect((figure.layout.title as { text: string }).text).toBe("How the mean drifts, 1999-12 to 2000-03");
});

test("of many years the line is that of the calendar years", () => {
  const source = random(3);
  const triples = Array.from({ length: 900 }, (_, k) => ({
    ...{ item: k % 30, user: Math.floor(k / 30), value: 1 + source.below(5) },
  }));
  const ratings = ratingsFrom(triples);
  // From July 2001 to June 2006, with nothing in 2003.
  const times = triples.map(
    () => second("2001-07-01") + source.uniform() * (second("2006-06-30") - second("2001-07-01")),
  );
  const yearAt = (k: number) => new Date(1000 * times[k]).getUTCFullYear();
  times.forEach((time, k) => {
    if (yearAt(k) === 2003) times[k] = time + 365 * 86400;
  });
  const [band, dots, line] = driftCurve(ratings, times).data as Record<string, (number | string | null)[]>[];
  const years = [2001, 2002, 2004, 2005, 2006];
  expect(line.x).toEqual(years.map((year) => `${year}-07-01`));
  const averages = years.map((year) =>
    averageOf(
      ratings,
      Int32Array.from(times.keys()).filter((k) => yearAt(k) === year),
    ),
  );
  averages.forEach(({ mean, high, low }, k) => {
    expect(line.y[k]).toBeCloseTo(mean, 12);
    expect(band.y[k]).toBeCloseTo(high!, 12);
    expect(band.y[9 - k]).toBeCloseTo(low!, 12);
  });
  expect(dots.x).toHaveLength(60);
  expect(dots.y.filter((mean) => mean === null)).toHaveLength(12);
});

test("times that are not one a rating, not finite or not in seconds are refused", () => {
  expect(() => monthlyMeans(few, [1, 2])).toThrow("times must have 6 entries, got 2");
  expect(() => monthlyMeans(few, [0, 1, Number.NaN, 3, 4, 5])).toThrow(
    "times must be finite, got NaN (entry 2)",
  );
  expect(() =>
    driftCurve(
      few,
      fewTimes.map((time) => 1000 * time),
    ),
  ).toThrow("times must be seconds since 1970, before the year 3000, got 944006400000 (entry 0)");
  expect(() => monthlyMeans({ ...few, values: new Float64Array(0) }, [])).toThrow(
    "ratings must hold at least one rating, got none",
  );
  expect(() => driftCurve(few, fewTimes, { per: "year" } as object)).toThrow(
    'option must be one of title, got "per"',
  );
});
