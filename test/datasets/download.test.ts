import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { download } from "../../src/datasets/download";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const zip = zipSync({ "set/ratings.csv": strToU8("a\r\nb\r\n"), "set/extra.txt": strToU8("not wanted") });
const files = { "ratings.csv": sha256("a\nb\n") };

let server: Server;
let url: string;
let data: string;

beforeAll(async () => {
  server = createServer((request, answer) => {
    if (request.url === "/set.zip") answer.end(zip);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "cofi-data-"));
  return () => rmSync(data, { recursive: true });
});

test("the files wanted come out of the archive, whatever their line ends, and no others", async () => {
  const folder = await download({ name: "set", url: `${url}/set.zip`, files }, data);
  expect(folder).toBe(join(data, "set"));
  expect(readdirSync(data)).toEqual(["set"]);
  expect(readdirSync(folder)).toEqual(["ratings.csv"]);
  expect(readFileSync(join(folder, "ratings.csv"), "utf8")).toBe("a\r\nb\r\n");
});

test.each([
  [
    "another checksum",
    { "ratings.csv": sha256("other") },
    /ratings\.csv must have the SHA-256 \w{64}, got \w{64}$/,
  ],
  ["a file missing", { ...files, "movies.csv": sha256("") }, /must hold movies\.csv, and does not$/],
])("%s is refused, and what was there stays", async (_, wanted, message) => {
  mkdirSync(join(data, "set"));
  writeFileSync(join(data, "set", "earlier.csv"), "kept");
  await expect(download({ name: "set", url: `${url}/set.zip`, files: wanted }, data)).rejects.toThrow(
    message,
  );
  expect(readdirSync(data)).toEqual(["set"]);
  expect(readdirSync(join(data, "set"))).toEqual(["earlier.csv"]);
});

test("a publisher that is away, or has no such file, is named", async () => {
  await expect(download({ name: "set", url: `${url}/none.zip`, files }, data)).rejects.toThrow(
    /^127\.0\.0\.1:\d+ cannot be reached: the answer was 404 Not Found$/,
  );
  await expect(download({ name: "set", url: "http://127.0.0.1:9/set.zip", files }, data)).rejects.toThrow(
    /^127\.0\.0\.1:9 cannot be reached: /,
  );
  expect(existsSync(join(data, "set"))).toBe(false);
});
