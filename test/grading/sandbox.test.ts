// @module-tag slow
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { limitsOf } from "../../src/grading/limits";
import { type Rights, surroundings, throughWalls, walls } from "../../src/grading/sandbox";
import { running } from "../processes";

const limits = limitsOf({ memory: 512, processes: 8 });
const outside = mkdtempSync(join(tmpdir(), "cofi-walls-"));
const [place, files] = [join(outside, "room"), join(outside, "files")];
for (const folder of [place, files]) mkdirSync(folder);
const around = walls(place);

/** A path of the project as a word of a command. */
const word = (...names: string[]) => `'${inRoot(...names).replaceAll("'", "'\\''")}'`;

/** What a command within walls says. */
function insideAs(as: Rights, command: string, ...folders: string[]) {
  const [program, ...given] = throughWalls({ as, place, files: folders, limits });
  const env = surroundings(around, limits);
  const { status, stdout, stderr } = spawnSync(program, [...given, "sh", "-c", command], {
    encoding: "utf8",
    env,
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

afterAll(() => rmSync(outside, { recursive: true, force: true }));

test("where there are none it is said why", () => {
  if (around.are) expect(around.as).toBe(isRoot ? "another user" : "the namespace's root");
  else expect(around.because).toMatch(/./);
});

/** Root can have both, as a machine may refuse it the first. */
const isRoot = process.getuid?.() === 0;
const ways: Rights[] = isRoot ? ["another user", "the namespace's root"] : ["the namespace's root"];

describe.skipIf(!around.are).each(ways)("within the walls as %s", (as) => {
  const inside = (command: string, ...folders: string[]) => insideAs(as, command, ...folders);
  let port = 0;
  const server = createServer();
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", () => {
          port = (server.address() as { port: number }).port;
          resolve();
        });
      }),
  );
  afterAll(() => server.close());

  test("there is only what a notebook needs", () => {
    expect(inside(`ls ${word()}`).stdout.split("\n")).toEqual(
      ["data", "dist", "node_modules", "notebooks", "package.json"].filter((name) =>
        existsSync(inRoot(name)),
      ),
    );
    expect(inside(`find ${word("notebooks")} -type f`).stdout).toBe(inRoot("notebooks", "exercises.json"));
    expect(inside(`grep -L "is checked when" ${word("dist", "exercises")}/*.js`).stdout).toBe("");
    expect(inside(`ls ${word("dist", "exercises")}/*.js`).stdout).toContain("tasks.js");
    expect(inside(`ls -d ${outside} /root/.ssh /home/* /var /srv /sys`).stdout).toBe("");
  });

  test("the submission's files are there, its notebooks and those of the source are not", () => {
    writeFileSync(join(files, "ratings.csv"), "mine");
    writeFileSync(join(files, "toy.ipynb"), "{}");
    expect(inside("pwd; ls; cat ratings.csv", files).stdout).toBe("/tmp/work\nratings.csv\nmine");
  });

  test("nothing but the folder in memory can be written, and nothing of it stays", () => {
    expect(inside("echo kept > kept && cat kept").stdout).toBe("kept");
    for (const target of [
      "/usr",
      "/bin",
      "/proc/sys/kernel",
      "/",
      "/etc",
      word("dist"),
      word("node_modules"),
    ])
      expect(inside(`touch ${target}/new || echo 1 > ${target}/core_pattern`).status, target).not.toBe(0);
    expect(readdirSync(place)).toEqual([]);
  });

  test("there is no right to change that, also not in namespaces of its own", () => {
    for (const change of [
      "mount -o remount,rw /usr",
      "mount -o remount,rw /",
      `umount ${word("dist", "exercises")}`,
      "unshare --user --map-root-user --mount mount -o remount,bind,rw /usr",
      `unshare --user --map-root-user --mount umount ${word("dist", "exercises")}`,
      "chroot / true",
    ])
      expect(inside(change).status, change).not.toBe(0);
    expect(inside("grep CapEff /proc/self/status").stdout).toMatch(/0{16}$/);
  });

  test("there is no network", () => {
    const connect = `require("net").connect(${port}, "127.0.0.1").on("connect", () => console.log("through")).on("error", (e) => console.log(e.code))`;
    expect(
      spawnSync(process.execPath, [
        "-e",
        `${connect}; setTimeout(() => process.exit(), 500)`,
      ]).stdout.toString(),
    ).toBe("through\n");
    expect(inside(`node -e '${connect}'`).stdout).toMatch(/^E/);
  });

  test("there are no other processes, and nothing of the grader's environment", () => {
    expect(inside("ls /proc | grep -c '^[0-9]'").stdout).toMatch(/^[1-6]$/);
    expect(inside("env | cut -d= -f1 | sort").stdout.split("\n")).toEqual(
      expect.not.arrayContaining(["JUPYTER_TOKEN", "USER", "SSH_AUTH_SOCK", "VITEST"]),
    );
  });

  // Linux counts no processes of who is root outside.
  test.skipIf(isRoot && as === "the namespace's root")(
    "there can't be more processes than there may, however fast they come, and none of them stays",
    () => {
      expect(inside("for k in $(seq 500); do sleep 7.125 & done").stderr).toMatch(/fork/i);
      expect(running("sleep 7.125")).toEqual([]);
    },
  );

  test("a program that takes more memory or makes larger files than it may fails", () => {
    expect(
      inside("node -e 'const k = []; for (let n = 0; n < 60; n++) k.push(Buffer.alloc(2 ** 26, 1))'").status,
    ).not.toBe(0);
    expect(inside("head -c 200000000 /dev/zero > big").status).not.toBe(0);
  });
});
