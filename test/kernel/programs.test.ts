// @module-tag slow

import { describe, expect, onTestFinished, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

/** Programs that cells start, and what becomes of them. */
async function started(): Promise<KernelClient> {
  const kernel = await KernelClient.start();
  onTestFinished(() => kernel.stop());
  return kernel;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const start = `
import { exec, spawn } from "child_process";
const began = [spawn("sleep", ["600"]), spawn("sleep", ["600"], { stdio: "inherit" }), exec("sleep 600 & sleep 600")];
const below = spawn("sh", ["-c", "sleep 600 & echo $!; wait"]);
const grandchild = await new Promise<number>((tell) => below.stdout.on("data", (text) => tell(Number(text))));
JSON.stringify([...began.map(({ pid }) => pid), below.pid, grandchild])`;

const ends: Record<string, (kernel: KernelClient) => Promise<unknown>> = {
  "a shutdown": (kernel) => kernel.request("shutdown_request", { restart: false }, "control"),
  "a restart": (kernel) => kernel.request("shutdown_request", { restart: true }, "control"),
  SIGTERM: async (kernel) => kernel.process.kill("SIGTERM"),
  "a kill": async (kernel) => kernel.process.kill("SIGKILL"),
  "a cell that ends its process": (kernel) => kernel.execute("process.exit(1)"),
  "a cell that kills its process": (kernel) => kernel.execute("process.kill(process.pid, 'SIGKILL')"),
};

describe.skipIf(process.platform === "win32")("programs that cells have started", () => {
  test.each(Object.entries(ends))("end with %s, those that they started included", async (_, end) => {
    const kernel = await started();
    const [result] = said((await kernel.execute(start)).outputs);
    const pids: number[] = JSON.parse(result.replace(/^result: '(.*)'$/, "$1"));
    expect(pids.length).toBe(5);
    expect(pids.every(isAlive)).toBe(true);
    await end(kernel);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  const waits: Record<string, string> = {
    execSync: 'execSync("sleep 600")',
    "execSync of a shell that starts others": 'execSync("sleep 600; sleep 600; echo never")',
    execFileSync: 'execFileSync("sleep", ["600"], { stdio: "inherit" })',
    spawnSync: 'spawnSync("sleep", ["600"]); throw new Error("must not go on")',
    "one after an await": 'await null; spawnSync("sleep", ["600"])',
    "one in a timer": 'setTimeout(() => spawnSync("sleep", ["600"]), 1); await new Promise(() => {})',
    "one that a loop starts again and again":
      'for (;;) { try { execSync("sleep 600"); } catch (error) { console.log((error as Error).name); } }',
    "one that does not care": 'spawnSync("sh", ["-c", "trap \\"\\" INT; echo deaf; sleep 600"])',
  };
  test("are interrupted with the cell that waits for them, and its variables stay", async () => {
    const kernel = await started();
    await kernel.execute(
      'import { execFileSync, execSync, spawnSync } from "child_process";\nconst kept = 7;',
    );
    for (const [name, code] of Object.entries(waits)) {
      const id = await kernel.start(`console.log("up"); ${code}`);
      await kernel.waitFor(() => said(kernel.outputsOf(id)).length > 0);
      await new Promise((resume) => setTimeout(resume, 300));
      await kernel.request("interrupt_request", {}, "control");
      expect((await kernel.finished(id)).reply, name).toMatchObject({ ename: "KeyboardInterrupt" });
      expect(said((await kernel.execute("kept")).outputs), name).toEqual(["result: 7"]);
    }
    expect(said((await kernel.execute('execSync("echo works").toString()')).outputs)).toEqual([
      "result: 'works\\n'",
    ]);
  });
});
