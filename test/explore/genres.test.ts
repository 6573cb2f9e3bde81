import { join } from "node:path";
import { expect, test } from "vitest";
import { movielens } from "../../src/datasets/movielens";
import { genreChart, genreMeans } from "../../src/explore/genres";
import { queryRows, quoted } from "../../src/files/duckdb";
import { ratingsFromTable } from "../../src/ratings/build";
import { testWith } from "../samples";

const ratings = ratingsFromTable([
  [5, 4, "?"],
  [1, "?", 2],
  ["?", "?", "?"],
  ["?", 3, "?"],
]);
const genres = [["Drama", "War"], ["Drama", "Drama"], ["Western", "War"], []];

test("a film counts once in each of its genres, one without in a row of its own, an unrated genre nowhere", () => {
  const rows = genreMeans(ratings, genres);
  expect(rows.map(({ genre, films, ratings, mean }) => [genre, films, ratings, mean])).toEqual([
    ["Drama", 2, 4, 3],
    ["War", 2, 2, 4.5],
    ["(no genre)", 1, 1, 3],
  ]);
  expect(rows.map(({ low }) => low !== undefined)).toEqual([true, false, false]);
});

testWith(
  "ml-latest-small",
  ["ratings.csv", "movies.csv"],
  "a real file's genres are those of SQL",
  async (folder) => {
    const [given, movies] = ["ratings.csv", "movies.csv"].map((file) => quoted(join(folder, file)));
    const groups = ["userId", "movieId"].map(
      (key) => `(SELECT genre, sum(s ** 2) * count(*) / (count(*) - 1) AS v FROM
      (SELECT genre, sum(y - mean) AS s FROM e GROUP BY genre, ${key}) GROUP BY genre)`,
    );
    const expected = await queryRows(`
    WITH g AS (SELECT movieId, unnest(string_split(genres, '|')) AS genre FROM ${movies}),
    e AS (SELECT genre, userId, movieId, rating::DOUBLE AS y, avg(rating) OVER (PARTITION BY genre) AS mean
          FROM g JOIN ${given} USING (movieId)),
    alone AS (SELECT genre, count(*) AS n, any_value(mean) AS mean,
              sum((y - mean) ** 2) * count(*) / (count(*) - 1) AS v FROM e GROUP BY genre)
    SELECT CASE WHEN genre LIKE '(no %' THEN '(no genre)' ELSE genre END,
           (SELECT count(*) FROM g WHERE g.genre = alone.genre)::DOUBLE, n::DOUBLE, mean,
           1.959964 * sqrt(greatest(u.v, i.v, u.v + i.v - alone.v)) / n
    FROM alone JOIN ${groups[0]} u USING (genre) JOIN ${groups[1]} i USING (genre) ORDER BY n DESC`);
    const films = await movielens("ml-latest-small");
    const rows = genreMeans(films.ratings, films.genres);
    expect(rows.map(({ genre, films, ratings }) => [genre, films, ratings])).toEqual(
      expected.map((row) => row.slice(0, 3)),
    );
    rows.forEach(({ mean, low, high }, k) => {
      expect(mean).toBeCloseTo(expected[k][3] as number, 10);
      expect(high! - mean).toBeCloseTo(expected[k][4] as number, 9);
      expect(mean - low!).toBeCloseTo(expected[k][4] as number, 9);
    });
  },
);

test("the chart has the best liked genre on top, its interval, and the number of ratings beside", () => {
  const figure = genreChart(ratings, genres);
  const [dots, bars] = figure.data as { x: number[]; y: string[]; error_x: { array: number[] } }[];
  expect(dots.y[dots.y.length - 1]).toBe("War");
  expect(new Set(dots.y)).toEqual(new Set(["War", "Drama", "(no genre)"]));
  expect(bars.y).toEqual(dots.y);
  const rows = genreMeans(ratings, genres);
  const drama = dots.y.indexOf("Drama");
  expect([dots.x[drama], bars.x[drama]]).toEqual([3, 4]);
  expect(dots.error_x.array[drama]).toBe(rows[0].high! - 3);
  expect(dots.error_x.array[dots.y.indexOf("War")]).toBe(0);
  const [{ text, x }] = figure.layout.annotations as { text: string; x: number }[];
  expect([text, x]).toEqual(["all ratings: 3.00", 3]);
});

test("a genre's name is escaped where plotly would read it as HTML", () => {
  const text = JSON.stringify(genreChart(ratings, [["<img src=x>"], [], [], []]));
  expect(text).not.toContain("<img");
  expect(text).toContain("&#60;img");
});

test("no ratings, and genres that are not a list for each film, are refused", () => {
  expect(() => genreMeans(ratings, [["Drama"]])).toThrow("genres must have 4 entries, got 1");
  expect(() => genreChart({ ...ratings, values: new Float64Array(0) }, genres)).toThrow(
    "ratings must hold at least one rating, got none",
  );
  expect(() => genreChart(ratings, genres, { sort: 1 } as object)).toThrow(
    'option must be one of title, got "sort"',
  );
});
