import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import type { Executed, Message } from "../kernel/kernelClient";
import { patience } from "../patience";

/** A front end of the simplest kind, in a page: it starts a kernel, sends requests and keeps all that it hears. */
export class WebKernelClient {
  readonly heard: (Message & { channel: string; files?: Record<string, unknown> })[] = [];
  private readonly watchers = new Set<() => void>();

  private constructor(
    readonly page: Page,
    private readonly name: string,
  ) {}

  /**
   * @param options.name Its name in the page, which may have several.
   * @param options.start The worker, as an expression. @default that of the page's own server
   */
  static async start(
    page: Page,
    { name = "kernel", start = 'new Worker("/kernel.js")' }: { name?: string; start?: string } = {},
  ): Promise<WebKernelClient> {
    const client = new WebKernelClient(page, name);
    await page.exposeFunction(`${name}Heard`, (message: never) => client.take(message));
    await page.evaluate(
      `globalThis.${name} = ${start};
       ${name}.onmessage = ({ data }) => {
         if (!data.files) return ${name}Heard(data);
         const text = (data) => data && new TextDecoder().decode(data);
         globalThis.lastFiles = Object.fromEntries(Object.entries(data.files).map(([name, data]) => [name, text(data)]));
       }`,
    );
    return client;
  }

  async post(message: object): Promise<void> {
    await this.page.evaluate(`${this.name}.postMessage(${JSON.stringify(message)})`);
  }

  async send(
    type: string,
    content: object,
    channel: "shell" | "control" | "stdin" = "shell",
  ): Promise<string> {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: "test",
      username: "test",
      date: "",
      version: "5.4",
    };
    await this.post({ channel, header, parent_header: {}, metadata: {}, content, buffers: [] });
    return id;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a reply's content depends on its type.
  async request(type: string, content: object, channel: "shell" | "control" = "shell"): Promise<any> {
    return this.reply(await this.send(type, content, channel));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  async reply(id: string): Promise<any> {
    const find = () =>
      this.heard.find(
        ({ channel, header, parent_header }) =>
          channel !== "iopub" && parent_header?.msg_id === id && header.msg_type !== "input_request",
      );
    await this.waitFor(() => find() !== undefined);
    return find()?.content;
  }

  start(code: string, options: object = {}): Promise<string> {
    return this.send("execute_request", { code, allow_stdin: false, ...options });
  }

  async execute(code: string, options: object = {}): Promise<Executed> {
    return this.finished(await this.start(code, options));
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
      ({ channel, header, parent_header }) =>
        channel === "iopub" && parent_header?.msg_id === id && (all || header.msg_type !== "status"),
    );
  }

  async waitFor(done: () => boolean, limit = patience): Promise<void> {
    const until = Date.now() + limit;
    while (!done()) {
      const left = until - Date.now();
      if (left <= 0) throw new Error(`nothing came in ${limit} ms`);
      await new Promise<void>((resolve) => {
        const { watchers } = this;
        const timer = setTimeout(wake, Math.min(left, 500));
        function wake() {
          clearTimeout(timer);
          watchers.delete(wake);
          resolve();
        }
        watchers.add(wake);
      });
    }
  }

  private take(message: never): void {
    this.heard.push(message);
    for (const watcher of [...this.watchers]) watcher();
  }
}
