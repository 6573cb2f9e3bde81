import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { animated, chunksOf, pngOf, textOf, withText } from "../../commands/pages/png.mjs";
import { pictureFiles, pictureSource } from "../../commands/pictures.mjs";
import { inRoot } from "../../commands/project/project.mjs";

/** A PNG of one grey pixel a row. */
function grey(...rows: number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(rows.length, 4);
  header[8] = 8; // bits, of grey alone
  const data = deflateSync(Buffer.from(rows.flatMap((value) => [0, value])));
  const chunks = [
    { type: "IHDR", data: header },
    { type: "IDAT", data },
    { type: "IEND", data: Buffer.alloc(0) },
  ];
  return pngOf(chunks);
}

test("chunks have the checksums of PNG, and come out as they went in", () => {
  const png = grey(1, 2, 3);
  let at = 8;
  for (const { type, data } of chunksOf(png)) {
    const body = Buffer.concat([Buffer.from(type), data]);
    expect(png.readUInt32BE(at + 8 + data.length)).toBe(crc32(body));
    at += 12 + data.length;
  }
  expect(at).toBe(png.length);
  expect(() => chunksOf(Buffer.from("GIF89a, and more"))).toThrow("must be a PNG");
});

test("an animation has a picture a frame, each as long as it is to stand, in one sequence", () => {
  const frames = [grey(1, 2), grey(3, 4), grey(5, 6)];
  const made = animated(frames.map((png, k) => ({ png, seconds: 1.5 + k })));
  const chunks = chunksOf(made);
  expect(chunks.map(({ type }) => type)).toEqual([
    "IHDR",
    "acTL",
    "fcTL",
    "IDAT",
    "fcTL",
    "fdAT",
    "fcTL",
    "fdAT",
    "IEND",
  ]);
  expect(chunks[1].data.readUInt32BE(0)).toBe(3);
  const controls = chunks.filter(({ type }) => type === "fcTL").map(({ data }) => data);
  expect(controls.map((data) => data.readUInt16BE(20) / data.readUInt16BE(22))).toEqual([1.5, 2.5, 3.5]);
  const numbered = chunks.filter(({ type }) => /f[cd]/.test(type)).map(({ data }) => data.readUInt32BE(0));
  expect(numbered).toEqual([0, 1, 2, 3, 4]);
  // The later pictures are those given, but for the number in front.
  const pictures = chunks.filter(({ type }) => type === "fdAT").map(({ data }) => data.subarray(4));
  expect(pictures).toEqual(frames.slice(1).map((png) => chunksOf(png)[1].data));
  expect(() =>
    animated([
      { png: grey(1), seconds: 1 },
      { png: grey(1, 2), seconds: 1 },
    ]),
  ).toThrow("frame 1 must be of the first one's size and kind");
});

test("a line of text goes along in a picture", () => {
  const png = withText(grey(1), "Source", "abc");
  expect([textOf(png, "Source"), textOf(png, "Author")]).toEqual(["abc", undefined]);
});

test("the README's pictures are those of the first notebook as it is, and last half a minute", () => {
  const readme = readFileSync(inRoot("README.md"), "utf8");
  for (const file of pictureFiles) {
    const png = readFileSync(file);
    expect(textOf(png, "Source"), "npm run pictures makes them again").toBe(pictureSource());
    expect(readme).toContain(`(${file.slice(inRoot().length + 1).replaceAll("\\", "/")})`);
  }
  const controls = chunksOf(readFileSync(pictureFiles[1])).filter(({ type }) => type === "fcTL");
  const seconds = controls.reduce((sum, { data }) => sum + data.readUInt16BE(20) / data.readUInt16BE(22), 0);
  expect(Math.abs(seconds - 30)).toBeLessThan(6);
});
