// @module-tag slow
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { withLock } from "../../commands/setup/lock.mjs";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cofi-lock-"));
  file = join(folder, "new", "setup.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that holds the lock for some time. */
function holder(milliseconds: number) {
  const program = `
    const { withLock } = await import(${JSON.stringify(inRoot("commands", "setup", "lock.mjs"))});
    await withLock(${JSON.stringify(file)}, async () => {
      console.log("held", Date.now());
      await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
      console.log("released", Date.now());
    });`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("the lock", () => {
  test("gives what the work gives, and is gone afterwards, also when the work fails", async () => {
    expect(await withLock(file, async () => existsSync(file))).toBe(true);
    await expect(
      withLock(file, async () => {
        throw new Error("oh");
      }),
    ).rejects.toThrow("oh");
    expect(readdirSync(join(folder, "new"))).toEqual([]);
  });

  test("waits for another process, saying which", async () => {
    const other = holder(800);
    const closed = once(other, "close");
    let said = "";
    other.stdout.on("data", (text) => {
      said += text;
    });
    await once(other.stdout, "data");
    const waitedFor: number[] = [];
    const entered = await withLock(file, async () => Date.now(), {
      onWait: (pid: number) => waitedFor.push(pid),
    });
    await closed;
    expect(waitedFor).toEqual([other.pid]);
    expect(entered).toBeGreaterThanOrEqual(Number(said.split("released ")[1]));
  });

  test("of a process that was killed is taken over at once", async () => {
    const other = holder(60_000);
    await once(other.stdout, "data");
    other.kill("SIGKILL");
    await once(other, "close");
    expect(existsSync(file)).toBe(true);
    const waitedFor: number[] = [];
    await withLock(file, async () => {}, { onWait: (pid: number) => waitedFor.push(pid) });
    expect(waitedFor).toEqual([]);
    expect(readdirSync(join(folder, "new"))).toEqual([]);
  });

  test("left behind under a number that another process has now is taken over", async () => {
    await withLock(file, async () => {}); // makes the folder
    for (const pid of [process.pid, process.ppid]) {
      writeFileSync(file, String(pid));
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(file, longAgo, longAgo);
      expect(await withLock(file, async () => "mine")).toBe("mine");
    }
  });

  test("is never held by two of many at once", async () => {
    await withLock(file, async () => {});
    writeFileSync(file, "999999999"); // left behind by a process that is gone
    const others = Array.from({ length: 5 }, () => holder(60));
    const spans = await Promise.all(
      others.map(async (other) => {
        let text = "";
        other.stdout.on("data", (part) => {
          text += part;
        });
        await once(other, "close");
        const [from, to] = text.match(/\d+/g)!.map(Number);
        return { from, to };
      }),
    );
    spans.sort((a, b) => a.from - b.from);
    for (let k = 1; k < spans.length; k++) expect(spans[k].from).toBeGreaterThanOrEqual(spans[k - 1].to);
  });
});
