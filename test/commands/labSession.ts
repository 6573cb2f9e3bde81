import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot, root } from "../../commands/project/project.mjs";

/** A running `npm start -- --no-browser` of this project. */
export class LabSession {
  output = "";
  address = new URL("http://127.0.0.1");
  readonly #folder = mkdtempSync(join(tmpdir(), "cofi-lab-"));
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(args: string[] = []) {
    // With neither the settings nor the open pages of whoever runs the tests.
    const env = {
      ...process.env,
      JUPYTERLAB_SETTINGS_DIR: join(this.#folder, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(this.#folder, "workspaces"),
    };
    this.child = spawn(process.execPath, [inRoot("commands", "main.mjs"), "start", "--no-browser", ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding("utf8").on("data", (text) => {
        this.output += text;
      });
    this.ended = once(this.child, "close").then(([status]) => {
      rmSync(this.#folder, { recursive: true, force: true });
      return status;
    });
  }

  /** Waits for the line with the address. */
  async ready() {
    let over = false;
    this.ended.then(() => {
      over = true;
    });
    for (;;) {
      const address = /JupyterLab is ready: (\S+)/.exec(this.output);
      if (address) {
        this.address = new URL(address[1]);
        return this;
      }
      if (over) throw new Error(`it ended: ${this.output}`);
      await sleep(50);
    }
  }

  /** Asks the server, with the token of the address. */
  async ask(path: string, init: RequestInit = {}) {
    const headers = { Authorization: `token ${this.address.searchParams.get("token")}` };
    const response = await fetch(new URL(path, this.address.origin), { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
    return (await response.json()) as any;
  }

  /** Ctrl-C; gives the exit status. */
  async stop() {
    this.child.kill("SIGINT");
    return this.ended;
  }
}
