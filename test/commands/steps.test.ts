// @module-tag slow
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules } from "../../commands/project/project.mjs";
import { webAssembly } from "../../src/wasm/webassembly";
import { TinyProject } from "./tinyProject";

describe("npm packages", () => {
  const project = new TinyProject();
  const stale = () => project.evaluate("setup/npm-packages.mjs", "tell(it.npmPackages.stale())");
  const install = () => project.evaluate("setup/npm-packages.mjs", "tell(await it.npmPackages.run(note))");

  beforeAll(() => {
    project.write("dep/package.json", JSON.stringify({ name: "dep", version: "1.2.3" }));
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const run = (cwd: string, ...args: string[]) =>
      execFileSync(npm, args, { cwd, stdio: "ignore", shell: process.platform === "win32" });
    run(project.path("dep"), "pack", "--pack-destination=..");
    const manifest = { name: "tiny", version: "1.0.0", dependencies: { dep: "file:dep-1.2.3.tgz" } };
    project.write("package.json", JSON.stringify(manifest));
    run(project.folder, "install", "--package-lock-only", "--offline", "--no-audit");
  });
  afterAll(() => project.remove());

  test("are installed once, and then up to date", () => {
    expect(stale()).toBe("installing those of package-lock.json");
    expect(install()).toBe("1 installed");
    expect(stale()).toBeNull();
  });

  test("are installed again when package-lock.json has another content", () => {
    const lock = project.path("package-lock.json");
    const content = readFileSync(lock, "utf8");
    writeFileSync(lock, content); // the same, at another time
    expect(stale()).toBeNull();
    writeFileSync(lock, `${content}\n`);
    expect(stale()).toBe("installing again, because package-lock.json has changed");
    writeFileSync(lock, content);
  });

  test("are installed again when one is damaged or gone", () => {
    writeFileSync(project.path("node_modules", "dep", "package.json"), '{ "name": "dep", "ver');
    expect(stale()).toBe("installing again, because node_modules/dep is missing or damaged");
    install();
    expect(stale()).toBeNull();
    rmSync(project.path("node_modules", "dep"), { recursive: true });
    expect(stale()).toContain("node_modules/dep");
  });

  test("whose installation fails count as not installed", () => {
    install();
    rmSync(project.path("dep-1.2.3.tgz"));
    rmSync(project.path("npm-cache"), { recursive: true, force: true });
    expect(install().problem).toContain("npm could not install the packages");
    expect(stale()).toBe("installing those of package-lock.json");
  });
});

describe.skipIf(process.platform === "win32")("Python packages", () => {
  const project = new TinyProject({
    "requirements.txt": "one==1.0\ntwo==2.0 ; python_full_version < '3.0'\n",
  });
  const stale = () => project.evaluate("setup/python-packages.mjs", "tell(it.pythonPackages.stale())");
  const folderOf = (name: string) =>
    project.path(".venv", "lib", "python3.11", "site-packages", `${name}.dist-info`);
  /** The step with a Python that only pretends: `pip` is what the environment's Python does when asked to install. */
  const install = (pip = "") => {
    const inside = `#!/bin/sh\n${pip}\n`;
    const outside = `#!/bin/sh
      if [ "$1" = -c ]; then echo '["python3", [3, 11, 2]]'; exit; fi
      mkdir -p "$3/bin" "$3/lib/python3.11/site-packages/one-1.0.dist-info" "$3/lib/python3.11/site-packages/pip-1.dist-info"
      cp inside "$3/bin/python"`;
    project.write("inside", inside, 0o755);
    const PATH = `${project.onlyPath({ python3: outside })}:/bin:/usr/bin`;
    const code = "await it.python.run(); tell(await it.pythonPackages.run(note));";
    return project.evaluate("setup/python-packages.mjs", code, { PATH });
  };
  afterAll(() => project.remove());

  test("are installed once, and then up to date", () => {
    expect(stale()).toBe("installing those of requirements.txt");
    expect(install()).toBe("1 installed");
    expect(stale()).toBeNull();
  });

  test("may be more, but not fewer", () => {
    mkdirSync(folderOf("extension-3.0"));
    rmSync(folderOf("pip-1"), { recursive: true });
    expect(stale()).toBeNull();
    rmSync(folderOf("one-1.0"), { recursive: true });
    expect(stale()).toBe("installing again, because one-1.0.dist-info is missing");
  });

  test("are installed again, from nothing, when requirements.txt has another content", () => {
    install();
    mkdirSync(folderOf("extension-3.0"));
    project.write("requirements.txt", "one==1.1\n");
    expect(stale()).toBe("installing again, because requirements.txt has changed");
    install();
    expect(existsSync(folderOf("extension-3.0"))).toBe(false);
    expect(stale()).toBeNull();
  });

  test("are installed again when the Python they were made with is another one, or gone", () => {
    rmSync(project.path(".venv", "bin", "python"));
    expect(stale()).toBe("installing again, because the Python it was made with has changed");
  });

  test("whose installation fails count as not installed", () => {
    expect(install("echo 'ERROR: [Errno 28] No space left on device'; exit 1").problem).toBe(
      "pip could not install the packages: the disk is full. Free some space (about 4 GB in all) and run this again. Details: .cache/setup.log",
    );
    expect(stale()).toBe("installing those of requirements.txt");
  });
});

describe("src", () => {
  const config = {
    compilerOptions: { rootDir: "src", outDir: "dist", sourceMap: true, types: [] },
    include: ["src"],
    exclude: ["src/wasm/assembly"],
  };
  const kernel = "export function twice(n: i32): i32 { return 2 * n; }";
  const project = new TinyProject({
    "tsconfig.json": JSON.stringify(config),
    "src/one.ts": "export const one: number = 1;",
    "src/two.ts": "export const two = 2;",
    "src/room/deep/three.ts": "export const three = 3;",
    "src/room/four.ts": "export const four = 4;",
    "src/wasm/assembly/index.ts": kernel,
  });
  const stale = () => project.evaluate("setup/compile.mjs", "tell(it.compiledSources.stale())");
  const compile = () => project.evaluate("setup/compile.mjs", "tell(await it.compiledSources.run())");

  beforeAll(() => {
    mkdirSync(project.path("node_modules"));
    for (const name of ["typescript", "assemblyscript"])
      symlinkSync(join(modules, name), project.path("node_modules", name), "junction");
  });
  afterAll(() => project.remove());

  test("is compiled once, and then up to date", () => {
    expect(stale()).toBe("compiling");
    expect(compile()).toBe("compiled");
    expect(existsSync(project.path("dist", "one.js"))).toBe(true);
    expect(webAssembly!.validate(readFileSync(project.path("dist", "wasm", "kernels.wasm")))).toBe(true);
    expect(webAssembly!.validate(readFileSync(project.path("dist", "wasm", "kernels-single.wasm")))).toBe(
      true,
    );
    expect(stale()).toBeNull();
    project.write("src/two.ts", "export const two = 2;");
    expect(stale()).toBeNull();
  });

  test("has source maps that lead to it", () => {
    const { sources } = JSON.parse(readFileSync(project.path("dist", "one.js.map"), "utf8"));
    expect(sources).toEqual(["../src/one.ts"]);
  });

  test("has its programs in Python beside it", () => {
    project.write("src/driver/main.py", "print(1)");
    expect(stale()).toBe("compiling again, because src has changed");
    compile();
    expect(readFileSync(project.path("dist", "driver", "main.py"), "utf8")).toBe("print(1)");
    rmSync(project.path("src", "driver"), { recursive: true });
    compile();
    expect(existsSync(project.path("dist", "driver"))).toBe(false);
  });

  test("leaves nothing behind of a file that is gone", () => {
    rmSync(project.path("src", "two.ts"));
    expect(stale()).toBe("compiling again, because src has changed");
    compile();
    expect(existsSync(project.path("dist", "two.js"))).toBe(false);
    expect(existsSync(project.path("dist", "two.js.map"))).toBe(false);
    expect(stale()).toBeNull();
  });

  test("leaves no folder behind that would be empty, and every other", () => {
    rmSync(project.path("src", "room", "deep"), { recursive: true });
    compile();
    expect(existsSync(project.path("dist", "room", "deep"))).toBe(false);
    expect(existsSync(project.path("dist", "room", "four.js"))).toBe(true);
    rmSync(project.path("src", "room"), { recursive: true });
    compile();
    expect(existsSync(project.path("dist", "room"))).toBe(false);
    expect(existsSync(project.path("dist", "wasm", "kernels.wasm"))).toBe(true);
    expect(stale()).toBeNull();
  });

  test("with a mistake: the compiler's words, and what was compiled before stays", () => {
    const before = statSync(project.path("dist", "one.js")).mtimeMs;
    project.write("src/one.ts", 'export const one: number = "1";');
    expect(compile().problem).toMatch(
      /^src\/one\.ts\(1,14\): error TS2322: .*\n\nsrc does not compile: mend the errors above and run this again\.$/,
    );
    expect(statSync(project.path("dist", "one.js")).mtimeMs).toBe(before);
    expect(stale()).not.toBeNull();
    project.write("src/one.ts", "export const one: number = 1;");
    compile();
    expect(stale()).toBeNull();
    project.write("src/wasm/assembly/index.ts", kernel.replace("2 * n", "nothing"));
    expect(compile().problem).toMatch(
      /Cannot find name 'nothing'.*src\/wasm\/assembly does not compile: mend the errors above/s,
    );
    project.write("src/wasm/assembly/index.ts", kernel);
    compile();
    expect(stale()).toBeNull();
  });

  test("is compiled again when dist or tsconfig.json was changed", () => {
    project.write("dist/one.js", "broken");
    expect(stale()).toBe("compiling again, because dist has changed");
    compile();
    project.write("tsconfig.json", `${JSON.stringify(config)}\n`);
    expect(stale()).toBe("compiling again, because tsconfig.json has changed");
  });
});

describe("the Jupyter kernel", () => {
  const project = new TinyProject();
  const stale = () => project.evaluate("setup/jupyter-files.mjs", "tell(it.jupyterFiles.stale())");
  const register = () => project.evaluate("setup/jupyter-files.mjs", "tell(await it.jupyterFiles.run())");
  const inData = (file: string) => project.path(".venv", "share", "jupyter", file);
  const read = (file: string) => JSON.parse(readFileSync(inData(file), "utf8"));
  afterAll(() => project.remove());

  test("is registered with absolute paths, and then up to date", () => {
    expect(stale()).toBe("registering");
    register();
    expect(stale()).toBeNull();
    expect(read("kernels/tslab/kernel.json")).toEqual({
      argv: [process.execPath, project.path("dist", "kernel", "main.js"), "--config", "{connection_file}"],
      display_name: "TypeScript (Cofi)",
      language: "typescript",
      interrupt_mode: "message",
      env: { TF_CPP_MIN_LOG_LEVEL: "2" },
      metadata: { debugger: true },
    });
  });

  test("is registered again for another Node.js", () => {
    const kernel = read("kernels/tslab/kernel.json");
    kernel.argv[0] = "/opt/other/node";
    writeFileSync(inData("kernels/tslab/kernel.json"), JSON.stringify(kernel));
    expect(stale()).toBe("registering");
    register();
    expect(read("kernels/tslab/kernel.json").argv[0]).toBe(process.execPath);
  });

  test("comes with a JupyterLab that does not ask about news", () => {
    expect(read("lab/settings/overrides.json")["@jupyterlab/apputils-extension:notification"]).toEqual({
      fetchNews: "false",
      checkForUpdates: false,
    });
  });
});

describe("clean", () => {
  test("removes what set-up made, and neither data nor notebooks", async () => {
    const made = [".venv/x", "node_modules/x", "dist/x", ".cache/x"];
    const kept = ["data/mine.csv", "notebooks/mine.ipynb", "src/mine.ts"];
    const project = new TinyProject(Object.fromEntries([...made, ...kept].map((file) => [file, "x"])));
    const { status } = await project.run("clean");
    expect(status).toBe(0);
    expect(made.filter((file) => existsSync(project.path(file)))).toEqual([]);
    expect(kept.filter((file) => existsSync(project.path(file)))).toEqual(kept);
    expect((await project.run("clean")).status).toBe(0);
    project.remove();
  });
});
