import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnGuarded } from "../programs/guarded.mjs";
import { descendants, endProcess, endTree } from "../programs/process-tree.mjs";
import { cache, root, venvPython } from "../project/project.mjs";
import { jupyterData } from "../setup/jupyter-files.mjs";
import { pipEnvironment } from "../setup/pip.mjs";
import { readJson } from "../setup/stamp.mjs";

const PATIENCE = 20_000; // milliseconds for JupyterLab to shut its kernels down, busy ones too, before they are ended
const firstPage = "lab/tree/notebooks/00-start-here.ipynb";

/**
 * Starts JupyterLab on the loopback address, with a token.
 *
 * @param args Further arguments for it.
 * @param folder The folder that it shows. @default the project's
 * @param page The page that it opens. @default the first notebook's
 * @returns `address`, with the token, once it answers (undefined: it ended before that); `ended`, its exit status; `stop`.
 */
export function launchLab(args, folder = root, page = firstPage) {
  const runtime = mkdtempSync(join(tmpdir(), "cofi-"));
  const child = spawnGuarded(venvPython, ["-m", "jupyterlab", ...options(folder, page), ...args], {
    cwd: folder,
    env: environment(runtime),
    stdout: "inherit",
    stderr: "inherit",
  });
  const endAll = () => [...descendants(child.pid), child.pid].forEach(endProcess);
  process.on("exit", endAll);
  const ended = new Promise((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  ended.then(() => {
    process.off("exit", endAll);
    endTree(child); // what may be left of it
    rmSync(runtime, { recursive: true, force: true });
  });
  return {
    address: addressIn(runtime, ended, page),
    ended,
    async stop() {
      const kernels = descendants(child.pid); // once it has ended they could not be found any more
      if (process.platform === "win32")
        endTree(child); // there is no gentler way there
      else child.kill("SIGTERM");
      if ((await Promise.race([ended, sleep(PATIENCE, "late", { ref: false })])) === "late") endAll();
      kernels.forEach(endProcess);
      await ended;
    },
  };
}

function options(folder, page) {
  const linux = process.platform === "linux";
  const screen = process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.BROWSER;
  return [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${folder}`,
    `--LabApp.default_url=/${page}`,
    "--Application.log_level=ERROR",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []), // in a container one is root, and Jupyter refuses that
    ...(linux && !screen ? ["--no-browser"] : []), // it would open one for text, in this terminal
  ];
}

function environment(runtime) {
  const { JUPYTER_CONFIG_DIR: theirs = join(homedir(), ".jupyter"), JUPYTER_PATH, ...env } = pipEnvironment();
  return {
    JUPYTER_TOKEN: randomBytes(24).toString("hex"),
    // A configuration made for another Jupyter is left alone, but the reader's theme and shortcuts hold.
    JUPYTERLAB_SETTINGS_DIR: join(theirs, "lab", "user-settings"),
    ...env,
    JUPYTER_CONFIG_DIR: join(cache, "jupyter"),
    JUPYTER_RUNTIME_DIR: runtime,
    JUPYTER_PATH: [jupyterData, ...(JUPYTER_PATH ? [JUPYTER_PATH] : [])].join(delimiter),
  };
}

/** Waits for the file in which the server says where it is, and then for the server itself. */
async function addressIn(runtime, ended, page) {
  let running = true;
  ended.then(() => {
    running = false;
  });
  while (running) {
    await sleep(100);
    const server = running && serverIn(runtime);
    if (server && (await answers(server.url)))
      return `${server.url}${page}${server.token ? `?token=${server.token}` : ""}`;
  }
  return undefined;
}

function serverIn(runtime) {
  const name = readdirSync(runtime).find((file) => /^jpserver-\d+\.json$/.test(file));
  return name && readJson(join(runtime, name));
}

async function answers(url) {
  try {
    return (await fetch(`${url}api`)).ok;
  } catch {
    return false; // not yet
  }
}
