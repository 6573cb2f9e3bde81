/** A line to a kernel in a web worker: requests and their replies, by Jupyter's protocol. */
import type {
  ChannelName,
  Configure,
  FilesMessage,
  JupyterMessage,
  ToPage,
} from "../../src/kernel/browser/messages";

export type Content = Record<string, unknown>;

/** What a request is told beside its reply. */
export interface Listener {
  /** A message on iopub that the request brought about: an output, a status. */
  onOutput?(message: JupyterMessage): void;
  /** The kernel asks the reader for a line of text. */
  onQuestion?(content: Content): string | null;
}

interface Pending extends Listener {
  resolve(content: Content): void;
  reject(reason: Error): void;
  reply?: Content;
  /** Whether the request is over only once the kernel says that it is idle: its outputs come before that. */
  untilIdle: boolean;
  isIdle: boolean;
}

/** What the page is told that none of its requests has brought about. */
export interface Listeners {
  /** A message on iopub: of controls, or of what they set going. */
  onOther?(message: JupyterMessage): void;
  /** Files that cells have written or removed. */
  onFiles?(files: FilesMessage["files"]): void;
}

/** The kernel was ended: whatever still waits for an answer of it is told so. */
export class KernelEnded extends Error {}

export class KernelConnection {
  private readonly session = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  private readonly pending = new Map<string, Pending>();
  /** Who hears of what comes after a request is over: a timer's output, a bar that moves on. */
  private readonly listeners = new Map<string, Listener>();
  private count = 0;

  constructor(
    private readonly worker: Worker,
    { configure, onOther, onFiles }: { configure?: Configure["configure"] } & Listeners = {},
  ) {
    worker.onmessage = ({ data }: MessageEvent<ToPage>) => {
      if (!("channel" in data)) return onFiles?.(data.files);
      const { channel, header, parent_header: parent } = data;
      const isOther = header.msg_type.startsWith("comm_") || !this.listeners.has(parent.msg_id ?? "");
      if (channel === "iopub" && isOther) onOther?.(data);
      this.take(data);
    };
    worker.onerror = (event) =>
      this.end(new KernelEnded(`the kernel could not be started: ${event.message}`));
    if (configure) worker.postMessage({ configure } satisfies Configure);
  }

  /** Sends a request and gives the content of its reply, once all that it puts out has come. */
  request(
    type: string,
    content: Content,
    options: Listener & { channel?: ChannelName } = {},
  ): Promise<Content> {
    const { channel = "shell", ...listener } = options;
    return new Promise((resolve, reject) => {
      const untilIdle = type === "execute_request";
      const id = this.send(channel, `${type}`, content);
      this.pending.set(id, { ...listener, resolve, reject, untilIdle, isIdle: false });
      if (listener.onOutput) this.listeners.set(id, listener);
    });
  }

  /** Sends what has no reply: a message of a widget. */
  send(
    channel: ChannelName,
    type: string,
    content: Content,
    parent: JupyterMessage["parent_header"] = {},
  ): string {
    const id = `${this.session}-${++this.count}`;
    const header = { msg_id: id, msg_type: type, session: this.session, username: "reader", version: "5.4" };
    this.worker.postMessage({
      channel,
      header: { ...header, date: new Date().toISOString() },
      parent_header: parent,
      metadata: {},
      content,
      buffers: [],
    } satisfies JupyterMessage);
    return id;
  }

  /** Gives the kernel files for its cells, by their names in the notebook's folder. */
  give(files: FilesMessage["files"]): void {
    if (Object.keys(files).length > 0) this.worker.postMessage({ files } satisfies FilesMessage);
  }

  /** Ends the kernel at once. */
  end(reason = new KernelEnded("the kernel was ended")): void {
    this.worker.terminate();
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
    this.listeners.clear();
  }

  private take(message: JupyterMessage): void {
    const { channel, header, parent_header: parent, content } = message;
    const id = parent.msg_id ?? "";
    const waiting = this.pending.get(id);
    if (channel === "stdin") {
      const value = waiting?.onQuestion?.(content) ?? "";
      this.send("stdin", "input_reply", { status: "ok", value }, header);
    } else if (channel === "iopub") {
      (waiting ?? this.listeners.get(id))?.onOutput?.(message);
      if (waiting && header.msg_type === "status" && content.execution_state === "idle")
        waiting.isIdle = true;
    } else if (waiting) waiting.reply = content;
    if (waiting?.reply && (waiting.isIdle || !waiting.untilIdle)) {
      this.pending.delete(id);
      waiting.resolve(waiting.reply);
    }
  }
}
