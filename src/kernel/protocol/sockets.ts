import type { Reply, Router, XPublisher } from "zeromq";
import type { ChannelName, Channels } from "./channels";
import { address, type Connection } from "./connection";
import { readMessage, writeMessage } from "./frames";
import type { Content, Header, Message } from "./message";

/**
 * The kernel's five sockets. A message that can't be read or whose signature is wrong is dropped and logged:
 * it never reaches a handler, and the kernel lives on.
 */
export class Sockets implements Channels {
  private readonly outbox = new Map<object, Promise<void>>();

  private constructor(
    private readonly key: string,
    private readonly sockets: Record<ChannelName, Router> & { iopub: XPublisher; heartbeat: Reply },
  ) {}

  static async open(connection: Connection, take: (from: ChannelName, message: Message) => void) {
    const zeromq = await import("zeromq");
    // Nothing that a cell prints may be dropped, however slowly a front end reads: no limit to what waits.
    const options = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
    const sockets = {
      shell: new zeromq.Router(options),
      control: new zeromq.Router(options),
      stdin: new zeromq.Router(options),
      iopub: new zeromq.XPublisher({ linger: 1000, sendHighWaterMark: 0, verbosity: "allSubs" }),
      heartbeat: new zeromq.Reply({ linger: 0 }),
    };
    await Promise.all([
      sockets.shell.bind(address(connection, connection.shell_port)),
      sockets.control.bind(address(connection, connection.control_port)),
      sockets.stdin.bind(address(connection, connection.stdin_port)),
      sockets.iopub.bind(address(connection, connection.iopub_port)),
      sockets.heartbeat.bind(address(connection, connection.hb_port)),
    ]);
    const channels = new Sockets(connection.key, sockets);
    for (const name of ["shell", "control", "stdin"] as const)
      void channels.listen(name, (message) => take(name, message));
    void channels.beat();
    void channels.welcome();
    return channels;
  }

  /** Answers a request on the channel that it came from. */
  reply(on: ChannelName, to: Message, type: string, content: Content): Promise<void> {
    const { identities, header: parent } = to;
    return this.send(this.sockets[on], writeMessage({ identities, type, parent, content }, this.key));
  }

  /** Tells every front end, as part of what the request with the given header brought about. */
  publish(
    parent: Header | undefined,
    type: string,
    content: Content,
    extra: { metadata?: Content; buffers?: Buffer[] } = {},
  ): Promise<void> {
    const message = { identities: [Buffer.from(`kernel.${type}`)], type, parent, content, ...extra };
    return this.send(this.sockets.iopub, writeMessage(message, this.key));
  }

  /** Closes the sockets once all that was sent is on its way. */
  async close(): Promise<void> {
    await Promise.all(this.outbox.values());
    for (const socket of Object.values(this.sockets)) socket.close();
  }

  private async listen(name: ChannelName, take: (message: Message) => void): Promise<void> {
    for await (const frames of this.sockets[name]) {
      try {
        take(readMessage(frames, this.key));
      } catch (error) {
        console.error(`kernel: dropped a message on ${name}: ${(error as Error).message}`);
      }
    }
  }

  private async beat(): Promise<void> {
    for await (const frames of this.sockets.heartbeat) await this.sockets.heartbeat.send(frames);
  }

  /** Tells each front end that its subscription has arrived: from then on it misses nothing. */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.sockets.iopub)
      if (frame[0] === subscribed) {
        const subscription = frame.subarray(1).toString("utf8");
        const message = { identities: [frame.subarray(1)], type: "iopub_welcome", parent: undefined };
        void this.send(this.sockets.iopub, writeMessage({ ...message, content: { subscription } }, this.key));
      }
  }

  /** A socket takes one message at a time, so each waits for the one before it. */
  private send(socket: Router | XPublisher, frames: Buffer[]): Promise<void> {
    const sent = (this.outbox.get(socket) ?? Promise.resolve())
      .then(() => socket.send(frames))
      .catch((error: Error) => console.error(`kernel: could not send: ${error.message}`));
    this.outbox.set(socket, sent);
    return sent;
  }
}

/** The first byte of what a subscriber sends when it comes. */
const subscribed = 1;
