// @module-tag slow
import { readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { TinyProject } from "./tinyProject";

describe("a program that set-up runs", () => {
  const project = new TinyProject();
  const run = (program: string, options = "{}") =>
    project.evaluate(
      "programs/command.mjs",
      `tell(await it.runCommand(process.execPath, ["-e", ${JSON.stringify(program)}], ${options}));`,
    );
  afterAll(() => project.remove());

  test("gives its exit status and what it said, on both streams, which the log has too", () => {
    const result = run('console.log("one"); console.error("two"); process.exitCode = 3;');
    expect(result).toMatchObject({ status: 3, timedOut: false });
    expect(result.output).toContain("one\n");
    expect(result.output).toContain("two\n");
    const log = readFileSync(project.path(".cache", "setup.log"), "utf8");
    expect(log).toContain("one\n");
    expect(log).toContain("two\n");
  });

  test("runs in the project, or in the folder it is given", () => {
    expect(run("console.log(process.cwd())").output.trim()).toBe(realpathSync(project.folder));
    const elsewhere = realpathSync(tmpdir());
    expect(run("console.log(process.cwd())", JSON.stringify({ cwd: elsewhere })).output.trim()).toBe(
      elsewhere,
    );
  });

  test("is ended when its time is up, with what it has started", () => {
    const child =
      'require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);';
    expect(run(`${child} setInterval(() => {}, 1000);`, "{ timeout: 300 }")).toMatchObject({
      timedOut: true,
    });
  });

  test("is heard line by line, and can be given up", () => {
    const lines = 'for (const line of ["a", "b", "c"]) console.log(line); setInterval(() => {}, 1000);';
    const options = '{ onLine: (line, giveUp) => line === "c" && giveUp() }';
    expect(run(lines, options)).toMatchObject({ timedOut: true, output: "a\nb\nc\n" });
  });

  test("that does not exist has failed", () => {
    const code = 'tell(await it.runCommand("no-such-program", []));';
    expect(project.evaluate("programs/command.mjs", code)).toMatchObject({ status: 127 });
  });
});
