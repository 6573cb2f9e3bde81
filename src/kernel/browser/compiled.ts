/**
 * A web worker that runs cells which were compiled beforehand: those that the controls of a page need, without the
 * compiler. It says what the last of them puts out, in the words of Jupyter's protocol, and takes what the controls say.
 */
import { type Comm, type CommListener, type CommMessage, offerComms } from "../../base/comm";
import { drawing } from "../../base/drawing";
import { randomUUID } from "../../platform/hash";
import { inspect } from "../../platform/inspect";
import type { Display } from "../../platform/notebook";
import { scope } from "../web/worker";
import type { CompiledOutput, FromControl } from "./messages";

/** Whether the cell that is to be seen has begun; those before it run in silence. */
let isSeen = false;

/** Called where the cell begins whose output is to be seen. */
export function begin(): void {
  isSeen = true;
}

function post(type: string, content: Record<string, unknown>): void {
  const text = JSON.stringify(content, (_, value) => (ArrayBuffer.isView(value) ? numbersOf(value) : value));
  scope.postMessage({ header: { msg_type: type }, content: JSON.parse(text) } satisfies CompiledOutput);
}

const numbersOf = (view: ArrayBufferView): number[] => Array.from(view as unknown as ArrayLike<number>);

const display: Display = (content, update) => {
  const redraw = drawing();
  if (redraw) redraw.take({ type: "display", content, update });
  else if (isSeen) post(update ? "update_display_data" : "display_data", content);
};

/** What cells print is part of the redraw that prints it; all else was printed when the page was made. */
function print(...values: unknown[]): void {
  const text = values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ");
  drawing()?.take({ type: "stream", text: `${text}\n` });
}

/** One end of the line between a control of the cell's and that of the page. */
class Line implements Comm {
  isOpen = true;
  private readonly listeners = new Set<CommListener>();

  constructor(
    readonly id: string,
    readonly target: string,
  ) {}

  send(data: Record<string, unknown>): void {
    post("comm_msg", { comm_id: this.id, data });
  }

  close(data = {}): void {
    this.isOpen = false;
    lines.delete(this.id);
    post("comm_close", { comm_id: this.id, data });
  }

  onMessage(listener: CommListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // The page closes none: it ends the worker.
  onClose(): () => void {
    return () => {};
  }

  async take(message: CommMessage): Promise<void> {
    for (const listener of this.listeners) await listener(message);
  }
}

const lines = new Map<string, Line>();

const fail = (error: unknown) => {
  const { name: ename = "Error", message: evalue = String(error) } = (error ?? {}) as Partial<Error>;
  post("error", { ename, evalue });
};

offerComms({
  open(target, { data = {}, id = randomUUID() } = {}) {
    const line = new Line(id, target);
    lines.set(id, line);
    post("comm_open", { comm_id: id, target_name: target, data });
    return line;
  },
  register: () => () => {},
  onInterrupt: () => () => {},
});
Object.assign(globalThis, { [Symbol.for("cofi.display")]: display });
Object.assign(console, { log: print, info: print, warn: print, error: print });

scope.onmessage = ({ data }) => {
  const { comm_id: id, data: said } = data as FromControl;
  lines.get(id)?.take({ data: said, metadata: {}, buffers: [] }).catch(fail);
};
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fail(event.reason);
});

/** A value that was packed as text when the page was made: a typed array by its bytes, all else as JSON has it. */
export function unpacked<T>(text: string): T {
  return JSON.parse(text, (_, value) => {
    const [kind, packed] = Array.isArray(value?.typed) ? value.typed : [];
    return packed === undefined ? value : new typedArrays[kind as keyof typeof typedArrays](bytesOf(packed));
  });
}

const typedArrays = { Float64Array, Float32Array, Int32Array, Uint8Array };

const bytesOf = (base64: string): ArrayBuffer =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
