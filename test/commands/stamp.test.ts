import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  difference,
  hashOfFolder,
  readStamp,
  removeStamp,
  sizesUnder,
  stampName,
  writeStamp,
} from "../../commands/setup/stamp.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cofi stamp é "));
  mkdirSync(join(folder, "in"));
  writeFileSync(join(folder, "a.ts"), "one");
  writeFileSync(join(folder, "in", "b.ts"), "two");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a stamp", () => {
  test("is read as it was written, and leaves no other file", () => {
    writeStamp(folder, { lock: "abc" });
    expect(readStamp(folder)).toEqual({ lock: "abc" });
    expect(readdirSync(folder).sort()).toEqual([stampName, "a.ts", "in"]);
    removeStamp(folder);
    expect(readStamp(folder)).toBeUndefined();
    removeStamp(folder); // nothing to remove is no fault
  });

  test("that was cut off counts as none", () => {
    writeFileSync(join(folder, stampName), '{ "lock": "ab');
    expect(readStamp(folder)).toBeUndefined();
  });

  test("names what differs", () => {
    expect(difference({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 2 } })).toBeUndefined();
    expect(difference({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } })).toBe("b");
    expect(difference({}, { a: 1 })).toBe("a");
  });
});

describe("the hash of a folder", () => {
  test("changes with a content, a name, a file more and a file less, and with nothing else", () => {
    const seen = [hashOfFolder(folder)];
    writeFileSync(join(folder, "in", "b.ts"), "two"); // written again, the same
    expect(hashOfFolder(folder)).toBe(seen[0]);
    writeFileSync(join(folder, "in", "b.ts"), "TWO");
    seen.push(hashOfFolder(folder));
    writeFileSync(join(folder, "c.ts"), "");
    seen.push(hashOfFolder(folder));
    rmSync(join(folder, "a.ts"));
    seen.push(hashOfFolder(folder));
    writeFileSync(join(folder, "z.ts"), "one");
    seen.push(hashOfFolder(folder));
    expect(new Set(seen).size).toBe(5);
  });

  test("does not take the end of one file for the start of the next", () => {
    const before = hashOfFolder(folder);
    writeFileSync(join(folder, "a.ts"), "onein/b.ts");
    writeFileSync(join(folder, "in", "b.ts"), "");
    expect(hashOfFolder(folder)).not.toBe(before);
  });

  test("leaves out what it is told to, and takes a missing folder for an empty one", () => {
    const before = hashOfFolder(folder, (file: string) => file !== "note.txt");
    writeFileSync(join(folder, "note.txt"), "x");
    expect(hashOfFolder(folder, (file: string) => file !== "note.txt")).toBe(before);
    expect(hashOfFolder(join(folder, "none"))).toBe(hashOfFolder(join(folder, "nor this")));
  });
});

test("sizes are by name", () => expect(sizesUnder(folder)).toEqual({ "a.ts": 3, "in/b.ts": 3 }));
