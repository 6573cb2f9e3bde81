/** Texts written anew line by line, each line in its own place, so that the numbers of lines stay. */
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Scratch } from "./unpack";

/** The text with each line replaced by what `rewrite` makes of it. */
export async function rewritten(
  path: string,
  scratch: Scratch,
  rewrite: () => (line: string) => string,
): Promise<string> {
  const target = await scratch.file("text");
  const change = rewrite();
  async function* changed() {
    let part = "";
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      part += `${change(line.replace(/^\ufeff/, ""))}\n`;
      if (part.length < 65536) continue;
      yield part;
      part = "";
    }
    yield part;
  }
  await pipeline(Readable.from(changed()), createWriteStream(target));
  return target;
}
