// @module-tag slow

import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userData } from "../../commands/kernel.mjs";
import { inRoot, root, venvPython } from "../../commands/project/project.mjs";
import { KernelClient, said } from "../kernel/kernelClient";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cofi jupyter é "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function command(name: "install" | "remove", ...args: string[]) {
  const env = { ...process.env, JUPYTER_DATA_DIR: join(folder, "data") };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inRoot("commands", "main.mjs"), `kernel:${name}`, ...args],
    { env, encoding: "utf8" },
  );
  return { status, said: `${stdout}${stderr}` };
}

const inData = (...parts: string[]) => join(folder, "data", "kernels", ...parts);
const spec = (name: string) => JSON.parse(readFileSync(inData(name, "kernel.json"), "utf8"));

function write(file: string, content: string) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe("kernel:install", () => {
  test("registers the kernel where Jupyter finds it, again to the same end, and kernel:remove takes it back", () => {
    expect(command("install")).toMatchObject({
      status: 0,
      said: expect.stringContaining("under the name tslab"),
    });
    const first = spec("tslab");
    expect(first).toMatchObject({
      display_name: "TypeScript (Cofi)",
      language: "typescript",
      metadata: { cofi: root, debugger: true },
    });
    expect(first.argv.slice(0, 2).every(existsSync)).toBe(true);
    const env = { ...process.env, JUPYTER_DATA_DIR: join(folder, "data") };
    const listed = JSON.parse(
      execFileSync(venvPython, ["-m", "jupyter_client.kernelspecapp", "list", "--json"], {
        env,
        encoding: "utf8",
      }),
    );
    expect(listed.kernelspecs.tslab.spec.display_name).toBe("TypeScript (Cofi)");
    expect(command("install").status).toBe(0);
    expect(spec("tslab")).toEqual(first);
    expect(readdirSync(inData("tslab"))).toEqual(["kernel.json"]);
    expect(command("remove")).toMatchObject({ status: 0, said: expect.stringContaining(inData("tslab")) });
    expect(readdirSync(inData())).toEqual([]);
    expect(command("remove")).toMatchObject({
      status: 0,
      said: expect.stringContaining("nothing to remove"),
    });
  });

  test("leaves other kernels alone, one of tslab's name too", () => {
    const tslab = JSON.stringify({ argv: ["tslab"], display_name: "TypeScript", language: "typescript" });
    write(inData("tslab", "kernel.json"), tslab);
    write(inData("python3", "kernel.json"), "{}");
    expect(command("install").said).toMatch(/under the name cofi.*\n.*tslab belongs to another kernel/);
    expect(spec("cofi").metadata).toEqual({ cofi: root, debugger: true });
    command("remove");
    expect(readdirSync(inData()).sort()).toEqual(["python3", "tslab"]);
    expect(readFileSync(inData("tslab", "kernel.json"), "utf8")).toBe(tslab);
    write(inData("cofi", "kernel.json"), "cut off");
    expect(command("install")).toMatchObject({ status: 1, said: expect.stringContaining("other programs") });
  });

  test("takes the place of another folder's Cofi, and says so", () => {
    write(inData("tslab", "kernel.json"), JSON.stringify({ metadata: { cofi: "/elsewhere/cofi" } }));
    expect(command("install").said).toContain("in place of that of /elsewhere/cofi");
    expect(spec("tslab").metadata).toEqual({ cofi: root, debugger: true });
  });

  test.each(["install", "remove"] as const)(
    "%s tells what it does, and refuses what it does not know",
    (name) => {
      expect(command(name, "--help")).toMatchObject({
        status: 0,
        said: expect.stringContaining(`kernel:${name}`),
      });
      expect(command(name, "--user")).toMatchObject({
        status: 1,
        said: expect.stringContaining("takes no arguments, got --user"),
      });
      expect(existsSync(inData())).toBe(false);
    },
  );

  test("says so where the folder can't be written", () => {
    write(join(folder, "data"), "a file");
    expect(command("install")).toMatchObject({ status: 1 });
  });

  test.each([
    [{ JUPYTER_DATA_DIR: "/d" }, "linux", "/d"],
    [{}, "linux", join("/h", ".local", "share", "jupyter")],
    [{ XDG_DATA_HOME: "/x" }, "linux", join("/x", "jupyter")],
    [{}, "darwin", join("/h", "Library", "Jupyter")],
    [{ APPDATA: "/r" }, "win32", join("/r", "jupyter")],
  ] as const)("finds the folder of %j on %s", (env, platform, expected) => {
    expect(userData(env, platform, "/h")).toBe(expected);
  });
});

test("in a folder elsewhere cells import cofi, and the packages of that folder win", async () => {
  command("install");
  const elsewhere = join(folder, "my notes");
  write(
    join(elsewhere, "node_modules", "fflate", "package.json"),
    '{ "name": "fflate", "main": "i.js", "types": "i.d.ts" }',
  );
  write(join(elsewhere, "node_modules", "fflate", "i.js"), "exports.whose = 'of this folder';");
  write(join(elsewhere, "node_modules", "fflate", "i.d.ts"), "export const whose: string;");
  const [node, main] = spec("tslab").argv;
  expect(node).toBe(process.execPath);
  const kernel = await KernelClient.start({ cwd: elsewhere, main: [main, "--config"] });
  try {
    const code =
      'import { lecture } from "cofi"; import { whose } from "fflate"; [lecture().ratings.numUsers, whose]';
    expect(said((await kernel.execute(code)).outputs)).toEqual(["result: [ 4, 'of this folder' ]"]);
  } finally {
    await kernel.stop();
  }
});
