import { randomUUID } from "node:crypto";
import {
  type Comm,
  type CommListener,
  type CommManager,
  type CommMessage,
  type CommOptions,
  type CommTarget,
  offerComms,
} from "../../../base/comm";
import { answersPipe, writeLine } from "../../protocol/pipes";
import type { CommCall, CommContent, FromEvaluator } from "../../protocol/wire";
import { failureOf } from "../errors/failure";
import { Cell, currentCell, inCell, KeyboardInterrupt } from "../run/cell";
import { plainJson } from "./bundleData";
import { put } from "./output";

/** A line as the kernel holds it. */
class OpenComm implements Comm {
  isOpen = true;
  /** Settles once the target has taken the line: what the front end sends meanwhile waits for that. */
  taken: Promise<void> | undefined;
  readonly messages = new Set<CommListener>();
  readonly closes = new Set<CommListener>();

  constructor(
    readonly id: string,
    readonly target: string,
    private readonly forget: () => void,
  ) {}

  send(data: Record<string, unknown>, options: CommOptions = {}): void {
    if (!this.isOpen) throw new Error(`comm ${this.id} to ${this.target} is closed`);
    tell({ type: "comm_msg", comm_id: this.id, data }, options);
  }

  close(data: Record<string, unknown> = {}, options: CommOptions = {}): void {
    if (!this.isOpen) return;
    this.end();
    tell({ type: "comm_close", comm_id: this.id, data }, options);
  }

  /** Is closed from here on. */
  end(): void {
    this.isOpen = false;
    this.forget();
  }

  onMessage(listener: CommListener): () => void {
    return added(this.messages, listener);
  }

  onClose(listener: CommListener): () => void {
    return added(this.closes, listener);
  }
}

function added(listeners: Set<CommListener>, listener: CommListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All lines of the notebook, and what takes new ones. */
export class Comms implements CommManager {
  private readonly lines = new Map<string, OpenComm>();
  private readonly targets = new Map<string, CommTarget>();
  private readonly handling = new Set<Cell>();
  private readonly interruptions = new Set<() => void>();

  constructor() {
    offerComms(this);
  }

  open(
    target: string,
    {
      data = {},
      id = randomUUID(),
      ...options
    }: CommOptions & { data?: Record<string, unknown>; id?: string },
  ): Comm {
    if (this.lines.has(id)) throw new Error(`id must be that of no open comm, got ${JSON.stringify(id)}`);
    const comm = this.add(id, target);
    tell({ type: "comm_open", comm_id: id, target_name: target, data }, options);
    return comm;
  }

  register(target: string, take: CommTarget): () => void {
    this.targets.set(target, take);
    return () => {
      if (this.targets.get(target) === take) this.targets.delete(target);
    };
  }

  /**
   * Hands on what the front end sent; false for a line that nobody takes. What listeners print belongs to the
   * message, and what they throw is shown there and stops no other listener.
   */
  async take({ cell: id, content, metadata, buffers }: CommCall): Promise<boolean> {
    const message = {
      data: content.data,
      metadata,
      buffers: buffers.map((one) => Buffer.from(one, "base64")),
    };
    const cell = new Cell(id, content.type, false);
    if (content.type === "comm_open") {
      const { comm_id, target_name } = content;
      const target = this.targets.get(target_name);
      if (target === undefined || this.lines.has(comm_id)) return false;
      const comm = this.add(comm_id, target_name);
      comm.taken = this.handle(cell, [(given) => target(comm, given)], message);
      await comm.taken;
      comm.taken = undefined;
      return true;
    }
    const comm = this.lines.get(content.comm_id);
    if (comm === undefined) return true;
    if (comm.taken) await comm.taken;
    if (content.type === "comm_close") comm.end();
    await this.handle(cell, content.type === "comm_close" ? comm.closes : comm.messages, message);
    return true;
  }

  onInterrupt(listener: () => void): () => void {
    this.interruptions.add(listener);
    return () => this.interruptions.delete(listener);
  }

  /** Stops what listeners do that is not yet done; the lines stay open. */
  interrupt(id: string): void {
    for (const listener of [...this.interruptions]) listener();
    for (const cell of this.handling) if (cell.id === id) cell.controller.abort(new KeyboardInterrupt());
  }

  private async handle(cell: Cell, listeners: Iterable<CommListener>, message: CommMessage): Promise<void> {
    this.handling.add(cell);
    const interrupted = new Promise<void>((resolve) => {
      cell.controller.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    // In a turn of its own: where a loop is stopped, all calls up to that turn's start go with it.
    const done = [...listeners].map(
      (listener) =>
        new Promise<void>((resolve) => setImmediate(() => resolve(this.call(cell, listener, message)))),
    );
    await Promise.race([Promise.all(done), interrupted]);
    cell.finished = true;
    this.handling.delete(cell);
  }

  private async call(cell: Cell, listener: CommListener, message: CommMessage): Promise<void> {
    try {
      await inCell(cell, () => listener(message));
    } catch (thrown) {
      if (!cell.interrupted) put(cell.id, { type: "error", ...failureOf(thrown) });
    }
  }

  private add(id: string, target: string): OpenComm {
    const comm = new OpenComm(id, target, () => this.lines.delete(id));
    this.lines.set(id, comm);
    return comm;
  }
}

/** Sends a message to the front end, as part of what the running cell or message brought about. */
function tell(content: CommContent, { metadata = {}, buffers = [] }: CommOptions): void {
  const cell = currentCell();
  if (cell === undefined) throw new Error("a comm needs a cell: none has run yet");
  writeLine(answersPipe, {
    cell: cell.id,
    comm: {
      content: { ...content, data: plainJson(content.data) },
      metadata: plainJson(metadata),
      buffers: buffers.map(base64),
    },
  } as FromEvaluator);
}

function base64(buffer: ArrayBuffer | ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(buffer)
    ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : Buffer.from(buffer);
  return bytes.toString("base64");
}
