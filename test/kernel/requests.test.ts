// @module-tag slow
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

describe("the kernel", () => {
  test("says what it is, with true versions, on shell and on control", async () => {
    for (const channel of ["shell", "control"] as const) {
      const info = await kernel.request("kernel_info_request", {}, channel);
      expect(info).toMatchObject({
        ...{
          status: "ok",
          implementation: "cofi",
          implementation_version: require("../../package.json").version,
        },
        language_info: {
          ...{ name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
          version: require("typescript/package.json").version,
          codemirror_mode: { mode: "typescript" },
        },
      });
      expect(Number(info.protocol_version)).toBeGreaterThanOrEqual(5.3);
    }
  });

  test("says busy and idle around each request", async () => {
    const id = await kernel.send("comm_info_request", {});
    await kernel.waitFor(() => kernel.outputsOf(id, true).length === 2);
    expect(kernel.outputsOf(id, true).map(({ content }) => content.execution_state)).toEqual([
      "busy",
      "idle",
    ]);
  });

  test("has a heart", async () => {
    expect(await kernel.beat("ping")).toBe("ping");
  });

  test("has no comms, and closes one that is opened", async () => {
    expect(await kernel.request("comm_info_request", { target_name: "jupyter.widget" })).toEqual({
      status: "ok",
      comms: {},
    });
    const id = await kernel.send("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    await kernel.waitFor(() => kernel.outputsOf(id).length > 0);
    expect(kernel.outputsOf(id).map(({ header, content }) => [header.msg_type, content.comm_id])).toEqual([
      ["comm_close", "c1"],
    ]);
  });

  test("knows which cells were run", async () => {
    const { reply } = await kernel.execute("const past = 1; past");
    const count = reply.execution_count;
    await kernel.execute("'unstored'", { store_history: false });
    await kernel.execute("past + 1");
    const history = async (content: object) =>
      (await kernel.request("history_request", { output: false, raw: true, ...content })).history;
    expect(await history({ hist_access_type: "tail", n: 2 })).toEqual([
      [1, count, "const past = 1; past"],
      [1, count + 1, "past + 1"],
    ]);
    expect(
      await history({ hist_access_type: "range", session: 0, start: count, stop: count + 1, output: true }),
    ).toEqual([[1, count, ["const past = 1; past", "1"]]]);
    expect(await history({ hist_access_type: "search", pattern: "past +*" })).toEqual([
      [1, count + 1, "past + 1"],
    ]);
  });
});

describe("is_complete", () => {
  test.each([
    ["1 + 1", { status: "complete" }],
    ["await f()", { status: "complete" }],
    ["function f() {", { status: "incomplete", indent: "  " }],
    ["  if (x) {", { status: "incomplete", indent: "    " }],
    ["const a = `open", { status: "incomplete", indent: "" }],
    ["/* open", { status: "incomplete", indent: "" }],
    ["a b c", { status: "invalid" }],
    ["const = 1", { status: "invalid" }],
  ])("%j: %j", async (code, expected) => {
    expect(await kernel.request("is_complete_request", { code })).toEqual(expected);
  });
});

describe("complete and inspect", () => {
  test("complete gives what fits, with what each is, counting characters as Jupyter does", async () => {
    await kernel.execute("const film = { title: 'Alien', year: 1979, age(): number { return 46; } };");
    const code = "const smile = '😀'; film.ti";
    const cursor = [...code].length;
    const reply = await kernel.request("complete_request", { code, cursor_pos: cursor });
    expect(reply).toMatchObject({
      status: "ok",
      matches: ["title"],
      cursor_start: cursor - 2,
      cursor_end: cursor,
    });
    const all = await kernel.request("complete_request", { code: "film.", cursor_pos: 5 });
    expect(
      all.metadata._jupyter_types_experimental.map(({ text, type }: { text: string; type: string }) => [
        text,
        type,
      ]),
    ).toEqual([
      ...[
        ["age", "method"],
        ["title", "property"],
        ["year", "property"],
      ],
    ]);
  });

  test("inspect gives the type and the doc comment", async () => {
    await kernel.execute(
      "/**\n * Twice a number.\n * @param n The number.\n */\nfunction twice(n: number): number { return 2 * n; }",
    );
    for (const [code, cursor] of [
      ["twice(3)", 3],
      ["twice(3)", 6],
      ["twice", 5],
      ["'😀'; twice(", 11],
    ] as const) {
      const reply = await kernel.request("inspect_request", { code, cursor_pos: cursor, detail_level: 0 });
      expect(reply).toMatchObject({ status: "ok", found: true });
      expect(reply.data["text/plain"]).toBe(
        "function twice(n: number): number\n\nTwice a number.\n\n@param n The number.",
      );
    }
    const project = await kernel.request("inspect_request", {
      code: 'import { cost } from "cofi"',
      cursor_pos: 10,
    });
    expect(project.data["text/plain"]).toContain("@throws");
    expect(await kernel.request("inspect_request", { code: "   ", cursor_pos: 1 })).toMatchObject({
      status: "ok",
      found: false,
      data: {},
    });
  });

  test("neither changes what cells have declared", async () => {
    await kernel.request("complete_request", { code: "const ghost = 1; gh", cursor_pos: 19 });
    expect(said((await kernel.execute("ghost")).outputs)[0]).toContain("Cannot find name 'ghost'");
  });
});

describe("input", () => {
  test("is asked of the front end that runs the cell", async () => {
    const id = await kernel.start("const name = await prompt('Your name? '); name.toUpperCase()", {
      allow_stdin: true,
    });
    await kernel.answer("ada");
    expect(said((await kernel.finished(id)).outputs)).toEqual(["result: 'ADA'"]);
    expect(kernel.question()).toEqual({ prompt: "Your name? ", password: false });
  });

  test("is refused where the front end can't be asked", async () => {
    const { reply } = await kernel.execute("await prompt('Your name? ')");
    expect(reply.evalue).toBe(
      "prompt needs a front end that can ask its reader, and this one does not allow it (allow_stdin is false)",
    );
  });
});

describe("bad messages", () => {
  test("ten thousand of them are dropped and logged, none is run, and the kernel lives on", async () => {
    await kernel.execute("const untouched = 5; const shared = globalThis as any; shared.harm = 0;");
    const harm = { code: "shared.harm++", allow_stdin: false };
    const good = kernel.frames("execute_request", harm);
    const signed = (content: unknown, type = "execute_request") => kernel.frames(type, content);
    const kinds: (() => (string | Buffer)[])[] = [
      () => [good[0], "0".repeat(64), ...good.slice(2)], // signed with another key
      () => [good[0], good[1], ...kernel.frames("execute_request", harm).slice(2)], // the signature of another message
      () => [good[0], "", ...good.slice(2)],
      () => good.slice(0, 4), // parts are missing
      () => good.slice(1), // no delimiter
      () => [Buffer.from([0, 255, 254])],
      () => signed({ ...harm, code: 42 }),
      () => signed({ ...harm, silent: "yes" }),
      () => signed({ ...harm, user_expressions: { a: 1 } }),
      () => signed({}),
      () => signed([]),
      () => signed(null),
      () => signed({ code: "1" }, "no_such_request"),
      () => signed({ code: 1 }, "is_complete_request"),
      () => signed({ code: "a", cursor_pos: "end" }, "complete_request"),
    ];
    for (let k = 0; k < 10_000; k++) await kernel.sendFrames(kinds[k % kinds.length]());
    const { outputs } = await kernel.execute("[untouched, shared.harm]");
    expect(said(outputs)).toEqual(["result: [ 5, 0 ]"]);
    expect(kernel.log.match(/^kernel: .*$/gm)).toHaveLength(10_000);
  });
});

test("shutdown is answered, and leaves no process", async () => {
  const other = await KernelClient.start();
  const { outputs } = await other.execute("process.pid");
  const pid = Number(said(outputs)[0].replace("result: ", ""));
  void other.start("while (true) {}");
  await other.waitFor(() => other.heard.some(({ content }) => content.code === "while (true) {}"));
  expect(await other.request("shutdown_request", { restart: true }, "control")).toEqual({
    status: "ok",
    restart: true,
  });
  await other.waitFor(() => other.exited);
  await expect.poll(() => alive(pid)).toBe(false);
  await other.stop();
});

test("a kernel that is killed leaves no process either, although a cell spins", async () => {
  const other = await KernelClient.start();
  const pid = Number(said((await other.execute("process.pid")).outputs)[0].replace("result: ", ""));
  void other.start("while (true) {}");
  await other.waitFor(() => other.heard.some(({ content }) => content.code === "while (true) {}"));
  other.process.kill("SIGKILL");
  await expect.poll(() => alive(pid)).toBe(false);
  await other.stop();
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
