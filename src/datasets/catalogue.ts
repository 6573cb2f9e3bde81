/** The catalogue of data sets: where each comes from, what shape it has, and how its files are read. */
import { quoted } from "../files/duckdb";
import { join } from "../platform/paths";
import type { Archive } from "./download";
import type { Shape } from "./synthetic";

/** One data set: the archive that its publisher offers, its shape, and SQL that reads what `readRatings` does not. */
export interface DataSet extends Archive {
  /** The shape of the ratings that are generated where the data set cannot be had. */
  shape: Shape;
  /** The file of ratings, one of `files`, which `readRatings` reads. */
  ratingsFile: string;
  /**
   * SQL that selects id, title and genres (joined by "|"; null or empty where none are known) of every film that may
   * be rated, in the order of the items.
   */
  films(folder: string): string;
  /**
   * SQL that selects the second since 1970 in which each rating was given, in the order of the file of ratings; left
   * out where the publisher does not say.
   */
  times?(folder: string): string;
}

const publisher = "https://files.grouplens.org/datasets/movielens";

/** The genres of ml-100k: a film's line ends in nineteen flags, one a genre, in the order of u.genre. */
const genreFlags = [
  "unknown",
  "Action",
  "Adventure",
  "Animation",
  "Children",
  "Comedy",
  "Crime",
  "Documentary",
  "Drama",
  "Fantasy",
  "Film-Noir",
  "Horror",
  "Musical",
  "Mystery",
  "Romance",
  "Sci-Fi",
  "Thriller",
  "War",
  "Western",
];

/** The data sets by name, which is that of their folder too: one more is one more entry here. */
export const catalogue = {
  "ml-latest-small": {
    url: `${publisher}/ml-latest-small.zip`,
    files: {
      "ratings.csv": "80da8b3393dae325bbba5a31f291a6ba55d8d4f4396de3c456f2c1635b1b70e8",
      "movies.csv": "c47b783f23eb304413307e1bb05335e427737da20ec8d3c0e96335567dd5f3dc",
    },
    shape: {
      numItems: 9742,
      numUsers: 610,
      numRatings: 100836,
      scale: { min: 0.5, max: 5, step: 0.5 },
      years: [1930, 2018],
    },
    ratingsFile: "ratings.csv",
    films: (folder) =>
      `SELECT movieId, title, nullif(genres, '(no genres listed)') FROM read_csv(${quoted(join(folder, "movies.csv"))}, header = true,
       auto_detect = false, delim = ',', quote = '"', escape = '"',
       columns = {movieId: 'INTEGER', title: 'VARCHAR', genres: 'VARCHAR'})`,
    times: (folder) =>
      `SELECT timestamp::DOUBLE FROM read_csv(${quoted(join(folder, "ratings.csv"))}, header = true,
       auto_detect = false, delim = ',',
       columns = {userId: 'VARCHAR', movieId: 'VARCHAR', rating: 'VARCHAR', timestamp: 'BIGINT'})`,
  },
  "ml-100k": {
    url: `${publisher}/ml-100k.zip`,
    files: {
      "u.data": "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490",
      "u.item": "553841ebc7de3a0fd0d6b62a204ea30c1e651aacfb2814c7a6584ac52f2c5701",
      "u.genre": "9757e0d3e6b298159a80dd48eaf938114690e911e39af97a76949ef1663610bb",
      "u1.base": "ce253ec86c448b44fb3ba9a30d12dcfc2e9210cbde71efada3730c22e9ac212a",
      "u1.test": "18c6014a4b2c7324f250a63f8904a7b16b2b19f911129e346141507b0cbac950",
      "u2.base": "6c06f0b5df4b256da1a994f3ac66edc8da4d3f09bc9282df6b14d893366d703e",
      "u2.test": "4de658d1e04ed9104629509a2e2528fce833ac8e048280183f1df167632038c3",
      "u3.base": "afdc155c291c6edc41c0407e39d7462eb98d341e064f0b0a12175b80b3c4af5d",
      "u3.test": "0f548b51c78327de4c156461d3e430b7e5579fe2b5681586a59416e48fd35f6d",
      "u4.base": "219f0f4d40dfe9c5141d425f53fa91ee23ed275f14e280bbf1b50117afb064ca",
      "u4.test": "7c02ad0a1e7ab1083c8b9d4b627203a051dd7b5eab46d99fa44de33470de8db9",
      "u5.base": "a9574e59ce961eec2121627760b6e9b0974ce1637b3fe69ac32cb14a4bfab485",
      "u5.test": "351cc52e0d15b6c721466276fc24671d40936899e3d01fadeaf312915b8c5634",
    },
    shape: {
      numItems: 1682,
      numUsers: 943,
      numRatings: 100000,
      scale: { min: 1, max: 5, step: 1 },
      years: [1930, 1998],
    },
    ratingsFile: "u.data",
    films: (folder) => {
      const columns = ["id", "title", "released", "video", "url", ...genreFlags];
      const flags = genreFlags.map((name) => `CASE WHEN "${name}" = '1' THEN ${quoted(name)} END`);
      return `SELECT id::INTEGER, title, concat_ws('|', ${flags.join(", ")})
              FROM read_csv(${quoted(join(folder, "u.item"))}, header = false, auto_detect = false, delim = '|',
              quote = '', escape = '', encoding = 'latin-1',
              columns = {${columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ")}})`;
    },
    times: (folder) =>
      `SELECT timestamp::DOUBLE FROM read_csv(${quoted(join(folder, "u.data"))}, header = false,
       auto_detect = false, delim = '\t',
       columns = {userId: 'VARCHAR', movieId: 'VARCHAR', rating: 'VARCHAR', timestamp: 'BIGINT'})`,
  },
} satisfies Record<string, DataSet>;

export type DataSetName = keyof typeof catalogue;
