import { comm, commInfo } from "./comm";
import { complete } from "./complete";
import { debug } from "./debug";
import { execute } from "./execute";
import type { Handler } from "./handler";
import { history } from "./history";
import { inspect } from "./inspect";
import { interrupt } from "./interrupt";
import { isComplete } from "./isComplete";
import { kernelInfo } from "./kernelInfo";
import { shutdown } from "./shutdown";

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
  debug_request: debug,
  interrupt_request: interrupt,
  shutdown_request: shutdown,
};
