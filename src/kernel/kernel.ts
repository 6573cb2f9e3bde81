import type { ChannelName, Open } from "./protocol/channels";
import { History } from "./protocol/history";
import type { Message } from "./protocol/message";
import { Outputs } from "./protocol/outputs";
import { Runtime } from "./protocol/runtime";
import { Stdin } from "./protocol/stdin";
import { handlers } from "./requests";
import type { Handler, Kernel } from "./requests/handler";

/** A request that waits for its turn. */
interface Queued {
  message: Message;
  aborted: boolean;
}

/**
 * Opens the kernel's channels and serves what comes in.
 *
 * @param ended Is called once the kernel has stopped.
 */
export async function startKernel(open: Open, ended: () => void): Promise<Kernel> {
  const outputs = new Outputs();
  const stdin = new Stdin();
  const runtime = new Runtime(outputs, stdin); // first, so that the compiler loads while the channels open
  const queue: Queued[] = [];
  let working = false;

  const channels = await open((from, message) => {
    const { msg_type: type } = message.header;
    if (from === "stdin") return stdin.take(message);
    const handler = handlers[type];
    if (handler === undefined) return console.error(`kernel: no such request on ${from}: ${type}`);
    handler.validate?.(message.content);
    if (from === "control" || handler.isUrgent?.(kernel, message)) return void serve(from, handler, message);
    queue.push({ message, aborted: false });
    void work();
  });

  const kernel: Kernel = {
    channels,
    outputs,
    runtime,
    history: new History(),
    count: 0,
    async abortQueued() {
      // Requests that have reached the channels are waiting too: a turn of the loop brings them into the queue.
      await new Promise((resume) => setImmediate(resume));
      for (const queued of queue) queued.aborted = true;
    },
    async stop() {
      runtime.stop();
      await outputs.flush();
      await channels.close();
      ended();
    },
  };

  /** One request of the shell at a time, in the order in which they came. */
  async function work(): Promise<void> {
    if (working) return;
    working = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await serve("shell", handlers[next.message.header.msg_type], next.message, next.aborted);
    working = false;
  }

  async function serve(
    from: ChannelName,
    handler: Handler,
    message: Message,
    aborted = false,
  ): Promise<void> {
    outputs.status(message.header, "busy");
    try {
      const content =
        aborted && handler.aborted ? handler.aborted(kernel) : await handler.answer(kernel, message);
      outputs.flush();
      if (content !== undefined)
        await channels.reply(from, message, message.header.msg_type.replace("_request", "_reply"), content);
    } catch (error) {
      console.error(`kernel: ${message.header.msg_type} failed:`, error);
    }
    outputs.status(message.header, "idle");
    await handler.after?.(kernel);
  }

  outputs.open(channels);
  stdin.open(channels);
  outputs.status(undefined, "starting");
  return kernel;
}
