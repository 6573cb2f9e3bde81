/** Texts written anew line by line, each line in its own place, so that the numbers of lines stay. */
import { linesOf, writeData } from "../platform/dataFiles";
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
    for await (const line of linesOf(path)) {
      part += `${change(line.replace(/^\ufeff/, ""))}\n`;
      if (part.length < 65536) continue;
      yield part;
      part = "";
    }
    yield part;
  }
  await writeData(target, changed());
  return target;
}
