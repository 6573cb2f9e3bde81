// @module-tag slow
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot, root } from "../../commands/project/project.mjs";
import * as cofi from "../../src/index";
import { launchBrowser } from "./browser";
import { digits } from "./page/digits.mjs";
import { serve } from "./serve";

const folder = mkdtempSync(join(tmpdir(), "cofi page "));
const main = inRoot("commands", "main.mjs");
let browser: Browser;
let built: string;

beforeAll(async () => {
  built = execFileSync(process.execPath, [main, "browser"], { cwd: root, encoding: "utf8" });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file of ratings in a folder, for Node to read, which the page is given. */
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** What a call comes to: what is said of an error, of the file by its name alone. */
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: Error) => `${error.name}: ${error.message.replaceAll(`${folder}/`, "")}`);

/** Ratings as plain lists. */
const listed = ({ items, users, values, times, itemIds, userIds, numItems, numUsers }: cofi.Ratings) => ({
  ...{ itemIds, userIds, numItems, numUsers },
  ...{ items: [...items], users: [...users], values: [...values], times: times && [...times] },
});

describe.each([
  { isolated: false, what: "one thread, memory of its own" },
  { isolated: true, what: "all cores, memory that they share" },
])("a page with cofi.js in a subfolder, isolated: $isolated ($what)", ({ isolated }) => {
  let page: Page;
  let address: string;
  let close = () => {};
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const folders = {
      "/course/": inRoot("test", "browser", "page"),
      "/course/cofi/": inRoot("dist", "browser"),
    };
    const served = await serve(folders, { isolated });
    address = served.address;
    close = () => void served.server.close();
    page = await browser.newPage();
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${address}/course/page.html`);
    expect(await page.evaluate("crossOriginIsolated")).toBe(isolated);
  });

  afterAll(async () => {
    await page?.close();
    close();
  });

  /** Runs the body of a function in the page, with the module and an argument. */
  const inPage = <T>(body: string, given?: unknown): Promise<T> =>
    page.evaluate(
      `import(new URL("cofi/cofi.js", location.href).href).then((cofi) =>
        (async (given) => { ${body} })(${JSON.stringify(given)}))`,
    );

  /** Lets the reader choose a file, which the page then reads. */
  async function chosen(path: string, options: object = {}): Promise<unknown> {
    await page.locator("#file").setInputFiles(path);
    return inPage(
      `const file = document.querySelector("#file").files[0];
       try {
         const { items, users, values, times, itemIds, userIds, numItems, numUsers } = await cofi.readRatings(file, given);
         return { itemIds, userIds, numItems, numUsers, items: [...items], users: [...users], values: [...values], times: times && [...times] };
       } catch (error) { return error.name + ": " + error.message; }`,
      options,
    );
  }

  test("trains, factorizes and recommends by a script of ten lines, with Node's digits", async () => {
    const script = readFileSync(inRoot("test", "browser", "page", "ten.js"), "utf8");
    expect(script.split("\n").filter((line) => line.trim() !== "")).toHaveLength(10);
    const shown = page.locator("#shown");
    await expect.poll(() => shown.textContent()).not.toBe("");
    const inNode: { textContent?: string } = {};
    const own = new Function(
      "cofi",
      "document",
      `return (async () => {${script.replace(/^import .*/, "")}})()`,
    );
    await own(cofi, { querySelector: () => inNode });
    expect(await shown.textContent()).toBe(inNode.textContent);
    expect(JSON.parse(inNode.textContent!).list).toHaveLength(5);
  });

  test("computes what Node computes, by every solver, to the last digit but for what is sampled", async () => {
    const body = `const { digits } = await import(new URL("digits.mjs", location.href).href);
      return digits(cofi, given);`;
    const found = await inPage(body, isolated ? { threads: 2 } : {});
    expect(found).toEqual(await digits(cofi, {}));
  });

  test("has threads where it is isolated; elsewhere one does the same, and a line says why, once", async () => {
    const said: string[] = [];
    const listen = (message: { text(): string }) => void said.push(message.text());
    page.on("console", listen);
    const body = `const { ratings } = cofi.lecture();
      const films = cofi.generateFilms({ numItems: 200, numUsers: 80, numRatings: 3000, scale: { min: 1, max: 5, step: 1 }, years: [1990, 2020] });
      const start = cofi.randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
      const train = async (threads) => (await cofi.train(start, ratings, { iterations: 5, threads })).history.join();
      const folds = async (threads) => (await cofi.crossValidate(films.ratings, { numFeatures: 4, iterations: 5 }, { folds: 3, threads })).folds.map(({ rmse }) => rmse).join();
      return [await train(1), await train(2), await folds(1), await folds(2)];`;
    const [one, two, oneFold, twoFolds] = await inPage<string[]>(body);
    page.off("console", listen);
    expect([two, twoFolds]).toEqual([one, oneFold]);
    const line =
      /^one thread instead of 2, with the same digits: threads share memory only on a page that is served with the headers /;
    expect(said).toEqual(isolated ? [] : [expect.stringMatching(line)]);
  });

  test("reads a file that the reader chooses as Node reads it, and refuses what Node refuses in its words", async () => {
    const texts = {
      "by names é.csv":
        "user,film,stars,when\nann,Heat,4.5,2020-01-01T10:00:00+02:00\nbob,Ran,2,2020-01-02\nann,Ran,3,2020-01-01 08:30:00\n",
      "numbers.dat": "1::10::5::978300760\n1::20::3::978302109\n7::10::4::978301968\n",
      "twice.csv": "user,item,rating\nann,x,4.5\nbob,y,2\nann,x,3\n",
      "two.csv": "user,item,rating\nann,x,4.5\nbob,y,two\n",
      "none.csv": "",
    };
    for (const [name, text] of Object.entries(texts)) {
      const path = file(name, text);
      const inNode = await outcome(cofi.readRatings(path).then(listed));
      expect(await chosen(path), name).toEqual(JSON.parse(JSON.stringify(inNode)));
    }
    const last = { duplicates: "last" } as const;
    const kept = await cofi.readRatings(join(folder, "twice.csv"), last).then(listed);
    expect(await chosen(join(folder, "twice.csv"), last)).toEqual(JSON.parse(JSON.stringify(kept)));
  });

  test("reads what is packed, fetched or put together, and asks for columns in SQL", async () => {
    const text = "user,item,rating\n1,7,4.5\n2,8,2\n2,7,1\n";
    const path = file("packed.csv.gz", "");
    writeFileSync(path, gzipSync(text));
    expect(await chosen(path)).toEqual(
      await cofi
        .readRatings(path)
        .then(listed)
        .then((all) => JSON.parse(JSON.stringify(all))),
    );
    const statement =
      "SELECT item, avg(rating) AS mean, count(*) AS n FROM ratings GROUP BY item ORDER BY item";
    const answer = `return cofi.sql(new File([given[0]], "r.csv"), given[1]);`;
    expect(await inPage(answer, [text, statement])).toEqual(await cofi.sql(file("r.csv", text), statement));
  });

  test("refuses in a sentence what a browser cannot do", async () => {
    const refused =
      await inPage(`const said = async (work) => { try { return await work(); } catch (error) { return error.message; } };
      return {
        missing: await said(() => cofi.readRatings("nothing.csv")),
        json: await said(() => cofi.readRatings(new File(['{"user":1,"item":2,"rating":3}\\n{"user":'], "r.json"))),
        zone: await said(() => cofi.sql(new File(["user,item,rating\\n1,2,3\\n"], "r.csv"), "SELECT epoch(TRY_CAST('2020-01-01' AS TIMESTAMPTZ)) AS t FROM ratings")),
      };`);
    expect(refused).toEqual({
      missing: "nothing.csv: no such file",
      json: expect.stringMatching(/^r\.json: cannot be read as a table: Malformed JSON in line 2: /),
      zone: "DuckDB's extension icu is not there in a browser: use Cofi on Node",
    });
  });

  test("reads JSON, and Parquet however it is packed, as Node reads them", async () => {
    const json = file(
      "list.json",
      JSON.stringify([
        { user: "ann", item: 1, rating: 4.5, time: "2020-01-01" },
        { user: "bob", item: 2, rating: 3, time: "2020-01-02", note: 'a "b", c' },
      ]),
    );
    const lines = file(
      "lines.jsonl",
      '{"user":1,"item":"x","rating":5}\n{"rating":2.5,"user":2,"item":"y"}\n',
    );
    const files = [json, lines];
    const connection = await (await DuckDBInstance.create()).connect();
    const rows = `SELECT i % 7 AS user, ('item "' || (i % 5) || '", x') AS item, (i % 9) / 2.0 AS rating,
      TIMESTAMP '2020-01-01' + INTERVAL (i) MINUTE AS time, CASE WHEN i % 3 > 0 THEN '' END AS note FROM range(35) t(i)`;
    for (const codec of ["snappy", "zstd", "gzip", "uncompressed"]) {
      const path = join(folder, `${codec}.parquet`);
      await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet, COMPRESSION ${codec})`);
      files.push(path);
    }
    connection.closeSync();
    for (const path of files) {
      const inNode = await cofi.readRatings(path).then(listed);
      expect(await chosen(path), path).toEqual(JSON.parse(JSON.stringify(inNode)));
      await page.locator("#file").setInputFiles(path);
      const all = await inPage(
        `return cofi.sql(document.querySelector("#file").files[0], given);`,
        "FROM ratings",
      );
      expect(JSON.stringify(all), path).toBe(JSON.stringify(await cofi.sql(path, "FROM ratings")));
    }
  });

  test("stores models that Node reads, and reads those that Node has stored", async () => {
    const { ratings } = cofi.lecture();
    const model = cofi.randomModel({ ...ratings, numFeatures: 3 }, { seed: 2 });
    const posterior = await cofi.bayesian(ratings, { numFeatures: 2, samples: 3, seed: 4 });
    for (const [name, stored] of Object.entries({ model, posterior })) {
      const [from, to] = ["node", "page"].map((where) => join(folder, `${name} ${where} ${isolated}`));
      await cofi.saveModel(from, stored as cofi.Model, ratings);
      const names = ["model.json", "items.parquet", "users.parquet"];
      const given = names.map((one) => [one, readFileSync(join(from, one)).toString("base64")]);
      const written = await inPage<[string, string][]>(
        `const files = globalThis[Symbol.for("cofi.files")];
         const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
         for (const [name, text] of given) files.set("/given/" + name, new Blob([bytes(text)]));
         const { model, itemIds, userIds } = await cofi.loadModel("given");
         await cofi.saveModel("own", model, { itemIds, userIds });
         const text = async (name) => String.fromCharCode(...new Uint8Array(await files.get("/own/" + name).arrayBuffer()));
         return Promise.all(given.map(async ([name]) => [name, btoa(await text(name))]));`,
        given,
      );
      mkdirSync(to);
      for (const [one, text] of written) writeFileSync(join(to, one), Buffer.from(text, "base64"));
      expect(await cofi.loadModel(to)).toEqual(await cofi.loadModel(from));
    }
  });

  test("trains in TensorFlow.js, loaded when it is first used", async () => {
    expect(asked.filter((url) => /tensorflow/.test(url))).toEqual([]);
    const body = `const { ratings } = cofi.lecture();
      const start = cofi.randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
      cofi.tf.scalar(1);
      while (cofi.tf.getBackend() !== "wasm") await new Promise((resume) => setTimeout(resume, 20));
      return Array.from((await cofi.trainTensors(start, ratings, { iterations: 50, lambda: 1 })).history);`;
    const history = await inPage<number[]>(body);
    const { ratings } = cofi.lecture();
    const start = cofi.randomModel({ ...ratings, numFeatures: 2 }, { seed: 1 });
    const inNode = await cofi.trainTensors(start, ratings, { iterations: 50, lambda: 1 });
    expect(history).toHaveLength(inNode.history.length);
    history.forEach((cost, k) => {
      expect(cost).toBeCloseTo(inNode.history[k], 3);
    });
  });

  test("makes data frames, and ratings of them", async () => {
    const body = `const frame = await cofi.toFrame(cofi.lecture().ratings);
      const fives = await cofi.ratingsFromFrame(frame.query(frame.rating.eq(5)));
      return [frame.shape, fives.itemIds, fives.userIds, [...fives.values], frame.head(2).values];`;
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    expect(await inPage(body)).toEqual(await new AsyncFunction("cofi", body)(cofi));
  });

  test("asks nobody but its own server, and complains of nothing", () => {
    expect(asked.filter((url) => !url.startsWith(`${address}/course/`) && !url.startsWith("blob:"))).toEqual(
      [],
    );
    expect(complaints).toEqual([]);
  });
});

test("the bundle is light: what a page needs first, and what the build says of it", () => {
  const size = gzipSync(readFileSync(inRoot("dist", "browser", "cofi.js")), { level: 9 }).length;
  expect(built).toMatch(new RegExp(`^cofi\\.js .* ${(size / 1000).toFixed(1)} kB$`, "m"));
  expect(size).toBeLessThan(200_000);
});
