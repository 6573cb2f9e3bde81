import type { Channels } from "./channels";
import type { Message } from "./message";

/** Questions of a running cell to the reader, one at a time. */
export class Stdin {
  private channels: Channels | undefined;
  private answered: ((value: string) => void) | undefined;

  /** From now on there are sockets to ask on. */
  open(channels: Channels): void {
    this.channels = channels;
  }

  /** Asks the front end that sent the given request; calls back with what the reader typed. */
  ask(
    request: Message,
    question: { prompt: string; password: boolean },
    answered: (value: string) => void,
  ): void {
    this.answered = answered;
    void this.channels?.reply("stdin", request, "input_request", question);
  }

  /** Takes an `input_reply`; one that nobody waits for any more is dropped. */
  take(message: Message): void {
    const { value } = message.content;
    if (message.header.msg_type !== "input_reply" || typeof value !== "string")
      throw new TypeError(`input_reply.value must be a string, got ${JSON.stringify(value)}`);
    const { answered } = this;
    this.answered = undefined;
    answered?.(value);
  }
}
