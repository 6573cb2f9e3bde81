import type { Channels } from "../protocol/channels";
import type { History } from "../protocol/history";
import type { Content, Message } from "../protocol/message";
import type { Outputs } from "../protocol/outputs";
import type { Runtime } from "../protocol/runtime";

/** What the handlers of requests work with. */
export interface Kernel {
  readonly channels: Channels;
  readonly outputs: Outputs;
  readonly runtime: Runtime;
  readonly history: History;
  /** The number of the last cell that was counted. */
  count: number;
  /** Answers the cells that wait in the queue as aborted, and only those. */
  abortQueued(): Promise<void>;
  stop(): Promise<void>;
}

/** How one type of request is served. */
export interface Handler {
  /** @throws TypeError when the content is malformed; the message is then dropped. */
  validate?(content: Content): void;
  /** Whether a request on the shell is served at once, although others before it wait for a cell to end. */
  isUrgent?(kernel: Kernel, request: Message): boolean;
  /** The content of the reply; undefined where the type has none. */
  answer(kernel: Kernel, request: Message): Promise<Content | undefined> | Content | undefined;
  /** The content of the reply to a request that is dropped because one before it failed. */
  aborted?(kernel: Kernel): Content;
  /** What is left to do once the kernel has said that it is idle. */
  after?(kernel: Kernel): Promise<void>;
}
