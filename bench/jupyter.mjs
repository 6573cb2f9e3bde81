/**
 * A kernel as a program of its own and what its answers are, over Jupyter's protocol: for measurements of kernels and
 * for running the same cells in several.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { Dealer, Subscriber } = createRequire(import.meta.url)("zeromq");
const python = join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** How each kernel is started; the connection's file comes last. */
export const kernels = {
  Cofi: [process.execPath, join(root, "dist/kernel/main.js"), "--config"],
  "tslab 1.0.22": [process.execPath, join(root, "node_modules/tslab/bin/tslab"), "kernel", "--config-path"],
  ipykernel: [python, "-m", "ipykernel_launcher", "-f"],
};

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The memory of a process and all below it, in MB: what is theirs alone, and their share of the rest. */
export function memory(pid) {
  const children = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const pids = [pid];
  for (const parent of pids) for (const [child, of] of children) if (of === parent) pids.push(child);
  return pids.reduce((sum, id) => sum + shareOf(id), 0);
}

/** What one process takes, in MB; nothing where it has ended meanwhile. */
function shareOf(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Starts a kernel and connects to it: `answered` and `ready` are the milliseconds from its start to its first answer and
 * until it is heard, `execute` runs a cell and resolves with its reply and outputs, `stop` ends it.
 */
export async function startKernel(name, options = {}) {
  // Another program may take one of the ports between the looking and the taking: the kernel then never answers.
  for (let tries = 1; ; tries++) {
    const kernel = await connectKernel(name, options);
    if (kernel !== undefined) return kernel;
    if (tries === 3) throw new Error(`${name} did not start`);
  }
}

/** How long a kernel may take to answer for the first time, in ms. */
const patience = 30_000;

async function connectKernel(name, { cwd = root }) {
  const [program, ...given] = kernels[name];
  const folder = mkdtempSync(join(tmpdir(), "cofi-bench-"));
  const [shell_port, iopub_port, control_port, stdin_port, hb_port] = await freePorts(5);
  const key = randomUUID();
  const file = join(folder, "connection.json");
  const about = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256", kernel_name: "" };
  const ports = { shell_port, iopub_port, control_port, stdin_port, hb_port };
  writeFileSync(file, JSON.stringify({ ...about, ...ports }));
  const shell = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0 });
  shell.connect(`tcp://127.0.0.1:${shell_port}`);
  iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
  iopub.subscribe();

  const waiting = new Map();
  const done = (id, part) => {
    const request = waiting.get(id);
    if (!request?.parts.delete(part) || request.parts.size > 0) return;
    waiting.delete(id);
    request.resolve(request);
  };
  const read = (frames) =>
    frames
      .slice(frames.findIndex((frame) => `${frame}` === "<IDS|MSG>") + 2)
      .map((part) => JSON.parse(`${part}`));
  const replies = (async () => {
    for await (const frames of shell) {
      const [, parent, , content] = read(frames);
      const request = waiting.get(parent.msg_id);
      if (request) request.reply = content;
      done(parent.msg_id, "reply");
    }
  })();
  const news = (async () => {
    for await (const frames of iopub) {
      const [{ msg_type: type }, { msg_id: of }, , content] = read(frames);
      if (type !== "status") waiting.get(of)?.outputs.push({ type, content });
      else if (content.execution_state === "idle") done(of, "idle");
    }
  })();

  /** Resolves when the reply has come, and the kernel has said that it is idle where that is to be waited for. */
  async function request(msg_type, content, ...parts) {
    const date = new Date().toISOString();
    const header = { msg_id: randomUUID(), session: "bench", username: "", date, msg_type, version: "5.3" };
    const body = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", key);
    for (const part of body) hmac.update(part);
    const finished = new Promise((resolve) =>
      waiting.set(header.msg_id, { parts: new Set(parts), outputs: [], reply: undefined, resolve }),
    );
    await shell.send(["<IDS|MSG>", hmac.digest("hex"), ...body]);
    return finished;
  }

  const started = performance.now();
  const child = spawn(program, [...given, file], { stdio: "ignore", cwd });
  const stop = async () => {
    child.kill("SIGKILL");
    shell.close();
    iopub.close();
    await Promise.all([replies, news]);
    rmSync(folder, { recursive: true, force: true });
  };
  const silence = new Promise((resume) => setTimeout(resume, patience).unref());
  if ((await Promise.race([request("kernel_info_request", {}, "reply"), silence])) === undefined) {
    await stop();
    return undefined;
  }
  const answered = performance.now() - started;
  // What is published before the subscription has arrived is lost: asked again until the kernel is heard.
  let heard = false;
  while (!heard) {
    const asked = request("kernel_info_request", {}, "reply", "idle").then(() => true);
    heard = await Promise.race([asked, new Promise((resume) => setTimeout(() => resume(false), 50))]);
    if (performance.now() - started > patience) {
      await stop();
      return undefined;
    }
  }
  const ready = performance.now() - started;

  return {
    pid: child.pid,
    started,
    answered,
    ready,
    execute: (code) =>
      request(
        "execute_request",
        {
          ...{ code, silent: false, store_history: true, user_expressions: {} },
          ...{ allow_stdin: false, stop_on_error: true },
        },
        "reply",
        "idle",
      ),
    stop,
  };
}
