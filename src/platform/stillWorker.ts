/** The thread that talks to Kaleido while the main thread waits: one line of JSON in, one out. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import type { StillWork } from "./stills";

const { kaleido, flag, port } = workerData as StillWork;

/** Answers the main thread, and wakes it. */
function answer(message: { svg: string } | { error: string }): void {
  port.postMessage(message);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

const program = start();
let said = "";
program.stderr!.on("data", (text) => {
  said = (said + text).slice(-2000);
});
program.on("error", ({ message }) => answer({ error: message }));
program.on("exit", (code) =>
  answer({ error: `Kaleido ended with status ${code}: ${said.trim().split("\n").at(-1)}` }),
);

// The first line says only that it has started.
let greeted = false;
createInterface({ input: program.stdout! }).on("line", (line) => {
  if (!greeted) {
    greeted = true;
    return;
  }
  const { code, message, result } = JSON.parse(line);
  answer(code === 0 ? { svg: result } : { error: `Kaleido: ${message}` });
});

port.on("message", (text: string) => {
  const { data, layout } = JSON.parse(text);
  const { width = 720, height = 420 } = layout as { width?: number; height?: number };
  const request = { data: { data, layout }, format: "svg", width, height, scale: 1 };
  program.stdin!.write(`${JSON.stringify(request)}\n`);
});

/** Kaleido's own program, started as its launcher would, which cannot bear a space in a path. */
function start(): ChildProcess {
  const plotly = pathToFileURL(require.resolve("plotly.js-dist-min/plotly.min.js"));
  const flags = ["--disable-gpu", "--no-sandbox", "--allow-file-access-from-files", "--disable-breakpad"];
  const launcher =
    process.platform === "win32" ? join(kaleido, "kaleido.cmd") : join(kaleido, "bin", "kaleido");
  const libraries = [join(kaleido, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const { LD_PRELOAD: _, ...environment } = process.env;
  return spawn(launcher, ["plotly", `--plotlyjs=${plotly}`, ...flags], {
    cwd: kaleido,
    env: {
      ...environment,
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_PATH: join(kaleido, "etc", "fonts"),
      XDG_DATA_HOME: join(kaleido, "xdg"),
    },
    shell: process.platform === "win32",
    stdio: ["pipe", "pipe", "pipe"],
  });
}
