import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { nodeProblem } from "../../commands/project/node-version.mjs";
import { inRoot } from "../../commands/project/project.mjs";

describe("the version of Node.js", () => {
  test.each(["v20.0.0", "v22.21.0", "v24.1.0", "v26.9.9"])("%s is a good one", (version) => {
    expect(nodeProblem(version)).toBe("");
  });

  test.each([
    ["v8.17.0", "too old"],
    ["v19.9.0", "too old"],
    ["v27.0.0-nightly2026", "too new"],
  ])("%s is %s", (version, fault) => {
    expect(nodeProblem(version)).toBe(
      `Node.js ${version} is ${fault}: Cofi runs on Node.js 20 to 26. Install one of those and run this again.`,
    );
  });

  test("stops every command with one line and exit status 1", () => {
    const main = JSON.stringify(inRoot("commands", "main.mjs"));
    const pretend = `Object.defineProperty(process, "version", { value: "v18.20.8" });
      process.argv[2] = "start";
      import(${main});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", pretend], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^Node\.js v18\.20\.8 is too old: .*\n$/);
  });
});
