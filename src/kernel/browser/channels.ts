import type { ChannelName, Channels } from "../protocol/channels";
import { type Content, type Header, type Message, newHeader, wellFormedJson } from "../protocol/message";
import type { JupyterMessage, ToPage } from "./messages";

/** The kernel's way to its page: one line, on which each message says its channel. */
export class PageChannels implements Channels {
  constructor(private readonly post: (message: ToPage, transfer?: ArrayBuffer[]) => void) {}

  async reply(on: ChannelName, to: Message, type: string, content: Content): Promise<void> {
    this.send(on, type, to.header, content);
  }

  async publish(
    parent: Header | undefined,
    type: string,
    content: Content,
    extra: { metadata?: Content; buffers?: Buffer[] } = {},
  ): Promise<void> {
    this.send("iopub", type, parent, content, extra);
  }

  async close(): Promise<void> {}

  private send(
    channel: JupyterMessage["channel"],
    type: string,
    parent: Header | undefined,
    content: Content,
    { metadata = {}, buffers = [] }: { metadata?: Content; buffers?: Buffer[] } = {},
  ): void {
    this.post({
      channel,
      header: newHeader(type),
      parent_header: parent ?? {},
      metadata,
      content: JSON.parse(wellFormedJson(content)),
      buffers: buffers.map((one) => new Uint8Array(one).buffer),
    });
  }
}

/**
 * A message of the page's, checked.
 *
 * @throws TypeError when a part is missing or malformed.
 */
export function readPageMessage(given: unknown): { channel: ChannelName; message: Message } {
  const { channel, header, metadata = {}, content, buffers = [] } = given as JupyterMessage;
  if (channel !== "shell" && channel !== "control" && channel !== "stdin")
    throw new TypeError(`channel must be one of shell, control, stdin, got ${JSON.stringify(channel)}`);
  for (const name of ["msg_id", "msg_type"] as const)
    if (typeof header?.[name] !== "string")
      throw new TypeError(`header.${name} must be a string, got ${JSON.stringify(header?.[name])}`);
  if (typeof content !== "object" || content === null) throw new TypeError("content must be an object");
  const message = { identities: [], header, metadata, content, buffers: buffers.map(bytesOf) };
  return { channel, message };
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(buffer)
    ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : Buffer.from(buffer);
}
