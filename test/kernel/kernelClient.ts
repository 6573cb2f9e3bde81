import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";
import { patience } from "../patience";

export const root = join(__dirname, "..", "..");

export interface Message {
  header: { msg_id: string; msg_type: string };
  parent_header: { msg_id?: string };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every type.
  content: any;
  metadata: Content;
  buffers: Buffer[];
}

/** What a message carries beside its content. */
export interface Extra {
  metadata?: Content;
  buffers?: Uint8Array[];
}

export interface Executed {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  reply: any;
  outputs: Message[];
}

type Content = Record<string, unknown>;

/** A front end of the simplest kind: it starts a kernel, sends requests and keeps all that it hears. */
export class KernelClient {
  readonly heard: Message[] = [];
  private readonly replies: Message[] = [];
  private readonly watchers = new Set<() => void>();
  log = "";
  exited = false;

  private constructor(
    readonly process: ChildProcess,
    private readonly key: string,
    private readonly sockets: {
      shell: Dealer;
      control: Dealer;
      stdin: Dealer;
      iopub: Subscriber;
      heartbeat: Request;
    },
    private readonly folder: string,
  ) {
    process.stderr?.on("data", (text) => (this.log += text));
    process.on("exit", () => {
      this.exited = true;
      this.wake();
    });
    for (const name of ["shell", "control", "stdin"] as const) void this.listen(sockets[name], this.replies);
    void this.listen(sockets.iopub, this.heard);
  }

  static async start(options: { cwd?: string; main?: string[]; env?: NodeJS.ProcessEnv } = {}) {
    const { cwd = join(root, "test"), main = [join(root, "dist", "kernel", "main.js"), "--config"] } =
      options;
    const folder = mkdtempSync(join(tmpdir(), "cofi-kernel-"));
    const ports = await freePorts(5);
    const [shell_port, control_port, stdin_port, iopub_port, hb_port] = ports;
    const key = randomUUID();
    const file = join(folder, "connection.json");
    const connection = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256" };
    writeFileSync(
      file,
      JSON.stringify({ ...connection, shell_port, control_port, stdin_port, iopub_port, hb_port }),
    );
    const child = spawn(process.execPath, [...main, file], { cwd, env: { ...process.env, ...options.env } });
    const routingId = randomUUID();
    const sockets = {
      shell: new Dealer({ routingId, linger: 0 }),
      control: new Dealer({ routingId, linger: 0 }),
      stdin: new Dealer({ routingId, linger: 0 }),
      iopub: new Subscriber({ linger: 0 }),
      heartbeat: new Request({ linger: 0 }),
    };
    [sockets.shell, sockets.control, sockets.stdin, sockets.iopub, sockets.heartbeat].forEach((socket, k) => {
      socket.connect(`tcp://127.0.0.1:${ports[k]}`);
    });
    sockets.iopub.subscribe();
    const client = new KernelClient(child, key, sockets, folder);
    // What is published before the subscription has arrived is lost.
    const heard = () => client.heard.some(({ header }) => header.msg_type === "status");
    for (const until = Date.now() + patience; !heard() && Date.now() < until; ) {
      await client.request("kernel_info_request", {});
      await client.waitFor(heard, 300).catch(() => {});
    }
    return client;
  }

  /** Sends a request and returns its id at once. */
  async send(
    type: string,
    content: Content,
    on: "shell" | "control" | "stdin" = "shell",
    { metadata = {}, buffers = [] }: Extra = {},
  ): Promise<string> {
    const id = randomUUID();
    await this.sockets[on].send([
      ...this.frames(type, content, id, metadata),
      ...buffers.map((one) => Buffer.from(one)),
    ]);
    return id;
  }

  /** The frames of a message as they go over the wire. */
  frames(type: string, content: unknown, id: string = randomUUID(), metadata: Content = {}): string[] {
    const header = {
      msg_id: id,
      session: "test",
      username: "test",
      date: "",
      msg_type: type,
      version: "5.4",
    };
    const parts = [header, {}, metadata, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return ["<IDS|MSG>", hmac.digest("hex"), ...parts];
  }

  sendFrames(frames: (string | Buffer)[]): Promise<void> {
    return this.sockets.shell.send(frames);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a reply's content depends on its type.
  async request(type: string, content: Content, on: "shell" | "control" = "shell"): Promise<any> {
    return this.reply(await this.send(type, content, on));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  async reply(id: string): Promise<any> {
    const find = () =>
      this.replies.find(
        ({ header, parent_header }) => parent_header.msg_id === id && header.msg_type !== "input_request",
      );
    await this.waitFor(() => find() !== undefined);
    return find()?.content;
  }

  /** Runs a cell to its end. */
  async execute(code: string, options: Content = {}): Promise<Executed> {
    return this.finished(await this.start(code, options));
  }

  /** Starts a cell and returns the id of its request. */
  start(code: string, options: Content = {}): Promise<string> {
    return this.send("execute_request", { code, allow_stdin: false, ...options });
  }

  async finished(id: string): Promise<Executed> {
    const reply = await this.reply(id);
    await this.waitFor(() =>
      this.outputsOf(id, true).some(({ content }) => content.execution_state === "idle"),
    );
    return { reply, outputs: this.outputsOf(id) };
  }

  /** What was published for a request, without `status` unless asked for. */
  outputsOf(id: string, all = false): Message[] {
    return this.heard.filter(
      ({ header, parent_header }) => parent_header.msg_id === id && (all || header.msg_type !== "status"),
    );
  }

  async answer(value: string): Promise<void> {
    await this.waitFor(() => this.replies.some(({ header }) => header.msg_type === "input_request"));
    await this.send("input_reply", { value }, "stdin");
  }

  /** What the front end was asked for a request, in order. */
  questions(id: string): Content[] {
    return this.replies
      .filter(({ header, parent_header: { msg_id } }) => msg_id === id && header.msg_type === "input_request")
      .map(({ content }) => content);
  }

  /** Runs a cell that asks; each answer is given when it is asked for. */
  async converse(code: string, answers: string[]): Promise<Executed & { questions: Content[] }> {
    const id = await this.start(code, { allow_stdin: true });
    for (const [k, value] of answers.entries()) {
      await this.waitFor(() => this.questions(id).length > k);
      await this.send("input_reply", { value }, "stdin");
    }
    return { ...(await this.finished(id)), questions: this.questions(id) };
  }

  question(): Content | undefined {
    return this.replies.findLast(({ header }) => header.msg_type === "input_request")?.content;
  }

  async beat(text: string): Promise<string> {
    await this.sockets.heartbeat.send(text);
    const [answer] = await this.sockets.heartbeat.receive();
    return answer.toString();
  }

  async waitFor(done: () => boolean, limit = patience): Promise<void> {
    const until = Date.now() + limit;
    while (!done()) {
      const left = until - Date.now();
      if (left <= 0) throw new Error(`nothing came in ${limit} ms; the kernel's log: ${this.log}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, Math.min(left, 500));
        const { watchers } = this;
        function wake() {
          clearTimeout(timer);
          watchers.delete(wake);
          resolve();
        }
        watchers.add(wake);
      });
    }
  }

  async stop(): Promise<void> {
    if (!this.exited) {
      await this.send("shutdown_request", { restart: false }, "control");
      await this.waitFor(() => this.exited).catch(() => this.process.kill("SIGKILL"));
    }
    for (const socket of Object.values(this.sockets)) socket.close();
    rmSync(this.folder, { recursive: true });
  }

  private async listen(socket: Dealer | Subscriber, into: Message[]): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const [header, parent_header, metadata, content] = frames
        .slice(at + 2, at + 6)
        .map((part) => JSON.parse(part.toString()));
      into.push({ header, parent_header, metadata, content, buffers: frames.slice(at + 6) });
      this.wake();
    }
  }

  private wake(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** What the outputs of a cell say, in order: text of streams, plain text of results and displays, names of errors. */
export function said(outputs: Message[]): string[] {
  return outputs.flatMap(({ header: { msg_type: type }, content }) => {
    if (type === "stream") return [`${content.name}: ${content.text}`];
    if (type === "execute_result") return [`result: ${content.data["text/plain"]}`];
    if (type === "display_data" || type === "update_display_data")
      return [`${type === "display_data" ? "display" : "update"}: ${content.data["text/plain"]}`];
    return type === "error" ? [`error: ${content.ename}: ${content.evalue}`] : [];
  });
}

/** A traceback without its colours. */
export function plain(traceback: string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  return traceback.join("\n").replace(/\u001b\[[\d;]*m/g, "");
}
