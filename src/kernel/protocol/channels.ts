import type { Content, Header, Message } from "./message";

/** Where requests come in. */
export type ChannelName = "shell" | "control" | "stdin";

/** The kernel's way to its front ends. */
export interface Channels {
  /** Answers a request on the channel that it came from. */
  reply(on: ChannelName, to: Message, type: string, content: Content): Promise<void>;
  /** Tells every front end, as part of what the request with the given header brought about. */
  publish(
    parent: Header | undefined,
    type: string,
    content: Content,
    extra?: { metadata?: Content; buffers?: Buffer[] },
  ): Promise<void>;
  /** Ends it once all that was sent is on its way. */
  close(): Promise<void>;
}

/** Opens the way to the front ends; what they send is handed to `take`. */
export type Open = (take: (from: ChannelName, message: Message) => void) => Promise<Channels>;
