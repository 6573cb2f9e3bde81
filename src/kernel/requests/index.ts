import type { Kernel } from "../kernel";
import type { Content, Message } from "../message";
import { comm, commInfo } from "./comm";
import { complete } from "./complete";
import { execute } from "./execute";
import { history } from "./history";
import { inspect } from "./inspect";
import { interrupt } from "./interrupt";
import { isComplete } from "./isComplete";
import { kernelInfo } from "./kernelInfo";
import { shutdown } from "./shutdown";

/** How one type of request is served. */
export interface Handler {
  /** @throws TypeError when the content is malformed; the message is then dropped. */
  validate?(content: Content): void;
  /** The content of the reply; undefined where the type has none. */
  answer(kernel: Kernel, request: Message): Promise<Content | undefined> | Content | undefined;
  /** The content of the reply to a request that is dropped because one before it failed. */
  aborted?(kernel: Kernel): Content;
  /** What is left to do once the kernel has said that it is idle. */
  after?(kernel: Kernel): Promise<void>;
}

/** Every request that the kernel answers, by its type. */
export const handlers: Readonly<Record<string, Handler>> = {
  execute_request: execute,
  kernel_info_request: kernelInfo,
  complete_request: complete,
  inspect_request: inspect,
  is_complete_request: isComplete,
  history_request: history,
  comm_info_request: commInfo,
  comm_open: comm,
  comm_msg: comm,
  comm_close: comm,
  interrupt_request: interrupt,
  shutdown_request: shutdown,
};
