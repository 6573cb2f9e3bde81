import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type ReadOptions, readRatings } from "../../src/files/readRatings";

const folder = mkdtempSync(join(tmpdir(), "cofi-layouts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading gives: user, item, rating; or the message without the folder. */
async function read(text: string | Buffer, options: ReadOptions = {}, name = "ratings.csv") {
  const path = join(folder, name);
  writeFileSync(path, text);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const ratings = await readRatings(path, options).catch((error: Error) =>
    error.message.replaceAll(path, "FILE"),
  );
  if (typeof ratings === "string") return { error: ratings };
  const rows = Array.from(ratings.values, (value, k) => [
    ratings.userIds[ratings.users[k]],
    ratings.itemIds[ratings.items[k]],
    value,
  ]);
  return { rows, times: ratings.times && [...ratings.times], titles: ratings.titles, source: ratings.source };
}

type Case = [name: string, text: string | Buffer, options: ReadOptions, wanted: unknown];

const row = (...cells: unknown[]) => cells;

/** Jester's rows: a count, and a hundred ratings of which 99 is none. */
const jester = (...rated: number[]) =>
  [rated.length, ...rated, ...Array.from({ length: 100 - rated.length }, () => 99)].join(",");

describe("layouts that many people have are read without options", () => {
  test.each<Case>([
    [
      "MovieLens 100K",
      "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
      {},
      [row(196, 242, 3), row(186, 302, 3)],
    ],
    ["MovieLens 1M", "1::1193::5::978300760\n2::661::3::978302109\n", {}, [row(1, 1193, 5), row(2, 661, 3)]],
    ["MovieLens 20M to 32M", "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n", {}, [row(1, 2, 3.5)]],
    [
      "Netflix Prize",
      "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n822109,4,2005-10-19\n",
      {},
      [row(1488844, 1, 3), row(822109, 1, 5), row(822109, 2, 4)],
    ],
    [
      "Book-Crossing",
      Buffer.from(
        '"User-ID";"ISBN";"Book-Rating"\n"276725";"034545104X";"0"\n"276726";"0155061224";"5"\n"276727";"Caf\xe9";"7"\n',
        "latin1",
      ),
      { encoding: "latin1" },
      [row(276726, "0155061224", 5), row(276727, "Café", 7)],
    ],
    [
      "Jester",
      `${jester(-7.82, 8.79)}\n${jester(4.08)}\n`,
      {},
      [row(1, 1, -7.82), row(1, 2, 8.79), row(2, 1, 4.08)],
    ],
    [
      "Amazon, ratings only, the user first",
      "AKM1MP6P0OYPR,0132793040,5.0,1365811200\nA2CX7LUOHB2NDG,0321732944,4.0,1341100800\n",
      {},
      [row("AKM1MP6P0OYPR", "0132793040", 5), row("A2CX7LUOHB2NDG", "0321732944", 4)],
    ],
    [
      "Amazon, ratings only, the item first",
      "B00005N7P0,A1EE2E3N7PW666,5.0,1475366400\n0321732944,A3AF8FFZAZYNE5,4.0,1341100800\n",
      {},
      [row("A1EE2E3N7PW666", "B00005N7P0", 5), row("A3AF8FFZAZYNE5", "0321732944", 4)],
    ],
    [
      "Amazon 2023",
      "user_id,parent_asin,rating,timestamp\nAE,B01,5.0,1591653103000\n",
      {},
      [row("AE", "B01", 5)],
    ],
    [
      "Amazon's reviews, a line each",
      '{"reviewerID": "A1", "asin": "B1", "overall": 4.0, "reviewText": "good, \\"x\\"", "unixReviewTime": 1252800000, "reviewTime": "09 13, 2009"}\n{"reviewerID": "A2", "asin": "B1", "overall": 2.0, "unixReviewTime": 1252800001, "reviewTime": "09 13, 2009"}\n',
      {},
      [row("A1", "B1", 4), row("A2", "B1", 2)],
    ],
    [
      "Amazon 2023's reviews",
      '{"rating": 4.0, "title": "Fine", "asin": "B0", "parent_asin": "B1", "user_id": "A1", "timestamp": 1588615855070}\n',
      {},
      [row("A1", "B1", 4)],
    ],
    [
      "Google's places",
      '{"user_id": "1", "name": "Ann", "time": 1588615855070, "rating": 4, "text": "x", "gmap_id": "0x1:0x2"}\n',
      {},
      [row("1", "0x1:0x2", 4)],
    ],
    [
      "Goodreads",
      '{"user_id": "u", "book_id": "7", "rating": 4, "date_added": "Sun Jul 30 07:44:10 -0700 2017", "is_read": true}\n{"user_id": "v", "book_id": "7", "rating": 0, "date_added": "Sun Jul 30 07:44:10 -0700 2017", "is_read": false}\n',
      {},
      [row("u", "7", 4)],
    ],
    [
      "Yelp",
      '{"review_id":"r","user_id":"u","business_id":"b","stars":5.0,"useful":0,"date":"2016-05-28 20:38:29","text":"a\\nb"}\n',
      {},
      [row("u", "b", 5)],
    ],
    [
      "Last.fm 360K",
      `${"0".repeat(40)}\t\tbetty blowtorch\t2137\n${"1".repeat(40)}\ta4\tdie Ärzte\t1099\n`,
      {},
      [row("0".repeat(40), "betty blowtorch", 2137), row("1".repeat(40), "die Ärzte", 1099)],
    ],
    ["Last.fm of HetRec", "userID\tartistID\tweight\n2\t51\t13883\n", {}, [row(2, 51, 13883)]],
    [
      "MovieLens of HetRec",
      "userID\tmovieID\trating\tdate_day\tdate_month\n75\t3\t1\t29\t10\n",
      {},
      [row(75, 3, 1)],
    ],
    ["anime", "user_id,anime_id,rating\n1,20,-1\n1,24,8\n2,20,10\n", {}, [row(1, 24, 8), row(2, 20, 10)]],
    [
      "RecBole",
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n",
      {},
      [row(196, 242, 3)],
    ],
    [
      "Letterboxd",
      "Date,Name,Year,Letterboxd URI,Rating\n2020-01-05,Heat,1995,https://boxd.it/1,4.5\n2020-01-06,Ran,1985,https://boxd.it/2,5\n",
      {},
      [row("you", "https://boxd.it/1", 4.5), row("you", "https://boxd.it/2", 5)],
    ],
    [
      "IMDb",
      "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Num Votes\ntt0113277,9,2020-01-05,Heat,https://x/,movie,8.3,700000\n",
      {},
      [row("you", "tt0113277", 9)],
    ],
    [
      "Steam",
      '151603712,"The Elder Scrolls V Skyrim",purchase,1.0,0\n151603712,"The Elder Scrolls V Skyrim",play,273.0,0\n',
      {},
      [row(151603712, "The Elder Scrolls V Skyrim", 273)],
    ],
    [
      "MovieTweetings",
      "1::0114508::8::1381006850\n2::0499549::9::1376753198\n",
      {},
      [row(1, "0114508", 8), row(2, "0499549", 9)],
    ],
    ["FilmTrust", "1 1 2\n1 2 4.0\n2 1 3.5\n", {}, [row(1, 1, 2), row(1, 2, 4), row(2, 1, 3.5)]],
    [
      "MatrixMarket",
      "%%MatrixMarket matrix coordinate real general\n% a comment\n3 4 2\n1 2 3.5\n3 4 1\n",
      {},
      [row(1, 2, 3.5), row(3, 4, 1)],
    ],
    [
      "a form's spreadsheet",
      "Timestamp,Email Address,Heat,Ran\n2024/05/01 9:30:12 AM,a@x,5,\n2024/05/01 9:31:00 AM,b@x,,3\n",
      { layout: "wide" },
      [row("a@x", "Heat", 5), row("b@x", "Ran", 3)],
    ],
  ])("%s", async (_, text, options, wanted) => {
    const { rows, error, source } = await read(text, options);
    expect(error).toBe(undefined);
    expect(rows).toEqual(wanted);
    expect(source?.columns.value).toBeTruthy();
  });

  test.each<[string, string, Record<string, number>, RegExp]>([
    ["anime", "user_id,anime_id,rating\n1,20,-1\n1,24,8\n", { "unrated: -1": 1 }, /known as anime/],
    ["Steam", '1,"A",purchase,1.0,0\n1,"A",play,2.0,0\n', { purchases: 1 }, /known as Steam/],
  ])("and say what is no rating: %s", async (_, text, dropped, format) => {
    const { source } = await read(text);
    expect(source?.dropped).toEqual(dropped);
    expect(source?.format).toMatch(format);
  });

  test("with their times and titles", async () => {
    const own = await read(
      "Date,Name,Year,Letterboxd URI,Rating\n2020-01-05,Heat,1995,https://boxd.it/1,4.5\n",
    );
    expect([own.times, own.titles]).toEqual([[Date.UTC(2020, 0, 5) / 1000], ["Heat"]]);
    const goodreads = await read(
      '{"user_id": "u", "book_id": "7", "rating": 4, "date_added": "Sun Jul 30 07:44:10 -0700 2017", "is_read": true}\n',
    );
    expect(goodreads.times).toEqual([Date.parse("2017-07-30T14:44:10Z") / 1000]);
    const amazon = await read("user_id,parent_asin,rating,timestamp\nAE,B01,5.0,1591653103000\n");
    expect(amazon.times).toEqual([1591653103]);
  });
});

describe("wide tables", () => {
  const wanted = [row("Ann", "Heat", 5), row("Ann", "Alien", 3), row("Bob", "Ran", 1)];
  test.each<Case>([
    ["a row a person", "name,Heat,Ran,Alien\nAnn,5,,3\nBob,,1,NA\n", { layout: "wide" }, wanted],
    [
      "a row a film",
      "movie,Ann,Bob\nHeat,5,?\nRan,-,1\nAlien,3,n/a\n",
      { layout: "wide" },
      [row("Ann", "Heat", 5), row("Bob", "Ran", 1), row("Ann", "Alien", 3)],
    ],
    [
      "which of the two is said by the option",
      "x;Ann;Bob\nHeat;5;\n",
      { layout: "wide", columns: { item: "x" } },
      [row("Ann", "Heat", 5)],
    ],
    [
      "a pivot of pandas",
      "userId,1,2,3\n7,5.0,,3.0\n8,,1.0,\n",
      { layout: "wide" },
      [row(7, 1, 5), row(7, 3, 3), row(8, 2, 1)],
    ],
    [
      "without names",
      "5,4,99\n99,1,2\n",
      { layout: "wide", unrated: [99] },
      [row(1, 1, 5), row(1, 2, 4), row(2, 2, 1), row(2, 3, 2)],
    ],
    [
      "with decimal commas",
      "name;Heat;Ran\nAnn;4,5;3\n",
      { layout: "wide" },
      [row("Ann", "Heat", 4.5), row("Ann", "Ran", 3)],
    ],
  ])("%s", async (_, text, options, wanted) => {
    expect(await read(text, options)).toMatchObject({ rows: wanted });
  });

  test.each<[string, string]>([
    ["a form", "name,Heat,Ran,Alien\nAnn,5,,3\nBob,,1,2\n"],
    ["a pivot", "userId,1,2,3\n1,5,,3\n"],
    ["without names", "1,5,3,2,4,5,1\n2,5,3,2,4,5,1\n"],
    [
      "thousands of columns",
      `user,${Array.from({ length: 3000 }, (_, k) => `film ${k}`).join(",")}\n1${",4".repeat(3000)}\n`,
    ],
  ])("are never read as triples: %s", async (_, text) => {
    const { error } = await read(text);
    expect(error).toMatch(/say layout: "wide"/);
    expect(error!.length).toBeLessThan(600);
  });

  test("name the cell that is no rating", async () => {
    expect(await read("name,Heat,Ran\nAnn,5,good\nBob,2,1\n", { layout: "wide" })).toEqual({
      error: 'FILE:2: Ran must be a number, got "good"',
    });
  });
});

describe("values and texts", () => {
  const one = [row(1, "Heat", 3.5)];
  test.each<Case>([
    ["blanks before quotes", 'user,item,rating\n1, "Heat",3.5\n', {}, one],
    ["blanks after an id", "user,item,rating\n1 ,Heat ,3.5\n", {}, one],
    ["blanks within quotes", 'user,item,rating\n1," Heat ",3.5\n', {}, one],
    [
      "the same id with and without blanks",
      "user,item,rating\n1,Heat,3\n2,Heat ,4\n",
      {},
      [row(1, "Heat", 3), row(2, "Heat", 4)],
    ],
    ["1.0 and 1", "user,item,rating\n1.0,7,3\n1,8,4\n", {}, [row(1, 7, 3), row(1, 8, 4)]],
    ["but 007 and 7 differ", "user,item,rating\n007,1,3\n7,1,4\n", {}, [row("007", 1, 3), row("7", 1, 4)]],
    ["no quotes", 'user,item,rating\n1,"Heat,3.5\n', { quote: false }, [row(1, '"Heat', 3.5)]],
    ["inches", 'user,item,rating\n1,5" disk,3.5\n2,7",1\n', {}, [row(1, '5" disk', 3.5), row(2, '7"', 1)]],
    ["another quote", "user,item,rating\n1,'He,at',3.5\n", { quote: "'" }, [row(1, "He,at", 3.5)]],
    [
      "another escape",
      'user,item,rating\n1,"a \\"b\\", c",3.5\n',
      { escape: "\\" },
      [row(1, 'a "b", c', 3.5)],
    ],
    ["comments", "# made by hand\nuser,item,rating\n# and so on\n1,Heat,3.5\n", { comment: "#" }, one],
    ["Excel's first line", "sep=;\nuser;item;rating\n1;Heat;3.5\n", {}, one],
    ["runs of blanks", "user   item  rating\n  1   Heat   3.5\n", {}, one],
    ["UTF-16 by its mark", Buffer.from("\ufeffuser\titem\trating\r\n1\tHeat\t3.5\r\n", "utf16le"), {}, one],
    [
      "UTF-16 by name",
      Buffer.from("user,item,rating\n1,Heat,3.5\n", "utf16le"),
      { encoding: "utf-16le" },
      one,
    ],
    [
      "Windows-1252",
      Buffer.from("user,item,rating\n1,\x80,3.5\n", "latin1"),
      { encoding: "windows-1252" },
      [row(1, "€", 3.5)],
    ],
    [
      "a decimal comma",
      "user;item;rating\n1;Heat;3,5\n2;Heat;4\n",
      {},
      [row(1, "Heat", 3.5), row(2, "Heat", 4)],
    ],
    ["a decimal comma between quotes", 'user,item,rating\n1,Heat,"3,5"\n', {}, one],
    ["thousands by points", "user;item;plays\n1;Heat;1.234,5\n", { decimal: "," }, [row(1, "Heat", 1234.5)]],
    ["thousands by commas", 'user,item,plays\n1,Heat,"1,234"\n', { decimal: "." }, [row(1, "Heat", 1234)]],
    ["values that mean none", "user,item,rating\n1,Heat,3.5\n1,Ran,0\n2,Ran,-1\n", { unrated: [0, -1] }, one],
    ["lines to be passed over", "Ratings of 2024\n\nuser,item,rating\n1,Heat,3.5\n", { header: 1 }, one],
    ["names that are numbers, above text", "0,1,2\nann,Heat,3.5\n", {}, [row("ann", "Heat", 3.5)]],
    ["one column without a name", "userId,movieId,0\n1,10,3.5\n", {}, [row(1, 10, 3.5)]],
    ["my_score", "user_id,item_id,my_score,updated_at\n1,2,3,2020-01-01\n", {}, [row(1, 2, 3)]],
    [
      "star_rating and review_date",
      "customer_id,product_id,star_rating,review_date\n1,2,3,2015-08-31\n",
      {},
      [row(1, 2, 3)],
    ],
    ["JSON, one array", '[{"user": 1, "item": "Heat", "rating": 3.5}]', {}, one],
    ["a text with line ends between quotes", 'user,item,rating,note\n1,Heat,3.5,"a\nb, c"\n', {}, one],
  ])("%s", async (_, text, options, wanted) => {
    const { rows, error } = await read(text, options);
    expect(error).toBe(undefined);
    expect(rows).toEqual(wanted);
  });

  test.each<[string, string | Buffer, ReadOptions, RegExp]>([
    [
      "an undecodable byte",
      Buffer.from("user,item,rating\n1,Caf\xe9,3\n", "latin1"),
      {},
      /^FILE:2: must be text in UTF-8: say encoding: "windows-1252"/,
    ],
    [
      "a quote that would swallow rows",
      'user,item,rating\n1,"Heat,3\n2,Ran",4\n3,Alien,5\n',
      {},
      /^FILE:2: a quote opens here/,
    ],
    [
      "a quote that is never closed",
      'user,item,rating\n1,"Heat,3\n2,Ran,4\n',
      {},
      /^FILE:2: a quote opens here/,
    ],
    [
      "what may be thousands",
      'user,item,rating\n1,Heat,"1,234"\n',
      {},
      /"1,234" may be 1234 or 1\.234: say decimal/,
    ],
    [
      "a decimal point where commas are said",
      "user;item;rating\n1;Heat;3.5\n",
      { decimal: "," },
      /rating must be a number, got "3.5"/,
    ],
    [
      "rating and user_rating",
      "user,item,rating,user_rating\n1,2,3,4\n",
      {},
      /several columns may be the value, "rating" and "user_rating"/,
    ],
    [
      "place beside movie",
      "user,movie,place,rating\n1,2,3,4\n",
      {},
      /several columns may be the item, "movie" and "place"/,
    ],
    ["numbers that may be names", "0,1,2\n1,10,3.5\n", {}, /say header: true or header: false/],
    [
      "dates that cannot be ordered",
      "user,item,rating,date\n1,2,3,05/03/2009\n1,2,4,06/03/2009\n",
      { duplicates: "last" },
      /^FILE:2: date must be a number or a date, got "05\/03\/2009"/,
    ],
    [
      "weeks",
      "user,item,rating,date\n1,2,3,week 9\n",
      { duplicates: "last" },
      /must be a number or a date, got "week 9"/,
    ],
    [
      "numbers among dates",
      "user,item,rating,date\n1,2,3,2009-03-05\n1,3,3,12\n",
      { duplicates: "last" },
      /date must hold numbers or dates, got both/,
    ],
    ["bzip2", Buffer.from("BZh91AY&SY"), {}, /^FILE: bzip2 is not read: unpack it first/],
    ["Feather", Buffer.from("ARROW1\0\0"), {}, /write it as Parquet/],
    [
      "an unknown encoding",
      "user,item,rating\n1,2,3\n",
      { encoding: "latin-9000" },
      /^encoding must be one that browsers know/,
    ],
  ])("refused: %s", async (_, text, options, wanted) => {
    expect((await read(text, options)).error).toMatch(wanted);
  });

  test.each<[string, string, RegExp]>([
    [
      "-1 beside 1 … 10",
      "user,item,rating\n1,1,-1\n1,2,10\n2,1,1\n",
      /1 ratings are -1 beside 1 … 10: if that means no rating, say unrated: \[-1\]/,
    ],
    ["99 beside -10 … 10", "user,item,rating\n1,1,-10\n1,2,10\n2,1,99\n", /say unrated: \[99\]/],
    ["times that are none", "user,item,rating,date\n1,2,3,week 9\n", /the times are left out/],
    ["no times to find the last by", "user,item,rating\n1,2,3\n1,2,4\n", /the last in the file is taken/],
  ])("said: %s", async (_, text, note) => {
    const { source } = await read(text, { duplicates: "last" });
    const { source: plain } = await read(text, { duplicates: "mean" });
    expect([...(source?.notes ?? []), ...(plain?.notes ?? [])].join("; ")).toMatch(note);
  });

  test("a date without an offset is of UTC, whatever stands in the row above it", async () => {
    const dates = [
      "Wed Jan 01 00:00:00 +0200 2020",
      "01 Jan 2020",
      "Jan 01, 2020",
      "2020-01-01T00:00:00-05:00",
      "2020-01",
    ];
    const rows = dates.map((date, k) => `u${k},i,3,"${date}"`);
    const { times } = await read(["user,item,rating,date", ...rows, ""].join("\n"));
    const midnight = Date.UTC(2020, 0, 1) / 1000;
    expect([...times!]).toEqual([midnight - 7200, midnight, midnight, midnight + 18_000, midnight]);
  });

  test("the last of a cell goes by real time, whatever it is written in", async () => {
    const last = async (first: string, second: string) => {
      const { rows } = await read(`user,item,rating,date\n1,2,3,${first}\n1,2,4,${second}\n`, {
        duplicates: "last",
      });
      return rows?.[0][2];
    };
    expect(await last("2020-01-01T12:00:00+02:00", "2020-01-01T11:00:00Z")).toBe(4);
    expect(await last("2020-01-01T12:00:00-02:00", "2020-01-01T13:00:00Z")).toBe(3);
    expect(await last("1591653103000", "1591653104")).toBe(4);
    expect(await last("1591653105000", "1591653104")).toBe(3);
    expect(await last("2020-02-01", "2020-01-31 23:59:59")).toBe(3);
  });
});
