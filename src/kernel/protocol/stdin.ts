import type { Channels } from "./channels";
import type { Message } from "./message";

interface Question {
  request: Message;
  prompt: string;
  password: boolean;
  answered(value: string): void;
}

/** Questions of cells to the reader, one at a time: a front end has one field to type in. */
export class Stdin {
  private channels: Channels | undefined;
  private readonly waiting: Question[] = [];

  /** From now on there are sockets to ask on. */
  open(channels: Channels): void {
    this.channels = channels;
  }

  /** Asks the front end that sent the given request; calls back with what the reader typed. */
  ask(
    request: Message,
    { prompt, password }: { prompt: string; password: boolean },
    answered: (value: string) => void,
  ): void {
    this.waiting.push({ request, prompt, password, answered });
    if (this.waiting.length === 1) this.send();
  }

  /** Drops the questions of a request that is done: nobody waits for their answers any more. */
  drop(request: Message): void {
    const [asked] = this.waiting;
    const left = this.waiting.filter((question) => question.request !== request);
    this.waiting.splice(0, this.waiting.length, ...left);
    if (left.length > 0 && left[0] !== asked) this.send();
  }

  /** Takes an `input_reply`; one that nobody waits for any more is dropped. */
  take(message: Message): void {
    const { value } = message.content;
    if (message.header.msg_type !== "input_reply" || typeof value !== "string")
      throw new TypeError(`input_reply.value must be a string, got ${JSON.stringify(value)}`);
    const question = this.waiting.shift();
    if (this.waiting.length > 0) this.send();
    question?.answered(value);
  }

  private send(): void {
    const [{ request, prompt, password }] = this.waiting;
    void this.channels?.reply("stdin", request, "input_request", { prompt, password });
  }
}
