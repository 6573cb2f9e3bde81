import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { catalogue, type DataSet } from "../../src/datasets/catalogue";
import { loadDataSet } from "../../src/datasets/dataSet";
import { quoted } from "../../src/files/duckdb";

/** A data set that is nothing like MovieLens's: ids are words, columns in another order, no times, one film unrated. */
const contents = {
  "votes.tsv": "rating\titem\tuser\n4\talien\tzoe\n2\tbambi\tzoe\n5\talien\tadam\n",
  "films.txt": "bambi;Bambi (1942);\nalien;Alien (1979);Horror|Sci-Fi\ndune;Dune (1984);Sci-Fi\n",
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const zip = zipSync(
  Object.fromEntries(Object.entries(contents).map(([name, text]) => [`made-up/${name}`, strToU8(text)])),
);
const entry = (url: string, votes = contents["votes.tsv"]): DataSet => ({
  url,
  files: { "votes.tsv": sha256(votes), "films.txt": sha256(contents["films.txt"]) },
  shape: {
    numItems: 30,
    numUsers: 12,
    numRatings: 90,
    scale: { min: 1, max: 5, step: 1 },
    years: [1940, 1990],
  },
  ratingsFile: "votes.tsv",
  films: (folder) =>
    `SELECT * FROM read_csv(${quoted(join(folder, "films.txt"))}, header = false, delim = ';',
     columns = {id: 'VARCHAR', title: 'VARCHAR', genres: 'VARCHAR'}, auto_detect = false)`,
});
const read = {
  itemIds: ["bambi", "alien", "dune"],
  userIds: ["adam", "zoe"],
  cells: [
    [1, 1, 4],
    [0, 1, 2],
    [1, 0, 5],
  ],
  titles: ["Bambi (1942)", "Alien (1979)", "Dune (1984)"],
  genres: [[], ["Horror", "Sci-Fi"], ["Sci-Fi"]],
  generated: false,
};

let server: Server;
let url: string;
let requests = 0;
let into: string;
let elsewhere: string;

beforeAll(async () => {
  server = createServer((request, answer) => {
    requests++;
    if (request.url === "/made-up.zip") answer.end(zip);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  [into, elsewhere] = ["into", "elsewhere"].map((name) => mkdtempSync(join(tmpdir(), `cofi-${name}-`)));
  vi.stubEnv("COFI_DATA", elsewhere);
  requests = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const folder of [into, elsewhere]) rmSync(folder, { recursive: true });
});

const load = async (dataSet: DataSet) => {
  const { ratings, times, titles, genres, generated } = await loadDataSet("made-up", dataSet, into);
  const { items, users, values, itemIds, userIds } = ratings;
  const cells = Array.from(values, (value, k) => [items[k], users[k], value]);
  return { read: { itemIds, userIds, cells, titles, genres, generated }, times };
};

test("an entry that is not MovieLens's is fetched, verified and read", async () => {
  const loaded = await load(entry(`${url}/made-up.zip`));
  expect(loaded.read).toEqual(read);
  expect([...loaded.times]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(readdirSync(join(into, "made-up")).sort()).toEqual(["films.txt", "votes.tsv"]);
});

test("what is found where COFI_DATA says is not fetched", async () => {
  mkdirSync(join(elsewhere, "made-up"));
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(elsewhere, "made-up", name), text);
  expect((await load(entry(`${url}/made-up.zip`))).read).toEqual(read);
  expect(requests).toBe(0);
});

test("its publisher's archive is unpacked where it lies there, verified as one that is fetched", async () => {
  writeFileSync(join(elsewhere, "made-up.zip"), zip);
  expect((await load(entry(`${url}/made-up.zip`))).read).toEqual(read);
  expect(readdirSync(join(into, "made-up")).sort()).toEqual(["films.txt", "votes.tsv"]);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  rmSync(join(into, "made-up"), { recursive: true });
  expect((await loadDataSet("made-up", entry(`${url}/made-up.zip`, "other"), into)).generated).toBe(true);
  expect(log.mock.calls[0][0]).toMatch(/made-up\.zip: votes\.tsv must have the SHA-256/);
  expect(requests).toBe(0);
});

test.each([
  [
    "cannot be fetched",
    () => entry(`${url}/gone.zip`),
    /^127\.0\.0\.1:\d+ cannot be reached: the answer was 404/,
  ],
  ["is not the one known", () => entry(`${url}/made-up.zip`, "other"), /votes\.tsv must have the SHA-256/],
])("where it %s, ratings of its shape are generated, and one line says so", async (_, made, reason) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const films = await loadDataSet("made-up", made(), into);
  expect(films.generated).toBe(true);
  expect([films.ratings.numItems, films.ratings.numUsers, films.ratings.values.length]).toEqual([30, 12, 90]);
  expect(readdirSync(into)).toEqual([]);
  expect(log.mock.calls).toHaveLength(1);
  const [, said, rest] = /^made-up is not here \((.*)\)(.*)$/.exec(log.mock.calls[0][0])!;
  expect(said.replace(/^http:\S+: /, "")).toMatch(reason);
  expect(rest).toBe(": generated ratings of its shape are used.");
});

test("files that contradict one another are refused, not generated", async () => {
  const known = entry(`${url}/made-up.zip`);
  const films = (folder: string) => `SELECT * FROM (${known.films(folder)}) WHERE id <> 'alien'`;
  await expect(load({ ...known, films })).rejects.toThrow(
    'made-up: votes.tsv: item must be one of the data set\'s, got "alien"',
  );
  await expect(load({ ...known, times: () => "SELECT 1::DOUBLE" })).rejects.toThrow(
    "made-up: times must be one for each of 3 ratings, got 1",
  );
});

test.each(Object.entries<DataSet>(catalogue))(
  "%s: checksums, a shape and a file of ratings",
  (_, dataSet) => {
    expect(Object.keys(dataSet.files)).toContain(dataSet.ratingsFile);
    for (const sum of Object.values(dataSet.files)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(new URL(dataSet.url).protocol).toBe("https:");
  },
);
