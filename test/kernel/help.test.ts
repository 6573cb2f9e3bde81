// @module-tag slow

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

const folder = mkdtempSync(join(tmpdir(), "cofi-help-"));
let kernel: KernelClient;
beforeAll(async () => {
  writeFileSync(join(folder, "helpers.ts"), "export const helper = 1;");
  kernel = await KernelClient.start({ cwd: folder });
  await kernel.execute(
    "import { lecture } from 'cofi'; const film = { title: 'Alien', year: 1979 };\n/** Where it stands. */ const index = 3;",
  );
});
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true });
});

/** What is offered at `|`, as the code that accepting each would leave. */
async function offered(marked: string): Promise<string[]> {
  const at = marked.indexOf("|");
  const code = marked.replace("|", "");
  const reply = await kernel.request("complete_request", { code, cursor_pos: at });
  expect(reply.cursor_end).toBe(at);
  return reply.matches.map(
    (text: string) => code.slice(0, reply.cursor_start) + text + code.slice(reply.cursor_end),
  );
}

describe("completion", () => {
  test.each([
    ["a name of an earlier cell", "ind|", "index"],
    ["a member", "film.ye|", "film.year"],
    ["a member, with nothing written yet", "film.|", "film.title"],
    ["a key", "film['ti|", "film['title"],
    ["behind a keyword and a blank", "for (const k in fi|", "for (const k in film"],
    ["behind await", "const x = await fi|", "const x = await film"],
    ["in the middle of code", "fi| + 1", "film + 1"],
    ["a type", "const s: stri|", "const s: string"],
    ["one of Node's modules", 'import fs from "node:f|', 'import fs from "node:fs'],
    ["a package", "import x from 'fflat|", "import x from 'fflate"],
    ["a file beside the notebook", "import x from './hel|", "import x from './helpers"],
    ["an export", "import { readFileS| } from 'node:fs'", "import { readFileSync } from 'node:fs'"],
    ["an export of the project", "import { lectur| } from 'cofi'", "import { lecture } from 'cofi'"],
    [
      "what has to be imported first",
      "readFileSyn|",
      'import { readFileSync } from "node:fs";\nreadFileSync',
    ],
    [
      "the project's, in the middle of a line",
      "const j = costCurv|",
      'import { costCurve } from "cofi";\nconst j = costCurve',
    ],
  ])("offers %s", async (_name, marked, wanted) => {
    expect(await offered(marked)).toContain(wanted);
  });

  test("directly behind a keyword replaces the keyword or offers nothing", async () => {
    for (const marked of ["for (const k in|", "typeof|", "return|", "await|"])
      for (const code of await offered(marked))
        expect(code.startsWith(marked.slice(0, -1)) && !/(?:in|of|return|await)index/.test(code)).toBe(true);
  });
});

describe("hover", () => {
  const about = async (code: string, cursor_pos: number): Promise<string | undefined> =>
    (await kernel.request("inspect_request", { code, cursor_pos, detail_level: 0 })).data["text/plain"];

  test.each([
    ["a variable and its doc comment", "index", 2, "const index: 3\n\nWhere it stands."],
    ["a member", "film.title", 8, "(property) title: string"],
    ["what was imported, with its doc comment", "lecture()", 3, "lecture"],
    ["a function in whose arguments the cursor stands", "[1].map(", 8, "(method) Array<number>.map"],
    ["the doc comment of the language's own", "[1].map", 5, "Calls a defined callback function"],
    ["and of Node's", "process.cwd()", 9, "returns the current working directory"],
    ["what is not known", "nowhere", 3, "nowhere: nothing is known of it"],
    ["a member that is not known", "film.nothing", 8, "nothing: nothing is known of it"],
  ])("tells %s", async (_name, code, at, wanted) => {
    expect(await about(code, at)).toContain(wanted);
  });

  test("says nothing where nothing stands", async () => {
    expect(await about("   ", 1)).toBeUndefined();
    expect(await about("for", 2)).toBeUndefined();
  });
});

test("the last values are _ and Out[n]", async () => {
  const { reply } = await kernel.execute("6 * 7");
  expect(said((await kernel.execute(`[_, Out[${reply.execution_count}]]`)).outputs)).toEqual([
    "result: [ 42, 42 ]",
  ]);
});
