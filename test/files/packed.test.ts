import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readRatings } from "../../src";
import { random } from "../../src/math/random";

const folder = mkdtempSync(join(tmpdir(), "cofi-packed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const numRatings = 400;
const text = `user,item,rating\n${Array.from({ length: numRatings }, (_, k) => `${k % 20},${Math.floor(k / 20)},${1 + (k % 9) / 2}\n`).join("")}`;
const packed = gzipSync(text);

/** What a file of these bytes is read as: the whole, or the message by which it is refused. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const file = join(folder, "ratings.csv.gz");
  writeFileSync(file, bytes);
  try {
    const { values } = await readRatings(file);
    const right = values.length === numRatings && values.every((value, k) => value === 1 + (k % 9) / 2);
    return right ? "whole" : `in part: ${values.length} ratings`;
  } catch (error) {
    return (error as Error).message.replace(file, "FILE");
  }
}

const refused = /^FILE: (must be whole, is damaged or cut off \(.+\): fetch or copy it again)/;

test("a packed file that is cut off is refused, wherever", async () => {
  expect(await outcome(packed)).toBe("whole");
  for (let length = 20; length < packed.length; length += 1 + Math.floor(packed.length / 150))
    expect(await outcome(packed.subarray(0, length)), `${length} bytes`).toMatch(refused);
});

test("a packed file with a changed byte is refused or, where the byte says nothing, read whole", async () => {
  const source = random(3);
  const rounds = 150;
  let whole = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = Uint8Array.from(packed);
    // The first two bytes say that the file is packed.
    const place = 2 + Math.floor(source.uniform() * (bytes.length - 2));
    bytes[place] ^= 1 << Math.floor(source.uniform() * 8);
    const told = await outcome(bytes);
    expect(told, `byte ${place}`).toMatch(/^FILE: |^whole$/);
    if (told === "whole") whole++;
  }
  // Such as the time of packing.
  expect(whole).toBeLessThan(rounds / 10);
});

test("several packed parts are one file; what else follows is refused", async () => {
  const half = text.indexOf("\n", text.length / 2) + 1;
  const parts = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
  expect(await outcome(parts)).toBe("whole");
  expect(await outcome(Buffer.concat([packed, Buffer.from("what is this")]))).toMatch(refused);
  const first = gzipSync(text.slice(0, half)).length;
  parts[first] ^= 1;
  expect(await outcome(parts)).toMatch(refused);
});
