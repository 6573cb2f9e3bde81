import type { Channels } from "./channels";
import type { Header } from "./message";
import type { CommParts, Output } from "./wire";

/** How long a piece of printed text may wait for the next one, in milliseconds. */
const patience = 20;

/** Text that was printed and not yet sent. */
interface Pending {
  parent: Header | undefined;
  name: "stdout" | "stderr";
  text: string[];
}

/**
 * What the front ends are told about cells, in order. Text that is printed in quick succession goes out in one
 * message: front ends limit how many they take a second.
 */
export class Outputs {
  private channels: Channels | undefined;
  private pending: Pending | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly early: Parameters<Channels["publish"]>[] = [];

  /** From now on there are sockets to send on. */
  open(channels: Channels): void {
    this.channels = channels;
    for (const message of this.early.splice(0)) void channels.publish(...message);
  }

  status(parent: Header | undefined, state: "starting" | "busy" | "idle"): void {
    this.publish(parent, "status", { execution_state: state });
  }

  /** Sends an output of the cell that the given request ran. */
  put(parent: Header | undefined, count: number, output: Output): void {
    if (output.type === "stream") {
      this.print(parent, output.name, output.text);
      return;
    }
    if (output.type === "display") {
      this.publish(parent, output.update ? "update_display_data" : "display_data", { ...output.content });
    } else if (output.type === "clear") {
      this.publish(parent, "clear_output", { wait: false });
    } else if (output.type === "result") {
      const { data, metadata } = output;
      this.publish(parent, "execute_result", { execution_count: count, data, metadata });
    } else {
      const { ename, evalue, traceback } = output;
      this.publish(parent, "error", { ename, evalue, traceback });
    }
  }

  publish(...message: Parameters<Channels["publish"]>): void {
    this.flush();
    this.send(...message);
  }

  /** Sends a message of a comm. */
  comm(parent: Header | undefined, { content, metadata, buffers }: CommParts): void {
    const { type, ...rest } = content;
    this.publish(parent, type, rest, { metadata, buffers: buffers.map((one) => Buffer.from(one, "base64")) });
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const pending = this.pending;
    this.pending = undefined;
    if (pending) this.send(pending.parent, "stream", { name: pending.name, text: pending.text.join("") });
  }

  private print(parent: Header | undefined, name: "stdout" | "stderr", text: string): void {
    if (this.pending?.parent !== parent || this.pending?.name !== name) this.flush();
    this.pending ??= { parent, name, text: [] };
    this.pending.text.push(text);
    this.timer ??= setTimeout(() => this.flush(), patience);
  }

  private send(...message: Parameters<Channels["publish"]>): void {
    if (this.channels) void this.channels.publish(...message);
    else this.early.push(message);
  }
}
