// @module-tag slow
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test, vi } from "vitest";
import { queryRows, quoted } from "../../src/files/duckdb";
import { type ReadOptions, readRatings } from "../../src/files/readRatings";
import { sql } from "../../src/files/sql";
import { random } from "../../src/math/random";
import { loadModel, saveModel } from "../../src/model/modelFile";

const folder = mkdtempSync(join(tmpdir(), "cofi-shapes-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "ratings");

type Row = [user: string | number, item: string | number, value: number];

/** What reading gives, in an order that does not hang on the shape; or the message. */
async function read(bytes: Buffer | Uint8Array, options: ReadOptions = {}): Promise<Row[] | string> {
  writeFileSync(path, bytes);
  try {
    const { users, items, values, userIds, itemIds } = await readRatings(path, options);
    return sorted(Array.from(values, (value, k) => [userIds[users[k]], itemIds[items[k]], value]));
  } catch (error) {
    return (error as Error).message;
  }
}

const sorted = (rows: Row[]): Row[] =>
  rows.map((row) => row).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Titles and names with what a file may take for its own: delimiters, quotes, marks of other scripts. */
const name = fc
  .tuple(
    fc.constantFrom("a", "Ö", "霸", "x"),
    fc.stringMatching(/^[a-z ,;|'&%.]{0,6}$/),
    fc.constantFrom("z", "é", "9"),
  )
  .map((parts) => parts.join(""));

const table = fc
  .record({
    users: fc.uniqueArray(fc.oneof({ weight: 1, arbitrary: name }), { minLength: 2, maxLength: 5 }),
    items: fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
    places: fc.uniqueArray(fc.nat(24), { minLength: 2, maxLength: 20 }),
    values: fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 25, maxLength: 25 }),
  })
  .map(({ users, items, places, values }) =>
    places
      .filter((place) => Math.floor(place / 5) < users.length && place % 5 < items.length)
      .map((place): Row => [users[Math.floor(place / 5)], items[place % 5], values[place] / 4]),
  )
  .filter((rows) => rows.length > 1);

const shape = fc.record({
  delimiter: fc.constantFrom(",", "\t", ";", "|", "::"),
  quoting: fc.constantFrom("all", "needed"),
  header: fc.boolean(),
  encoding: fc.constantFrom("utf-8", "mark", "utf-16le", "utf-16be"),
  packing: fc.constantFrom("none", "gzip", "zip"),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  wide: fc.boolean(),
  decimal: fc.constantFrom(".", ","),
});

/** A table written in a shape, and what has to be said to read it. */
function written(rows: Row[], s: typeof shape extends fc.Arbitrary<infer T> ? T : never) {
  const cell = (value: string | number) => {
    const text = typeof value === "number" ? String(value).replace(".", s.decimal) : value;
    const isNeeded = text.includes(s.delimiter) || /["\n]/.test(text) || text.includes(s.delimiter[0]);
    return s.quoting === "all" || isNeeded ? `"${text.replaceAll('"', '""')}"` : text;
  };
  let lines: (string | number)[][];
  if (s.wide) {
    const [users, items] = [[...new Set(rows.map(([u]) => u))], [...new Set(rows.map(([, i]) => i))]];
    const at = new Map(rows.map(([u, i, value]) => [JSON.stringify([u, i]), value]));
    lines = [
      ["user", ...items],
      ...users.map((u) => [u, ...items.map((i) => at.get(JSON.stringify([u, i])) ?? "")]),
    ];
  } else lines = [...(s.header ? [["user", "item", "rating"]] : []), ...rows];
  const text = lines.map((cells) => cells.map(cell).join(s.delimiter) + s.lineEnd).join("");
  const little = Buffer.from(`\ufeff${text}`, "utf16le");
  const bytes =
    s.encoding === "utf-8"
      ? Buffer.from(text)
      : s.encoding === "mark"
        ? Buffer.from(`\ufeff${text}`)
        : s.encoding === "utf-16le"
          ? little
          : Buffer.from(little).swap16();
  const packed =
    s.packing === "gzip"
      ? gzipSync(bytes)
      : s.packing === "zip"
        ? Buffer.from(zipSync({ "ratings.csv": bytes }))
        : bytes;
  const options: ReadOptions = {
    delimiter: s.delimiter,
    decimal: s.decimal as "." | ",",
    ...(s.wide ? { layout: "wide", columns: { user: "user" } } : { header: s.header }),
  };
  return { packed, options };
}

test("any table of ratings comes back as it was from any shape", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  await fc.assert(
    fc.asyncProperty(table, shape, async (rows, as) => {
      const { packed, options } = written(rows, as);
      expect(await read(packed, options)).toEqual(sorted(rows));
    }),
    { numRuns: 150 },
  );
});

/** Ratings whose text is long enough for damage to hit all parts of a container. */
const rows = Array.from(
  { length: 400 },
  (_, k): Row => [Math.floor(k / 20) + 1, ((k * 7) % 20) + 100 * (k % 20), (k % 10) / 2],
);
const csv = ["user,item,rating", ...rows.map((row) => row.join(","))].join("\n");

/** A zstd frame with a check sum and raw blocks, as RFC 8878 writes them. */
async function zstd(text: string): Promise<Buffer> {
  const { create64 } = await (await import("xxhash-wasm")).default();
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa4, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 5);
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(Number(create64().update(bytes).digest() & 0xffffffffn));
  return Buffer.concat([head, block, bytes, sum]);
}

async function parquet(): Promise<Buffer> {
  const file = join(folder, "whole.parquet");
  const values = rows.map((row) => `(${row.join(", ")})`).join(", ");
  await queryRows(
    `COPY (SELECT * FROM (VALUES ${values}) t("user", item, rating)) TO ${quoted(file)} (FORMAT parquet)`,
  );
  return readFileSync(file);
}

const containers: [string, () => Promise<Buffer> | Buffer][] = [
  ["gzip", () => gzipSync(csv)],
  ["zip", () => Buffer.from(zipSync({ "ratings.csv": strToU8(csv) }))],
  ["zstd", () => zstd(csv)],
  ["Parquet", parquet],
];

test.each(containers)(
  "a file in %s that is cut off or changed is refused or read whole, never in part",
  async (kind, make) => {
    const whole = await make();
    const wanted = await read(whole);
    expect(wanted).toHaveLength(rows.length);
    const source = random(kind.length);
    const at = () => Math.floor(source.uniform() * whole.length);
    for (let k = 0; k < 125; k++) {
      expect(typeof (await read(whole.subarray(0, at())))).toBe("string");
      const changed = Buffer.from(whole);
      const place = at();
      changed[place] ^= 1 + Math.floor(source.uniform() * 255);
      const got = await read(changed);
      // Parquet says how many rows there are and, as most write it, not whether their bytes are right.
      if (kind === "Parquet") expect(typeof got === "string" ? rows.length : got.length).toBe(rows.length);
      else if (typeof got !== "string") expect(got).toEqual(wanted);
    }
  },
);

test("several files, a pattern and a file's address are one set of ratings", async () => {
  const part = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = [
    part("part-1.csv", "user,item,rating\n1,a,3\n2,a,4\n"),
    part("part-2.csv", "user,item,rating\n1,b,5\n"),
  ];
  const all = async (from: Parameters<typeof readRatings>[0]) => {
    const { values, userIds, itemIds } = await readRatings(from);
    return [[...values], userIds, itemIds];
  };
  const wanted = [
    [3, 4, 5],
    [1, 2],
    ["a", "b"],
  ];
  expect(await all(files)).toEqual(wanted);
  expect(await all(join(folder, "part-*.csv"))).toEqual(wanted);
  expect(await all(new URL(`file://${files[0]}`))).toEqual([[3, 4], [1, 2], ["a"]]);
  await expect(readRatings(join(folder, "none-*.csv"))).rejects.toThrow("no file fits this pattern");
  const bad = part("part-3.csv", "user,item,rating\n1,c,5\n1,d,x\n");
  await expect(readRatings([...files, bad])).rejects.toThrow(`${bad}:3: rating must be a number, got "x"`);
});

test("a path that is none is refused by its name, whoever takes it", async () => {
  const none = undefined as never;
  const cases: [argument: string, work: () => Promise<unknown>][] = [
    ["files", () => readRatings(none)],
    ["files[1]", () => readRatings([join(folder, "a.csv"), none])],
    ["titles", () => readRatings(new Blob(["1,1,3\n2,1,4\n"]), { titles: 5 as never })],
    ["file", () => sql({} as never, "SELECT 1")],
    ["folder", () => loadModel(none)],
    ["folder", () => saveModel({} as never, none)],
  ];
  for (const [argument, work] of cases)
    await expect(work()).rejects.toThrow(
      new RegExp(`^${argument.replace(/[[\]]/g, "\\$&")} must be a text, got `),
    );
});

test("titles come from a second file, and ids are numbered like other ratings", async () => {
  const file = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const ratings = file("r.csv", "userId,movieId,rating\n1,10,3\n2,11,4\n");
  const movies = file(
    "movies.csv",
    'movieId,title,genres\n11,"Amélie, or so (2001)",Comedy\n10,Heat (1995),Crime\n',
  );
  expect((await readRatings(ratings, { titles: movies })).titles).toEqual([
    "Heat (1995)",
    "Amélie, or so (2001)",
  ]);
  const dat = file("movies.dat", "10::Heat (1995)::Crime\n");
  expect((await readRatings(ratings, { titles: dat })).titles).toEqual(["Heat (1995)", undefined]);
  const item = file("u.item", Buffer.from("10|Am\xe9lie (2001)|x\n11|Ran|y\n", "latin1"));
  expect((await readRatings(ratings, { titles: item })).titles).toEqual(["Amélie (2001)", "Ran"]);
  const like = await readRatings(file("like.csv", "userId,movieId,rating\n2,11,5\n1,10,1\n"));
  const aligned = await readRatings(ratings, { like, titles: movies });
  expect([aligned.userIds, aligned.itemIds, [...aligned.users], aligned.titles]).toEqual([
    [2, 1],
    [11, 10],
    [1, 0],
    ["Amélie, or so (2001)", "Heat (1995)"],
  ]);
  const more = file("more.csv", "userId,movieId,rating\n3,10,5\n");
  await expect(readRatings(more, { like })).rejects.toThrow("userIds must be among those of like, got 3");
});
