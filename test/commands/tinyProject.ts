import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { inRoot } from "../../commands/project/project.mjs";

/** A project of a few files with the real set-up in it, in a folder with a space and an accent in its name. */
export class TinyProject {
  readonly folder = mkdtempSync(join(tmpdir(), "cofi tiny é "));

  constructor(files: Record<string, string> = {}) {
    cpSync(inRoot("commands"), this.path("commands"), { recursive: true });
    for (const [file, content] of Object.entries(files)) this.write(file, content);
  }

  path(...parts: string[]) {
    return join(this.folder, ...parts);
  }

  write(file: string, content: string, mode?: number) {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content, { mode });
  }

  /** Runs one of the project's commands; an environment variable given as undefined is taken away. */
  start(command: string, env: Record<string, string | undefined> = {}) {
    const child = spawn(process.execPath, [this.path("commands", "main.mjs"), command], {
      env: { ...process.env, npm_config_cache: this.path("npm-cache"), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { child, result: resultOf(child) };
  }

  run(command: string, env?: Record<string, string | undefined>) {
    return this.start(command, env).result;
  }

  /** Evaluates code with one of the set-up's modules at hand; gives what the code prints as JSON. */
  evaluate(module: string, code: string, more: Record<string, string> = {}) {
    const url = JSON.stringify(pathToFileURL(this.path("commands", module)).href);
    const program = `const it = await import(${url}); const note = () => {};
      const tell = (value) => console.log(JSON.stringify(value ?? null));
      try { ${code} } catch (error) { tell({ problem: error.message }); }`;
    const env = { ...process.env, npm_config_cache: this.path("npm-cache"), ...more };
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
      env,
    });
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** A PATH with nothing on it but these scripts. */
  onlyPath(scripts: Record<string, string>) {
    mkdirSync(this.path("bin"), { recursive: true });
    for (const [name, script] of Object.entries(scripts)) this.write(join("bin", name), script, 0o755);
    return this.path("bin");
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function resultOf(child: ChildProcess) {
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  const [status] = await once(child, "close");
  return { status: status as number | null, output, lastLine: output.trim().split("\n").pop() };
}
