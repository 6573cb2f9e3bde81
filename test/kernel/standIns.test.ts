// @module-tag slow
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

/** What the functions of Node's modules and globals are called, how many arguments they take, and what they carry. */
const look = `
const found = {};
const note = (where, holder) => {
  for (const key of Reflect.ownKeys(holder)) {
    const value = Object.getOwnPropertyDescriptor(holder, key).value;
    if (typeof value === "function")
      found[where + "." + String(key)] = [value.name, value.length, ...Reflect.ownKeys(value).map(String)].join(" ");
  }
};
for (const name of ["child_process", "fs", "fs/promises", "timers", "timers/promises", "process", "console", "worker_threads"])
  note(name, require(name));
note("globalThis", globalThis);
// graceful-fs, which packages bring along, has one of its own; \`node -e\` has another.
delete found["process.chdir"];
delete found["globalThis.require"];`;

test("what the kernel puts in the place of Node's functions carries all that these carry", async () => {
  const plain = JSON.parse(
    execFileSync(process.execPath, ["-e", `${look}; console.log(JSON.stringify(found))`], {
      encoding: "utf8",
    }),
  );
  const kernel = await KernelClient.start();
  try {
    const cell = `// @ts-nocheck\n${look}\nconsole.log(JSON.stringify(found))`;
    const [printed] = said((await kernel.execute(cell)).outputs);
    const here = JSON.parse(printed.replace(/^[^{]*/, ""));
    expect(Object.keys(plain).length).toBeGreaterThan(200);
    expect(Object.fromEntries(Object.keys(plain).map((name) => [name, here[name]]))).toEqual(plain);

    const promised = `import { exec, execFile } from "node:child_process";
import { write } from "node:fs";
import { promisify } from "node:util";
const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", "console.log(1); console.error(2)"]);
const shell = await promisify(exec)("echo 3");
const written = await promisify(write)(1, "4\\n");
const failed = await promisify(execFile)("node", ["-e", "process.exit(5)"]).catch((error) => error.code);
console.log(JSON.stringify([stdout, stderr, shell.stdout, written.bytesWritten, failed]));`;
    const lines = said((await kernel.execute(promised)).outputs).join("\n");
    expect(lines).toContain(JSON.stringify(["1\n", "2\n", "3\n", 2, 5]));
  } finally {
    await kernel.stop();
  }
});
