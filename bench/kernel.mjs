/**
 * Measures kernels side by side: time from start to the first answer and to the first result, the latency of
 * trivial cells, memory before and after them. `node bench/kernel.mjs [cells]`; prints a Markdown table.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { Dealer, Subscriber } = createRequire(import.meta.url)("zeromq");
const cells = Number(process.argv[2] ?? 1000);
const python = join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** How long to wait for one cell, in ms: a kernel may lose an answer, and is measured by the others. */
const patience = 5000;

const kernels = {
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
function memory(pid) {
  const children = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const pids = [pid];
  for (const parent of pids) for (const [child, of] of children) if (of === parent) pids.push(child);
  const share = (id) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8"))[1]) / 1024;
  return pids.reduce((sum, id) => sum + share(id), 0);
}

async function measure(command) {
  const folder = mkdtempSync(join(tmpdir(), "cofi-bench-"));
  const [shell_port, iopub_port, ...rest] = await freePorts(5);
  const [control_port, stdin_port, hb_port] = rest;
  const key = randomUUID();
  const file = join(folder, "connection.json");
  const about = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256", kernel_name: "" };
  writeFileSync(
    file,
    JSON.stringify({ ...about, shell_port, iopub_port, control_port, stdin_port, hb_port }),
  );
  const shell = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0 });
  shell.connect(`tcp://127.0.0.1:${shell_port}`);
  iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
  iopub.subscribe();
  const waiting = new Map();
  const done = (id, part) => {
    const parts = waiting.get(id);
    parts?.delete(part);
    if (parts?.size === 0) parts.resolve();
  };
  const read = (frames) =>
    frames
      .slice(frames.findIndex((frame) => `${frame}` === "<IDS|MSG>") + 2)
      .map((part) => JSON.parse(`${part}`));
  const replies = (async () => {
    for await (const frames of shell) done(read(frames)[1].msg_id, "reply");
  })();
  const news = (async () => {
    for await (const frames of iopub) {
      const [header, parent, , content] = read(frames);
      if (header.msg_type === "status" && content.execution_state === "idle") done(parent.msg_id, "idle");
    }
  })();
  /** Resolves when the reply has come, and the kernel has said that it is idle where that is to be waited for. */
  const request = async (type, content, ...parts) => {
    const header = {
      msg_id: randomUUID(),
      session: "bench",
      username: "",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const body = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", key);
    for (const part of body) hmac.update(part);
    const wait = new Set(parts);
    const finished = new Promise((resolve) => Object.assign(wait, { resolve }));
    waiting.set(header.msg_id, wait);
    await shell.send(["<IDS|MSG>", hmac.digest("hex"), ...body]);
    await finished;
  };
  const execute = (code) =>
    request(
      "execute_request",
      {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      },
      "reply",
      "idle",
    );

  const started = performance.now();
  const child = spawn(command[0], [...command.slice(1), file], { stdio: "ignore", cwd: root });
  await request("kernel_info_request", {}, "reply");
  const answered = performance.now() - started;
  // What is published before the subscription has arrived is lost: asked again until the kernel is heard.
  let heard = false;
  while (!heard) {
    const asked = request("kernel_info_request", {}, "reply", "idle").then(() => true);
    heard = await Promise.race([asked, new Promise((resume) => setTimeout(() => resume(false), 200))]);
  }
  await execute("1");
  const first = performance.now() - started;
  for (let k = 0; k < 20; k++) await execute(`${k}`);
  const before = memory(child.pid);
  const times = [];
  let unanswered = 0;
  for (let k = 0; k < cells && unanswered < 10; k++) {
    const from = performance.now();
    const answered = await Promise.race([
      execute(`${k} + 1`).then(() => true),
      new Promise((resume) => setTimeout(() => resume(false), patience)),
    ]);
    if (answered) times.push(performance.now() - from);
    else unanswered++;
  }
  const after = memory(child.pid);
  times.sort((a, b) => a - b);
  child.kill("SIGKILL");
  shell.close();
  iopub.close();
  await Promise.all([replies, news]);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { answered, first, median: at(0.5), p99: at(0.99), before, after, unanswered };
}

const ms = (time) => `${time < 100 ? time.toFixed(1) : Math.round(time)} ms`;
const [, self, , only] = process.argv;
if (only) {
  const { answered, first, median, p99, before, after, unanswered } = await measure(kernels[only]);
  const times = [answered, first, median, p99].map(ms).join(" | ");
  console.log(`| ${only} | ${times} | ${Math.round(before)} MB | ${Math.round(after)} MB | ${unanswered} |`);
  process.exit(0);
}
console.log(`${cells} trivial cells, Node ${process.version}\n`);
console.log(
  "| kernel | first answer | first result | median | 99th percentile | memory before | memory after | unanswered |",
);
console.log("|---|---|---|---|---|---|---|---|");
// Each is measured by a process of its own, so that none pays for what the one before it left behind.
for (const name of Object.keys(kernels))
  execFileSync(process.execPath, [self, String(cells), name], { stdio: "inherit" });
