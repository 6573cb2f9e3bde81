/** Two-way messages between code in a notebook and its front end, by Jupyter's `comm` protocol: what widgets are made of. */

/** What a message carries. */
export interface CommMessage {
  /** What was sent, as JSON has it. */
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  /** Binary parts that came beside the data. */
  readonly buffers: readonly Uint8Array[];
}

/** What may be sent beside the data. */
export interface CommOptions {
  /** @default {} */
  metadata?: Record<string, unknown>;
  /** Binary parts, sent as they are. @default [] */
  buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** One open line between an object in the notebook and one in the front end. */
export interface Comm {
  readonly id: string;
  /** The name of what the line leads to: `jupyter.widget` for widgets. */
  readonly target: string;
  readonly isOpen: boolean;

  /**
   * Sends a message to the front end.
   *
   * @throws Error where the line is closed.
   */
  send(data: Record<string, unknown>, options?: CommOptions): void;

  /** Closes the line and tells the front end; a closed line stays closed. */
  close(data?: Record<string, unknown>, options?: CommOptions): void;

  /**
   * Calls back with each message of the front end, in order. The front end is told that the message was handled once
   * the promise that the listener returns, if any, is settled; many wait for that before they send the next.
   *
   * @returns A function that ends it.
   */
  onMessage(listener: CommListener): () => void;

  /** Calls back once the front end has closed the line, or lost it. */
  onClose(listener: CommListener): () => void;
}

export type CommListener = (message: CommMessage) => unknown;

/** Takes a line that the front end opens, with the message that opened it. */
export type CommTarget = (comm: Comm, message: CommMessage) => unknown;

/** What the kernel gives to code in cells, under a symbol of `globalThis`. */
export interface CommManager {
  open(target: string, options: CommOptions & { data?: Record<string, unknown>; id?: string }): Comm;
  register(target: string, take: CommTarget): () => void;
  onInterrupt(listener: () => void): () => void;
}

const key = Symbol.for("cofi.comms");

/** Gives the code of this process its manager of comms; only the kernel does this. */
export function offerComms(manager: CommManager): void {
  Object.assign(globalThis, { [key]: manager });
}

function manager(): CommManager {
  const found = (globalThis as { [key]?: CommManager })[key];
  if (found === undefined)
    throw new Error("comms need a notebook that runs on Cofi's kernel: there is no front end to talk to");
  return found;
}

/** Whether this code runs in a notebook on Cofi's kernel, so that comms can be opened. */
export const hasComms = (): boolean => (globalThis as { [key]?: CommManager })[key] !== undefined;

/**
 * Calls back each time that the reader interrupts the kernel, whatever runs: for work that goes on after the message
 * that began it was handled.
 *
 * @returns A function that ends it.
 * @throws Error outside of a notebook on this kernel.
 */
export function onInterrupt(listener: () => void): () => void {
  return manager().onInterrupt(listener);
}

/**
 * Opens a line to the object in the front end that goes by the name `target`.
 *
 * @param options.data What the front end is told with it. @default {}
 * @param options.id The line's own name, unique in the kernel. @default a random one
 * @throws Error outside of a notebook on this kernel, or where the id is taken.
 */
export function openComm(
  target: string,
  options: CommOptions & { data?: Record<string, unknown>; id?: string } = {},
): Comm {
  return manager().open(target, options);
}

/**
 * From now on takes the lines that the front end opens to the name `target`; a later call for the same name takes the
 * place of an earlier one.
 *
 * @returns A function that ends it.
 * @throws Error outside of a notebook on this kernel.
 */
export function registerCommTarget(target: string, take: CommTarget): () => void {
  return manager().register(target, take);
}
