// @module-tag slow

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules, root } from "../../commands/project/project.mjs";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const shell = process.platform === "win32";
const folder = mkdtempSync(join(tmpdir(), "cofi packed é "));
const app = join(folder, "app");
let packed: { filename: string; files: { path: string }[]; size: number };
let refusal: string | undefined;

beforeAll(() => {
  const printed = execFileSync(npm, ["pack", "--json", "--ignore-scripts", `--pack-destination=${folder}`], {
    cwd: root,
    shell,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  [packed] = JSON.parse(printed);
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "name": "app", "version": "1.0.0", "private": true }');
  const install = [
    "install",
    join(folder, packed.filename),
    "--prefer-offline",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
  ];
  const { status, stderr } = spawnSync(npm, [...install, "--fetch-retries=0", "--fetch-timeout=20000"], {
    cwd: app,
    shell,
    encoding: "utf8",
  });
  if (status !== 0) refusal = stderr;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether npm could not reach its registry, which is no fault of the package. */
const isOffline = () =>
  refusal !== undefined && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|network/i.test(refusal);

/** Runs a program in the project that has the package, with nothing but Node on its path. */
function run(name: string, code: string) {
  writeFileSync(join(app, name), code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], {
    cwd: app,
    encoding: "utf8",
    env: { PATH: "/nothing", HOME: folder },
  });
  return { status, stdout: stdout.trim(), stderr };
}

const uses = `
const { ratings } = lecture();
const { model } = await train(randomModel({ ...ratings, numFeatures: 2, seed: 1 }), ratings, { iterations: 200, lambda: 0.1 });
writeFileSync("r.csv", "user,item,rating\\nada,x,4\\nada,y,5\\nbob,x,2\\nbob,z,3\\ncat,y,1\\n");
const read = await readRatings("r.csv");
const { values } = await recommendAll(model, { exclude: ratings, count: 1, threads: 2 }).then((top) => ({ values: top !== undefined }));
const failed = async (work) => { try { await work(); return "worked"; } catch (error) { return error.message; } };
console.log(JSON.stringify({
  users: ratings.numUsers, finite: model.X.every(Number.isFinite), read: read.userIds, values,
  cost: Number.isFinite(cost(model, ratings)), figure: costCurve(new Float64Array([3, 2])).data.length,
  tf: await failed(() => tf.tensor([1])), frame: await failed(() => toFrame(ratings)), pid: typeof openComm,
}));`;
const names =
  "cost, costCurve, lecture, openComm, randomModel, readRatings, recommendAll, tf, toFrame, train";

describe("a packed cofi", () => {
  test("holds what the module needs, and neither kernel nor sources nor data that may not be passed on", () => {
    const files = packed.files.map(({ path }) => path);
    for (const needed of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/wasm/kernels.wasm",
      "dist/wasm/kernels-single.wasm",
      "dist/spark/driver/main.py",
      "dist/wasm/worker.js",
      "dist/platform/stillWorker.js",
      "dist/modelSelection/poolWorker.js",
      "data/lecture.json",
      "notebooks/exercises.json",
      "README.md",
      "LICENSE",
    ])
      expect(files).toContain(needed);
    expect(
      files.filter(
        (file) =>
          !/^(?:dist\/(?!kernel\/).*\.(?:js|d\.ts|wasm|py)|data\/lecture\.json|notebooks\/exercises\.json|README\.md|LICENSE|package\.json)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
    expect(packed.size).toBeLessThan(1_000_000);
  });

  test.each([
    [
      "CommonJS",
      "use.cjs",
      `const { ${names} } = require("cofi"); const { writeFileSync } = require("fs"); (async () => {${uses}})();`,
    ],
    [
      "an ES module",
      "use.mjs",
      `import { ${names} } from "cofi"; import { writeFileSync } from "fs"; ${uses}`,
    ],
  ])("installs in an empty project and works from %s, without Python", (_, name, code) => {
    if (isOffline()) return console.warn(`npm's registry was not reached: ${name} was not tried`);
    expect(refusal).toBeUndefined();
    const { status, stdout, stderr } = run(name, code);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{
        users: 4,
        finite: true,
        read: ["ada", "bob", "cat"],
        values: true,
        cost: true,
        figure: 1,
        pid: "function",
      },
      tf: expect.stringMatching(/^tf needs TensorFlow\.js, which is not installed: npm install /),
      frame: expect.stringMatching(/^(?:tf|toFrame) needs .* is not installed: npm install /),
    });
  });

  test("loads nothing heavy before it is used", () => {
    if (isOffline()) return console.warn("npm's registry was not reached: what is loaded was not tried");
    const { stdout } = run(
      "loads.cjs",
      'require("cofi"); console.log(Object.keys(require.cache).join("\\n"));',
    );
    expect(stdout).not.toMatch(/node_modules.(?:@duckdb|@tensorflow|danfojs|plotly)/);
  });

  test("has its types", () => {
    if (isOffline()) return console.warn("npm's registry was not reached: types were not tried");
    const code =
      'import { lecture, type Ratings } from "cofi";\nconst r: Ratings = lecture().ratings;\nexport const n: number = r.numUsers;\nexport const wrong: string = r.numUsers;\n';
    writeFileSync(join(app, "types.ts"), code);
    for (const options of [
      ["--module", "node16"],
      ["--module", "commonjs", "--moduleResolution", "node10"],
    ]) {
      const tsc = join(modules, "typescript", "bin", "tsc");
      const { stdout } = spawnSync(
        process.execPath,
        [tsc, "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", ...options, "types.ts"],
        { cwd: app, encoding: "utf8" },
      );
      expect(stdout.trim().split("\n")).toEqual([expect.stringContaining("types.ts(4,14): error TS2322")]);
    }
  });
});
